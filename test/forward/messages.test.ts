import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Decoder } from '../../src/decode/index.ts';
import type { Connection } from '../../src/forward/connection.ts';
import { Message } from '../../src/forward/message.ts';
import { hex } from '../vectors/hex.ts';
import { ForwarderWorld, KERNELS } from './server.ts';
import { client as clientBytes, PINGREQ, publish } from './wire.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a message made of a packet', () => {
  test('has its parts', () => {
    const message = Message.from({
      cmd: 'publish',
      topic: Uint8Array.from(Buffer.from('a/ä')),
      payload: 'x',
      qos: 2,
      retain: true,
      dup: true,
      properties: { messageExpiryInterval: 10 },
    });
    expect(message).toMatchObject({ topic: 'a/ä', qos: 2, retain: true, messageExpiryInterval: 10 });
    expect(Buffer.from(message.payload).toString()).toBe('x');
    expect(message.size).toBe(message.bytes.length);
    // DUP says how a packet came
    expect(message.bytes[0]).toBe(0x35);
  });

  test('may not have a topic alias', () => {
    const properties = { topicAlias: 1 };
    expect(() => Message.from({ cmd: 'publish', topic: 'a', properties })).toThrow('topic alias');
  });

  test('expires, if it does at all', () => {
    const message = Message.from({ cmd: 'publish', topic: 'a', properties: { messageExpiryInterval: 3 } });
    const eternal = Message.from({ cmd: 'publish', topic: 'a' });
    vi.advanceTimersByTime(2999);
    expect([message.age(), message.isExpired()]).toEqual([2, false]);
    vi.advanceTimersByTime(1);
    expect([message.age(), message.isExpired(), eternal.isExpired()]).toEqual([3, true, false]);
  });
});

describe.each(KERNELS)('kernel %s', (kernel) => {
  /** Keeps what is published, and passes nothing on. */
  function keeper() {
    const world = new ForwarderWorld(kernel);
    const kept: Message[] = [];
    const { server } = world;
    const before = server.packet.bind(server);
    server.packet = (connection: Connection, packet: Decoder) => {
      if (packet.command === 'publish') kept.push(connection.message());
      else before(connection, packet);
    };
    const sender = world.connect({ version: 5 });
    sender.connection.forwards = false;
    return { world, kept, sender };
  }

  test('a copy of a packet is sent later as it would have been then', async () => {
    const { world, kept, sender } = keeper();
    const [old, current] = [world.connect(), world.connect({ version: 5 })];
    // 0x26 user property, twice, around 0x03 content type: their order stays
    const properties = '26 0001 62 0001 31 03 0001 74 26 0001 61 0001 32';
    sender.send(hex(`31 19 0001 61 12 ${properties} 68 69 21`));
    const [message] = kept;
    expect(message).toMatchObject({ topic: 'a', qos: 0, retain: true, messageExpiryInterval: undefined });
    const oldReceiver = old.connection.receiver;
    const { receiver } = current.connection;
    expect(oldReceiver.send(message, {})).toBe(true);
    expect(
      receiver.send(message, { qos: 1, messageId: 7, dup: true, retain: true, subscriptionIdentifiers: [5] }),
    ).toBe(true);
    await world.turn();
    expect(old.received.subarray(4)).toEqual(hex('30 06 0001 61 68 69 21'));
    expect(current.received.subarray(5)).toEqual(hex(`3b 1d 0001 61 0007 14 ${properties} 0b 05 68 69 21`));
    await world.close();
  });

  test.each([10, 30_000])('with what is left of its expiry interval, %i bytes', async (size) => {
    const { world, kept, sender } = keeper();
    const current = world.connect({ version: 5 });
    const { receiver } = current.connection;
    sender.send(publish(5, 'a', 'p'.repeat(size), { properties: { messageExpiryInterval: 9 } }));
    vi.advanceTimersByTime(4500);
    expect(receiver.send(kept[0], {})).toBe(true);
    await world.turn();
    expect(current.received.includes(hex('05 02 00000005'))).toBe(true);
    vi.advanceTimersByTime(4500);
    expect(receiver.send(kept[0], {})).toBe(false);
    // it was sent before, so that it does not expire any more (MQTT-4.3.3-7)
    expect(receiver.send(kept[0], { qos: 1, messageId: 1, dup: true })).toBe(true);
    await world.turn();
    expect(current.received.includes(hex('05 02 00000000'))).toBe(true);
    await world.close();
  });

  test('a kept message goes to all subscribers, but not to a publisher that wants no local ones', async () => {
    const { world, kept, sender } = keeper();
    const other = world.connect();
    sender.subscribe('a', { noLocal: true });
    other.subscribe('a');
    sender.send(publish(5, 'a', 'x'));
    world.forwarder.publish(kept[0], undefined, sender.connection.receiver);
    await world.turn();
    expect(sender.received.length).toBe(5);
    expect(other.received.subarray(4)).toEqual(hex('30 04 0001 61 78'));
    await world.close();
  });

  test('the handler is asked about topics that are to be inspected', async () => {
    const asked: string[] = [];
    const inspectTopic = (topic: string) => {
      asked.push(topic);
      return topic.startsWith('$');
    };
    const world = new ForwarderWorld(kernel, { inspectTopic });
    const seen: string[] = [];
    world.server.packet = (connection: Connection, packet: Decoder) => {
      if (packet.command === 'publish') seen.push(connection.topic);
      else if (packet.command === 'connect') connection.receiver.connect(connection);
    };
    const [receiver, sender] = [world.connect(), world.connect()];
    for (const filter of ['#', '$SYS/#']) world.index.subscribe(filter, receiver.connection.receiver);
    for (let i = 0; i < 3; i++) sender.send(publish(4, 'a', 'x'), publish(4, '$SYS/a', 'y'));
    await world.turn();
    expect(seen).toEqual(['$SYS/a', '$SYS/a', '$SYS/a']);
    expect(receiver.received).toEqual(hex('30040001 61 78 30040001 61 78 30040001 61 78'));
    expect(asked.filter((topic) => topic === 'a').length).toBe(1);
    await world.close();
  });

  test('the first bytes of a connection, and when its last packet came, are there to be looked at', () => {
    const world = new ForwarderWorld(kernel);
    const sender = world.connect();
    const connect = clientBytes(4, { cmd: 'connect', clientId: 'c' });
    expect(Buffer.from(sender.connection.firstBytes)).toEqual(connect.subarray(0, 16));
    const before = sender.connection.lastPacketAt;
    vi.advanceTimersByTime(50);
    sender.send(PINGREQ);
    expect(sender.connection.lastPacketAt).toBe(before + 50);
    vi.advanceTimersByTime(50);
    sender.send(PINGREQ.subarray(0, 1));
    expect(sender.connection.lastPacketAt).toBe(before + 50);
    vi.advanceTimersByTime(50);
    // one that the kernel passes on counts too
    sender.send(PINGREQ.subarray(1));
    sender.connection.forwards = true;
    vi.advanceTimersByTime(50);
    sender.send(publish(4, 'a', 'x'));
    expect(sender.connection.lastPacketAt).toBe(before + 200);
    expect(sender.connection.firstBytes.length).toBe(16);
  });
});
