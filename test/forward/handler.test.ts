import { describe, expect, test } from 'vitest';
import type { Connection } from '../../src/forward/connection.ts';
import type { Delivery } from '../../src/forward/types.ts';
import { MqttError } from '../../src/protocol/errors.ts';
import { hex } from '../vectors/hex.ts';
import { FakeSocket } from './fake-socket.ts';
import { type FakeClient, ForwarderWorld, KERNELS } from './server.ts';
import { normalised, PINGREQ, PINGRESP, publish, splitPackets, subscribe } from './wire.ts';

// What a handler does with the connection and the packet that it is called with.

function shorn(text: string): string {
  return hex(text).toString('hex');
}

/** What has arrived after the CONNACK. */
function arrived(client: FakeClient): string {
  return client.received.subarray(client.version === 5 ? 5 : 4).toString('hex');
}

describe.each(KERNELS)('kernel %s', (kernel) => {
  test('`forward` without a function: everybody gets it with QoS 0', async () => {
    const world = new ForwarderWorld(kernel);
    const [zero, one, shared, sender] = Array.from({ length: 4 }, () => world.connect());
    zero.subscribe('a');
    one.subscribe('a', { qos: 1 });
    shared.subscribe('$share/g/+', { qos: 2 });
    world.server.packet = (connection) => connection.forward();
    sender.send(hex('3c 06 0001 61 0001 78'), publish(4, 'a', 'y'.repeat(3000), { qos: 2, messageId: 2 }));
    await world.turn();
    for (const client of [zero, one, shared]) {
      expect(arrived(client).slice(0, 12)).toBe(shorn('30 04 0001 61 78'));
      expect(client.received.length).toBe(4 + 6 + 3006);
    }
    await world.close();
  });

  test('`forward` with one: it is called with those that get more, once each', async () => {
    const world = new ForwarderWorld(kernel);
    const [zero, one, two, both, sender] = Array.from({ length: 5 }, () => world.connect({ version: 5 }));
    zero.subscribe('a');
    one.subscribe('a', { qos: 1, retainAsPublished: true });
    two.subscribe('#', { qos: 2, subscriptionIdentifier: 5 });
    both.subscribe('a', { qos: 1, subscriptionIdentifier: 300 });
    both.subscribe('+', { qos: 2, subscriptionIdentifier: 7 });
    const visited = new Map<unknown, Delivery>();
    let topic = '';
    world.server.packet = (connection) => {
      topic = connection.topic;
      connection.forward((receiver, { qos, retain, subscriptionIdentifiers }) => {
        expect(visited.has(receiver)).toBe(false);
        visited.set(receiver, { qos, retain, subscriptionIdentifiers: [...subscriptionIdentifiers].sort() });
      });
    };
    sender.send(publish(5, 'a', 'x', { qos: 2, messageId: 1, retain: true, properties: { topicAlias: 1 } }));
    const expected = new Map([
      [one.connection.receiver, { qos: 2 - 1, retain: true, subscriptionIdentifiers: [] as number[] }],
      [two.connection.receiver, { qos: 2, retain: false, subscriptionIdentifiers: [5] }],
      [both.connection.receiver, { qos: 2, retain: false, subscriptionIdentifiers: [300, 7] }],
    ]);
    expect(visited).toEqual(expected);
    expect(topic).toBe('a');
    visited.clear();
    topic = '';
    // the same with an alias only
    sender.send(publish(5, '', 'x', { qos: 2, messageId: 2, retain: true, properties: { topicAlias: 1 } }));
    expect(visited).toEqual(expected);
    expect(topic).toBe('a');
    await world.turn();
    expect(arrived(zero)).toBe(shorn('30 05 0001 61 00 78').repeat(2));
    await world.close();
  });

  test.each([1, 3000])('`deliver` sends what it is told to: %i bytes', async (size) => {
    const world = new ForwarderWorld(kernel);
    const [four, five, sender] = [world.connect(), world.connect({ version: 5 }), world.connect()];
    const answers: unknown[] = [];
    world.server.packet = (connection) => {
      for (const { connection: to } of [four, five]) {
        const { receiver } = to;
        answers.push(receiver.deliver(connection, { qos: 1, messageId: 0x0102, retain: true, dup: true }));
        answers.push(
          receiver.deliver(connection, { qos: 2, messageId: 65_535, subscriptionIdentifiers: [1, 128] }),
        );
        answers.push(receiver.deliver(connection, { qos: 0, dup: true }));
        answers.push(receiver.deliver(connection, {}));
      }
    };
    sender.send(publish(4, 'a', 'x'.repeat(size), { qos: 2, messageId: 1 }));
    await world.turn();
    expect(answers).toEqual(Array.from({ length: 8 }, () => true));
    const heads = (client: FakeClient, length: number) =>
      splitPackets(client.received)
        .packets.slice(1)
        .map((packet) => {
          const start = size > 100 ? 3 : 2;
          return (
            packet.subarray(0, 1).toString('hex') + packet.subarray(start, start + length).toString('hex')
          );
        });
    // first byte, topic name, packet identifier, properties
    expect(heads(four, 5)).toEqual(
      ['3b0001610102', '34000161ffff', '300001617878', '300001617878'].map((text) =>
        size === 1 ? text.replace('7878', '78') : text,
      ),
    );
    expect(heads(five, 6).slice(0, 3)).toEqual([
      '3b000161010200',
      '34000161ffff05',
      size === 1 ? '300001610078' : '30000161007878',
    ]);
    expect(heads(five, 11)[1].slice(0, 24)).toBe('34000161ffff050b010b8001');
    await world.close();
  });

  test.each([0, -1, 1.5, 65_536, '1', undefined])(
    '`deliver` with packet identifier %o throws',
    async (messageId) => {
      const world = new ForwarderWorld(kernel);
      const [receiver, sender] = [world.connect(), world.connect()];
      const errors: unknown[] = [];
      world.server.packet = (connection) => {
        try {
          receiver.connection.receiver.deliver(connection, { qos: 1, messageId: messageId as number });
        } catch (error) {
          errors.push(error);
        }
      };
      sender.send(publish(4, 'a', 'x', { qos: 1, messageId: 1 }));
      await world.turn();
      expect(errors).toHaveLength(1);
      expect(errors[0]).toBeInstanceOf(MqttError);
      expect(receiver.received.length).toBe(4);
      await world.close();
    },
  );

  test('`deliver` says when a message was not sent', async () => {
    const world = new ForwarderWorld(kernel, { maxBacklogMessages: 2 });
    const session = world.forwarder.createReceiver();
    const small = world.connect({ version: 5, maximumPacketSize: 10 });
    const [slow, sender] = [world.connect(), world.connect()];
    await world.turn();
    slow.hold();
    const answers: boolean[][] = [];
    world.server.packet = (connection) => {
      const receivers = [session, small.connection.receiver, slow.connection.receiver];
      answers.push(receivers.map((receiver) => receiver.deliver(connection, {})));
    };
    for (const size of [1, 1, 1, 3000])
      sender.send(publish(4, 'a', 'x'.repeat(size), { qos: 1, messageId: 1 }));
    expect(answers).toEqual([
      [false, true, true],
      [false, true, true],
      [false, true, false],
      [false, false, false],
    ]);
    // how many of QoS 1 are under way is for the session to say, and none of them is lost
    const { receiver } = slow.connection;
    world.server.packet = (connection) => {
      expect(receiver.deliver(connection, { qos: 1, messageId: 1 })).toBe(true);
    };
    for (const size of [1, 3000]) sender.send(publish(4, 'a', 'x'.repeat(size), { qos: 1, messageId: 1 }));
    expect([receiver.pendingMessages, receiver.messagesDropped]).toEqual([4, 2]);
    session.release();
    await world.close();
  });

  test('`forward` and `deliver` are for a PUBLISH, while the handler is called with it', async () => {
    const world = new ForwarderWorld(kernel);
    const [receiver, sender] = [world.connect(), world.connect()];
    receiver.subscribe('#');
    expect(() => sender.connection.forward()).toThrow();
    const errors: unknown[] = [];
    world.server.packet = (connection) => {
      for (const use of [
        () => connection.forward(),
        () => receiver.connection.receiver.deliver(connection, {}),
      ]) {
        try {
          use();
        } catch (error) {
          errors.push(error);
        }
      }
    };
    sender.send(publish(4, 'a', 'x', { qos: 1, messageId: 1 }));
    expect(errors).toHaveLength(0);
    sender.send(PINGREQ);
    expect(errors).toHaveLength(2);
    expect(() => receiver.connection.receiver.deliver(sender.connection, {})).toThrow();
    await world.turn();
    expect(world.counters.messagesDelivered).toBe(2);
    await world.close();
  });

  test('`forwards`: false until the handler has accepted the client (MQTT-3.1.0-1)', async () => {
    const world = new ForwarderWorld(kernel);
    const receiver = world.connect();
    receiver.subscribe('#');
    const socket = new FakeSocket();
    const seen: string[] = [];
    world.forwarder.attach(
      socket,
      {
        packet(connection, packet) {
          seen.push(packet.command);
          if (packet.command === 'subscribe') connection.forwards = true;
        },
      },
      { forwards: false },
    );
    socket.arrive(
      Buffer.concat([publish(4, 'a', '1'), publish(4, 'b', '2'.repeat(3000)), publish(4, 'a', '3')]),
    );
    // from there on, also in the same chunk
    socket.arrive(Buffer.concat([publish(4, 'a', '4'), subscribe(4, 'x'), publish(4, 'a', '5')]));
    socket.arrive(publish(4, 'a', '6'));
    await world.turn();
    expect(seen).toEqual(['publish', 'publish', 'publish', 'publish', 'subscribe']);
    expect(arrived(receiver)).toBe(shorn('30 04 0001 61 35  30 04 0001 61 36'));
    await world.close();
  });

  test('a server at the other end: its subscription identifiers are not those of its readers', async () => {
    const world = new ForwarderWorld(kernel);
    const [plain, five] = [world.connect({ version: 5 }), world.connect({ version: 5 })];
    plain.subscribe('a');
    five.subscribe('#', { subscriptionIdentifier: 9 });
    const socket = new FakeSocket();
    const options = { peer: 'server', protocolVersion: 5 } as const;
    world.forwarder.attach(socket, world.server, options);
    // subscription identifiers 1 and 300 around a content type
    socket.arrive(hex('30 0f 0001 61 09 0b01 03 0001 74 0b ac02 7879'));
    await world.turn();
    expect(world.server.errors).toEqual([]);
    expect(arrived(plain)).toBe(shorn('30 0a 0001 61 04 03 0001 74 7879'));
    expect(normalised(five.received, 5)[1]).toBe(shorn('30 0c 0001 61 06 03 0001 74 0b09 7879'));
    // and a client may not send any (MQTT-3.3.4-6)
    const client = world.connect({ version: 5 });
    client.send(hex('30 0f 0001 61 09 0b01 03 0001 74 0b ac02 7879'));
    expect(world.server.errors).toHaveLength(1);
    await world.close();
  });

  test('`pause` and `resume`', async () => {
    const world = new ForwarderWorld(kernel);
    const [receiver, sender] = [world.connect(), world.connect()];
    receiver.subscribe('a');
    sender.connection.pause();
    sender.send(publish(4, 'a', '1'), publish(4, 'a', '2'));
    await world.turn();
    expect(arrived(receiver)).toBe('');
    sender.connection.resume();
    await world.turn();
    expect(arrived(receiver)).toBe(shorn('30 04 0001 61 31  30 04 0001 61 32'));
    await world.close();
  });

  test('`write`: small and large packets in their place among the messages', async () => {
    const world = new ForwarderWorld(kernel);
    const [receiver, sender] = [world.connect(), world.connect()];
    receiver.subscribe('a');
    await world.turn();
    const sizes = [0, 100, 5000, 900, 20_000, 4000, 70_000, 1];
    const own = sizes.map((size) => publish(4, 'own', 'o'.repeat(size)));
    const others = sizes.map((size) => publish(4, 'a', 't'.repeat(size)));
    for (const [i, size] of sizes.entries()) {
      sender.send(others[i]);
      const packet = { cmd: 'publish', topic: 'own', payload: 'o'.repeat(size) } as const;
      expect(receiver.connection.write(packet)).toBe(true);
    }
    await world.turn();
    const expected = Buffer.concat(sizes.flatMap((_, i) => [others[i], own[i]]));
    expect(receiver.received.subarray(4).equals(expected)).toBe(true);
    expect(() => receiver.connection.write({ cmd: 'publish', topic: '+' })).toThrow(MqttError);
    receiver.connection.end();
    expect(receiver.connection.write({ cmd: 'pingresp' })).toBe(false);
    await world.close();
  });

  test('`acknowledge`: short acknowledgements in their place among the messages, as `write` makes them', async () => {
    const world = new ForwarderWorld(kernel);
    for (const version of [4, 5] as const) {
      const [client, sender] = [world.connect({ version }), world.connect({ version })];
      client.subscribe('a');
      sender.send(publish(version, 'a', 'x'));
      const { connection } = client;
      const commands = ['puback', 'pubrec', 'pubrel', 'pubcomp'] as const;
      for (const [i, cmd] of commands.entries()) {
        expect(connection.acknowledge(cmd, 0x0101 * (i + 1))).toBe(true);
        connection.write({ cmd, messageId: 65_535 });
      }
      sender.send(publish(version, 'a', 'y'));
      for (const messageId of [0, -1, 65_536, Number.NaN]) {
        expect(() => connection.acknowledge('puback', messageId), String(messageId)).toThrow(MqttError);
      }
      await world.turn();
      const acknowledgements =
        '40 02 0101 40 02 ffff  50 02 0202 50 02 ffff  62 02 0303 62 02 ffff  70 02 0404 70 02 ffff';
      const [x, y] = ['x', 'y'].map((payload) => publish(version, 'a', payload).toString('hex'));
      expect(arrived(client)).toBe(x + shorn(acknowledgements) + y);
      connection.end();
      expect(connection.acknowledge('puback', 1)).toBe(false);
    }
    await world.close();
  });

  test('thousands of acknowledgements in one turn', async () => {
    const world = new ForwarderWorld(kernel);
    const client = world.connect();
    await world.turn();
    for (let i = 1; i <= 20_000; i++) client.connection.acknowledge('puback', i);
    await world.turn();
    const expected = Array.from({ length: 20_000 }, (_, i) => `4002${(i + 1).toString(16).padStart(4, '0')}`);
    expect(arrived(client)).toBe(expected.join(''));
    await world.close();
  });

  test('visits say which share group a receiver was chosen from', async () => {
    const world = new ForwarderWorld(kernel);
    const [member, both, sender] = [world.connect(), world.connect(), world.connect()];
    member.subscribe('$share/g/a', { qos: 1 });
    both.subscribe('$share/h/+', { qos: 1 });
    both.subscribe('a', { qos: 2 });
    const visited: unknown[] = [];
    world.server.packet = (connection) =>
      connection.forward((receiver, { shareName }) => visited.push([receiver, shareName]));
    sender.send(publish(4, 'a', 'x', { qos: 2, messageId: 1 }));
    expect(visited).toHaveLength(3);
    expect(visited).toEqual(
      expect.arrayContaining([
        [member.connection.receiver, 'g'],
        [both.connection.receiver, 'h'],
        [both.connection.receiver, undefined],
      ]),
    );
    await world.close();
  });

  test('a connection that has ended loses its receiver: the stream is ended all the same', async () => {
    const world = new ForwarderWorld(kernel);
    const [client, sender] = [world.connect(), world.connect()];
    client.subscribe('a');
    await world.turn();
    client.hold();
    sender.send(publish(4, 'a', 'x'));
    await world.turn();
    sender.send(publish(4, 'a', 'y'));
    client.connection.end();
    client.connection.receiver.disconnect();
    await client.release();
    await world.turn();
    expect(client.isClosed).toBe(true);
    expect(arrived(client)).toBe(shorn('30 04 0001 61 78'));
    await world.close();
  });

  test('a client that never reads the answers to its packets is disconnected', async () => {
    const world = new ForwarderWorld(kernel, { maxBacklogBytes: 1000 });
    const [client, other] = [world.connect(), world.connect()];
    await world.turn();
    client.hold();
    const pings = Buffer.concat(Array.from({ length: 1000 }, () => PINGREQ));
    for (let i = 0; i < 100 && !client.isClosed; i++) {
      client.send(pings);
      await world.turn();
    }
    expect(client.isClosed).toBe(true);
    expect((world.server.errors[0] as MqttError).code).toBe('BACKLOG_FULL');
    other.send(PINGREQ);
    await world.turn();
    expect(other.received.subarray(4).equals(PINGRESP)).toBe(true);
    await world.close();
    expect(world.forwarder.statistics.outboxes).toMatchObject({ used: 0, javascript: 0 });
  });

  test('statistics', async () => {
    const world = new ForwarderWorld(kernel);
    const connections: Connection[] = [world.connect(), world.connect()].map(({ connection }) => connection);
    const before = world.forwarder.statistics;
    expect(before).toMatchObject({
      connections: 2,
      receivers: 2,
      bytesReceived: 2 * 15,
      messagesForwarded: 0,
    });
    await world.turn();
    expect(world.forwarder.statistics.bytesSent).toBe(8);
    const [first] = connections;
    world.index.subscribe('a', first.receiver);
    const sender = world.connect();
    sender.send(publish(4, 'a', 'x'.repeat(100)), publish(4, 'a', 'x'.repeat(10_000)));
    await world.turn();
    expect(world.forwarder.statistics).toMatchObject({
      connections: 3,
      receivers: 3,
      bytesReceived: 3 * 15 + 105 + 10_006,
      bytesSent: 12 + 105 + 10_006,
      messagesForwarded: 2,
      messagesDelivered: 2,
    });
    // those that were asked for before do not change
    expect(before.connections).toBe(2);
    await world.close();
  });
});
