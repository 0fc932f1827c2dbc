import { expect } from 'vitest';
import { RawClient, startBroker, subscribed } from '../../../broker/harness.ts';
import { filters } from '../filters.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import type { Version } from '../scenes.ts';

const QOS = [0, 1, 2] as const;

/** The same filter again. */
function replaces(version: Version): BrokerCases {
  return Object.fromEntries([
    ...QOS.flatMap((before) =>
      QOS.filter((after) => after !== before).map((after) => [
        `QoS ${before}, then ${after}: one message, with QoS ${after}`,
        async () => {
          const { port } = await startBroker();
          const client = await RawClient.connected(port, 'client', version);
          await client.subscribe('a/+', `0${before}`);
          await client.subscribe('a/+', `0${after}`, 2);
          const publisher = await RawClient.connected(port, 'publisher', version);
          await publisher.publish('a/b', 'x', { qos: 2 });
          expect((await client.nextMessage('x')).qos).toBe(after);
          await client.expectsNothing();
        },
      ]),
    ),
    [
      'another filter for the same topics is another subscription',
      async () => {
        const { port } = await startBroker();
        const client = await RawClient.connected(port, 'client', version);
        await client.subscribe('a/b', '02');
        await client.subscribe('a/+', '00', 2);
        client.sendUnsubscribe('a/+', 3);
        await client.next('unsuback');
        const publisher = await RawClient.connected(port, 'publisher', version);
        await publisher.publish('a/b', 'x', { qos: 2 });
        expect((await client.nextMessage('x')).qos).toBe(2);
      },
    ],
  ]);
}

/** What is retained comes again, and nothing that is published meanwhile is lost. */
function retainedAgain(version: Version): BrokerCases {
  return {
    'the retained message is sent again': async () => {
      const { port } = await startBroker();
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('a/b', 'kept', { qos: 1, retain: true });
      const client = await RawClient.connected(port, 'client', version);
      for (const [id, options] of ['00', '01', '00', '02'].entries()) {
        await client.subscribe('a/b', options, id + 1);
        const expected = { retain: true, qos: Math.min(1, Number(options)) };
        expect(await client.nextMessage('kept')).toMatchObject(expected);
        await client.expectsNothing();
      }
    },
    'no message is lost while subscriptions are replaced': async () => {
      const { port } = await startBroker();
      const client = await subscribed(port, 'client', 'a/b', version, '01');
      const publisher = await RawClient.connected(port, 'publisher', version);
      for (let i = 0; i < 100; i++) {
        publisher.sendPublish('a/b', `${i}`, { qos: 1, id: i + 1 });
        if (i % 10 === 5) client.sendSubscribe('a/b', i % 20 === 5 ? '02' : '01', i);
      }
      const payloads: string[] = [];
      while (payloads.length < 100) {
        const packet = await client.next();
        if (packet.cmd === 'publish') payloads.push(Buffer.from(packet.payload).toString());
        else expect(packet.cmd).toBe('suback');
      }
      expect(payloads).toEqual(Array.from({ length: 100 }, (_, i) => `${i}`));
    },
  };
}

/** The lower one of what was published with and what was granted, live and retained. */
function lowerQoS(version: Version): BrokerCases {
  return Object.fromEntries([
    ...QOS.flatMap((granted) =>
      QOS.map((published) => [
        `published with ${published}, granted ${granted}: arrives with ${Math.min(published, granted)}`,
        async () => {
          const { port } = await startBroker();
          const expected = { qos: Math.min(published, granted) };
          const client = await subscribed(port, 'client', 'a/b', version, `0${granted}`);
          const publisher = await RawClient.connected(port, 'publisher', version);
          await publisher.publish('a/b', 'x', { qos: published, retain: true });
          expect(await client.nextMessage('x')).toMatchObject(expected);
          const late = await subscribed(port, 'late', 'a/b', version, `0${granted}`);
          expect(await late.nextMessage('x')).toMatchObject(expected);
        },
      ]),
    ),
    [
      'the server grants less than was asked for',
      async () => {
        const { port } = await startBroker({ authorizeSubscribe: () => 1 });
        const client = await RawClient.connected(port, 'client', version);
        expect(await client.subscribe(filters('a 02', 'b 01', 'c 00'))).toEqual([1, 1, 0]);
        const publisher = await RawClient.connected(port, 'publisher', version);
        for (const topic of ['a', 'b', 'c']) await publisher.publish(topic, topic, { qos: 2 });
        for (const [topic, qos] of [
          ['a', 1],
          ['b', 1],
          ['c', 0],
        ] as const) {
          expect((await client.nextMessage(topic)).qos).toBe(qos);
        }
      },
    ],
  ]);
}

const replacesIdentifier: BrokerCases = {
  'subscription identifier 1, then 2, then none': async () => {
    const { port } = await startBroker();
    const client = await RawClient.connected(port, 'client', 5);
    const publisher = await RawClient.connected(port, 'publisher', 5);
    for (const [properties, subscriptionIdentifier] of [
      ['0b 01', 1],
      ['0b 02', 2],
      ['', undefined],
    ] as const) {
      await client.subscribe('a/b', '01', 1, properties);
      await publisher.publish('a/b', 'x', { qos: 1 });
      const { properties: got } = await client.nextMessage('x');
      expect(got?.subscriptionIdentifier).toBe(subscriptionIdentifier);
      await client.expectsNothing();
    }
  },
};

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.8.4-3', '3.1.1', { ...replaces(4), ...retainedAgain(4) }),
  brokerRow('MQTT-3.8.4-6', '3.1.1', lowerQoS(4)),
  brokerRow('MQTT-3.8.4-3', '5', { ...replaces(5), ...replacesIdentifier }),
  brokerRow('MQTT-3.8.4-4', '5', retainedAgain(5)),
  brokerRow('MQTT-3.8.4-8', '5', lowerQoS(5)),
];
