import { expect } from 'vitest';
import {
  PINGREQ,
  publishPacket,
  RawClient,
  startBroker,
  subscribed,
  uint16,
} from '../../../broker/harness.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import { KEPT, lose, resumed, several, type Version } from '../scenes.ts';

const IDS = [1, 2, 255, 256, 65_535];
const ALL = 65_535;

/** Bytes of a PUBLISH to 't' with QoS 1 and a payload of one byte. */
const lengthOf = (version: Version) => (version === 5 ? 9 : 8);

/** `count` messages with QoS 1 in few chunks; the acknowledgements are not looked at. */
async function flood(port: number, version: Version, count: number): Promise<RawClient> {
  const publisher = await RawClient.connected(port, 'publisher', version);
  const some = publishPacket('t', 'm', version, { qos: 1 }).replace(/\s/g, '');
  for (let sent = 0; sent < count; ) {
    const now = Math.min(500, count - sent);
    publisher.send(some.repeat(now));
    await publisher.bytes(now * 4);
    sent += now;
  }
  return publisher;
}

/** The packet identifiers of the next `count` PUBLISH packets to 't'. */
async function identifiers(client: RawClient, count: number): Promise<number[]> {
  const length = lengthOf(client.version as Version);
  const bytes = Buffer.from(await client.bytes(length * count));
  const starts = Array.from({ length: count }, (_, i) => i * length);
  expect(starts.every((start) => bytes[start] === 0x32)).toBe(true); // PUBLISH, QoS 1, no DUP
  return starts.map((start) => bytes.readUInt16BE(start + 5));
}

function unusedIdentifiers(version: Version): BrokerCases {
  return {
    'all 65,535 in flight are different; the next message waits and gets the one that is acknowledged':
      async () => {
        const { port } = await startBroker({
          maxInflightMessages: ALL,
          maxQueuedMessages: 1_000_000,
          sysInterval: 0,
        });
        const client = await subscribed(port, 'c', 't', version, '01');
        const publisher = await flood(port, version, ALL + 3);
        const inFlight = new Set(await identifiers(client, ALL));
        expect(inFlight.size).toBe(ALL);
        expect(inFlight.has(0)).toBe(false);
        await client.expectsNothing();
        for (const id of [300, 65_535, 1]) {
          client.sendAcknowledgement('puback', id);
          expect(await identifiers(client, 1)).toEqual([id]);
        }
        await publisher.expectsNothing();
      },
    'none that is in use when the numbers begin again': async () => {
      const { port } = await startBroker({ sysInterval: 0 });
      const client = await subscribed(port, 'c', 't', version, '01');
      const publisher = await RawClient.connected(port, 'publisher', version);
      const held: number[] = [];
      for (let i = 0; i < 3; i++) {
        await publisher.publish('t', 'm', { qos: 1 });
        held.push(...(await identifiers(client, 1)));
      }
      const some = publishPacket('t', 'm', version, { qos: 1 }).replace(/\s/g, '').repeat(500);
      const seen = new Set<number>();
      for (let i = 0; i < 135; i++) {
        publisher.send(some);
        const ids = await identifiers(client, 500);
        for (const id of ids) seen.add(id);
        client.send(ids.map((id) => `40 02 ${uint16(id)}`).join(''));
        await publisher.bytes(500 * 4);
      }
      for (const id of [0, ...held]) expect(seen.has(id)).toBe(false);
    },
    'QoS 1 and QoS 2 share the numbers': async () => {
      const { port } = await startBroker();
      const client = await subscribed(port, 'c', 't', version, '02');
      const publisher = await RawClient.connected(port, 'publisher', version);
      for (const qos of [1, 2, 1, 2, 2] as const) await publisher.publish('t', 'm', { qos });
      const ids = (await several(client, 5)).map((message) => 'messageId' in message && message.messageId);
      expect(new Set(ids).size).toBe(5);
    },
  };
}

function acknowledgementsCarryTheId(version: Version): BrokerCases {
  return {
    'PUBACK, PUBREC and PUBCOMP to the publisher: 1, 2, 255, 256, 65,535': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'c', version);
      for (const id of IDS) {
        client.sendPublish('t', 'm', { qos: 1, id });
        expect(await client.next('puback')).toMatchObject({ messageId: id });
        client.sendPublish('t', 'm', { qos: 2, id });
        expect(await client.next('pubrec')).toMatchObject({ messageId: id });
        client.sendAcknowledgement('pubrel', id);
        expect(await client.next('pubcomp')).toMatchObject({ messageId: id });
      }
    },
    'several flows at once, finished in another order': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'c', version);
      for (const id of IDS) client.sendPublish('t', 'm', { qos: 2, id });
      expect((await several(client, 5)).map((packet) => 'messageId' in packet && packet.messageId)).toEqual(
        IDS,
      );
      for (const id of [...IDS].reverse()) {
        client.sendAcknowledgement('pubrel', id);
        expect(await client.next('pubcomp')).toMatchObject({ messageId: id });
      }
    },
    'PUBREL to the subscriber': async () => {
      const { port } = await startBroker();
      const client = await subscribed(port, 'c', 't', version, '02');
      const publisher = await RawClient.connected(port, 'publisher', version);
      for (let i = 0; i < 5; i++) await publisher.publish('t', String(i), { qos: 2, id: 1_000 + i });
      const messages = await several(client, 5);
      for (const message of messages) {
        const messageId = 'messageId' in message ? (message.messageId ?? 0) : 0;
        client.sendAcknowledgement('pubrec', messageId);
        expect(await client.next('pubrel')).toMatchObject({ messageId });
        client.sendAcknowledgement('pubcomp', messageId);
      }
      await client.expectsNothing();
    },
  };
}

function subscribeAcknowledgements(version: Version): BrokerCases {
  const suffix = version === 5 ? '00' : '';
  return {
    'SUBACK and UNSUBACK: 1 and 65,535': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'c', version);
      for (const id of [1, 65_535, 256, 1]) {
        client.sendSubscribe('t', '01', id);
        await client.expects(`90 0${version === 5 ? 4 : 3} ${uint16(id)} ${suffix} 01`);
        client.sendUnsubscribe('t', id);
        await client.expects(`b0 0${version === 5 ? 4 : 2} ${uint16(id)} ${suffix} ${suffix}`);
      }
    },
    'SUBSCRIBE and UNSUBSCRIBE in one chunk': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'c', version);
      client.sendSubscribe('t', '00', 3);
      client.sendUnsubscribe('t', 2);
      client.sendSubscribe('u', '00', 1);
      client.send(PINGREQ);
      expect(await client.next('suback')).toMatchObject({ messageId: 3 });
      expect(await client.next('unsuback')).toMatchObject({ messageId: 2 });
      expect(await client.next('suback')).toMatchObject({ messageId: 1 });
      await client.next('pingresp');
    },
  };
}

export const rows: BrokerRow[] = [
  brokerRow('MQTT-2.3.1-3', '3.1.1', {
    'PUBLISH with QoS 1 and 2, and PUBREL': async () => {
      const { port, broker } = await startBroker();
      const before = await RawClient.connected(port, 'c', 4, KEPT);
      await before.subscribe('t', '02');
      const publisher = await RawClient.connected(port, 'publisher');
      await publisher.publish('t', 'one', { qos: 1 });
      await publisher.publish('t', 'two', { qos: 2 });
      await publisher.publish('t', 'released', { qos: 2 });
      const one = (await before.nextMessage('one')).messageId;
      const two = (await before.nextMessage('two')).messageId;
      const released = (await before.nextMessage('released')).messageId ?? 0;
      before.sendAcknowledgement('pubrec', released);
      await before.next('pubrel');
      await lose(broker, before, 'c');
      const { client } = await resumed(port, 'c', 4);
      const again = await several(client, 3);
      expect(
        again
          .map((packet) => [packet.cmd, packet.qos, 'messageId' in packet && packet.messageId])
          .sort((a, b) => Number(a[2]) - Number(b[2])),
      ).toEqual([
        ['publish', 1, one],
        ['publish', 2, two],
        ['pubrel', 1, released],
      ]);
    },
  }),
  brokerRow('MQTT-2.3.1-4', '3.1.1', unusedIdentifiers(4)),
  brokerRow('MQTT-2.2.1-4', '5', unusedIdentifiers(5)),
  brokerRow('MQTT-2.3.1-6', '3.1.1', acknowledgementsCarryTheId(4)),
  brokerRow('MQTT-2.2.1-5', '5', acknowledgementsCarryTheId(5)),
  brokerRow('MQTT-2.3.1-7', '3.1.1', subscribeAcknowledgements(4)),
  brokerRow('MQTT-2.2.1-6', '5', subscribeAcknowledgements(5)),
];
