import { expect } from 'vitest';
import type { BrokerOptions } from '../../../../src/broker/index.ts';
import { publishPacket, RawClient, startBroker, text, uint16, uint32 } from '../../../broker/harness.ts';
import { type BrokerRow, brokerRow } from '../row.ts';

const LIMIT = 60;
const MAXIMUM_PACKET_SIZE = `27 ${uint32(LIMIT)}`;

/** A payload of the length that makes a PUBLISH to 't' with this QoS just so large. */
function payload(packetSize: number, qos: 0 | 1 | 2): string {
  return 'm'.repeat(packetSize - (qos === 0 ? 6 : 8)); // fixed header 2, topic 3, property length 1
}

/** A client that takes 60 bytes, subscribed to 't' with QoS 2, and somebody who publishes. */
async function smallClient(properties = '') {
  const { port, broker } = await startBroker();
  const client = await RawClient.connected(port, 'c', 5, {
    properties: `${MAXIMUM_PACKET_SIZE} ${properties}`,
  });
  const publisher = await RawClient.connected(port, 'publisher', 5);
  return { port, broker, client, publisher };
}

/** Publishes 30 messages to five topics and resolves the aliases with which a client gets them; returns these. */
async function publishedToFiveTopics(properties: string) {
  const { port } = await startBroker();
  const client = await RawClient.connected(port, 'c', 5, { properties });
  await client.subscribe('#', '01');
  const publisher = await RawClient.connected(port, 'publisher', 5);
  const aliases: number[] = [];
  const topics = new Map<number, string>();
  const resolved: string[] = [];
  const expected: string[] = [];
  for (let i = 0; i < 30; i++) {
    const topic = `topic/${i % 5}`;
    expected.push(topic);
    await publisher.publish(topic, String(i), { qos: i % 2 === 0 ? 0 : 1 });
    const packet = await client.nextMessage(String(i));
    if (packet.qos === 1) client.sendAcknowledgement('puback', packet.messageId ?? 0);
    const alias = packet.properties?.topicAlias;
    if (alias !== undefined) {
      aliases.push(alias);
      if (packet.topic !== '') topics.set(alias, packet.topic);
    }
    resolved.push(packet.topic === '' ? (topics.get(alias ?? 0) ?? 'unknown alias') : packet.topic);
  }
  expect(resolved).toEqual(expected);
  return aliases;
}

async function responseInformation(options: BrokerOptions, properties: string) {
  const { port } = await startBroker(options);
  const client = await RawClient.open(port);
  return (await client.connect('c', 5, { properties })).properties?.responseInformation;
}

const REFUSAL = { reasonCode: 0x87, reasonString: 'not for you', userProperties: { because: 'so' } };
const NO_PROBLEM_INFORMATION = '17 00';

/** A client that is refused everything, with reason string and user property. */
async function refusedClient(properties: string): Promise<RawClient> {
  const { port } = await startBroker({
    authorizePublish: () => REFUSAL,
    authorizeSubscribe: () => REFUSAL,
  });
  return RawClient.connected(port, 'c', 5, { properties });
}

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.1.2-24', '5', {
    'PUBLISH of every QoS: just as large is sent, one byte more is not': async () => {
      const { client, publisher } = await smallClient();
      await client.subscribe('t', '02');
      for (const qos of [0, 1, 2] as const) {
        await publisher.publish('t', payload(LIMIT + 1, qos), { qos });
        await client.expectsNothing();
        await publisher.publish('t', payload(LIMIT, qos), { qos });
        expect(await client.nextMessage(payload(LIMIT, qos))).toMatchObject({ qos });
        expect(client.raw.length).toBe(LIMIT);
      }
    },
    'a message that another client with QoS 0 gets': async () => {
      const { port, client, publisher } = await smallClient();
      await client.subscribe('t');
      const other = await RawClient.connected(port, 'other', 5);
      await other.subscribe('t');
      await publisher.publish('t', 'm'.repeat(5_000));
      await other.nextMessage('m'.repeat(5_000));
      await client.expectsNothing();
    },
    'a retained message': async () => {
      const { client, publisher } = await smallClient();
      await publisher.publish('t', payload(LIMIT + 1, 1), { qos: 1, retain: true });
      await client.subscribe('t', '01');
      await client.expectsNothing();
    },
    'it is the subscription identifier that makes it too large': async () => {
      const { client, publisher } = await smallClient();
      await client.subscribe('t', '00', 1, '0b 01');
      await publisher.publish('t', payload(LIMIT - 1, 0));
      await client.expectsNothing();
      await publisher.publish('t', payload(LIMIT - 2, 0));
      expect((await client.next('publish')).properties?.subscriptionIdentifier).toBeDefined();
      expect(client.raw.length).toBe(LIMIT);
    },
    'DISCONNECT with a long reason string': async () => {
      const { broker, client } = await smallClient();
      broker.disconnect('c', { reasonString: 'r'.repeat(100) });
      expect((await client.expectsDisconnect(0x98)).length).toBeLessThanOrEqual(LIMIT);
    },
  }),
  brokerRow('MQTT-3.1.2-25', '5', {
    'the next message arrives': async () => {
      const { client, publisher } = await smallClient();
      await client.subscribe('t', '02');
      for (const qos of [0, 1, 2] as const) {
        await publisher.publish('t', payload(LIMIT + 1, qos), { qos });
        await publisher.publish('t', 'next', { qos });
        await client.nextMessage('next');
      }
    },
    'it takes nothing of the receive maximum, and no packet identifier': async () => {
      const { client, publisher } = await smallClient('21 0001');
      await client.subscribe('t', '01');
      for (let i = 0; i < 5; i++) await publisher.publish('t', payload(LIMIT + 1, 1), { qos: 1 });
      await publisher.publish('t', 'next', { qos: 1 });
      await client.nextMessage('next');
    },
    'it is gone, not kept for a connection that could take it': async () => {
      const { port, client, publisher } = await smallClient('11 00000064');
      await client.subscribe('t', '01');
      await publisher.publish('t', payload(LIMIT + 1, 1), { qos: 1 });
      await client.expectsNothing();
      await client.disconnect();
      const again = await RawClient.open(port);
      expect((await again.connect('c', 5, { clean: false })).sessionPresent).toBe(true);
      await again.expectsNothing();
    },
  }),
  brokerRow('MQTT-3.1.2-26', '5', {
    'maximum 1, 2 and 10, five topics': async () => {
      for (const maximum of [1, 2, 10]) {
        for (const alias of await publishedToFiveTopics(`22 ${uint16(maximum)}`)) {
          expect(alias).toBeGreaterThanOrEqual(1);
          expect(alias).toBeLessThanOrEqual(maximum);
        }
      }
    },
  }),
  brokerRow('MQTT-3.1.2-27', '5', {
    'no maximum': async () => {
      expect(await publishedToFiveTopics('')).toEqual([]);
    },
    'maximum 0': async () => {
      expect(await publishedToFiveTopics('22 0000')).toEqual([]);
    },
    'that of an earlier connection does not count': async () => {
      const { port } = await startBroker();
      const before = await RawClient.connected(port, 'c', 5, { properties: '22 000a 11 00000064' });
      await before.subscribe('t', '01');
      const publisher = await RawClient.connected(port, 'publisher', 5);
      for (let i = 0; i < 3; i++) await publisher.publish('t', 'm');
      for (let i = 0; i < 3; i++) await before.nextMessage('m');
      await before.disconnect();
      const again = await RawClient.connected(port, 'c', 5, { clean: false });
      await publisher.publish('t', 'now');
      const packet = await again.nextMessage('now');
      expect([packet.topic, packet.properties?.topicAlias]).toEqual(['t', undefined]);
    },
  }),
  brokerRow('MQTT-3.1.2-28', '5', {
    'not asked for, or 0': async () => {
      const options = { responseInformation: 'answers/' };
      expect(await responseInformation(options, '')).toBeUndefined();
      expect(await responseInformation(options, '19 00')).toBeUndefined();
    },
    '1: it is there if the broker has any': async () => {
      expect(await responseInformation({ responseInformation: 'answers/' }, '19 01')).toBe('answers/');
      expect(await responseInformation({ responseInformation: ({ id }) => `answers/${id}` }, '19 01')).toBe(
        'answers/c',
      );
      expect(await responseInformation({}, '19 01')).toBeUndefined();
    },
  }),
  brokerRow('MQTT-3.1.2-29', '5', {
    'SUBACK, PUBACK and PUBREC that refuse: code only': async () => {
      const client = await refusedClient(NO_PROBLEM_INFORMATION);
      client.sendSubscribe('t');
      await client.expects('90 04 0001 00 87');
      client.sendPublish('t', 'm', { qos: 1, id: 2 });
      await client.next('puback');
      expect([...client.raw].slice(2, 5)).toEqual([0, 2, 0x87]);
      expect(client.raw.length).toBeLessThanOrEqual(6); // a property length of 0 at most
      client.sendPublish('t', 'm', { qos: 2, id: 3 });
      await client.next('pubrec');
      expect([...client.raw].slice(2, 5)).toEqual([0, 3, 0x87]);
      expect(client.raw.length).toBeLessThanOrEqual(6);
    },
    'PUBCOMP for an unknown packet identifier: code only': async () => {
      const client = await refusedClient(NO_PROBLEM_INFORMATION);
      client.sendAcknowledgement('pubrel', 7);
      const { reasonCode, properties } = await client.next('pubcomp');
      expect(reasonCode).toBe(0x92);
      expect(properties ?? {}).toEqual({});
    },
    'without it, or with 1, they say why': async () => {
      for (const asked of ['', '17 01']) {
        const client = await refusedClient(asked);
        const details = { reasonString: 'not for you', userProperties: { because: 'so' } };
        client.sendSubscribe('t');
        expect((await client.next('suback')).properties).toMatchObject(details);
        client.sendPublish('t', 'm', { qos: 1, id: 2 });
        expect((await client.next('puback')).properties).toMatchObject(details);
        client.sendPublish('t', 'm', { qos: 2, id: 3 });
        expect((await client.next('pubrec')).properties).toMatchObject(details);
      }
    },
    'PUBLISH keeps its user properties, CONNACK and DISCONNECT their reason strings': async () => {
      const { port, broker } = await startBroker({ authenticate: () => ({ reasonString: 'welcome' }) });
      const client = await RawClient.open(port);
      const connack = await client.connect('c', 5, { properties: NO_PROBLEM_INFORMATION });
      expect(connack.properties?.reasonString).toBe('welcome');
      await client.subscribe('t');
      const publisher = await RawClient.connected(port, 'publisher', 5);
      publisher.send(publishPacket('t', 'm', 5, { properties: `26 ${text('a')} ${text('b')}` }));
      expect((await client.nextMessage('m')).properties?.userProperties).toEqual({ a: 'b' });
      broker.disconnect('c', { reasonString: 'goodbye' });
      expect((await client.next('disconnect')).properties?.reasonString).toBe('goodbye');
    },
  }),
];
