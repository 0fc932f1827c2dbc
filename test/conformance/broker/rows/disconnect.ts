import { expect } from 'vitest';
import type { DisconnectReason } from '../../../../src/broker/types.ts';
import {
  connectPacket,
  PINGREQ,
  packet,
  publishPacket,
  RawClient,
  startBroker,
  subscribed,
  subscribePacket,
  text,
  uint32,
} from '../../../broker/harness.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import { gone, resumed, sessionExpiry, type Version } from '../scenes.ts';

function pingresp(version: Version): BrokerCases {
  return {
    'C0 00 is answered with D0 00': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'c', version);
      client.send('c0 00');
      await client.expects('d0 00');
      await client.expectsNothing();
    },
    'one for each, in the order of other answers': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'c', version);
      const suback = version === 5 ? '90 04 0001 00 00' : '90 03 0001 00';
      client.send(`${PINGREQ} ${subscribePacket('t', version)} ${PINGREQ} ${PINGREQ}`);
      await client.expects(`d0 00 ${suback} d0 00 d0 00`);
    },
  };
}

/** Ways to be disconnected by the broker: what the client does, and the reason code it is told. */
const DISCONNECTIONS: {
  readonly [name: string]: { reasonCode: number; provoke(client: RawClient, port: number): unknown };
} = {
  'protocol error': { reasonCode: 0x82, provoke: (client) => client.send('d0 00') },
  'malformed packet': { reasonCode: 0x81, provoke: (client) => client.send('32 03 0001 74') },
  'packet too large': { reasonCode: 0x95, provoke: (client) => client.send('30 ffffff7f') },
  'topic alias': {
    reasonCode: 0x94,
    provoke: (client) => client.send(publishPacket('t', 'm', 5, { properties: '23 ffff' })),
  },
  takeover: { reasonCode: 0x8e, provoke: (_, port) => RawClient.connected(port, 'c', 5) },
};

/** What the broker sends behind its DISCONNECT, though there is more to do. */
async function after(name: string): Promise<void> {
  const { port } = await startBroker();
  const client = await subscribed(port, 'c', 't', 5, '01');
  const publisher = await RawClient.connected(port, 'publisher', 5);
  const { reasonCode, provoke } = DISCONNECTIONS[name];
  await provoke(client, port);
  client.send(`${PINGREQ} ${subscribePacket('u', 5)} ${publishPacket('t', 'm', 5, { qos: 1 })}`);
  await publisher.publish('t', 'm', { qos: 1 });
  await client.expectsDisconnect(reasonCode);
}

/** The broker says this to a client with such a maximum packet size (0: none); returns the DISCONNECT. */
async function told(maximumPacketSize: number, reason: DisconnectReason) {
  const { port, broker } = await startBroker();
  const properties = maximumPacketSize === 0 ? '' : `27 ${uint32(maximumPacketSize)}`;
  const client = await RawClient.connected(port, 'c', 5, { properties });
  broker.clients.get('c')?.disconnect(reason);
  const disconnect = await client.next('disconnect');
  if (maximumPacketSize !== 0) expect(client.raw.length).toBeLessThanOrEqual(maximumPacketSize);
  await client.expectsClose();
  return disconnect;
}

const LONG = { reasonString: 'r'.repeat(100), userProperties: { hint: 'h'.repeat(100) } };

const MALFORMED_CONNECTS: { readonly [name: string]: string } = {
  'reserved connect flag': packet('10', `${text('MQTT')} 05 03 0000 00 ${text('c')}`),
  'flags in the fixed header': packet('13', `${text('MQTT')} 05 02 0000 00 ${text('c')}`),
  'no client identifier': packet('10', `${text('MQTT')} 05 02 0000 00`),
  'property that CONNECT must not have': packet('10', `${text('MQTT')} 05 02 0000 02 2401 ${text('c')}`),
  'receive maximum 0': packet('10', `${text('MQTT')} 05 02 0000 03 210000 ${text('c')}`),
  'the same property twice': packet('10', `${text('MQTT')} 05 02 0000 06 210001 210001 ${text('c')}`),
  'will QoS 3': packet('10', `${text('MQTT')} 05 1e 0000 00 ${text('c')} 00 ${text('w')} ${text('m')}`),
  'another protocol': packet('10', `${text('AMQP')} 05 02 0000 00 ${text('c')}`),
  'version 6': packet('10', `${text('MQTT')} 06 02 0000 00 ${text('c')}`),
  PINGREQ,
  AUTH: 'f0 00',
};

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.12.4-1', '3.1.1', pingresp(4)),
  brokerRow('MQTT-3.12.4-1', '5', pingresp(5)),
  brokerRow('MQTT-3.14.0-1', '5', {
    'malformed CONNECT, or none: CONNACK with an error or just the end': async () => {
      const { port } = await startBroker();
      for (const [name, bytes] of Object.entries(MALFORMED_CONNECTS)) {
        const client = await RawClient.open(port);
        client.send(bytes);
        const answer = await client.drain();
        if (answer.length > 0) expect([name, answer[0], answer[3] >= 0x80]).toEqual([name, 0x20, true]);
      }
    },
    'refused, and a malformed packet behind it': async () => {
      const { port } = await startBroker({ authenticate: async () => false });
      const client = await RawClient.open(port);
      client.send(`${connectPacket('c', 5)} d0 00 32 03 0001 74`);
      const answer = Buffer.from(await client.drain()).toString('hex');
      expect(['', '2003008600']).toContain(answer);
    },
    'no CONNECT in time': async () => {
      const { port } = await startBroker({ connectTimeout: 0.2 });
      await (await RawClient.open(port)).expectsClose();
    },
    'the broker closes while authenticate has not answered': async () => {
      const { port, broker } = await startBroker({ authenticate: () => new Promise<boolean>(() => {}) });
      const client = await RawClient.open(port);
      client.sendConnect('c', 5);
      await RawClient.open(port); // the broker has had its turn
      const closed = broker.close({ timeout: 1 });
      const answer = await client.drain();
      if (answer.length > 0) expect([answer[0], answer[3] >= 0x80]).toEqual([0x20, true]);
      await closed;
    },
  }),
  brokerRow('MQTT-3.14.2-2', '5', {
    'whatever the reason is': async () => {
      for (const { provoke, reasonCode } of Object.values(DISCONNECTIONS)) {
        const { port } = await startBroker();
        const client = await RawClient.connected(port, 'c', 5, { properties: sessionExpiry(100) });
        await provoke(client, port);
        const { reasonCode: told, properties } = await client.next('disconnect');
        expect(told).toBe(reasonCode);
        expect(properties ?? {}).not.toHaveProperty('sessionExpiryInterval');
      }
    },
    'by the administrator, and when the broker closes': async () => {
      const { port, broker } = await startBroker();
      const properties = sessionExpiry(100);
      const first = await RawClient.connected(port, 'first', 5, { properties });
      broker.disconnect('first', { reasonCode: 0x98, reasonString: 'because' });
      expect(Object.keys((await first.next('disconnect')).properties ?? {})).toEqual(['reasonString']);
      const second = await RawClient.connected(port, 'second', 5, { properties });
      const closed = broker.close();
      const { reasonCode, properties: told } = await second.next('disconnect');
      expect([reasonCode, Object.keys(told ?? {}).includes('sessionExpiryInterval')]).toEqual([0x8b, false]);
      await closed;
    },
  }),
  brokerRow('MQTT-3.14.2-3', '5', {
    'there, unless it makes the packet too large': async () => {
      const { reasonString } = LONG;
      expect(await told(0, { reasonString })).toMatchObject({ properties: { reasonString } });
      expect(await told(200, { reasonString })).toMatchObject({ properties: { reasonString } });
      expect((await told(60, { reasonString })).properties ?? {}).not.toHaveProperty('reasonString');
    },
    'just as large, and one byte more': async () => {
      // fixed header 2, reason code, property length, identifier and length of the string: 7 bytes
      expect((await told(60, { reasonString: 'r'.repeat(53) })).properties).toHaveProperty('reasonString');
      const { properties = {} } = await told(60, { reasonString: 'r'.repeat(54) });
      expect(properties).not.toHaveProperty('reasonString');
    },
  }),
  brokerRow('MQTT-3.14.2-4', '5', {
    'there, unless it makes the packet too large': async () => {
      const { userProperties } = LONG;
      expect(await told(0, { userProperties })).toMatchObject({ properties: { userProperties } });
      expect(await told(200, { userProperties })).toMatchObject({ properties: { userProperties } });
      expect((await told(60, { userProperties })).properties ?? {}).not.toHaveProperty('userProperties');
    },
    'with a reason string, and room for one of them': async () => {
      await told(150, LONG);
    },
  }),
  brokerRow('MQTT5 section 3.14.2.2.2', '5', {
    'CONNECT with 0, and without': async () => {
      const { port } = await startBroker();
      for (const properties of [sessionExpiry(0), '']) {
        const client = await RawClient.connected(port, 'c', 5, { properties });
        client.sendDisconnect(0, sessionExpiry(1));
        await client.expectsDisconnect(0x82);
      }
      expect((await resumed(port, 'c', 5)).sessionPresent).toBe(false);
    },
    '0 in both is allowed': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'c', 5, { properties: sessionExpiry(0) });
      await client.disconnect(0, sessionExpiry(0));
    },
    'CONNECT asked for more than 0 and was granted 0: it is the CONNECT that counts': async () => {
      const { port } = await startBroker({ maxSessionExpiryInterval: 0 });
      const client = await RawClient.open(port);
      const { properties } = await client.connect('c', 5, { properties: sessionExpiry(100) });
      expect(properties?.sessionExpiryInterval).toBe(0);
      await client.disconnect(0, sessionExpiry(100));
    },
    'the will is published, for it is a protocol error': async () => {
      const { port } = await startBroker();
      const watcher = await subscribed(port, 'watcher', 'w', 5);
      const client = await RawClient.connected(port, 'c', 5, { will: { topic: 'w', payload: 'will' } });
      client.sendDisconnect(0, sessionExpiry(1));
      await watcher.nextMessage('will');
    },
  }),
  brokerRow('MQTT-3.14.4-1', '5', {
    ...Object.fromEntries(
      Object.keys(DISCONNECTIONS).map((name) => [`of the broker (${name})`, () => after(name)]),
    ),
    'of the client: what it sends behind it is not processed': async () => {
      const { port, broker } = await startBroker();
      const watcher = await subscribed(port, 'watcher', '#', 5, '01');
      const client = await subscribed(port, 'c', 't', 5, '01');
      client.send(`e0 00 ${PINGREQ} ${publishPacket('t', 'm', 5, { qos: 1 })} ${publishPacket('t', 'm', 5)}`);
      await client.expectsClose();
      await gone(broker, 'c');
      await watcher.expectsNothing();
    },
  }),
  brokerRow('MQTT-3.14.4-2', '5', {
    'the broker, behind its own': async () => {
      for (const { provoke, reasonCode } of Object.values(DISCONNECTIONS)) {
        const { port } = await startBroker();
        const client = await RawClient.connected(port, 'c', 5);
        await provoke(client, port);
        await client.expectsDisconnect(reasonCode);
      }
    },
    'the broker, if the client does not close behind its own': async () => {
      const { port } = await startBroker();
      for (const reasonCode of [undefined, 0x00, 0x04, 0x80]) {
        const client = await RawClient.connected(port, 'c', 5);
        client.sendDisconnect(reasonCode);
        await client.expectsClose();
      }
    },
  }),
];
