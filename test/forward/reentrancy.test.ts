import { describe, expect, test } from 'vitest';
import { ForwarderWorld, KERNELS } from './server.ts';
import { parsePublish, publish, splitPackets, subscribe } from './wire.ts';

/** Payloads of the messages that have arrived. */
function payloads(received: Buffer): string[] {
  return splitPackets(received)
    .packets.filter((packet) => packet[0] >> 4 === 3)
    .map((packet) => parsePublish(packet, 4).payload.toString());
}

/** A packet that is handed to the handler, in its place among the messages. */
const FOR_THE_HANDLER = subscribe(4, 'nothing');

// Streams of one process may hand bytes on within the call that writes them: while a Forwarder is in the middle of
// something, it is given the next chunk.

describe.each(KERNELS)('kernel %s', (kernel) => {
  test('bytes that arrive at another connection while a handler runs', async () => {
    const world = new ForwarderWorld(kernel);
    const [receiver, one, two] = [world.connect(), world.connect(), world.connect()];
    receiver.subscribe('#');
    const { packet } = world.server;
    world.server.packet = (connection, decoder) => {
      const isOuter = connection === one.connection;
      if (isOuter) {
        two.send(Buffer.concat([publish(4, 'b', 'inner 1'), FOR_THE_HANDLER, publish(4, 'b', 'inner 2')]));
      }
      packet.call(world.server, connection, decoder);
    };
    const packets = [
      publish(4, 'a', 'outer 1'),
      FOR_THE_HANDLER,
      publish(4, 'a', 'outer 2'),
      FOR_THE_HANDLER,
    ];
    one.send(Buffer.concat(packets));
    one.send(publish(4, 'a', 'outer 3'));
    await world.turn();
    const seen = payloads(receiver.received);
    const of = (sender: string) => seen.filter((text) => text.startsWith(sender));
    expect(of('outer')).toEqual(['outer 1', 'outer 2', 'outer 3']);
    expect(of('inner')).toEqual(['inner 1', 'inner 2', 'inner 1', 'inner 2']);
    // CONNACK and two SUBACKs each
    expect([one, two].map(({ received }) => received.length)).toEqual([4 + 10, 4 + 10]);
    await world.close();
  });

  test('bytes that arrive while a message of QoS 1 is handed out', async () => {
    const world = new ForwarderWorld(kernel);
    const [receiver, other, one, two] = Array.from({ length: 4 }, () => world.connect());
    for (const each of [receiver, other]) each.subscribe('#', { qos: 1 });
    let identifier = 0;
    world.server.packet = (connection, decoder) => {
      if (decoder.command !== 'publish') return;
      connection.forward((to, delivery) => {
        if (connection === one.connection && identifier === 0) {
          two.send(
            Buffer.concat([publish(4, 'b', 'inner', { qos: 1, messageId: 1 }), publish(4, 'b', 'i0')]),
          );
        }
        to.deliver(connection, { ...delivery, messageId: ++identifier });
      });
    };
    one.send(Buffer.concat([publish(4, 'a', 'outer', { qos: 1, messageId: 1 }), publish(4, 'a', 'o0')]));
    await world.turn();
    for (const each of [receiver, other]) {
      const seen = payloads(each.received).map((text) => text.replaceAll(/[^a-z0-9]/g, ''));
      expect([...seen].sort()).toEqual(['i0', 'inner', 'o0', 'outer']);
      expect(seen.indexOf('outer')).toBeLessThan(seen.indexOf('o0'));
    }
    await world.close();
  });

  test('bytes that arrive because others were taken: two servers that answer each other', async () => {
    const world = new ForwarderWorld(kernel);
    const [ping, pong, sender] = [world.connect(), world.connect(), world.connect()];
    ping.subscribe('p');
    pong.subscribe('q');
    await world.turn();
    let round = 0;
    ping.socket.onTaken = () => {
      if (round < 50) sender.send(publish(4, 'q', `${round}`));
    };
    pong.socket.onTaken = () => {
      round++;
      sender.send(Buffer.concat([publish(4, 'p', `${round}`), publish(4, 'p', 'x'.repeat(round * 100))]));
    };
    sender.send(publish(4, 'p', '0'));
    await world.turn();
    const counted = payloads(ping.received).filter((text) => !text.includes('x') && text !== '');
    expect(counted).toEqual(Array.from({ length: 51 }, (_, i) => `${i}`));
    expect(payloads(pong.received)).toEqual(Array.from({ length: 50 }, (_, i) => `${i}`));
    await world.close();
    expect(world.forwarder.statistics.outboxes).toMatchObject({ used: 0, javascript: 0 });
  });

  test('a connection that goes, and one that comes, while the outboxes are being sent', async () => {
    const world = new ForwarderWorld(kernel);
    const clients = Array.from({ length: 30 }, () => world.connect());
    for (const client of clients) client.subscribe('a');
    await world.turn();
    for (const [i, client] of clients.entries()) {
      client.socket.onTaken = () => {
        client.socket.onTaken = undefined;
        clients[(i + 7) % 30].socket.destroy();
        const fresh = world.connect();
        fresh.send(subscribe(4, 'a'));
        fresh.send(publish(4, 'a', `from ${i}`));
      };
    }
    clients[0].send(publish(4, 'a', 'all'));
    await world.turn();
    const alive = clients.filter(({ isClosed }) => !isClosed);
    expect(alive.length).toBeGreaterThan(0);
    for (const client of alive) expect(payloads(client.received)[0]).toBe('all');
    for (const client of clients) {
      // whatever arrived is whole packets, in order
      expect(splitPackets(client.received).rest.length).toBe(0);
    }
    await world.close();
    expect(world.forwarder.statistics.outboxes).toMatchObject({ used: 0, javascript: 0 });
  });

  test('`flush` in a handler, and within a flush', async () => {
    const world = new ForwarderWorld(kernel);
    const [receiver, sender] = [world.connect(), world.connect()];
    receiver.subscribe('a');
    await world.turn();
    receiver.socket.onTaken = () => world.forwarder.flush();
    world.server.packet = () => {
      world.forwarder.flush();
      // not at the end of the turn
      expect(payloads(receiver.received)).toEqual(['1']);
    };
    sender.send(Buffer.concat([publish(4, 'a', '1'), FOR_THE_HANDLER, publish(4, 'a', '2')]));
    expect(payloads(receiver.received)).toEqual(['1']);
    await world.turn();
    expect(payloads(receiver.received)).toEqual(['1', '2']);
    await world.close();
  });

  test('`flush` from outside, and bytes for a full backlog that arrive because of it', async () => {
    const world = new ForwarderWorld(kernel, { maxBacklogMessages: 1 });
    const [one, two, sender] = [world.connect(), world.connect(), world.connect()];
    one.subscribe('a');
    two.subscribe('b');
    await world.turn();
    one.socket.onTaken = () => {
      one.socket.onTaken = undefined;
      sender.send(publish(4, 'b', '2'), publish(4, 'b', '3'));
    };
    sender.send(publish(4, 'a', '1'), publish(4, 'b', '1'));
    world.forwarder.flush();
    await world.turn();
    expect(payloads(two.received)).toEqual(['1', '2', '3']);
    await world.close();
  });

  test('a packet that is pushed into a connection by its own handler comes after the rest of its chunk', async () => {
    const world = new ForwarderWorld(kernel);
    const [receiver, sender] = [world.connect(), world.connect()];
    receiver.subscribe('a');
    let isFirst = true;
    world.server.packet = () => {
      if (isFirst) sender.send(publish(4, 'a', '3'));
      isFirst = false;
    };
    sender.send(Buffer.concat([publish(4, 'a', '1'), FOR_THE_HANDLER, publish(4, 'a', '2')]));
    await world.turn();
    expect(payloads(receiver.received)).toEqual(['1', '2', '3']);
    await world.close();
  });
});
