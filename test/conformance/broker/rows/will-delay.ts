import { RawClient, startBroker, subscribed, uint32 } from '../../../broker/harness.ts';
import { type BrokerRow, brokerRow } from '../row.ts';
import { gone, lose, seconds, sessionExpiry } from '../scenes.ts';
import { abnormalEnds, discardedByDisconnect } from './will.ts';

/** What a broker may take longer than the interval says. */
const SLACK = 1.5;

function will(payload: string, delay: number) {
  return { topic: 'w', payload, properties: `18 ${uint32(delay)}` };
}

/** A client with a delayed will whose session outlasts its connection, and a watcher of the will. */
async function patient(delay: number, sessionExpiryInterval = 100) {
  const { port, broker } = await startBroker();
  const watcher = await subscribed(port, 'watcher', 'w', 5);
  const properties = sessionExpiry(sessionExpiryInterval);
  const client = await RawClient.connected(port, 'c', 5, { will: will('will', delay), properties });
  return { port, broker, watcher, client };
}

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.1.2-7', '5', {
    'it outlasts the connection with the session': async () => {
      const { broker, watcher, client } = await patient(1);
      await lose(broker, client, 'c');
      await watcher.nextMessage('will');
    },
    'each CONNECT brings its own': async () => {
      const { port, broker, watcher, client } = await patient(60);
      await lose(broker, client, 'c');
      const options = { clean: false, properties: sessionExpiry(100), will: will('second', 0) };
      const second = await RawClient.connected(port, 'c', 5, options);
      await watcher.expectsNothing();
      await lose(broker, second, 'c');
      await watcher.nextMessage('second');
      await watcher.expectsNothing();
    },
    'a CONNECT without a will leaves none': async () => {
      const { port, broker, watcher, client } = await patient(3);
      await lose(broker, client, 'c');
      const options = { clean: false, properties: sessionExpiry(100) };
      await lose(broker, await RawClient.connected(port, 'c', 5, options), 'c');
      await seconds(3 + SLACK);
      await watcher.expectsNothing();
    },
  }),
  brokerRow('MQTT-3.1.2-8', '5', {
    ...abnormalEnds(5),
    'not before the will delay': async () => {
      const { broker, watcher, client } = await patient(4);
      await lose(broker, client, 'c');
      await seconds(1);
      await watcher.expectsNothing();
      await watcher.nextMessage('will');
    },
    'when the session expires, if that is before': async () => {
      const { broker, watcher, client } = await patient(60, 3);
      await lose(broker, client, 'c');
      await watcher.expectsNothing();
      await watcher.nextMessage('will');
    },
    'at once, if the session ends with the connection': async () => {
      const { watcher, client } = await patient(60, 0);
      client.cut();
      await watcher.nextMessage('will');
    },
    'when a clean start ends the session': async () => {
      const { port, broker, watcher, client } = await patient(60);
      await lose(broker, client, 'c');
      await watcher.expectsNothing();
      await RawClient.connected(port, 'c', 5);
      await watcher.nextMessage('will');
    },
    'takeover by a clean start, though it is delayed': async () => {
      const { port, watcher } = await patient(60);
      await RawClient.connected(port, 'c', 5);
      await watcher.nextMessage('will');
    },
    'DISCONNECT 0x04 with a delay: when it has passed': async () => {
      const { broker, watcher, client } = await patient(3);
      await client.disconnect(0x04);
      await gone(broker, 'c');
      await watcher.expectsNothing();
      await watcher.nextMessage('will');
    },
    'DISCONNECT 0x04 that ends the session: at once': async () => {
      const { watcher, client } = await patient(60);
      await client.disconnect(0x04, sessionExpiry(0));
      await watcher.nextMessage('will');
    },
  }),
  brokerRow('MQTT-3.1.3-9', '5', {
    'connected again in time': async () => {
      const { port, broker, watcher, client } = await patient(3);
      await lose(broker, client, 'c');
      const options = { clean: false, properties: sessionExpiry(100) };
      await RawClient.connected(port, 'c', 5, options);
      await seconds(3 + SLACK);
      await watcher.expectsNothing();
    },
    'connected again with another will: only that one counts': async () => {
      const { port, broker, watcher, client } = await patient(3);
      await lose(broker, client, 'c');
      const options = { clean: false, properties: sessionExpiry(100), will: will('second', 60) };
      await RawClient.connected(port, 'c', 5, options);
      await seconds(3 + SLACK);
      await watcher.expectsNothing();
    },
    'takeover that resumes the session': async () => {
      const { port, watcher, client } = await patient(3);
      await RawClient.connected(port, 'c', 5, { clean: false, properties: sessionExpiry(100) });
      await client.expectsDisconnect(0x8e);
      await seconds(3 + SLACK);
      await watcher.expectsNothing();
    },
  }),
  brokerRow('MQTT-3.14.4-3', '5', {
    ...discardedByDisconnect(5),
    'a delayed one neither': async () => {
      const { broker, watcher, client } = await patient(1);
      await client.disconnect(0);
      await gone(broker, 'c');
      await seconds(1 + SLACK);
      await watcher.expectsNothing();
    },
    'nor when the session expires': async () => {
      const { watcher, client } = await patient(60, 1);
      await client.disconnect();
      await seconds(1 + SLACK);
      await watcher.expectsNothing();
    },
  }),
];
