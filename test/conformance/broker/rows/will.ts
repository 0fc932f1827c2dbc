import { expect } from 'vitest';
import type { Broker } from '../../../../src/broker/index.ts';
import {
  type ConnectOptions,
  PINGREQ,
  RawClient,
  startBroker,
  subscribed,
  text,
  type WillOptions,
} from '../../../broker/harness.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import { gone, lose, seconds, type Version } from '../scenes.ts';

const WILL: WillOptions = { topic: 'w', payload: 'will' };

/** A client with a will, and a watcher of it. */
async function testator(version: Version, options: ConnectOptions = {}) {
  const { port, broker } = await startBroker();
  const watcher = await subscribed(port, 'watcher', 'w', version, '02');
  const client = await RawClient.connected(port, 'c', version, { will: WILL, ...options });
  return { port, broker, watcher, client };
}

/** Every end of a connection that is not the client's DISCONNECT. */
export function abnormalEnds(version: Version): BrokerCases {
  const malformed = '34 03 0001 61'; // PUBLISH, QoS 2, too short for its packet identifier
  return {
    'the socket is cut; not before': async () => {
      const { watcher, client } = await testator(version);
      await client.expectsNothing();
      await watcher.expectsNothing();
      client.cut();
      await watcher.nextMessage('will');
      await watcher.expectsNothing();
    },
    'the client closes its sending end': async () => {
      const { watcher, client } = await testator(version);
      client.end();
      await watcher.nextMessage('will');
    },
    'keep alive expires': async () => {
      const { watcher, client } = await testator(version, { keepAlive: 1 });
      await watcher.nextMessage('will');
      await (version === 5 ? client.expectsDisconnect(0x8d) : client.expectsClose());
    },
    'protocol error': async () => {
      const { watcher, client } = await testator(version);
      client.send('20 03 00 00 00'); // CONNACK
      await watcher.nextMessage('will');
    },
    'malformed packet': async () => {
      const { watcher, client } = await testator(version);
      client.send(malformed);
      await watcher.nextMessage('will');
    },
    takeover: async () => {
      const { port, watcher } = await testator(version);
      await RawClient.connected(port, 'c', version);
      await watcher.nextMessage('will');
      await watcher.expectsNothing();
    },
    'the server disconnects the client': async () => {
      const { broker, watcher, client } = await testator(version);
      broker.disconnect('c');
      await watcher.nextMessage('will');
      await (version === 5 ? client.expectsDisconnect(0x98) : client.expectsClose());
    },
    'with its QoS': async () => {
      for (const qos of [0, 1, 2] as const) {
        const { watcher, client } = await testator(version, { will: { ...WILL, qos } });
        client.cut();
        expect(await watcher.nextMessage('will')).toMatchObject({
          qos,
          topic: 'w',
          retain: false,
          dup: false,
        });
      }
    },
    'an empty one': async () => {
      const { watcher, client } = await testator(version, { will: { topic: 'w' } });
      client.cut();
      await watcher.nextMessage('');
    },
  };
}

function removed(version: Version): BrokerCases {
  return {
    'DISCONNECT, then the connection is cut: not published': async () => {
      const { broker, watcher, client } = await testator(version);
      client.sendDisconnect();
      await lose(broker, client, 'c');
      await watcher.expectsNothing();
    },
    'published once, not again when the next connection without a will is cut': async () => {
      const { port, broker, watcher, client } = await testator(version);
      client.cut();
      await watcher.nextMessage('will');
      await lose(broker, await RawClient.connected(port, 'c', version), 'c');
      await watcher.expectsNothing();
    },
    'DISCONNECT, then a connection without a will is cut: not published': async () => {
      const { port, broker, watcher, client } = await testator(version, { clean: false });
      await client.disconnect();
      await gone(broker, 'c');
      await lose(broker, await RawClient.connected(port, 'c', version, { clean: false }), 'c');
      await watcher.expectsNothing();
    },
  };
}

export function discardedByDisconnect(version: Version): BrokerCases {
  return {
    'the will is not published, and the server closes': async () => {
      const { broker, watcher, client } = await testator(version);
      await client.disconnect();
      await gone(broker, 'c');
      await watcher.expectsNothing();
    },
    'with others before it and behind it in the same chunk': async () => {
      const { broker, watcher, client } = await testator(version);
      client.send(`${PINGREQ} e0 00 ${PINGREQ}`);
      await client.expects('d0 00');
      await client.expectsClose();
      await gone(broker, 'c');
      await watcher.expectsNothing();
    },
  };
}

/** A subscriber that comes when the will has been published. */
async function lateSubscriber(version: Version, will: WillOptions) {
  const { port, watcher, client } = await testator(version, { will });
  client.cut();
  // the watcher was there before
  expect((await watcher.nextMessage('will')).retain).toBe(false);
  return subscribed(port, 'late', 'w', version, '01');
}

function notRetained(version: Version): BrokerCases {
  return {
    'a late subscriber gets nothing': async () => {
      await (await lateSubscriber(version, WILL)).expectsNothing();
    },
    'what was retained before stays': async () => {
      const { port, watcher, client } = await testator(version);
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('w', 'before', { retain: true });
      client.cut();
      await watcher.nextMessage('before');
      await watcher.nextMessage('will');
      await (await subscribed(port, 'late', 'w', version)).nextMessage('before');
    },
  };
}

function retained(version: Version): BrokerCases {
  return {
    'a late subscriber gets it with RETAIN 1': async () => {
      const late = await lateSubscriber(version, { ...WILL, retain: true, qos: 1 });
      expect(await late.nextMessage('will')).toMatchObject({ retain: true, qos: 1 });
    },
    'an empty one deletes what was retained': async () => {
      const { port, watcher, client } = await testator(version, { will: { topic: 'w', retain: true } });
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('w', 'before', { retain: true });
      client.cut();
      await watcher.nextMessage('before');
      await watcher.nextMessage('');
      await (await subscribed(port, 'late', 'w', version)).expectsNothing();
    },
  };
}

function noWill(version: Version): BrokerCases {
  const nothingAfter = async (end: (broker: Broker, client: RawClient) => Promise<void>) => {
    const { port, broker } = await startBroker();
    const watcher = await subscribed(port, 'watcher', '#', version);
    await end(broker, await RawClient.connected(port, 'c', version));
    await watcher.expectsNothing();
  };
  return {
    cut: () => nothingAfter((broker, client) => lose(broker, client, 'c')),
    'protocol error': () =>
      nothingAfter(async (broker, client) => {
        client.send('d0 00');
        await gone(broker, 'c');
      }),
    'the last CONNECT counts: one without a will after one with it': async () => {
      const { port, broker, watcher, client } = await testator(version, { clean: false });
      await client.disconnect();
      await gone(broker, 'c');
      await lose(broker, await RawClient.connected(port, 'c', version), 'c');
      await watcher.expectsNothing();
    },
  };
}

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.1.2-8', '3.1.1', abnormalEnds(4)),
  brokerRow('MQTT-3.1.2-10', '3.1.1', removed(4)),
  brokerRow('MQTT-3.1.2-10', '5', {
    ...removed(5),
    'DISCONNECT 0x04 publishes it': async () => {
      const { watcher, client } = await testator(5);
      client.sendDisconnect(0x04);
      await watcher.nextMessage('will');
      await client.expectsClose();
      await watcher.expectsNothing();
    },
    'so does every reason code above 0x80': async () => {
      const { watcher, client } = await testator(5);
      client.sendDisconnect(0x80);
      await watcher.nextMessage('will');
    },
    'published when the connection is lost, not again when the session expires': async () => {
      const { watcher, client } = await testator(5, { properties: '11 00000001' });
      client.cut();
      await watcher.nextMessage('will');
      await seconds(2.5);
      await watcher.expectsNothing();
    },
    'DISCONNECT 0x00 in its long form does not': async () => {
      const { broker, watcher, client } = await testator(5);
      await client.disconnect(0, `1f ${text('bye')}`);
      await gone(broker, 'c');
      await watcher.expectsNothing();
    },
  }),
  brokerRow('MQTT-3.1.2-12', '3.1.1', noWill(4)),
  brokerRow('MQTT-3.1.2-16', '3.1.1', notRetained(4)),
  brokerRow('MQTT-3.1.2-14', '5', notRetained(5)),
  brokerRow('MQTT-3.1.2-17', '3.1.1', retained(4)),
  brokerRow('MQTT-3.1.2-15', '5', retained(5)),
  brokerRow('MQTT-3.1.3-10', '5', {
    'three pairs, one name twice': async () => {
      const pair = (name: string, value: string) => `26 ${text(name)} ${text(value)}`;
      const pairs = [pair('b', '1'), pair('a', '2'), pair('b', '3')].join(' ');
      const { watcher, client } = await testator(5, { will: { ...WILL, properties: pairs } });
      client.cut();
      const { properties } = await watcher.nextMessage('will');
      expect(properties?.userProperties).toEqual({ b: ['1', '3'], a: '2' });
      expect(Buffer.from(watcher.raw).toString('hex')).toContain(pairs.replace(/\s/g, ''));
    },
    'retained, for a late subscriber': async () => {
      const pairs = `26 ${text('z')} ${text('1')} 26 ${text('y')} ${text('2')} 26 ${text('z')} ${text('0')}`;
      const late = await lateSubscriber(5, { ...WILL, retain: true, properties: pairs });
      await late.nextMessage('will');
      expect(Buffer.from(late.raw).toString('hex')).toContain(pairs.replace(/\s/g, ''));
    },
  }),
  brokerRow('MQTT-3.14.4-3', '3.1.1', discardedByDisconnect(4)),
];
