import { expect } from 'vitest';
import { RawClient, startBroker } from '../../../broker/harness.ts';
import { type BrokerRow, brokerRow } from '../row.ts';
import { gone, lose, resumed, seconds, sessionExpiry } from '../scenes.ts';

const KEEP_ON = { clean: false, properties: sessionExpiry(100) };
/** What a broker may take longer than the interval says. */
const SLACK = 1.5;

/** Connects with these properties, subscribes to 't' and loses the connection. */
async function lostWith(properties: string) {
  const { port, broker } = await startBroker();
  const client = await RawClient.connected(port, 'c', 5, { properties });
  await client.subscribe('t', '01');
  await lose(broker, client, 'c');
  const publisher = await RawClient.connected(port, 'publisher', 5);
  return { port, broker, publisher };
}

async function isThere(port: number): Promise<boolean> {
  return (await resumed(port, 'c', 5, KEEP_ON)).sessionPresent;
}

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.1.2-23', '5', {
    '0: not kept': async () => {
      const { port } = await lostWith(sessionExpiry(0));
      expect(await isThere(port)).toBe(false);
    },
    '3: there at once': async () => {
      const { port, publisher } = await lostWith(sessionExpiry(3));
      await publisher.publish('t', 'queued', { qos: 1 });
      const { client, sessionPresent } = await resumed(port, 'c', 5, KEEP_ON);
      expect(sessionPresent).toBe(true);
      await client.nextMessage('queued');
    },
    '1: gone after it': async () => {
      const { port, publisher } = await lostWith(sessionExpiry(1));
      await publisher.publish('t', 'queued', { qos: 1 });
      await seconds(1 + SLACK);
      const { client, sessionPresent } = await resumed(port, 'c', 5, KEEP_ON);
      expect(sessionPresent).toBe(false);
      await publisher.publish('t', 'now', { qos: 1 });
      await client.expectsNothing();
    },
    '6: there after 1, 4,294,967,295 and a month too': async () => {
      for (const interval of [6, 0xffff_ffff, 2_678_400]) {
        const { port } = await lostWith(sessionExpiry(interval));
        await seconds(1);
        expect(await isThere(port)).toBe(true);
      }
    },
    'the interval begins when the connection ends': async () => {
      const { port, broker } = await startBroker();
      const client = await RawClient.connected(port, 'c', 5, { properties: sessionExpiry(3) });
      await seconds(3.5);
      await lose(broker, client, 'c');
      expect(await isThere(port)).toBe(true);
    },
    'a connection in time stops it; its own interval counts then': async () => {
      const { port } = await lostWith(sessionExpiry(3));
      expect(await isThere(port)).toBe(true);
      await seconds(3 + SLACK);
      expect(await isThere(port)).toBe(true);
    },
    'DISCONNECT may change it, to less and to more': async () => {
      const { port, broker } = await startBroker();
      const client = await RawClient.connected(port, 'c', 5, { properties: sessionExpiry(100) });
      await client.disconnect(0, sessionExpiry(0));
      await gone(broker, 'c');
      const again = await resumed(port, 'c', 5, { clean: false, properties: sessionExpiry(1) });
      expect(again.sessionPresent).toBe(false);
      await again.client.disconnect(0, sessionExpiry(100));
      await seconds(1 + SLACK);
      expect(await isThere(port)).toBe(true);
    },
    'a smaller one of the broker is told in CONNACK and holds': async () => {
      const { port, broker } = await startBroker({ maxSessionExpiryInterval: 1 });
      const client = await RawClient.open(port);
      const { properties } = await client.connect('c', 5, { properties: sessionExpiry(100) });
      expect(properties?.sessionExpiryInterval).toBe(1);
      await lose(broker, client, 'c');
      await seconds(1 + SLACK);
      expect(await isThere(port)).toBe(false);
    },
    'nor may DISCONNECT ask for more than that': async () => {
      const { port } = await startBroker({ maxSessionExpiryInterval: 1 });
      const client = await RawClient.connected(port, 'c', 5, { properties: sessionExpiry(1) });
      await client.disconnect(0, sessionExpiry(100));
      await seconds(1 + SLACK);
      expect(await isThere(port)).toBe(false);
    },
  }),
  brokerRow('MQTT5 section 3.1.2.11.2', '5', {
    'the session ends with the connection': async () => {
      const { port, publisher } = await lostWith('');
      const { client, sessionPresent } = await resumed(port, 'c', 5, KEEP_ON);
      expect(sessionPresent).toBe(false);
      await publisher.publish('t', 'now', { qos: 1 });
      await client.expectsNothing();
    },
    'also when the session of before was to be kept': async () => {
      const { port, broker } = await lostWith(sessionExpiry(100));
      const { client, sessionPresent } = await resumed(port, 'c', 5, { clean: false });
      expect(sessionPresent).toBe(true);
      await client.disconnect();
      await gone(broker, 'c');
      expect(await isThere(port)).toBe(false);
    },
  }),
  brokerRow('MQTT-4.1.0-2', '5', {
    'subscription, queue and identifiers are gone when the interval has passed': async () => {
      const { port, broker } = await startBroker();
      const before = await RawClient.connected(port, 'c', 5, { properties: sessionExpiry(1) });
      await before.subscribe('t', '02');
      before.sendPublish('u', 'first', { qos: 2, id: 9 });
      await before.next('pubrec');
      await lose(broker, before, 'c');
      const publisher = await RawClient.connected(port, 'publisher', 5);
      await publisher.publish('t', 'queued', { qos: 2 });
      await seconds(1 + SLACK);
      const watcher = await RawClient.connected(port, 'watcher', 5);
      await watcher.subscribe('u');
      const { client, sessionPresent } = await resumed(port, 'c', 5, KEEP_ON);
      expect(sessionPresent).toBe(false);
      await client.expectsNothing();
      await client.publish('u', 'new', { qos: 2, id: 9 });
      await watcher.nextMessage('new');
    },
    'it is not discarded while the connection lasts': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'c', 5, { properties: sessionExpiry(1) });
      await client.subscribe('t', '01');
      await seconds(1 + SLACK);
      const publisher = await RawClient.connected(port, 'publisher', 5);
      await publisher.publish('t', 'm', { qos: 1 });
      await client.nextMessage('m');
    },
  }),
];
