import { expect } from 'vitest';
import { PINGREQ, RawClient, startBroker, subscribed } from '../../../broker/harness.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import { seconds, type Version } from '../scenes.ts';

/** The connection ends 1.5 times the keep alive after `since` (`performance.now()`), or a little later. */
async function endsInTime(client: RawClient, since: number, keepAlive = 1): Promise<void> {
  await (client.version === 5 ? client.expectsDisconnect(0x8d) : client.expectsClose());
  const elapsed = (performance.now() - since) / 1_000;
  expect(elapsed).toBeGreaterThan(keepAlive * 1.45);
  expect(elapsed).toBeLessThan(keepAlive * 1.5 + 3);
}

function keepAlive(version: Version): BrokerCases {
  /** Sends `packets` in turns of less than 3 seconds for 6 seconds. */
  const staysOpenWith =
    (...packets: ((client: RawClient) => void)[]) =>
    async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'c', version, { keepAlive: 2 });
      for (let i = 0; i < 4; i++) {
        await seconds(1.6);
        packets[i % packets.length](client);
      }
      client.send(PINGREQ);
      while ((await client.next()).cmd !== 'pingresp') {}
    };
  return {
    'no packet after CONNECT: closed after 1.5 seconds': async () => {
      const { port } = await startBroker();
      const client = await RawClient.open(port);
      const since = performance.now();
      await client.connect('c', version, { keepAlive: 1 });
      await endsInTime(client, since);
    },
    'the interval begins anew with each packet': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'c', version, { keepAlive: 2 });
      await seconds(1.6);
      const since = performance.now();
      await client.expectsNothing();
      await endsInTime(client, since, 2);
    },
    'the will goes out': async () => {
      const { port } = await startBroker();
      const watcher = await subscribed(port, 'watcher', 'w', version);
      await RawClient.connected(port, 'c', version, { keepAlive: 1, will: { topic: 'w', payload: 'will' } });
      await watcher.nextMessage('will');
    },
    'PINGREQ keeps it open': staysOpenWith((client) => client.send(PINGREQ)),
    'so does PUBLISH with QoS 0': staysOpenWith((client) => client.sendPublish('t', 'm')),
    'and all others': staysOpenWith(
      (client) => client.sendSubscribe('t'),
      (client) => client.sendPublish('u', 'm', { qos: 1 }),
      (client) => client.sendUnsubscribe('t'),
      (client) => client.sendPublish('u', 'm', { qos: 2 }),
    ),
    'what the broker sends to the client does not': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'c', version, { keepAlive: 1 });
      const since = performance.now();
      await client.subscribe('t');
      const publisher = await RawClient.connected(port, 'publisher', version);
      const timer = setInterval(() => publisher.sendPublish('t', 'm'), 200);
      try {
        let packet = await client.packet().catch(() => undefined);
        while (packet?.[0] === 0x30) packet = await client.packet().catch(() => undefined);
        expect(packet?.[0]).toBe(version === 5 ? 0xe0 : undefined);
        await client.expectsClose();
      } finally {
        clearInterval(timer);
      }
      expect(performance.now() - since).toBeGreaterThan(1_450);
    },
    'a client that keeps sending while a hook takes long is not closed': async () => {
      const { port } = await startBroker({
        authorizePublish: async () => {
          await seconds(3);
          return true;
        },
      });
      const client = await RawClient.connected(port, 'c', version, { keepAlive: 1 });
      client.sendPublish('t', 'm', { qos: 1 });
      for (let i = 0; i < 6; i++) {
        client.send(PINGREQ);
        await seconds(0.4);
      }
      expect(await client.next('puback')).toMatchObject({ messageId: 1 });
      for (let i = 0; i < 6; i++) await client.next('pingresp');
    },
    '0: never closed': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'c', version, { keepAlive: 0 });
      await seconds(3);
      await client.expectsNothing();
    },
  };
}

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.1.2-24', '3.1.1', keepAlive(4)),
  brokerRow('MQTT-3.1.2-22', '5', keepAlive(5)),
  brokerRow('MQTT-3.2.2-21', '5', {
    'a client that asks for more, or for none, is told and held to it': async () => {
      const { port } = await startBroker({ maxKeepAlive: 1 });
      await Promise.all(
        [60, 0].map(async (asked) => {
          const client = await RawClient.open(port);
          const since = performance.now();
          const { properties } = await client.connect(`c${asked}`, 5, { keepAlive: asked });
          expect(properties?.serverKeepAlive).toBe(1);
          await endsInTime(client, since);
        }),
      );
    },
    'PINGREQ within it keeps the connection open': async () => {
      const { port } = await startBroker({ maxKeepAlive: 2 });
      const client = await RawClient.connected(port, 'c', 5, { keepAlive: 60 });
      for (let i = 0; i < 3; i++) {
        await seconds(1.6);
        await client.expectsNothing();
      }
    },
  }),
  brokerRow('MQTT-3.2.2-22', '5', {
    'no server keep alive: the value of CONNECT holds': async () => {
      const { port } = await startBroker({ maxKeepAlive: 60 });
      const client = await RawClient.open(port);
      const since = performance.now();
      const { properties } = await client.connect('c', 5, { keepAlive: 1 });
      expect(properties).not.toHaveProperty('serverKeepAlive');
      await endsInTime(client, since);
    },
    'a larger value of CONNECT holds too': async () => {
      const { port } = await startBroker();
      const client = await RawClient.open(port);
      const { properties } = await client.connect('c', 5, { keepAlive: 30 });
      expect(properties ?? {}).not.toHaveProperty('serverKeepAlive');
      await seconds(3);
      await client.expectsNothing();
    },
  }),
];
