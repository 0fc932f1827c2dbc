import { expect } from 'vitest';
import type { BrokerOptions } from '../../../../src/broker/index.ts';
import {
  type ConnectOptions,
  publishPacket,
  RawClient,
  startBroker,
  subscribed,
} from '../../../broker/harness.ts';
import { type BrokerRow, brokerRow } from '../row.ts';
import { expectsRefusal } from '../scenes.ts';

/** The properties of the CONNACK that a broker with these options sends. */
async function announced(options: BrokerOptions) {
  const { port } = await startBroker(options);
  const client = await RawClient.open(port);
  return (await client.connect('c', 5)).properties ?? {};
}

/** CONNACK of a CONNECT that is refused with reason string and user property, or accepted with them. */
async function connackWithin(maximumPacketSize: number | undefined, accepts: boolean) {
  const details = { reasonString: 'r'.repeat(100), userProperties: { hint: 'h'.repeat(100) } };
  const { port } = await startBroker({
    authenticate: () => (accepts ? details : { reasonCode: 0x87, ...details }),
  });
  const client = await RawClient.open(port);
  const size = maximumPacketSize?.toString(16).padStart(8, '0');
  client.sendConnect('c', 5, size === undefined ? {} : { properties: `27 ${size}` });
  const connack = await client.next('connack');
  expect(connack.reasonCode).toBe(accepts ? 0 : 0x87);
  if (maximumPacketSize !== undefined) expect(client.raw.length).toBeLessThanOrEqual(maximumPacketSize);
  return connack.properties ?? {};
}

/** A client whose PUBLISH is answered with this DISCONNECT and passed on to nobody. */
async function refusedPublish(options: BrokerOptions, publish: string, reasonCode: number): Promise<void> {
  const { port, broker } = await startBroker(options);
  const watcher = await subscribed(port, 'watcher', '#', 5);
  const client = await RawClient.connected(port, 'c', 5);
  client.send(publish);
  await client.expectsDisconnect(reasonCode);
  await watcher.expectsNothing();
  expect(broker.retained('t')).toBeUndefined();
}

async function refusedConnect(
  options: BrokerOptions,
  connect: ConnectOptions,
  reasonCode: number,
): Promise<void> {
  const { port } = await startBroker(options);
  const client = await RawClient.open(port);
  client.sendConnect('c', 5, connect);
  await expectsRefusal(client, reasonCode);
}

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.2.2-9', '5', {
    'maximum QoS 0 and 1 are announced, 2 is not': async () => {
      expect(await announced({ maximumQoS: 0 })).toMatchObject({ maximumQoS: 0 });
      expect(await announced({ maximumQoS: 1 })).toMatchObject({ maximumQoS: 1 });
      expect(await announced({})).not.toHaveProperty('maximumQoS');
    },
  }),
  brokerRow('MQTT-3.2.2-10', '5', {
    'maximum QoS 0, SUBSCRIBE with QoS 0, 1 and 2': async () => {
      const { port } = await startBroker({ maximumQoS: 0 });
      const client = await RawClient.connected(port, 'c', 5);
      const filters = [
        ['a', '00'],
        ['b', '01'],
        ['c', '02'],
      ] as const;
      for (const code of await client.subscribe(filters)) expect(code).toBeLessThanOrEqual(2);
      const publisher = await RawClient.connected(port, 'publisher', 5);
      for (const [topic] of filters) {
        await publisher.publish(topic, topic);
        await client.nextMessage(topic);
      }
    },
    'maximum QoS 1, SUBSCRIBE with QoS 2': async () => {
      const { port } = await startBroker({ maximumQoS: 1 });
      const client = await RawClient.connected(port, 'c', 5);
      expect((await client.subscribe('t', '02'))[0]).toBeLessThanOrEqual(2);
      const publisher = await RawClient.connected(port, 'publisher', 5);
      await publisher.publish('t', 'm', { qos: 1 });
      expect((await client.nextMessage('m')).qos).toBe(1);
    },
  }),
  brokerRow('MQTT-3.2.2-11', '5', {
    'QoS 1 with maximum 0': () =>
      refusedPublish({ maximumQoS: 0 }, publishPacket('t', 'm', 5, { qos: 1 }), 0x9b),
    'QoS 2 with maximum 0': () =>
      refusedPublish({ maximumQoS: 0 }, publishPacket('t', 'm', 5, { qos: 2 }), 0x9b),
    'QoS 2 with maximum 1': () =>
      refusedPublish({ maximumQoS: 1 }, publishPacket('t', 'm', 5, { qos: 2 }), 0x9b),
    'QoS 1 with maximum 1 is accepted': async () => {
      const { port } = await startBroker({ maximumQoS: 1 });
      await (await RawClient.connected(port, 'c', 5)).publish('t', 'm', { qos: 1 });
    },
  }),
  brokerRow('MQTT-3.2.2-12', '5', {
    'will QoS 1 with maximum 0': () =>
      refusedConnect({ maximumQoS: 0 }, { will: { topic: 'w', qos: 1 } }, 0x9b),
    'will QoS 2 with maximum 1': () =>
      refusedConnect({ maximumQoS: 1 }, { will: { topic: 'w', qos: 2 } }, 0x9b),
    'will QoS 1 with maximum 1 is accepted': async () => {
      const { port } = await startBroker({ maximumQoS: 1 });
      await RawClient.connected(port, 'c', 5, { will: { topic: 'w', qos: 1 } });
    },
  }),
  brokerRow('MQTT-3.2.2-13', '5', {
    'will with RETAIN': () =>
      refusedConnect({ retainAvailable: false }, { will: { topic: 'w', retain: true } }, 0x9a),
    'will without RETAIN is accepted, and CONNACK announces it': async () => {
      const { port } = await startBroker({ retainAvailable: false });
      const client = await RawClient.open(port);
      const { properties } = await client.connect('c', 5, { will: { topic: 'w' } });
      expect(properties).toMatchObject({ retainAvailable: false });
    },
  }),
  brokerRow('MQTT-3.2.2-14', '5', {
    'QoS 0': () =>
      refusedPublish({ retainAvailable: false }, publishPacket('t', 'm', 5, { retain: true }), 0x9a),
    'QoS 1': () =>
      refusedPublish({ retainAvailable: false }, publishPacket('t', 'm', 5, { retain: true, qos: 1 }), 0x9a),
    'QoS 2': () =>
      refusedPublish({ retainAvailable: false }, publishPacket('t', 'm', 5, { retain: true, qos: 2 }), 0x9a),
    'without payload, which would delete': () =>
      refusedPublish({ retainAvailable: false }, publishPacket('t', '', 5, { retain: true }), 0x9a),
  }),
  brokerRow('MQTT-3.2.2-15', '5', {
    'one byte more than announced': async () => {
      expect(await announced({ maxPacketSize: 1_000 })).toMatchObject({ maximumPacketSize: 1_000 });
      // fixed header 3, topic 3, property length 1
      await refusedPublish({ maxPacketSize: 1_000 }, publishPacket('t', 'm'.repeat(994), 5), 0x95);
    },
    'exactly as announced is accepted': async () => {
      const { port } = await startBroker({ maxPacketSize: 1_000 });
      const client = await subscribed(port, 'c', 't', 5);
      const publish = publishPacket('t', 'm'.repeat(993), 5);
      expect(publish.replace(/\s/g, '').length / 2).toBe(1_000);
      client.send(publish);
      await client.nextMessage('m'.repeat(993));
    },
    'as soon as its remaining length is there': async () => {
      const { port } = await startBroker({ maxPacketSize: 1_000 });
      const client = await RawClient.connected(port, 'c', 5);
      client.send('30 ffff7f'); // 2,097,151 bytes to come
      await client.expectsDisconnect(0x95);
    },
  }),
  brokerRow('MQTT-3.2.2-16', '5', {
    'no two are the same, nor that of another client': async () => {
      const { port } = await startBroker();
      const assigned = new Set<string | undefined>();
      for (let i = 0; i < 20; i++) {
        const client = await RawClient.open(port);
        assigned.add((await client.connect('', 5)).properties?.assignedClientIdentifier);
      }
      expect(assigned.size).toBe(20);
      expect(assigned.has(undefined)).toBe(false);
    },
    'not sent to a client that has one': async () => {
      expect(await announced({})).not.toHaveProperty('assignedClientIdentifier');
    },
  }),
  brokerRow('MQTT-3.2.2-17', '5', {
    'one more than announced': async () => {
      expect(await announced({ topicAliasMaximum: 5 })).toMatchObject({ topicAliasMaximum: 5 });
      await refusedPublish(
        { topicAliasMaximum: 5 },
        publishPacket('t', 'm', 5, { properties: '23 0006' }),
        0x94,
      );
    },
    '65,535': () =>
      refusedPublish({ topicAliasMaximum: 5 }, publishPacket('t', 'm', 5, { properties: '23 ffff' }), 0x94),
    'the largest that is announced is accepted': async () => {
      const { port } = await startBroker({ topicAliasMaximum: 5 });
      const watcher = await subscribed(port, 'watcher', 't', 5);
      const client = await RawClient.connected(port, 'c', 5);
      await client.publish('t', 'first', { properties: '23 0005' });
      await client.publish('', 'second', { properties: '23 0005' });
      await watcher.nextMessage('first');
      expect((await watcher.nextMessage('second')).topic).toBe('t');
    },
  }),
  brokerRow('MQTT-3.2.2-18', '5', {
    'alias 1 when no maximum was announced': async () => {
      expect((await announced({ topicAliasMaximum: 0 })).topicAliasMaximum ?? 0).toBe(0);
      await refusedPublish(
        { topicAliasMaximum: 0 },
        publishPacket('t', 'm', 5, { properties: '23 0001' }),
        0x94,
      );
    },
  }),
  brokerRow('MQTT-3.2.2-19', '5', {
    'refused: there unless the maximum packet size is too small': async () => {
      expect(await connackWithin(undefined, false)).toHaveProperty('reasonString');
      expect(await connackWithin(400, false)).toHaveProperty('reasonString');
      expect(await connackWithin(60, false)).not.toHaveProperty('reasonString');
    },
    'accepted: the same': async () => {
      expect(await connackWithin(undefined, true)).toHaveProperty('reasonString');
      expect(await connackWithin(60, true)).not.toHaveProperty('reasonString');
    },
  }),
  brokerRow('MQTT-3.2.2-20', '5', {
    'refused: there unless the maximum packet size is too small': async () => {
      expect(await connackWithin(undefined, false)).toHaveProperty('userProperties');
      expect(await connackWithin(400, false)).toHaveProperty('userProperties');
      expect(await connackWithin(60, false)).not.toHaveProperty('userProperties');
    },
    'room for one of the two: what is sent fits': async () => {
      await connackWithin(150, false);
    },
    'accepted: the same': async () => {
      expect(await connackWithin(undefined, true)).toHaveProperty('userProperties');
      expect(await connackWithin(60, true)).not.toHaveProperty('userProperties');
    },
  }),
];
