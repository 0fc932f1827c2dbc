import { describe, expect, test } from 'vitest';
import { Forwarder } from '../../src/forward/forwarder.ts';
import type { Receiver } from '../../src/forward/receiver.ts';
import type { ForwarderOptions } from '../../src/forward/types.ts';
import { MqttError } from '../../src/protocol/errors.ts';
import { TopicIndex } from '../../src/topics/index.ts';
import { hex } from '../vectors/hex.ts';
import { FakeSocket } from './fake-socket.ts';
import { ForwarderWorld, KERNELS } from './server.ts';
import { client, PINGREQ, publish, subscribe } from './wire.ts';

const BEFORE = publish(4, 'a', 'before');
const AFTER = publish(4, 'a', 'after');

describe.each(KERNELS)('kernel %s', (kernel) => {
  test.each([
    ['QoS 3 (MQTT-3.3.1-4)', '36 05 0001 61 0001', 'QOS_RESERVED'],
    ['a wildcard in a topic name (MQTT-3.3.2-2)', '30 03 0001 2b', 'TOPIC_NAME_WILDCARD'],
    ['reserved flags', 'c1 00', 'HEADER_FLAGS_RESERVED'],
    ['a remaining length of five bytes', '30 ff ff ff ff 01', 'REMAINING_LENGTH_MALFORMED'],
    ['a topic that ends after the packet', '30 03 0009 61', 'PACKET_TRUNCATED'],
    ['ill-formed UTF-8 (MQTT-1.5.4-1)', '30 03 0001 ff', 'STRING_NOT_UTF8'],
    ['packet type 0', '00 00', 'PACKET_TYPE_RESERVED'],
  ])('%s: MqttError, then the end; what came before it has been delivered', async (_, wire, code) => {
    for (const chunks of [
      [Buffer.concat([BEFORE, hex(wire), AFTER])],
      [BEFORE, hex(wire), AFTER],
      [Buffer.concat([BEFORE, hex(wire).subarray(0, 1)]), Buffer.concat([hex(wire).subarray(1), AFTER])],
    ]) {
      const world = new ForwarderWorld(kernel);
      const events: string[] = [];
      const { error, close } = world.server;
      world.server.error = (connection, fault) => {
        events.push('error');
        error.call(world.server, connection, fault);
      };
      world.server.close = (connection) => {
        events.push('close');
        close.call(world.server, connection);
      };
      const [receiver, sender] = [world.connect(), world.connect()];
      receiver.subscribe('#');
      sender.send(...chunks);
      await world.turn();
      expect(events).toEqual(['error', 'close']);
      expect(world.server.errors[0]).toBeInstanceOf(MqttError);
      expect((world.server.errors[0] as MqttError).code).toBe(code);
      expect([sender.isClosed, receiver.isClosed]).toEqual([true, false]);
      expect(receiver.received.subarray(4).equals(BEFORE)).toBe(true);
      await world.close();
      // each connection once
      expect(events).toEqual(['error', 'close', 'close']);
    }
  });

  test('a packet that the handler reads and that is wrong', async () => {
    const world = new ForwarderWorld(kernel);
    const [receiver, sender] = [world.connect(), world.connect()];
    receiver.subscribe('#');
    // SUBSCRIBE to "a#"
    sender.send(Buffer.concat([BEFORE, hex('82 07 0001 0002 6123 00'), AFTER]));
    await world.turn();
    expect(world.server.errors).toHaveLength(1);
    expect(world.server.errors[0]).toBeInstanceOf(MqttError);
    expect(sender.isClosed).toBe(true);
    expect(receiver.received.subarray(4).equals(BEFORE)).toBe(true);
    await world.close();
  });

  test.each([3000, 300])('packets beyond the maximum of %i bytes', async (maximum) => {
    const world = new ForwarderWorld(kernel, { maxPacketSize: maximum });
    const [receiver, exact, beyond] = [world.connect(), world.connect(), world.connect()];
    receiver.subscribe('#');
    // fixed header and topic take 6 bytes
    const largest = publish(4, 'a', Buffer.alloc(maximum - 6));
    exact.send(largest);
    beyond.send(BEFORE);
    // its header is enough
    beyond.send(publish(4, 'a', Buffer.alloc(maximum - 5)).subarray(0, 4));
    await world.turn();
    expect((world.server.errors[0] as MqttError).reasonCode).toBe(0x95);
    expect([exact.isClosed, beyond.isClosed]).toEqual([false, true]);
    expect(receiver.received.subarray(4).equals(Buffer.concat([largest, BEFORE]))).toBe(true);
    await world.close();
  });

  test('a first packet beyond what is accepted before a CONNECT', async () => {
    const world = new ForwarderWorld(kernel, { maxPacketSizeBeforeConnect: 100 });
    const socket = new FakeSocket();
    world.forwarder.attach(socket, world.server);
    socket.arrive(publish(4, 'a', 'x'.repeat(100)).subarray(0, 3));
    expect((world.server.errors[0] as MqttError).reasonCode).toBe(0x95);
    const after = world.connect();
    after.send(publish(4, 'a', 'x'.repeat(100)));
    await world.turn();
    expect(world.server.errors).toHaveLength(1);
    await world.close();
  });

  test('a receiver that accepts only small packets is not sent others (MQTT-3.1.2-24)', async () => {
    const world = new ForwarderWorld(kernel);
    const receiver = world.connect({ version: 5, maximumPacketSize: 20 });
    receiver.subscribe('#');
    const sender = world.connect();
    const sizes = [13, 14, 15, 16, 3000];
    for (const size of sizes) sender.send(publish(4, 'a', 'x'.repeat(size)));
    await world.turn();
    // a PUBLISH in version 5 takes 6 bytes more than its payload here
    expect(receiver.received.length).toBe(5 + 19 + 20);
    expect(world.counters).toMatchObject({ messagesDelivered: 2, messagesTooLarge: 3 });
    await world.close();
  });

  test('a handler that throws MqttError: a breach of the protocol', async () => {
    const world = new ForwarderWorld(kernel);
    const [receiver, sender] = [world.connect(), world.connect()];
    receiver.subscribe('#');
    const fault = new MqttError('PACKET_SENDER', { packetType: 'pingreq' });
    world.server.packet = () => {
      throw fault;
    };
    sender.send(Buffer.concat([BEFORE, PINGREQ, AFTER]));
    await world.turn();
    expect(world.server.errors).toEqual([fault]);
    expect(sender.isClosed).toBe(true);
    expect(receiver.received.subarray(4).equals(BEFORE)).toBe(true);
    await world.close();
  });

  test('a handler that throws something else: it comes out, and everything else goes on', async () => {
    const world = new ForwarderWorld(kernel);
    const [receiver, sender, other] = [world.connect(), world.connect(), world.connect()];
    receiver.subscribe('#');
    const { packet } = world.server;
    world.server.packet = () => {
      throw new Error('of the handler');
    };
    expect(() => sender.send(Buffer.concat([BEFORE, PINGREQ, AFTER]))).toThrow('of the handler');
    world.server.packet = packet;
    other.send(publish(4, 'a', 'other'));
    await world.turn();
    const expected = Buffer.concat([BEFORE, publish(4, 'a', 'other')]);
    const received = receiver.received.subarray(4);
    // what followed in the same chunk is not lost for good, or never read: both are in order
    expect(received.subarray(0, BEFORE.length).equals(BEFORE)).toBe(true);
    expect(received.length).toBeGreaterThanOrEqual(expected.length);
    await world.close();
  });

  test('a connection whose stream fails', async () => {
    const world = new ForwarderWorld(kernel);
    const sender = world.connect();
    const fault = new Error('ECONNRESET');
    sender.socket.destroy(fault);
    await world.turn();
    expect(world.server.errors).toEqual([fault]);
    expect(sender.isClosed).toBe(true);
    await world.close();
  });

  test('without handlers for anything but packets', async () => {
    const index = new TopicIndex<Receiver>({ kernel });
    const forwarder = new Forwarder({ index, kernel });
    const sockets = [new FakeSocket(), new FakeSocket(), new FakeSocket()];
    for (const socket of sockets) forwarder.attach(socket, { packet() {} });
    sockets[0].arrive(hex('00 00'));
    sockets[1].destroy(new Error('ECONNRESET'));
    sockets[2].arriveEnd();
    await new Promise((resolve) => setImmediate(resolve));
    expect(sockets.map(({ destroyed, writableEnded }) => destroyed || writableEnded)).toEqual([
      true,
      true,
      true,
    ]);
    expect(forwarder.statistics.connections).toBe(0);
    forwarder.close();
  });

  test('`close` in the middle of a turn and in a handler', async () => {
    const world = new ForwarderWorld(kernel);
    const [receiver, sender] = [world.connect(), world.connect()];
    receiver.subscribe('#');
    world.server.packet = () => world.forwarder.close();
    sender.send(Buffer.concat([BEFORE, subscribe(4, 'b'), AFTER]));
    sender.send(AFTER);
    await world.turn();
    expect([sender.isClosed, receiver.isClosed]).toEqual([true, true]);
    expect(world.forwarder.statistics).toMatchObject({ connections: 0, messagesForwarded: 1 });
    expect(world.forwarder.statistics.outboxes).toMatchObject({ used: 0, javascript: 0 });
    world.forwarder.close();
  });

  test.each([
    ['maxPacketSize', 0],
    ['maxPacketSize', 1.5],
    ['maxPacketSizeBeforeConnect', -1],
    ['maxBacklogBytes', -1],
    ['maxBacklogMessages', Number.NaN],
    ['overflow', 'block'],
    ['topicAliasMaximum', 65_536],
    ['inspectRetained', 1],
    ['readInPlace', 'yes'],
    ['schedule', 5],
    ['index', undefined],
    ['kernel', 'native'],
  ])('option %s: %o is refused', (name, value) => {
    const index = new TopicIndex<Receiver>({ kernel });
    const options: object = { index, kernel, [name]: value };
    expect(() => new Forwarder(options as ForwarderOptions)).toThrow();
  });
});

test('a packet of a version that is not the one of the CONNECT is read by that', async () => {
  const world = new ForwarderWorld('js');
  const receiver = world.connect();
  receiver.subscribe('#');
  const socket = new FakeSocket();
  world.forwarder.attach(socket, world.server);
  const connect = client(5, { cmd: 'connect', protocolVersion: 5, clientId: 'c' });
  socket.arrive(Buffer.concat([connect, publish(5, 'a', 'x', { properties: { contentType: 'c' } })]));
  await world.turn();
  expect(receiver.received.subarray(4).toString('hex')).toBe(publish(4, 'a', 'x').toString('hex'));
  await world.close();
});
