import { expect } from 'vitest';
import { connectPacket, packet, RawClient, startBroker, text } from '../../../broker/harness.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import { expectsRefusal, KEPT, lose, resumed, type Version } from '../scenes.ts';

function cleanSession(version: Version): BrokerCases {
  return {
    'after a stored session': async () => {
      const { port } = await startBroker();
      const before = await RawClient.connected(port, 'c', version, KEPT);
      await before.subscribe('t', '01');
      await before.disconnect();
      const { client, sessionPresent } = await resumed(port, 'c', version, { clean: true });
      expect(sessionPresent).toBe(false);
      if (version === 4) expect([...client.raw]).toEqual([0x20, 0x02, 0x00, 0x00]);
    },
    'after a session whose connection was cut': async () => {
      const { port, broker } = await startBroker();
      await lose(broker, await RawClient.connected(port, 'c', version, KEPT), 'c');
      expect((await resumed(port, 'c', version, { ...KEPT, clean: true })).sessionPresent).toBe(false);
    },
    'while the session is in use': async () => {
      const { port } = await startBroker();
      await RawClient.connected(port, 'c', version, KEPT);
      expect((await resumed(port, 'c', version, { ...KEPT, clean: true })).sessionPresent).toBe(false);
    },
  };
}

function storedSession(version: Version): BrokerCases {
  return {
    'after DISCONNECT, with a subscription': async () => {
      const { port } = await startBroker();
      const before = await RawClient.connected(port, 'c', version, KEPT);
      await before.subscribe('t', '01');
      await before.disconnect();
      const { client, sessionPresent } = await resumed(port, 'c', version);
      expect(sessionPresent).toBe(true);
      // acknowledge flags 1, code 0
      expect([client.raw[0], client.raw[2], client.raw[3]]).toEqual([0x20, 0x01, 0x00]);
    },
    'without any subscription': async () => {
      const { port } = await startBroker();
      await (await RawClient.connected(port, 'c', version, KEPT)).disconnect();
      expect((await resumed(port, 'c', version)).sessionPresent).toBe(true);
    },
    'after the connection was cut': async () => {
      const { port, broker } = await startBroker();
      await lose(broker, await RawClient.connected(port, 'c', version, KEPT), 'c');
      expect((await resumed(port, 'c', version)).sessionPresent).toBe(true);
    },
    'while the session is in use': async () => {
      const { port } = await startBroker();
      await RawClient.connected(port, 'c', version, KEPT);
      expect((await resumed(port, 'c', version)).sessionPresent).toBe(true);
    },
  };
}

function noStoredSession(version: Version): BrokerCases {
  return {
    'the first connection': async () => {
      const { port } = await startBroker();
      expect((await resumed(port, 'c', version)).sessionPresent).toBe(false);
    },
    'after a session that ended with its connection': async () => {
      const { port, broker } = await startBroker();
      const before = await RawClient.connected(port, 'c', version);
      await before.subscribe('t', '01');
      await lose(broker, before, 'c');
      expect((await resumed(port, 'c', version)).sessionPresent).toBe(false);
    },
    'a session of another client identifier': async () => {
      const { port } = await startBroker();
      await (await RawClient.connected(port, 'c', version, KEPT)).disconnect();
      expect((await resumed(port, 'C', version)).sessionPresent).toBe(false);
    },
  };
}

/** Only `good` may connect; a refused CONNECT leaves the session as it is. */
function refusedWithSession(version: Version): BrokerCases {
  const code = version === 5 ? 0x86 : 4;
  return {
    'bad password with a stored session, which is there afterwards': async () => {
      const { port } = await startBroker({ authenticate: ({ username }) => username === 'good' });
      await (await RawClient.connected(port, 'c', version, { ...KEPT, username: 'good' })).disconnect();
      const client = await RawClient.open(port);
      client.sendConnect('c', version, { ...KEPT, username: 'bad' });
      await client.expects(version === 5 ? '20 03 00 86 00' : '20 02 00 04');
      await client.expectsClose();
      expect((await resumed(port, 'c', version, { ...KEPT, username: 'good' })).sessionPresent).toBe(true);
    },
    'bad password with a session in use, which goes on': async () => {
      const { port } = await startBroker({ authenticate: ({ username }) => username === 'good' });
      const user = await RawClient.connected(port, 'c', version, { ...KEPT, username: 'good' });
      const client = await RawClient.open(port);
      client.sendConnect('c', version, { ...KEPT, username: 'bad' });
      await expectsRefusal(client, code);
      await user.expectsNothing();
    },
  };
}

const malformed: { readonly [name: string]: string } = {
  'reserved connect flag': packet('10', `${text('MQTT')} 04 03 0000 ${text('c')}`),
  'will QoS 3': packet('10', `${text('MQTT')} 04 1e 0000 ${text('c')} ${text('w')} ${text('m')}`),
  'will QoS without will flag': packet('10', `${text('MQTT')} 04 0a 0000 ${text('c')}`),
  'password without user name': packet('10', `${text('MQTT')} 04 42 0000 ${text('c')} ${text('p')}`),
  'no client identifier': packet('10', `${text('MQTT')} 04 02 0000`),
  'bytes left over': packet('10', `${text('MQTT')} 04 02 0000 ${text('c')} 00`),
  'client identifier that is no UTF-8': packet('10', `${text('MQTT')} 04 02 0000 0001 ff`),
  'flags in the fixed header': packet('11', `${text('MQTT')} 04 02 0000 ${text('c')}`),
  'another protocol': packet('10', `${text('AMQP')} 04 02 0000 ${text('c')}`),
};

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.1.4-2', '5', {
    'bad password: 0x86': async () => {
      const { port } = await startBroker({
        authenticate: async ({ password }) => Buffer.from(password ?? []).toString() === 'right',
      });
      const client = await RawClient.open(port);
      client.send(connectPacket('c', 5, { username: 'u', password: 'wrong' }));
      await client.expects('20 03 00 86 00');
      await client.expectsClose();
      await RawClient.connected(port, 'c', 5, { username: 'u', password: 'right' });
    },
    'not authorized, banned: what authenticate says': async () => {
      const { port } = await startBroker({
        authenticate: ({ username }) => ({ reasonCode: Number(username) }),
      });
      for (const code of [0x80, 0x83, 0x87, 0x88, 0x8a, 0x97]) {
        const client = await RawClient.open(port);
        client.send(connectPacket('c', 5, { username: String(code) }));
        await client.expects(`20 03 00 ${code.toString(16)} 00`);
        await client.expectsClose();
      }
    },
    'authenticate fails: 0x80': async () => {
      const { port } = await startBroker({ authenticate: () => Promise.reject(new Error('no database')) });
      const client = await RawClient.open(port);
      client.sendConnect('c', 5);
      expect((await client.next('connack')).reasonCode).toBe(0x80);
      await client.expectsClose();
    },
    'more connections than allowed: 0x89': async () => {
      const { port } = await startBroker({ maxConnections: 1 });
      await RawClient.connected(port, 'first', 5);
      const client = await RawClient.open(port);
      client.sendConnect('second', 5);
      expect((await client.next('connack')).reasonCode).toBe(0x89);
      await client.expectsClose();
    },
  }),
  brokerRow('MQTT-3.2.2-1', '3.1.1', cleanSession(4)),
  brokerRow('MQTT-3.2.2-2', '5', cleanSession(5)),
  brokerRow('MQTT-3.2.2-2', '3.1.1', storedSession(4)),
  brokerRow('MQTT-3.2.2-3', '3.1.1', noStoredSession(4)),
  brokerRow('MQTT-3.2.2-3', '5', {
    ...Object.fromEntries(Object.entries(storedSession(5)).map(([name, run]) => [`1: ${name}`, run])),
    ...Object.fromEntries(Object.entries(noStoredSession(5)).map(([name, run]) => [`0: ${name}`, run])),
  }),
  brokerRow('MQTT-3.2.2-4', '3.1.1', refusedWithSession(4)),
  brokerRow('MQTT-3.2.2-6', '5', refusedWithSession(5)),
  brokerRow('MQTT-3.2.2-5', '3.1.1', {
    'return codes 1 to 5, then the end': async () => {
      const { port } = await startBroker({
        authenticate: ({ username }) => ({ reasonCode: Number(username) }),
      });
      for (const [reasonCode, returnCode] of [
        [0x84, 1],
        [0x85, 2],
        [0x88, 3],
        [0x89, 3],
        [0x97, 3],
        [0x86, 4],
        [0x87, 5],
        [0x8a, 5],
      ]) {
        const client = await RawClient.open(port);
        client.sendConnect('c', 4, { username: String(reasonCode) });
        await client.expects(`20 02 00 0${returnCode}`);
        await client.expectsClose();
      }
    },
    'also a client that does not close its end': async () => {
      const { port } = await startBroker({ authenticate: () => false });
      const client = await RawClient.open(port);
      client.sendConnect('c', 4, { keepAlive: 0 });
      await expectsRefusal(client, 4);
    },
  }),
  brokerRow('MQTT-3.2.2-6', '3.1.1', {
    'malformed CONNECT: closed without a byte': async () => {
      const { port } = await startBroker();
      for (const [name, bytes] of Object.entries(malformed)) {
        const client = await RawClient.open(port);
        client.send(bytes);
        expect([name, ...(await client.drain())]).toEqual([name]);
      }
    },
  }),
  brokerRow('MQTT-3.2.2-7', '5', {
    'whatever the code is': async () => {
      const { port } = await startBroker({
        authenticate: ({ username }) => ({ reasonCode: Number(username) }),
      });
      for (const code of [
        0x80, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x97, 0x9c, 0x9d, 0x9f,
      ]) {
        const client = await RawClient.open(port);
        client.sendConnect('c', 5, { username: String(code) });
        await expectsRefusal(client, code);
      }
    },
    'with a server reference: where to go instead': async () => {
      const { port } = await startBroker({
        authenticate: () => ({ reasonCode: 0x9c, serverReference: 'elsewhere:1883' }),
      });
      const client = await RawClient.open(port);
      client.sendConnect('c', 5);
      const { reasonCode, properties } = await client.next('connack');
      expect([reasonCode, properties?.serverReference]).toEqual([0x9c, 'elsewhere:1883']);
      await client.expectsClose();
    },
  }),
];
