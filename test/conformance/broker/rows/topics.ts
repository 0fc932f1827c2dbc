import { expect } from 'vitest';
import { RawClient, startBroker, subscribed } from '../../../broker/harness.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import type { Version } from '../scenes.ts';

/** Which of the topics come by a filter, live, retained and, with QoS 1, through the session. */
function table(
  version: Version,
  lines: readonly (readonly [filter: string, topics: { readonly [topic: string]: boolean }])[],
): BrokerCases {
  return Object.fromEntries(
    lines.map(([filter, topics]) => [
      name(filter, topics),
      async () => {
        const { port } = await startBroker({ sysInterval: 0 });
        const live = await subscribed(port, 'live', filter, version, '01');
        const publisher = await RawClient.connected(port, 'publisher', version);
        const wanted = Object.keys(topics).filter((topic) => topics[topic]);
        for (const topic of Object.keys(topics)) {
          await publisher.publish(topic, topic, { qos: 0 });
          await publisher.publish(topic, topic, { qos: 1, retain: true });
        }
        for (const topic of wanted) {
          expect((await live.nextMessage(topic)).topic).toBe(topic);
          expect((await live.nextMessage(topic)).topic).toBe(topic);
        }
        await live.expectsNothing();
        const late = await subscribed(port, 'late', filter, version, '00');
        const retained: string[] = [];
        for (const _ of wanted) retained.push((await late.next('publish')).topic);
        expect(retained.sort()).toEqual(wanted.sort());
        await late.expectsNothing();
      },
    ]),
  );
}

function name(filter: string, topics: { readonly [topic: string]: boolean }): string {
  const listed = (comes: boolean) =>
    Object.keys(topics)
      .filter((topic) => topics[topic] === comes)
      .map((topic) => JSON.stringify(topic))
      .join(' ');
  return `${JSON.stringify(filter)} gets ${listed(true) || 'nothing'}${listed(false) && `, not ${listed(false)}`}`;
}

function dollarTopics(version: Version): BrokerCases {
  return {
    ...table(version, [
      ['#', { $own: false, '$own/a': false, 'a/$own': true }],
      ['+', { $own: false, a: true }],
      ['+/a', { '$own/a': false, 'b/a': true }],
      ['+/#', { '$own/a': false, 'b/a': true }],
      ['$own/#', { $own: true, '$own/a': true, '$other/a': false, 'own/a': false }],
      ['$own/+', { '$own/a': true, $own: false }],
      ['$own/a', { '$own/a': true }],
      ['/#', { '/$own': true, $own: false }],
      ['+/+', { '/$own': true, '$own/a': false }],
    ]),
    'the topics of the server: by # not, by $SYS/# they come': async () => {
      const { broker, port } = await startBroker({ sysInterval: 0 });
      const everything = await subscribed(port, 'everything', '#', version);
      const levels = await subscribed(port, 'levels', '+/own/news', version);
      const own = await subscribed(port, 'own', '$SYS/#', version);
      broker.publish({ topic: '$SYS/own/news', payload: 'x', retain: true });
      expect((await own.nextMessage('x')).topic).toBe('$SYS/own/news');
      await everything.expectsNothing();
      await levels.expectsNothing();
      const late = await subscribed(port, 'late', '#', version);
      await late.expectsNothing();
      const lateOwn = await subscribed(port, 'late own', '$SYS/#', version);
      await lateOwn.nextMessage('x');
    },
    'what the server reports about itself': async () => {
      const { port } = await startBroker({ sysInterval: 1 });
      const everything = await subscribed(port, 'everything', '#', version);
      const own = await subscribed(port, 'own', '$SYS/broker/#', version);
      expect((await own.next('publish')).topic).toMatch(/^\$SYS\/broker\/./);
      await everything.expectsNothing();
    },
    'a shared subscription to #': async () => {
      const { port } = await startBroker({ sysInterval: 0 });
      const member = await subscribed(port, 'member', '$share/group/#', version, '01');
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('$own/a', 'hidden', { qos: 1 });
      await publisher.publish('own/a', 'seen', { qos: 1 });
      await member.nextMessage('seen');
      await member.expectsNothing();
    },
  };
}

const COMPOSED = '\u00e4';
const DECOMPOSED = 'a\u0308';

function noNormalisation(version: Version): BrokerCases {
  return table(version, [
    [COMPOSED, { [COMPOSED]: true, [DECOMPOSED]: false }],
    [DECOMPOSED, { [COMPOSED]: false, [DECOMPOSED]: true }],
    ['\ufb01', { '\ufb01': true, fi: false }],
    ['accounts', { accounts: true, Accounts: false, ACCOUNTS: false }],
    ['a//b', { 'a//b': true, 'a/b': false }],
    ['a/b', { 'a/b': true, 'a//b': false, '/a/b': false, 'a/b/': false }],
    ['a/b/', { 'a/b/': true, 'a/b': false }],
    ['a/+/b', { 'a//b': true, 'a/b': false }],
    ['/finance', { '/finance': true, finance: false }],
    [' a', { ' a': true, a: false, 'a ': false }],
    ['\ufeffa', { '\ufeffa': true, a: false }],
    ['a/../b', { 'a/../b': true, b: false }],
    ['a%2fb', { 'a%2fb': true, 'a/b': false }],
  ]);
}

export const rows: BrokerRow[] = [
  brokerRow('MQTT-4.7.2-1', '3.1.1', dollarTopics(4)),
  brokerRow('MQTT-4.7.3-4', '3.1.1', noNormalisation(4)),
  brokerRow('MQTT-4.7.2-1', '5', dollarTopics(5)),
  brokerRow('MQTT-4.7.3-4', '5', noNormalisation(5)),
];
