import { expect } from 'vitest';
import { packet, RawClient, startBroker, subscribed, text, uint16 } from '../../../broker/harness.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';

/** PUBLISH with QoS 0, a topic (empty: by its alias) and a topic alias. */
function aliased(topic: string, alias: number, payload = '78'): string {
  return packet('30', text(topic), `03 23 ${uint16(alias)}`, payload);
}

const doNotSurvive: BrokerCases = {
  'of the client: after a reconnect the alias stands for nothing': async () => {
    const { port } = await startBroker();
    const options = { clean: false, properties: '11 00000064' };
    const first = await RawClient.connected(port, 'publisher', 5, options);
    first.send(aliased('a/b', 1));
    await first.expectsNothing();
    await first.disconnect();
    const second = await RawClient.connected(port, 'publisher', 5, options);
    second.send(aliased('', 1));
    await second.expectsDisconnect(0x82);
  },
  'of the client: after a reconnect it may stand for another topic': async () => {
    const { port } = await startBroker();
    const receiver = await subscribed(port, 'receiver', '#', 5);
    const options = { clean: false, properties: '11 00000064' };
    const first = await RawClient.connected(port, 'publisher', 5, options);
    first.send(aliased('old', 1));
    expect((await receiver.nextMessage('x')).topic).toBe('old');
    await first.disconnect();
    const second = await RawClient.connected(port, 'publisher', 5, options);
    second.send(aliased('new', 1) + aliased('', 1));
    expect((await receiver.nextMessage('x')).topic).toBe('new');
    expect((await receiver.nextMessage('x')).topic).toBe('new');
  },
  'of the client: they are not those of another connection': async () => {
    const { port } = await startBroker();
    const receiver = await subscribed(port, 'receiver', '#', 5);
    const [one, two] = await Promise.all([
      RawClient.connected(port, 'one', 5),
      RawClient.connected(port, 'two', 5),
    ]);
    one.send(aliased('of one', 1));
    await receiver.nextMessage('x');
    two.send(aliased('of two', 1));
    await receiver.nextMessage('x');
    one.send(aliased('', 1));
    expect((await receiver.nextMessage('x')).topic).toBe('of one');
    two.send(aliased('', 1));
    expect((await receiver.nextMessage('x')).topic).toBe('of two');
  },
  'of the server: after a reconnect the topic name comes again': async () => {
    const { port } = await startBroker();
    const publisher = await RawClient.connected(port, 'publisher', 5);
    const options = { clean: false, properties: '11 00000064 22 0004' };
    for (let i = 0; i < 2; i++) {
      const receiver = await RawClient.connected(port, 'receiver', 5, options);
      await receiver.subscribe('a/b');
      for (let n = 0; n < 3; n++) await publisher.publish('a/b', 'x');
      expect((await receiver.nextMessage('x')).topic).toBe('a/b');
      await receiver.nextMessage('x');
      await receiver.nextMessage('x');
      await receiver.disconnect();
    }
  },
};

/** What a receiver with that topic alias maximum gets: ten topics, each three times; aliases resolved. */
async function received(maximum: number, qos: 0 | 1): Promise<{ topics: string[]; aliases: number[] }> {
  const { port } = await startBroker();
  const properties = `22 ${uint16(maximum)}`;
  const receiver = await RawClient.connected(port, 'receiver', 5, { properties });
  await receiver.subscribe('topic/+', `0${qos}`);
  const publisher = await RawClient.connected(port, 'publisher', 5);
  for (let i = 0; i < 30; i++) await publisher.publish(`topic/${i % 10}`, 'x', { qos });
  const known = new Map<number, string>();
  const topics: string[] = [];
  const aliases: number[] = [];
  for (let i = 0; i < 30; i++) {
    const { topic, properties: got } = await receiver.next('publish');
    const alias = got?.topicAlias;
    if (alias !== undefined) aliases.push(alias);
    if (alias !== undefined && topic !== '') known.set(alias, topic);
    topics.push(topic === '' ? (known.get(alias as number) ?? 'unknown') : topic);
  }
  await receiver.expectsNothing();
  return { topics, aliases };
}

const serverWithinMaximum: BrokerCases = Object.fromEntries(
  ([0, 1] as const).flatMap((qos) =>
    [0, 1, 3, 65_535].map((maximum) => [
      `topic alias maximum ${maximum}, QoS ${qos}: aliases from 1 to it, each message has its topic`,
      async () => {
        const { aliases, topics } = await received(maximum, qos);
        expect(topics).toEqual(Array.from({ length: 30 }, (_, i) => `topic/${i % 10}`));
        expect(aliases.filter((alias) => alias < 1 || alias > maximum)).toEqual([]);
        // this broker uses them for QoS 0, where it may
        if (qos === 0) expect(aliases.length > 0).toBe(maximum > 0);
      },
    ]),
  ),
);

const clientWithinMaximum: BrokerCases = {
  ...Object.fromEntries(
    [1, 5, 16].map((maximum) => [
      `1 to ${maximum}: as CONNACK says; each stands for its topic`,
      async () => {
        const { port } = await startBroker({ topicAliasMaximum: maximum });
        const receiver = await subscribed(port, 'receiver', '#', 5);
        const publisher = await RawClient.open(port);
        const { properties } = await publisher.connect('publisher', 5);
        expect(properties?.topicAliasMaximum).toBe(maximum);
        for (let alias = 1; alias <= maximum; alias++) publisher.send(aliased(`t/${alias}`, alias));
        for (let alias = maximum; alias >= 1; alias--) publisher.send(aliased('', alias));
        for (let alias = 1; alias <= maximum; alias++) {
          const { properties: got, topic } = await receiver.nextMessage('x');
          expect(topic).toBe(`t/${alias}`);
          expect(got?.topicAlias).toBe(undefined);
        }
        for (let alias = maximum; alias >= 1; alias--) {
          expect((await receiver.nextMessage('x')).topic).toBe(`t/${alias}`);
        }
      },
    ]),
  ),
  'the largest maximum, 65,535': async () => {
    const { port } = await startBroker({ topicAliasMaximum: 65_535 });
    const receiver = await subscribed(port, 'receiver', '#', 5);
    const publisher = await RawClient.connected(port, 'publisher', 5);
    for (const alias of [1, 255, 256, 65_535]) {
      publisher.send(aliased(`t/${alias}`, alias) + aliased('', alias));
      expect((await receiver.nextMessage('x')).topic).toBe(`t/${alias}`);
      expect((await receiver.nextMessage('x')).topic).toBe(`t/${alias}`);
    }
  },
  'an alias may be given another topic': async () => {
    const { port } = await startBroker();
    const receiver = await subscribed(port, 'receiver', '#', 5);
    const publisher = await RawClient.connected(port, 'publisher', 5);
    publisher.send(aliased('one', 1) + aliased('two', 1) + aliased('', 1));
    for (const topic of ['one', 'two', 'two']) expect((await receiver.nextMessage('x')).topic).toBe(topic);
  },
  'with QoS 1 and 2, retained messages too': async () => {
    const { port } = await startBroker();
    const publisher = await RawClient.connected(port, 'publisher', 5);
    const properties = '23 0001';
    await publisher.publish('a/b', 'one', { qos: 1, properties });
    await publisher.publish('', 'two', { qos: 2, retain: true, properties });
    const late = await subscribed(port, 'late', '#', 5, '02');
    expect(await late.nextMessage('two')).toMatchObject({ topic: 'a/b', qos: 2, retain: true });
  },
};

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.3.2-7', '5', doNotSurvive),
  brokerRow('MQTT-3.3.2-11', '5', serverWithinMaximum),
  brokerRow('MQTT-3.3.2-12', '5', clientWithinMaximum),
];
