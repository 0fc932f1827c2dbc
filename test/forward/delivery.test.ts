import { describe, expect, test } from 'vitest';
import type { Receiver } from '../../src/forward/receiver.ts';
import type { QoS } from '../../src/protocol/packets.ts';
import { TopicIndex } from '../../src/topics/index.ts';
import { hex } from '../vectors/hex.ts';
import { type Outcome, type Scenario, sameEverywhere } from './everywhere.ts';
import { ForwarderWorld, KERNELS } from './server.ts';
import { PINGREQ, publish, splitPackets, subscribe } from './wire.ts';
import type { Client, ClientOptions, World } from './world.ts';

const PROPERTIES = {
  payloadFormatIndicator: true,
  messageExpiryInterval: 100,
  contentType: 'text/plain',
  responseTopic: 'answer',
  correlationData: Buffer.from([0, 1, 2, 0xff]),
  userProperties: { k: ['1', '2', 'ä'], '': 'x' },
};

/** Clients of these kinds, all of which subscribe to "a/+". */
function fanOut(world: World, kinds: readonly ClientOptions[], count: number): Client[] {
  return Array.from({ length: count }, (_, i) => {
    const client = world.connect(kinds[i % kinds.length]);
    client.subscribe('a/+', { qos: (i % 3) as QoS });
    return client;
  });
}

const MIXED: ClientOptions[] = [
  { version: 4 },
  { version: 5 },
  { version: 3 },
  { version: 5, topicAliasMaximum: 10 },
  { version: 5, maximumPacketSize: 60 },
];

describe.each([1, 10, 1000])('fan-out %i', (count) => {
  test.each([
    ['3.1.1 to 3.1.1', 4, [{ version: 4 }]],
    ['3.1.1 to 5.0', 4, [{ version: 5 }]],
    ['5.0 to 3.1.1', 5, [{ version: 4 }]],
    ['5.0 to 5.0', 5, [{ version: 5 }]],
    ['3.1 to all', 3, MIXED],
    ['5.0 to all', 5, MIXED],
  ] as const)('%s', async (_, from, kinds) => {
    const { received, counters } = await sameEverywhere(async (world) => {
      const receivers = fanOut(world, kinds, count);
      const sender = world.connect({ version: from });
      const properties = from === 5 ? { properties: PROPERTIES } : {};
      for (let i = 0; i < 10; i++) {
        sender.send(
          Buffer.concat([
            publish(from, `a/${i % 3}`, `${i}`, i % 2 ? properties : {}),
            publish(from, 'a', 'for nobody'),
            publish(from, `a/${i}`, 'x'.repeat(i * 10), { retain: i % 2 === 0 }),
            PINGREQ,
          ]),
        );
        if (i % 4 === 0) await world.turn();
      }
      await world.turn();
      return [...receivers, sender];
    });
    expect(counters.messagesForwarded).toBe(30);
    // the CONNACK and ten answers to PINGREQ: what it published is not for it
    expect(received[count].length).toBe((from === 5 ? 5 : 4) + 20);
  });
});

/** What one client of each version receives of some packets, after its CONNACK. */
async function receivedBy(
  from: 4 | 5,
  chunk: Uint8Array,
  prepare: (clients: { four: Client; five: Client; sender: Client }, world: World) => void,
): Promise<{ four: string; five: string; outcome: Outcome }> {
  const scenario: Scenario = async (world) => {
    const [four, five, sender] = [{ version: 4 }, { version: 5 }, { version: from }].map((each) =>
      world.connect(each as ClientOptions),
    );
    prepare({ four, five, sender }, world);
    sender.send(chunk);
    await world.turn();
    return [four, five, sender];
  };
  const outcome = await sameEverywhere(scenario);
  const [four, five] = outcome.received;
  return { four: four.subarray(4).toString('hex'), five: five.subarray(5).toString('hex'), outcome };
}

const both = ({ four, five }: { four: Client; five: Client }) => {
  four.subscribe('a');
  five.subscribe('a');
};

function shorn(text: string): string {
  return hex(text).toString('hex');
}

describe('the bytes', () => {
  test('of a client with 3.1.1 go to others as they are, to 5.0 with an empty property block', async () => {
    const { four, five } = await receivedBy(4, hex('30 05 0001 61 7879'), both);
    expect(four).toBe(shorn('30 05 0001 61 7879'));
    expect(five).toBe(shorn('30 06 0001 61 00 7879'));
  });

  test('of a client with 5.0: properties in their order (MQTT-3.3.2-18), none for 3.1.1', async () => {
    const block = '26 0001 62 0001 31  03 0001 74  26 0001 61 0001 32  26 0001 62 0001 33  01 01';
    const { four, five } = await receivedBy(5, hex(`30 20 0001 61 1b ${block} 78`), both);
    expect(four).toBe(shorn('30 04 0001 61 78'));
    expect(five).toBe(shorn(`30 20 0001 61 1b ${block} 78`));
  });

  test('a remaining length that takes another byte, either way', async () => {
    const long = 'x'.repeat(124);
    const up = await receivedBy(4, publish(4, 'a', long), both);
    expect([up.four.slice(0, 6), up.five.slice(0, 8)]).toEqual(['307f00', '30800100']);
    const down = await receivedBy(5, publish(5, 'a', long), both);
    expect([down.four.slice(0, 6), down.five.slice(0, 8)]).toEqual(['307f00', '30800100']);
  });

  test.each([16_378, 16_379, 16_380, 16_381, 1_000_000])('and with %i bytes', async (size) => {
    const { four, five } = await receivedBy(4, publish(4, 'a', Buffer.alloc(size, 'z')), both);
    expect(five.length - four.length).toBeGreaterThanOrEqual(2);
  });

  test('DUP is not passed on (MQTT-3.3.1-3), RETAIN only as published (MQTT-3.3.1-12, MQTT-3.3.1-13)', async () => {
    // QoS 1 with DUP and RETAIN, packet identifier 0x0102
    const { four, five } = await receivedBy(4, hex('3b 06 0001 61 0102 78'), ({ four, five }) => {
      four.subscribe('a', { qos: 1 });
      five.subscribe('a', { qos: 2, retainAsPublished: true });
    });
    expect(four).toBe(shorn('32 06 0001 61 0001 78'));
    expect(five).toBe(shorn('33 07 0001 61 0001 00 78'));
    const withQos0 = await receivedBy(4, hex('31 04 0001 61 78'), ({ four, five }) => {
      four.subscribe('a', { retainAsPublished: true });
      five.subscribe('a');
    });
    expect(withQos0).toMatchObject({ four: shorn('31 04 0001 61 78'), five: shorn('30 05 0001 61 00 78') });
  });

  test('a subscription to QoS 0 gets messages of QoS 1 and 2 as QoS 0 (MQTT-3.8.4-8)', async () => {
    const chunk = hex('32 06 0001 61 0001 78  34 06 0001 61 0002 79');
    const { four, five, outcome } = await receivedBy(4, chunk, both);
    expect(four).toBe(shorn('30 04 0001 61 78 30 04 0001 61 79'));
    expect(five).toBe(shorn('30 05 0001 61 00 78 30 05 0001 61 00 79'));
    // CONNACK, PUBACK, PUBREC
    expect(outcome.received[2].toString('hex')).toBe(shorn('20 02 0000  40 02 0001  50 02 0002'));
  });

  test('topics of more than 512 bytes', async () => {
    for (const size of [511, 512, 513, 3000, 65_535]) {
      const topic = 'ä/'.repeat(22_000).slice(0, Math.ceil(size / 1.5));
      const { four, outcome } = await receivedBy(5, publish(5, topic, 'x'), ({ four, five }) => {
        four.subscribe('ä/#');
        five.subscribe('#', { subscriptionIdentifier: 9 });
      });
      expect(four.slice(-2)).toBe('78');
      expect(outcome.counters.messagesDelivered).toBe(2);
    }
  });
});

describe('overlapping subscriptions (MQTT5 section 3.3.4)', () => {
  test('one copy with the highest QoS and all subscription identifiers (MQTT-3.3.4-2 to MQTT-3.3.4-5)', async () => {
    const chunk = hex('34 07 0001 61 0003 00 78');
    const { four, five } = await receivedBy(5, chunk, ({ four, five }) => {
      for (const client of [four, five]) {
        client.subscribe('a', { qos: 0, subscriptionIdentifier: 1 });
        client.subscribe('+', { qos: 1, subscriptionIdentifier: 268_435_455 });
        client.subscribe('#', { qos: 0 });
        client.subscribe('a/#', { qos: 1, subscriptionIdentifier: 128 });
      }
    });
    expect(four).toBe(shorn('32 06 0001 61 0001 78'));
    expect(five.length).toBe(2 * (9 + 2 + 5 + 3));
    expect(five.slice(0, 4)).toBe('3211');
  });

  test('with QoS 0 as well, and as many identifiers as there are', async () => {
    const { five } = await receivedBy(4, hex('30 07 0003 612f62 7879'), ({ four, five }) => {
      four.subscribe('a/b', { subscriptionIdentifier: 5 });
      for (const [i, filter] of ['a/b', 'a/+', '+/b', '+/+', '#', 'a/#', '+/#', 'a/b/#'].entries()) {
        five.subscribe(filter, { subscriptionIdentifier: 2_097_152 + i });
      }
    });
    // 5 bytes each
    expect(five.slice(0, 16)).toBe(shorn('30 30 0003 612f62 28'));
  });

  test('no local: not what it published itself (MQTT-3.8.3-3)', async () => {
    const { outcome } = await receivedBy(5, publish(5, 'a', 'x'), ({ four, five, sender }) => {
      four.subscribe('a', { noLocal: true });
      five.subscribe('a', { noLocal: true });
      sender.subscribe('a', { noLocal: true });
    });
    expect(outcome.counters.messagesDelivered).toBe(2);
    expect(outcome.received[2].length).toBe(5);
    // neither with QoS 1, nor if another subscription of it does not say so
    const other = await receivedBy(5, publish(5, 'a', 'x', { qos: 1, messageId: 1 }), ({ four, sender }) => {
      four.subscribe('a', { noLocal: true, qos: 1 });
      sender.subscribe('a', { noLocal: true, qos: 1 });
    });
    expect(other.outcome.counters.messagesDelivered).toBe(1);
    const echoed = await receivedBy(5, publish(5, 'a', 'x'), ({ sender }) => {
      sender.subscribe('a', { noLocal: true });
      sender.subscribe('#');
    });
    expect(echoed.outcome.counters.messagesDelivered).toBe(1);
    // nor what is too long for the kernel
    for (const topic of ['a', 'long/'.repeat(200)]) {
      const chunk = publish(5, topic, 'x'.repeat(5000));
      const long = await receivedBy(5, chunk, ({ four, sender }) => {
        four.subscribe('#', { noLocal: true });
        sender.subscribe('#', { noLocal: true });
      });
      expect(long.outcome.counters.messagesDelivered).toBe(1);
    }
  });
});

describe('share groups', () => {
  test.each([0, 1] as const)('each member in turn, with QoS %i', async (qos) => {
    const { received, counters } = await sameEverywhere(async (world) => {
      const members = [4, 5, 5].map((version) => world.connect({ version } as ClientOptions));
      for (const member of members) member.subscribe('$share/g/a/+', { qos });
      const other = world.connect();
      other.subscribe('a/1');
      const sender = world.connect({ version: 5 });
      for (let i = 0; i < 10; i++) {
        sender.send(publish(5, `a/${i % 2}`, `${i}`, qos ? { qos, messageId: i + 1 } : {}));
        if (i === 4) members[1].unsubscribe('$share/g/a/+');
      }
      await world.turn();
      return [...members, other, sender];
    });
    expect(counters.messagesDelivered).toBe(15);
    const payloads = received.slice(0, 3).map((bytes) => bytes.toString('latin1').replaceAll(/[^0-9]/g, ''));
    expect(payloads.map((digits) => digits.length > 0)).toEqual([true, true, true]);
  });

  test('in turn also where every topic is a new one, and while others subscribe', async () => {
    const { received } = await sameEverywhere(async (world) => {
      const members = [world.connect(), world.connect()];
      for (const member of members) member.subscribe('$share/g/#');
      const [sender, other] = [world.connect(), world.connect()];
      for (let i = 0; i < 20; i++) {
        sender.send(publish(4, `${i}`, 'new'), publish(4, 'same', 'x'));
        other.subscribe(`${i}/+`);
      }
      await world.turn();
      return [...members, sender, other];
    });
    const [one, two] = received.map((bytes) => splitPackets(bytes).packets.length);
    expect([one, two]).toEqual([21, 21]);
  });
});

test.each(KERNELS)(
  'a share group by publisher: the same member for all messages of one, kernel %s',
  async (kernel) => {
    const index = new TopicIndex<Receiver>({ kernel, sharedStrategy: 'hash-client' });
    const world = new ForwarderWorld(kernel, { index });
    const members = Array.from({ length: 4 }, () => world.connect());
    for (const member of members) member.subscribe('$share/g/#');
    const senders = Array.from({ length: 12 }, () => world.connect());
    for (const sender of senders) sender.subscribe('none');
    for (let round = 0; round < 5; round++) {
      for (const [i, sender] of senders.entries()) sender.send(publish(4, `t/${round}`, `from ${i};`));
    }
    await world.turn();
    const senderOf = members.map((member) => member.received.toString('latin1').match(/from \d+;/g) ?? []);
    expect(senderOf.flat()).toHaveLength(60);
    for (const [i] of senders.entries()) {
      const counts = senderOf.map((list) => list.filter((text) => text === `from ${i};`).length);
      expect([...counts].sort()).toEqual([0, 0, 0, 5]);
    }
    // and not one member for all of them
    expect(senderOf.filter((list) => list.length > 0).length).toBeGreaterThan(1);
    await world.close();
  },
);

test.each(KERNELS)('an empty route and a topic that nobody has ever had, kernel %s', async (kernel) => {
  const world = new ForwarderWorld(kernel);
  const sender = world.connect();
  sender.send(Buffer.concat([publish(4, 'a'), publish(4, 'a'), publish(4, 'b')]));
  expect(world.counters).toMatchObject({ messagesForwarded: 3, messagesDelivered: 0 });
  sender.send(subscribe(4, 'a'), publish(4, 'a'));
  expect(world.counters).toMatchObject({ messagesForwarded: 4, messagesDelivered: 1 });
  await world.close();
});
