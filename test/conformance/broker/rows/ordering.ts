import { expect } from 'vitest';
import {
  acknowledgementPacket,
  publishPacket,
  RawClient,
  startBroker,
  subscribed,
} from '../../../broker/harness.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import { collected, KEPT, lose, payloadOf, resumed, seconds, several, type Version } from '../scenes.ts';

const IDS = [7, 3, 65_535, 1, 12, 2, 500, 499, 9, 10];
const numbered = (count: number) => Array.from({ length: count }, (_, i) => String(i));

async function identifiersOf(client: RawClient, count: number) {
  return (await several(client, count)).map((packet) =>
    'messageId' in packet ? (packet.messageId ?? 0) : 0,
  );
}

/** A hook that takes the longer the earlier it is asked. */
const everSooner = () => {
  let wait = 30;
  return async () => {
    await seconds((wait -= 3) / 1_000);
    return true;
  };
};

function acknowledged(version: Version, qos: 1 | 2): BrokerCases {
  const pipeline = (authorizePublish?: () => Promise<boolean>) => async () => {
    const { port } = await startBroker({ authorizePublish });
    const watcher = await subscribed(port, 'watcher', 't', version, '02');
    const client = await RawClient.connected(port, 'c', version);
    client.send(IDS.map((id) => publishPacket('t', String(id), version, { qos, id })).join(' '));
    expect(await identifiersOf(client, 10)).toEqual(IDS);
    expect((await several(watcher, 10)).map(payloadOf)).toEqual(IDS.map(String));
  };
  return {
    '10 in one chunk': pipeline(),
    '10 in one chunk, with a hook that answers later and later ones sooner': pipeline(everSooner()),
    'one chunk each': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'c', version);
      for (const id of IDS) {
        client.sendPublish('t', 'm', { qos, id });
        await seconds(0.002);
      }
      expect(await identifiersOf(client, 10)).toEqual(IDS);
    },
  };
}

/** A persistent client that has got five messages with QoS 2. */
async function fiveDelivered(version: Version) {
  const { port, broker } = await startBroker();
  const client = await RawClient.connected(port, 'c', version, KEPT);
  await client.subscribe('t', '02');
  const publisher = await RawClient.connected(port, 'publisher', version);
  for (const payload of numbered(5)) await publisher.publish('t', payload, { qos: 2 });
  const [a, b, c, d, e] = await identifiersOf(client, 5);
  return { port, broker, client, publisher, ids: [a, b, c, d, e], shuffled: [c, a, e, b, d] };
}

function released(version: Version): BrokerCases {
  return {
    'PUBRECs in another order than PUBLISHes': async () => {
      const { client, shuffled } = await fiveDelivered(version);
      client.send(shuffled.map((id) => acknowledgementPacket('pubrec', id)).join(' '));
      expect(await identifiersOf(client, 5)).toEqual(shuffled);
    },
    'sent again to the next connection': async () => {
      const { port, broker, client, shuffled } = await fiveDelivered(version);
      client.send(shuffled.map((id) => acknowledgementPacket('pubrec', id)).join(' '));
      await several(client, 5);
      await lose(broker, client, 'c');
      const again = await several((await resumed(port, 'c', version)).client, 5);
      expect(again.map((packet) => [packet.cmd, 'messageId' in packet && packet.messageId])).toEqual(
        shuffled.map((id) => ['pubrel', id]),
      );
    },
  };
}

/** Two publishers send 1000 numbered messages each with the same QoS, 20 to a chunk. */
function perPublisher(version: Version): BrokerCases {
  const orderOf = (qos: 0 | 1 | 2) => async () => {
    const { port } = await startBroker({ receiveMaximum: 65_535 });
    const watcher = await RawClient.connected(port, 'watcher', version);
    await watcher.subscribe('t', '02');
    const names = ['a', 'b'];
    const publishers = await Promise.all(names.map((name) => RawClient.connected(port, name, version)));
    for (let from = 0; from < 1_000; from += 20) {
      publishers.forEach((publisher, i) => {
        const chunk = numbered(20).map((number) =>
          publishPacket('t', `${names[i]}${from + Number(number)}`, version, {
            qos,
            id: from + Number(number) + 1,
          }),
        );
        publisher.send(chunk.join(''));
      });
      await seconds(0);
    }
    const seen: { [name: string]: string[] } = { a: [], b: [] };
    for (const payload of (await collected(watcher, 2_000)).map(payloadOf)) {
      seen[payload[0]].push(payload.slice(1));
    }
    expect(seen).toEqual({ a: numbered(1_000), b: numbered(1_000) });
  };
  return { 'QoS 0': orderOf(0), 'QoS 1': orderOf(1), 'QoS 2': orderOf(2) };
}

/** Whatever way a message takes to a subscriber, none overtakes another of its topic. */
function byDefault(version: Version): BrokerCases {
  return {
    'several subscribers with other QoS, by exact and wildcard filters': async () => {
      const { port } = await startBroker();
      const watchers = await Promise.all(
        (
          [
            ['t/x', '00'],
            ['t/x', '01'],
            ['t/+', '02'],
            ['#', '02'],
          ] as const
        ).map(([filter, options], i) => subscribed(port, `watcher${i}`, filter, version, options)),
      );
      const publisher = await RawClient.connected(port, 'publisher', version);
      for (let id = 1; id <= 100; id++) publisher.sendPublish('t/x', String(id - 1), { qos: 2, id });
      for (const watcher of watchers) {
        expect((await collected(watcher, 100)).map(payloadOf)).toEqual(numbered(100));
      }
    },
    'small and large ones': async () => {
      const { port } = await startBroker();
      const payloads = numbered(40).map((number, i) => number.padEnd(i % 3 === 0 ? 10_000 : 5, '.'));
      for (const qos of [0, 1] as const) {
        const watcher = await subscribed(port, `watcher${qos}`, 't', version, '01');
        const publisher = await RawClient.connected(port, `publisher${qos}`, version);
        payloads.forEach((payload, i) => {
          publisher.sendPublish('t', payload, { qos, id: i + 1 });
        });
        expect((await collected(watcher, 40)).map(payloadOf)).toEqual(payloads);
        watcher.cut();
      }
    },
    'those that wait for acknowledgements, for the return of the client, and new ones': async () => {
      const { port, broker } = await startBroker({ maxInflightMessages: 5 });
      const before = await RawClient.connected(port, 'c', version, KEPT);
      await before.subscribe('t', '01');
      const publisher = await RawClient.connected(port, 'publisher', version);
      const publish = async (from: number) => {
        for (let i = from; i < from + 20; i++) await publisher.publish('t', String(i), { qos: 1 });
      };
      await publish(0);
      expect((await several(before, 5)).map(payloadOf)).toEqual(numbered(5));
      await lose(broker, before, 'c');
      await publish(20);
      const { client } = await resumed(port, 'c', version);
      await publish(40);
      expect((await collected(client, 60)).map(payloadOf)).toEqual(numbered(60));
    },
  };
}

export const rows: BrokerRow[] = [
  brokerRow('MQTT-4.6.0-1', '3.1.1', {
    '5 unacknowledged with QoS 1 and 2, new connection': async () => {
      const { port, broker } = await startBroker();
      const before = await RawClient.connected(port, 'c', 4, KEPT);
      await before.subscribe('t', '02');
      const publisher = await RawClient.connected(port, 'publisher');
      for (const qos of [1, 2, 1, 1, 2] as const) await publisher.publish('t', `QoS ${qos}`, { qos });
      const sent = await several(before, 5);
      await lose(broker, before, 'c');
      const again = await several((await resumed(port, 'c', 4)).client, 5);
      const seen = (packets: typeof sent) =>
        packets.map((packet) => [payloadOf(packet), 'messageId' in packet && packet.messageId]);
      expect(seen(again)).toEqual(seen(sent));
      expect(again.every((packet) => packet.dup)).toBe(true);
    },
    'one in the middle was acknowledged': async () => {
      const { port, broker } = await startBroker();
      const before = await RawClient.connected(port, 'c', 4, KEPT);
      await before.subscribe('t', '01');
      const publisher = await RawClient.connected(port, 'publisher');
      for (const payload of numbered(5)) await publisher.publish('t', payload, { qos: 1 });
      const ids = await identifiersOf(before, 5);
      before.sendAcknowledgement('puback', ids[2]);
      await before.expectsNothing();
      await lose(broker, before, 'c');
      await publisher.publish('t', 'new', { qos: 1 });
      const again = await several((await resumed(port, 'c', 4)).client, 5);
      expect(again.map(payloadOf)).toEqual(['0', '1', '3', '4', 'new']);
    },
  }),
  brokerRow('MQTT-4.6.0-2', '3.1.1', acknowledged(4, 1)),
  brokerRow('MQTT-4.6.0-2', '5', acknowledged(5, 1)),
  brokerRow('MQTT-4.6.0-3', '3.1.1', acknowledged(4, 2)),
  brokerRow('MQTT-4.6.0-3', '5', acknowledged(5, 2)),
  brokerRow('MQTT-4.6.0-4', '3.1.1', released(4)),
  brokerRow('MQTT-4.6.0-4', '5', released(5)),
  brokerRow('MQTT-4.6.0-5', '3.1.1', byDefault(4)),
  brokerRow('MQTT-4.6.0-6', '5', byDefault(5)),
  brokerRow('MQTT-4.6.0-6', '3.1.1', perPublisher(4)),
  brokerRow('MQTT-4.6.0-5', '5', perPublisher(5)),
];
