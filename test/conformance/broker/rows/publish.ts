import { expect } from 'vitest';
import { RawClient, startBroker, subscribed } from '../../../broker/harness.ts';
import { filters } from '../filters.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import { KEPT, type Version } from '../scenes.ts';

/** MQTT-3.3.1-1: unacknowledged messages come again after a reconnect. */
function sentAgain(version: Version): BrokerCases {
  return Object.fromEntries(
    ([1, 2] as const).map((qos) => [
      `QoS ${qos}: DUP is 1 when it is sent again, with the same packet identifier`,
      async () => {
        const { port } = await startBroker();
        const first = await RawClient.connected(port, 'receiver', version, KEPT);
        await first.subscribe('a/b', `0${qos}`);
        const publisher = await RawClient.connected(port, 'publisher', version);
        await publisher.publish('a/b', 'again', { qos });
        const original = await first.nextMessage('again');
        expect(original).toMatchObject({ dup: false, qos });
        first.cut();
        const second = await RawClient.connected(port, 'receiver', version, KEPT);
        expect(await second.nextMessage('again')).toMatchObject({
          dup: true,
          qos,
          messageId: original.messageId,
        });
        await second.expectsNothing();
      },
    ]),
  );
}

/** MQTT-3.3.1-3: the DUP flag of the publisher is its own. */
function dupIsNotPassedOn(version: Version): BrokerCases {
  return Object.fromEntries(
    ([1, 2] as const).flatMap((qos) =>
      ([0, 1, 2] as const).map((granted) => [
        `QoS ${qos} with DUP 1, subscribed with QoS ${granted}: arrives with DUP 0`,
        async () => {
          const { port } = await startBroker();
          const receiver = await subscribed(port, 'receiver', 'a/b', version, `0${granted}`);
          const publisher = await RawClient.connected(port, 'publisher', version);
          await publisher.publish('a/b', 'x', { qos, dup: true });
          const expected = { dup: false, qos: Math.min(qos, granted) };
          expect(await receiver.nextMessage('x')).toMatchObject(expected);
        },
      ]),
    ),
  );
}

/** MQTT-3.3.2-3: what is sent has a topic that matches, whatever else is published. */
function onlyMatchingTopics(version: Version): BrokerCases {
  // by filter: topics that match, and such that nearly do
  const table: [filter: string, matching: string[], others: string[]][] = [
    ['a/b', ['a/b'], ['a', 'a/b/c', 'a/B', '/a/b', 'a/b/']],
    ['a/+', ['a/b', 'a/', 'a/xb'], ['a', 'a/b/c', 'b/a']],
    ['a/#', ['a', 'a/b', 'a/b/c', 'a/'], ['ab', 'b/a', 'A/b']],
    ['+/+', ['/b', 'a/b', '/'], ['a', 'a/b/c']],
    ['+', ['a', 'b'], ['/a', 'a/']],
    ['#', ['a', '/a', 'a/b/c'], []],
    ['+/b/#', ['a/b', 'a/b/c', '/b'], ['b', 'a/c/b']],
    ['/+', ['/a', '/'], ['a', 'a/b']],
  ];
  return Object.fromEntries(
    table.map(([filter, matching, others]) => [
      `${filter} gets ${matching.join(' ')}${others.length > 0 ? `, not ${others.join(' ')}` : ''}`,
      async () => {
        const { port } = await startBroker();
        const receiver = await subscribed(port, 'receiver', filter, version, '01');
        const publisher = await RawClient.connected(port, 'publisher', version);
        for (const topic of [...others, ...matching]) await publisher.publish(topic, topic, { qos: 1 });
        for (const topic of matching) expect((await receiver.nextMessage(topic)).topic).toBe(topic);
        await receiver.expectsNothing();
      },
    ]),
  );
}

/** MQTT-3.3.4-1: the answer that the QoS asks for, to the byte. */
function answers(version: Version): BrokerCases {
  const empty = version === 5 ? '00' : '';
  const length = version === 5 ? '08' : '07';
  return {
    'QoS 0: no answer': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'publisher', version);
      client.sendPublish('a/b', 'x');
      await client.expectsNothing();
    },
    'QoS 1: PUBACK': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'publisher', version);
      // PUBLISH QoS 1, topic a/b, packet identifier 0x0102
      client.send(`32 ${length} 0003612f62 0102 ${empty}`);
      await client.expects('40 02 0102');
      await client.expectsNothing();
    },
    'QoS 2: PUBREC, and PUBCOMP to PUBREL': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'publisher', version);
      client.send(`34 ${length} 0003612f62 ffff ${empty}`);
      await client.expects('50 02 ffff');
      await client.expectsNothing();
      client.send('62 02 ffff');
      await client.expects('70 02 ffff');
      await client.expectsNothing();
    },
  };
}

/** MQTT-3.3.5-1, MQTT-3.3.4-2: overlapping subscriptions. */
function maximumQoS(version: Version): BrokerCases {
  const overlapping: [name: string, list: [string, string][]][] = [
    ['TopicA/# with QoS 2, TopicA/+ with QoS 1', filters('TopicA/# 02', 'TopicA/+ 01')],
    ['TopicA/+ with QoS 1, TopicA/# with QoS 2', filters('TopicA/+ 01', 'TopicA/# 02')],
    ['TopicA/C with QoS 0, # with QoS 2', filters('TopicA/C 00', '# 02')],
    ['five of them', filters('# 00', '+/# 01', 'TopicA/C 02', '+/C 01', '+/+ 00')],
  ];
  return Object.fromEntries(
    overlapping.map(([name, list]) => [
      `${name}: QoS 2 arrives with QoS 2, QoS 1 with QoS 1, QoS 0 with QoS 0`,
      async () => {
        const { port } = await startBroker();
        const receiver = await RawClient.connected(port, 'receiver', version);
        await receiver.subscribe(list);
        const publisher = await RawClient.connected(port, 'publisher', version);
        for (const qos of [2, 1, 0] as const) {
          await publisher.publish('TopicA/C', `qos ${qos}`, { qos });
          expect(await receiver.nextMessage(`qos ${qos}`)).toMatchObject({ qos });
        }
        await receiver.expectsNothing();
      },
    ]),
  );
}

const refusal311: BrokerCases = Object.fromEntries(
  ([0, 1, 2] as const).flatMap((qos) => [
    [
      `QoS ${qos} by a hook: acknowledged as if it had been passed on, and nobody gets it`,
      async () => {
        const { port } = await startBroker({ authorizePublish: (_, { topic }) => topic !== 'denied' });
        const receiver = await subscribed(port, 'receiver', '#', 4, '02');
        const publisher = await RawClient.connected(port, 'publisher');
        await publisher.publish('denied', 'no', { qos, retain: true });
        await publisher.publish('allowed', 'yes', { qos });
        await receiver.nextMessage('yes');
        await receiver.expectsNothing();
        const late = await subscribed(port, 'late', '#', 4, '02');
        await late.expectsNothing();
      },
    ],
    [
      `QoS ${qos} to a topic of the server`,
      async () => {
        const { port } = await startBroker({ sysInterval: 0 });
        const receiver = await subscribed(port, 'receiver', '$SYS/#', 4, '02');
        const publisher = await RawClient.connected(port, 'publisher');
        await publisher.publish('$SYS/broker/version', 'mine', { qos });
        await receiver.expectsNothing();
      },
    ],
  ]),
);

const subscriptionIdentifiers: BrokerCases = {
  'of all subscriptions that match, in one PUBLISH': async () => {
    const { port } = await startBroker();
    const receiver = await RawClient.connected(port, 'receiver', 5);
    await receiver.subscribe('a/+', '01', 1, '0b 01');
    await receiver.subscribe('a/#', '02', 2, '0b 8001'); // 128
    await receiver.subscribe('+/b', '00', 3); // none
    await receiver.subscribe('other', '02', 4, '0b 07');
    const publisher = await RawClient.connected(port, 'publisher', 5);
    for (const qos of [0, 1, 2] as const) {
      await publisher.publish('a/b', 'x', { qos });
      const { properties } = await receiver.nextMessage('x');
      expect([properties?.subscriptionIdentifier].flat().sort()).toEqual([1, 128]);
    }
    await receiver.expectsNothing();
  },
  'the same one twice is sent once or twice, never with another': async () => {
    const { port } = await startBroker();
    const receiver = await RawClient.connected(port, 'receiver', 5);
    await receiver.subscribe(filters('a/+ 01', 'a/# 01'), '', 1, '0b 05');
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publisher.publish('a/b', 'x', { qos: 1 });
    const { properties } = await receiver.nextMessage('x');
    expect(new Set([properties?.subscriptionIdentifier].flat())).toEqual(new Set([5]));
    await receiver.expectsNothing();
  },
  'of a subscription that was replaced without one: none': async () => {
    const { port } = await startBroker();
    const receiver = await RawClient.connected(port, 'receiver', 5);
    await receiver.subscribe('a/b', '00', 1, '0b 05');
    await receiver.subscribe('a/b', '00', 2);
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publisher.publish('a/b', 'x');
    // topic a/b, no properties, payload x
    await receiver.expects('30 07 0003612f62 00 78');
  },
};

const severalCopies: BrokerCases = {
  'a shared and an ordinary subscription: two messages, each with its own identifier': async () => {
    const { port } = await startBroker();
    const receiver = await RawClient.connected(port, 'receiver', 5);
    await receiver.subscribe('a/b', '01', 1, '0b 01');
    await receiver.subscribe('$share/group/a/b', '01', 2, '0b 02');
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publisher.publish('a/b', 'x', { qos: 1 });
    const copies = [await receiver.nextMessage('x'), await receiver.nextMessage('x')];
    const identifiers = copies.map(({ properties }) => properties?.subscriptionIdentifier);
    expect(identifiers.flat().sort()).toEqual([1, 2]);
    expect(identifiers.map((identifier) => [identifier].flat().length)).toEqual([1, 1]);
    await receiver.expectsNothing();
  },
  'two share groups: two messages, each with its own identifier': async () => {
    const { port } = await startBroker();
    const receiver = await RawClient.connected(port, 'receiver', 5);
    await receiver.subscribe('$share/one/a/b', '00', 1, '0b 01');
    await receiver.subscribe('$share/two/a/b', '00', 2, '0b 02');
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publisher.publish('a/b', 'x');
    const copies = [await receiver.nextMessage('x'), await receiver.nextMessage('x')];
    expect(copies.map(({ properties }) => properties?.subscriptionIdentifier).sort()).toEqual([1, 2]);
    await receiver.expectsNothing();
  },
};

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.3.1-1', '3.1.1', sentAgain(4)),
  brokerRow('MQTT-3.3.1-3', '3.1.1', dupIsNotPassedOn(4)),
  brokerRow('MQTT-3.3.2-3', '3.1.1', onlyMatchingTopics(4)),
  brokerRow('MQTT-3.3.4-1', '3.1.1', answers(4)),
  brokerRow('MQTT-3.3.5-1', '3.1.1', maximumQoS(4)),
  brokerRow('MQTT-3.3.5-2', '3.1.1', refusal311),
  brokerRow('MQTT-3.3.1-1', '5', sentAgain(5)),
  brokerRow('MQTT-3.3.1-3', '5', dupIsNotPassedOn(5)),
  brokerRow('MQTT-3.3.2-3', '5', onlyMatchingTopics(5)),
  brokerRow('MQTT-3.3.4-1', '5', answers(5)),
  brokerRow('MQTT-3.3.4-2', '5', maximumQoS(5)),
  brokerRow('MQTT-3.3.4-3', '5', subscriptionIdentifiers),
  brokerRow('MQTT-3.3.4-4', '5', subscriptionIdentifiers),
  brokerRow('MQTT-3.3.4-5', '5', severalCopies),
];
