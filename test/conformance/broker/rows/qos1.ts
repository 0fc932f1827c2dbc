import { expect } from 'vitest';
import { RawClient, startBroker, subscribed } from '../../../broker/harness.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import { KEPT, lose, payloadOf, resumed, several, type Version } from '../scenes.ts';

/** A persistent subscriber of 't' with QoS 1, and somebody who publishes. */
async function pair(version: Version) {
  const { port, broker } = await startBroker();
  const client = await RawClient.connected(port, 'c', version, KEPT);
  await client.subscribe('t', '01');
  const publisher = await RawClient.connected(port, 'publisher', version);
  return { port, broker, client, publisher };
}

function qos0(version: Version): BrokerCases {
  return {
    'published with QoS 0': async () => {
      const { client, publisher } = await pair(version);
      await publisher.publish('t', 'm');
      await client.nextMessage('m');
      expect(client.raw[0]).toBe(0x30);
    },
    'published with QoS 1 and 2 and DUP 1, subscribed to with QoS 0': async () => {
      const { port, publisher } = await pair(version);
      const client = await subscribed(port, 'zero', 't', version, '00');
      for (const qos of [1, 2] as const) {
        await publisher.publish('t', 'm', { qos, dup: true });
        await client.nextMessage('m');
        expect(client.raw[0]).toBe(0x30);
      }
    },
    retained: async () => {
      const { port, publisher } = await pair(version);
      await publisher.publish('r', 'm', { qos: 1, retain: true, dup: true });
      const client = await subscribed(port, 'zero', 'r', version, '00');
      await client.nextMessage('m');
      expect(client.raw[0]).toBe(0x31); // RETAIN 1, DUP 0
    },
  };
}

const unusedIdentifier: (version: Version) => BrokerCases = (version) => ({
  'each message in flight has one of its own, not 0': async () => {
    const { client, publisher } = await pair(version);
    for (let i = 0; i < 10; i++) await publisher.publish('t', 'm', { qos: 1 });
    const ids = (await several(client, 10)).map((packet) => ('messageId' in packet ? packet.messageId : 0));
    expect(new Set(ids).size).toBe(10);
    expect(ids).not.toContain(0);
  },
});

const firstWithoutDup: (version: Version) => BrokerCases = (version) => ({
  'DUP 0, also if the publisher sent DUP 1': async () => {
    const { client, publisher } = await pair(version);
    await publisher.publish('t', 'm', { qos: 1, dup: true });
    await client.nextMessage('m');
    expect(client.raw[0]).toBe(0x32);
  },
  'DUP 0 for what was queued while the client was away': async () => {
    const { port, broker, client, publisher } = await pair(version);
    await lose(broker, client, 'c');
    await publisher.publish('t', 'm', { qos: 1 });
    const again = (await resumed(port, 'c', version)).client;
    await again.nextMessage('m');
    expect(again.raw[0]).toBe(0x32);
  },
});

const untilPuback: (version: Version) => BrokerCases = (version) => ({
  'without PUBACK it is sent again to the next connection, with PUBACK it is not': async () => {
    const { port, broker, client, publisher } = await pair(version);
    await publisher.publish('t', 'acknowledged', { qos: 1 });
    await publisher.publish('t', 'not', { qos: 1 });
    client.sendAcknowledgement('puback', (await client.nextMessage('acknowledged')).messageId ?? 0);
    const { messageId } = await client.nextMessage('not');
    await client.expectsNothing();
    await lose(broker, client, 'c');
    const second = (await resumed(port, 'c', version)).client;
    expect(await second.nextMessage('not')).toMatchObject({ messageId, dup: true, qos: 1 });
    second.sendAcknowledgement('puback', messageId ?? 0);
    await second.expectsNothing();
    await lose(broker, second, 'c');
    await (await resumed(port, 'c', version)).client.expectsNothing();
  },
  'PUBACK with another identifier does not count': async () => {
    const { port, broker, client, publisher } = await pair(version);
    await publisher.publish('t', 'm', { qos: 1 });
    const { messageId = 0 } = await client.nextMessage('m');
    client.sendAcknowledgement('puback', messageId + 1);
    await client.expectsNothing();
    await lose(broker, client, 'c');
    await (await resumed(port, 'c', version)).client.nextMessage('m');
  },
});

const puback: (version: Version) => BrokerCases = (version) => ({
  'PUBACK with the same identifier, with and without a subscriber': async () => {
    const { port } = await startBroker();
    const client = await RawClient.connected(port, 'c', version);
    client.sendPublish('t', 'm', { qos: 1, id: 0x1234 });
    await client.expects('40 02 1234');
    await subscribed(port, 'watcher', 't', version, '01');
    client.sendPublish('t', 'm', { qos: 1, id: 0xfffe });
    await client.expects('40 02 fffe');
  },
  'one for each, also for DUP 1': async () => {
    const { port } = await startBroker();
    const client = await RawClient.connected(port, 'c', version);
    client.sendPublish('t', 'm', { qos: 1, id: 1 });
    client.sendPublish('t', 'm', { qos: 1, id: 1, dup: true });
    client.sendPublish('t', 'm', { qos: 1, id: 2 });
    await client.expects('40 02 0001 40 02 0001 40 02 0002');
    await client.expectsNothing();
  },
});

const sameIdAfterwards: (version: Version) => BrokerCases = (version) => ({
  'identifier 1 twice: two deliveries': async () => {
    const { client, publisher } = await pair(version);
    await publisher.publish('t', 'first', { qos: 1, id: 1 });
    await publisher.publish('t', 'second', { qos: 1, id: 1 });
    expect((await several(client, 2)).map(payloadOf)).toEqual(['first', 'second']);
  },
  'also with DUP 1 and the same payload': async () => {
    const { client, publisher } = await pair(version);
    await publisher.publish('t', 'm', { qos: 1, id: 1 });
    await publisher.publish('t', 'm', { qos: 1, id: 1, dup: true });
    expect((await several(client, 2)).map(payloadOf)).toEqual(['m', 'm']);
  },
  'and for QoS 2 after QoS 1': async () => {
    const { client, publisher } = await pair(version);
    await publisher.publish('t', 'first', { qos: 1, id: 1 });
    await publisher.publish('t', 'second', { qos: 2, id: 1 });
    expect((await several(client, 2)).map(payloadOf)).toEqual(['first', 'second']);
  },
});

export const rows: BrokerRow[] = [
  brokerRow('MQTT-4.3.1-1', '3.1.1', qos0(4)),
  brokerRow('MQTT-4.3.1-1', '5', qos0(5)),
  brokerRow('MQTT-4.3.2-1', '3.1.1', { ...unusedIdentifier(4), ...firstWithoutDup(4), ...untilPuback(4) }),
  brokerRow('MQTT-4.3.2-2', '3.1.1', { ...puback(4), ...sameIdAfterwards(4) }),
  brokerRow('MQTT-4.3.2-1', '5', unusedIdentifier(5)),
  brokerRow('MQTT-4.3.2-2', '5', firstWithoutDup(5)),
  brokerRow('MQTT-4.3.2-3', '5', untilPuback(5)),
  brokerRow('MQTT-4.3.2-4', '5', puback(5)),
  brokerRow('MQTT-4.3.2-5', '5', sameIdAfterwards(5)),
];
