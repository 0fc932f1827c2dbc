import { expect } from 'vitest';
import { RawClient, startBroker } from '../../../broker/harness.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import { KEPT, resumed, type Version } from '../scenes.ts';

function takeover(version: Version): BrokerCases {
  const expectsEnd = (client: RawClient) =>
    version === 5 ? client.expectsDisconnect(0x8e) : client.expectsClose();
  return {
    'with clean session': async () => {
      const { port, broker } = await startBroker();
      const old = await RawClient.connected(port, 'c', version);
      await old.subscribe('t', '01');
      const { client, sessionPresent } = await resumed(port, 'c', version, { clean: true });
      expect(sessionPresent).toBe(false);
      await expectsEnd(old);
      await client.expectsNothing();
      expect(broker.clients.size).toBe(1);
    },
    'without: the session goes on with the new connection': async () => {
      const { port } = await startBroker();
      const old = await RawClient.connected(port, 'c', version, KEPT);
      await old.subscribe('t', '01');
      const { client, sessionPresent } = await resumed(port, 'c', version);
      expect(sessionPresent).toBe(true);
      await expectsEnd(old);
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('t', 'm', { qos: 1 });
      await client.nextMessage('m');
    },
    'what the old one has not acknowledged is sent to the new one': async () => {
      const { port } = await startBroker();
      const old = await RawClient.connected(port, 'c', version, KEPT);
      await old.subscribe('t', '01');
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('t', 'm', { qos: 1 });
      const { messageId } = await old.nextMessage('m');
      const { client } = await resumed(port, 'c', version);
      expect(await client.nextMessage('m')).toMatchObject({ messageId, dup: true });
      await expectsEnd(old);
    },
    'several times in a row: the last one stays': async () => {
      const { port, broker } = await startBroker();
      const clients: RawClient[] = [];
      for (let i = 0; i < 5; i++) clients.push(await RawClient.connected(port, 'c', version, KEPT));
      for (const old of clients.slice(0, -1)) await expectsEnd(old);
      await clients[4].expectsNothing();
      expect(broker.clients.size).toBe(1);
    },
    'by two CONNECT at once: one stays': async () => {
      const { port, broker } = await startBroker({
        authenticate: () => new Promise((resolve) => setTimeout(() => resolve(true), 20)),
      });
      const [one, other] = await Promise.all([RawClient.open(port), RawClient.open(port)]);
      one.sendConnect('c', version, KEPT);
      other.sendConnect('c', version, KEPT);
      await Promise.all([one.next('connack'), other.next('connack')]);
      const closed = await Promise.race([one.drain().then(() => one), other.drain().then(() => other)]);
      await (closed === one ? other : one).expectsNothing();
      expect(broker.clients.size).toBe(1);
    },
    'by a client of another version': async () => {
      const { port } = await startBroker();
      const old = await RawClient.connected(port, 'c', version);
      const client = await RawClient.connected(port, 'c', version === 5 ? 4 : 5);
      await expectsEnd(old);
      await client.expectsNothing();
    },
    'nobody else is disconnected': async () => {
      const { port } = await startBroker();
      const other = await RawClient.connected(port, 'C', version);
      const old = await RawClient.connected(port, 'c', version);
      await RawClient.connected(port, 'c', version);
      await expectsEnd(old);
      await other.expectsNothing();
    },
  };
}

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.1.4-2', '3.1.1', takeover(4)),
  brokerRow('MQTT-3.1.4-3', '5', takeover(5)),
];
