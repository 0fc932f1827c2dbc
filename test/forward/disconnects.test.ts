import { describe, expect, test } from 'vitest';
import type { Receiver } from '../../src/forward/receiver.ts';
import { type FakeClient, ForwarderWorld, KERNELS } from './server.ts';
import { client, parsePublish, publish, splitPackets, subscribe } from './wire.ts';

/** Payloads of the messages that have arrived. */
function payloads(received: Buffer): string[] {
  return splitPackets(received)
    .packets.filter((packet) => packet[0] >> 4 === 3)
    .map((packet) => parsePublish(packet, 4).payload.toString().trim());
}

const DISCONNECT = client(4, { cmd: 'disconnect' });

describe.each(KERNELS)('connections that go in the middle of a turn, kernel %s', (kernel) => {
  const size = [0, 3000];

  test.each(size)('a receiver between the message and the end of the turn (%i bytes)', async (length) => {
    const world = new ForwarderWorld(kernel);
    const [gone, stays, sender] = [world.connect(), world.connect(), world.connect()];
    for (const each of [gone, stays]) each.subscribe('a');
    await world.turn();
    sender.send(publish(4, 'a', '1'.padEnd(length)));
    gone.socket.destroy();
    sender.send(publish(4, 'a', '2'.padEnd(length)));
    await world.turn();
    sender.send(publish(4, 'a', '3'.padEnd(length)));
    await world.turn();
    expect(payloads(gone.received)).toEqual([]);
    expect(payloads(stays.received)).toEqual(['1', '2', '3']);
    expect(gone.isClosed).toBe(true);
    await world.close();
    expect(world.forwarder.statistics.outboxes).toMatchObject({ used: 0, javascript: 0 });
  });

  test.each(size)('a receiver whose socket has not taken everything (%i bytes)', async (length) => {
    const world = new ForwarderWorld(kernel);
    const [gone, stays, sender] = [world.connect(), world.connect(), world.connect()];
    for (const each of [gone, stays]) each.subscribe('a');
    await world.turn();
    gone.hold();
    for (let i = 0; i < 50; i++) {
      sender.send(publish(4, 'a', `${i}`.padEnd(length)));
      if (i % 10 === 0) await world.turn();
    }
    if (length === 0) gone.socket.breakDown(new Error('EPIPE'));
    else gone.socket.destroy();
    await world.turn();
    expect(gone.isClosed).toBe(true);
    expect(world.forwarder.statistics.outboxes).toMatchObject({ used: 0, javascript: 0 });
    sender.send(publish(4, 'a', 'more'));
    await world.turn();
    expect(payloads(stays.received)).toHaveLength(51);
    await world.close();
  });

  test('who publishes, in the handler of the packet: nothing after it counts', async () => {
    const world = new ForwarderWorld(kernel);
    const [receiver, sender] = [world.connect(), world.connect()];
    receiver.subscribe('a');
    world.server.packet = (connection, packet) => {
      if (packet.command === 'subscribe') connection.destroy();
    };
    sender.send(Buffer.concat([publish(4, 'a', '1'), subscribe(4, 'b'), publish(4, 'a', '2')]));
    sender.send(publish(4, 'a', '3'));
    await world.turn();
    expect(payloads(receiver.received)).toEqual(['1']);
    expect(sender.isClosed).toBe(true);
    await world.close();
  });

  test('who publishes, with messages for itself', async () => {
    const world = new ForwarderWorld(kernel);
    const sender = world.connect();
    sender.subscribe('a');
    await world.turn();
    sender.send(Buffer.concat([publish(4, 'a', '1'), DISCONNECT, publish(4, 'a', '2')]));
    await world.turn();
    sender.socket.arriveEnd();
    await world.turn();
    // what waited is sent before the end
    expect(payloads(sender.received)).toEqual(['1']);
    expect(sender.socket.writableFinished).toBe(true);
    expect(sender.isClosed).toBe(true);
    await world.close();
    expect(world.forwarder.statistics.outboxes.used).toBe(0);
  });

  test('after `end`, messages of others do not go to a stream that has ended', async () => {
    const world = new ForwarderWorld(kernel);
    const [receiver, sender] = [world.connect(), world.connect()];
    receiver.subscribe('a');
    sender.send(publish(4, 'a', '1'));
    receiver.send(DISCONNECT);
    sender.send(publish(4, 'a', '2'));
    await world.turn();
    sender.send(publish(4, 'a', '3'.repeat(5000)));
    await world.turn();
    expect(payloads(receiver.received)).toEqual(['1']);
    expect(world.server.errors).toEqual([]);
    await world.close();
    expect(world.forwarder.statistics.outboxes).toMatchObject({ used: 0, javascript: 0 });
  });

  test('a stream with much to send takes it all before it ends', async () => {
    const world = new ForwarderWorld(kernel);
    const [receiver, sender] = [world.connect(), world.connect()];
    receiver.subscribe('a');
    await world.turn();
    receiver.hold();
    for (let i = 0; i < 40; i++) {
      sender.send(publish(4, 'a', `${i}`.padEnd(1500)));
      if (i % 10 === 0) await world.turn();
    }
    receiver.send(DISCONNECT);
    await world.turn();
    await receiver.release();
    expect(payloads(receiver.received)).toHaveLength(40);
    expect(receiver.socket.writableFinished).toBe(true);
    await world.close();
  });

  test('the slot of one that has gone is used by another: nobody gets what was for the other', async () => {
    const world = new ForwarderWorld(kernel);
    const sender = world.connect();
    const all: FakeClient[] = [];
    for (let round = 0; round < 20; round++) {
      const gone = world.connect();
      gone.subscribe('a');
      await world.turn();
      if (round % 3 === 0) gone.hold();
      sender.send(publish(4, 'a', `for ${round}`.padEnd(round % 2 ? 0 : 1200)));
      if (round % 4 === 0) await world.turn();
      sender.send(publish(4, 'a', `also for ${round}`));
      await gone.cut();
      const next = world.connect();
      next.subscribe('b');
      // its slot may be the one that has just become free; the pages of the other one too
      sender.send(publish(4, 'a', 'for nobody'), publish(4, 'b', `b ${round}`));
      gone.socket.release();
      await world.turn();
      all.push(next);
      expect(payloads(next.received)).toEqual([`b ${round}`]);
    }
    sender.send(publish(4, 'b', 'end'));
    await world.turn();
    expect(all.map(({ received }) => payloads(received).length)).toEqual(all.map((_, i) => 21 - i));
    await world.close();
  });

  test('and so it is when the slot becomes free while a message is on its way to many', async () => {
    const world = new ForwarderWorld(kernel, { maxBacklogMessages: 1 });
    const clients = Array.from({ length: 10 }, () => world.connect());
    const next = world.connect();
    const sender = world.connect();
    for (const client of clients) client.subscribe('a');
    await world.turn();
    const [first] = clients;
    const last = clients[9];
    const fresh: Receiver[] = [];
    // there is no room for the second message before the first has been sent
    first.socket.onTaken = () => {
      first.socket.onTaken = undefined;
      last.unsubscribe('a');
      last.connection.receiver.release();
      fresh.push(world.forwarder.createReceiver());
      fresh[0].connect(next.connection);
    };
    sender.send(Buffer.concat([publish(4, 'a', '1'), publish(4, 'a', '2')]));
    await world.turn();
    expect(fresh).toHaveLength(1);
    expect(payloads(next.received)).toEqual([]);
    expect(clients.slice(0, 9).map(({ received }) => payloads(received))).toEqual(
      Array.from({ length: 9 }, () => ['1', '2']),
    );
    fresh[0].release();
    await world.close();
  });

  test('that holds for messages of topics whose last subscription with a wildcard has gone', async () => {
    const world = new ForwarderWorld(kernel);
    const [gone, sender] = [world.connect(), world.connect()];
    gone.subscribe('a/#');
    sender.send(publish(4, 'a', '1'), publish(4, 'a/b', '1'));
    await gone.cut();
    const next = world.connect();
    sender.send(Buffer.concat([publish(4, 'a', '2'), publish(4, 'a/b', '2')]));
    await world.turn();
    expect(payloads(next.received)).toEqual([]);
    next.subscribe('a/#');
    sender.send(Buffer.concat([publish(4, 'a', '3'), publish(4, 'a/b', '3')]));
    await world.turn();
    expect(payloads(next.received)).toEqual(['3', '3']);
    expect(world.counters).toMatchObject({ messagesDelivered: 4, messagesOffline: 0 });
    await world.close();
  });

  test('a receiver that outlives its connections: offline in between, and never two at once', async () => {
    const world = new ForwarderWorld(kernel);
    const session = world.forwarder.createReceiver();
    world.index.subscribe('a', session);
    const sender = world.connect();
    const connect = (): FakeClient => {
      const next = world.connect();
      session.connect(next.connection);
      return next;
    };
    sender.send(publish(4, 'a', 'nobody is there'));
    expect(world.counters).toMatchObject({ messagesOffline: 1, messagesDelivered: 0 });
    const first = connect();
    sender.send(publish(4, 'a', '1'));
    await world.turn();
    await first.cut();
    sender.send(publish(4, 'a', 'offline'), publish(4, 'a', 'x'.repeat(10_000)));
    expect(world.counters.messagesOffline).toBe(3);
    const second = connect();
    sender.send(publish(4, 'a', '2'));
    await world.turn();
    expect([first, second].map(({ received }) => payloads(received))).toEqual([['1'], ['2']]);
    session.disconnect();
    world.index.unsubscribe('a', session);
    session.release();
    await world.close();
  });

  test('subscriptions that still stand when a receiver is released reach nobody', async () => {
    const world = new ForwarderWorld(kernel);
    const session: Receiver = world.forwarder.createReceiver();
    const [gone, next, sender] = [world.connect(), world.connect(), world.connect()];
    session.connect(gone.connection);
    world.index.subscribe('a', session);
    sender.send(publish(4, 'a', '1'));
    session.disconnect();
    world.index.unsubscribe('a', session);
    session.release();
    next.subscribe('b');
    sender.send(publish(4, 'a', '2'));
    await world.turn();
    expect(payloads(next.received)).toEqual([]);
    await world.close();
  });
});
