import { expect } from 'vitest';
import { RawClient, startBroker, subscribed } from '../../../broker/harness.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import type { Version } from '../scenes.ts';

async function start(version: Version) {
  const { broker, port } = await startBroker({ sysInterval: 0 });
  const publisher = await RawClient.connected(port, 'publisher', version);
  return { broker, port, publisher };
}

const QOS = [0, 1, 2] as const;

/** MQTT-3.3.1-5: the last one counts. */
function replaces(version: Version): BrokerCases {
  return Object.fromEntries([
    ...QOS.flatMap((before) =>
      QOS.map((after) => [
        `QoS ${after} replaces QoS ${before}, with its own QoS`,
        async () => {
          const { port, publisher } = await start(version);
          await publisher.publish('a/b', 'old', { qos: before, retain: true });
          await publisher.publish('a/b', 'new', { qos: after, retain: true });
          const late = await subscribed(port, 'late', 'a/b', version, '02');
          expect(await late.nextMessage('new')).toMatchObject({ retain: true, qos: after });
          await late.expectsNothing();
        },
      ]),
    ),
    [
      'other topics keep theirs',
      async () => {
        const { port, publisher } = await start(version);
        for (const topic of ['a', 'a/b', 'a/b/c', '/a', 'A']) {
          await publisher.publish(topic, topic, { qos: 1, retain: true });
        }
        await publisher.publish('a/b', 'new', { qos: 1, retain: true });
        const late = await subscribed(port, 'late', '#', version, '00');
        const payloads: string[] = [];
        for (let i = 0; i < 5; i++)
          payloads.push(Buffer.from((await late.next('publish')).payload).toString());
        expect(payloads.sort()).toEqual(['/a', 'A', 'a', 'a/b/c', 'new']);
        await late.expectsNothing();
      },
    ],
  ]);
}

/** MQTT-3.3.1-6 (3.1.1): which retained messages a new subscription gets, of a/b, a/c, a/c/d, b and /a. */
const newSubscription: BrokerCases = Object.fromEntries(
  (
    [
      ['a/b', ['a/b']],
      ['a/+', ['a/b', 'a/c']],
      ['a/#', ['a/b', 'a/c', 'a/c/d']],
      ['+', ['b']],
      ['/+', ['/a']],
      ['+/+', ['/a', 'a/b', 'a/c']],
      ['#', ['/a', 'a/b', 'a/c', 'a/c/d', 'b']],
      ['a/c/d/#', ['a/c/d']],
      ['a/B', []],
    ] as [string, string[]][]
  ).map(([filter, topics]) => [
    `${filter}: ${topics.join(' ') || 'none'}`,
    async () => {
      const { port, publisher } = await start(4);
      for (const topic of ['a/b', 'a/c', 'a/c/d', 'b', '/a']) {
        await publisher.publish(topic, 'old', { qos: 1, retain: true });
        await publisher.publish(topic, 'last', { qos: 1, retain: true });
      }
      const late = await RawClient.connected(port, 'late');
      await late.subscribe(filter, '01');
      const got: string[] = [];
      for (const _ of topics) got.push((await late.nextMessage('last')).topic);
      expect(got.sort()).toEqual(topics);
      await late.expectsNothing();
    },
  ]),
);

/** MQTT-3.3.1-7 (3.1.1). */
const qos0Discards: BrokerCases = Object.fromEntries(
  ([1, 2] as const).map((before) => [
    `QoS 0 discards QoS ${before}: a new subscription gets nothing else`,
    async () => {
      const { port, publisher } = await start(4);
      await publisher.publish('a/b', 'old', { qos: before, retain: true });
      await publisher.publish('a/b', 'new', { qos: 0, retain: true });
      const late = await subscribed(port, 'late', 'a/b', 4, '02');
      // PUBLISH QoS 0 with RETAIN, or nothing (the specification leaves it open): this broker keeps it
      await late.expects('31 08 0003612f62 6e6577');
      await late.expectsNothing();
    },
  ]),
);

const retainSetForNew: BrokerCases = {
  'PUBLISH with RETAIN 1 behind SUBACK': async () => {
    const { port, publisher } = await start(4);
    await publisher.publish('a/b', 'x', { qos: 1, retain: true });
    const late = await RawClient.connected(port, 'late');
    late.sendSubscribe('a/b', '00', 0x0203);
    await late.expects(`
      90 03 0203 00       // SUBACK
      31 06 0003612f62 78 // PUBLISH, RETAIN 1`);
  },
  'with every QoS, by exact and wildcard filters': async () => {
    const { port, publisher } = await start(4);
    await publisher.publish('a/b', 'x', { qos: 2, retain: true });
    for (const qos of QOS) {
      for (const filter of ['a/b', 'a/+', '#']) {
        const late = await subscribed(port, `late ${filter} ${qos}`, filter, 4, `0${qos}`);
        expect(await late.nextMessage('x')).toMatchObject({ retain: true, qos });
      }
    }
  },
};

const retainClearedForEstablished: BrokerCases = Object.fromEntries(
  QOS.map((qos) => [
    `QoS ${qos}: RETAIN 0 to who had subscribed before`,
    async () => {
      const { port, publisher } = await start(4);
      const live = await subscribed(port, 'live', 'a/b', 4, '02');
      await publisher.publish('a/b', 'x', { qos, retain: true });
      expect(await live.nextMessage('x')).toMatchObject({ retain: false, qos });
    },
  ]),
);

/** MQTT-3.3.1-10 (3.1.1), MQTT-3.3.1-6 (5.0). */
function emptyRemoves(version: Version): BrokerCases {
  return Object.fromEntries(
    QOS.map((qos) => [
      `QoS ${qos}: it is delivered, and a later subscription gets nothing`,
      async () => {
        const { broker, port, publisher } = await start(version);
        const live = await subscribed(port, 'live', 'a/b', version, '02');
        await publisher.publish('a/b', 'x', { qos: 1, retain: true });
        expect(broker.retained('a/b')?.topic).toBe('a/b');
        await publisher.publish('a/b', '', { qos, retain: true });
        await live.nextMessage('x');
        expect(await live.nextMessage('')).toMatchObject({ retain: false, qos });
        const late = await subscribed(port, 'late', 'a/#', version, '02');
        await late.expectsNothing();
        expect(broker.retained('a/b')).toBe(undefined);
        expect(broker.statistics.retained).toEqual({ count: 0, bytes: 0 });
      },
    ]),
  );
}

/** MQTT-3.3.1-11 (3.1.1), MQTT-3.3.1-7 (5.0). */
function emptyIsNotStored(version: Version): BrokerCases {
  return Object.fromEntries([
    ...QOS.map((qos) => [
      `QoS ${qos}: no retained message with an empty payload for a later subscription`,
      async () => {
        const { broker, port, publisher } = await start(version);
        await publisher.publish('a/b', '', { qos, retain: true });
        const late = await subscribed(port, 'late', '#', version, '02');
        await late.expectsNothing();
        expect(broker.statistics.retained.count).toBe(0);
      },
    ]),
    [
      'a message after it is stored again',
      async () => {
        const { port, publisher } = await start(version);
        await publisher.publish('a/b', '', { retain: true });
        await publisher.publish('a/b', 'x', { retain: true });
        const late = await subscribed(port, 'late', '#', version);
        expect(await late.nextMessage('x')).toMatchObject({ retain: true });
      },
    ],
  ]);
}

/** MQTT-3.3.1-12 (3.1.1), MQTT-3.3.1-8 (5.0). */
function plainLeavesIt(version: Version): BrokerCases {
  return Object.fromEntries([
    ...QOS.flatMap((qos) => [
      [
        `QoS ${qos} without RETAIN: the retained message stays`,
        async () => {
          const { port, publisher } = await start(version);
          await publisher.publish('a/b', 'kept', { qos: 1, retain: true });
          await publisher.publish('a/b', 'plain', { qos });
          await publisher.publish('a/b', '', { qos });
          const late = await subscribed(port, 'late', 'a/b', version, '02');
          expect(await late.nextMessage('kept')).toMatchObject({ retain: true });
          await late.expectsNothing();
        },
      ],
      [
        `QoS ${qos} without RETAIN: nothing is stored`,
        async () => {
          const { port, publisher } = await start(version);
          await publisher.publish('a/b', 'plain', { qos });
          const late = await subscribed(port, 'late', 'a/b', version, '02');
          await late.expectsNothing();
        },
      ],
    ]),
  ]);
}

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.3.1-5', '3.1.1', replaces(4)),
  brokerRow('MQTT-3.3.1-6', '3.1.1', newSubscription),
  brokerRow('MQTT-3.3.1-7', '3.1.1', qos0Discards),
  brokerRow('MQTT-3.3.1-8', '3.1.1', retainSetForNew),
  brokerRow('MQTT-3.3.1-9', '3.1.1', retainClearedForEstablished),
  brokerRow('MQTT-3.3.1-10', '3.1.1', emptyRemoves(4)),
  brokerRow('MQTT-3.3.1-11', '3.1.1', emptyIsNotStored(4)),
  brokerRow('MQTT-3.3.1-12', '3.1.1', plainLeavesIt(4)),
  brokerRow('MQTT-3.3.1-5', '5', replaces(5)),
  brokerRow('MQTT-3.3.1-6', '5', emptyRemoves(5)),
  brokerRow('MQTT-3.3.1-7', '5', emptyIsNotStored(5)),
  brokerRow('MQTT-3.3.1-8', '5', plainLeavesIt(5)),
];
