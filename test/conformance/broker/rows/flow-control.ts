import { expect } from 'vitest';
import { PINGREQ, RawClient, startBroker, uint16 } from '../../../broker/harness.ts';
import { type BrokerRow, brokerRow } from '../row.ts';
import { KEPT, lose, resumed, several } from '../scenes.ts';

const options = (receiveMaximum: number) => ({
  clean: false,
  properties: `${KEPT.properties} 21 ${uint16(receiveMaximum)}`,
});

/** A persistent subscriber of 't' with this receive maximum, for whom messages with this QoS are published. */
async function windowOf(receiveMaximum: number, published: number, qos: 1 | 2) {
  const { port, broker } = await startBroker();
  const client = await RawClient.connected(port, 'c', 5, options(receiveMaximum));
  await client.subscribe([
    ['t', '02'],
    ['zero', '00'],
  ]);
  const publisher = await RawClient.connected(port, 'publisher', 5);
  for (let i = 0; i < published; i++) await publisher.publish('t', String(i), { qos });
  return { port, broker, client, publisher };
}

/** The identifiers of the next `count` messages; no other comes behind them. */
async function exactly(client: RawClient, count: number): Promise<number[]> {
  const packets = await several(client, count);
  expect(packets.map(({ cmd }) => cmd)).toEqual(Array(count).fill('publish'));
  await client.expectsNothing();
  return packets.map((packet) => ('messageId' in packet ? (packet.messageId ?? 0) : 0));
}

export const rows: BrokerRow[] = [
  brokerRow('MQTT-4.9.0-1', '5', {
    'receive maximum 1, 2 and 10': async () => {
      for (const receiveMaximum of [1, 2, 10]) {
        const { client } = await windowOf(receiveMaximum, 12, 1);
        await exactly(client, receiveMaximum);
      }
    },
    'none: 65,535': async () => {
      const { port } = await startBroker({ maxInflightMessages: 65_535 });
      const client = await RawClient.connected(port, 'c', 5);
      await client.subscribe('t', '01');
      const publisher = await RawClient.connected(port, 'publisher', 5);
      for (let id = 1; id <= 2_000; id++) publisher.sendPublish('t', 'm', { qos: 1, id });
      await exactly(client, 2_000);
    },
    'PUBACK and PUBCOMP give one back': async () => {
      const { client } = await windowOf(2, 5, 1);
      const [first] = await exactly(client, 2);
      client.sendAcknowledgement('puback', first);
      await exactly(client, 1);
      const scene = await windowOf(2, 5, 2);
      const [second] = await exactly(scene.client, 2);
      scene.client.sendAcknowledgement('pubrec', second);
      await scene.client.next('pubrel');
      await scene.client.expectsNothing();
      scene.client.sendAcknowledgement('pubcomp', second);
      await exactly(scene.client, 1);
    },
    'what waits for PUBCOMP counts': async () => {
      const { client, publisher } = await windowOf(2, 1, 2);
      const [first] = await exactly(client, 1);
      for (const payload of ['second', 'third', 'fourth']) await publisher.publish('t', payload, { qos: 1 });
      const { messageId: second = 0 } = await client.nextMessage('second');
      client.sendAcknowledgement('pubrec', first);
      await client.next('pubrel');
      client.sendAcknowledgement('puback', second);
      await client.nextMessage('third');
      await client.expectsNothing();
      client.sendAcknowledgement('pubcomp', first);
      await client.nextMessage('fourth');
    },
    'so do PUBACK and PUBREC that refuse': async () => {
      for (const [qos, command] of [
        [1, 'puback'],
        [2, 'pubrec'],
      ] as const) {
        const { client } = await windowOf(2, 5, qos);
        const [first] = await exactly(client, 2);
        client.sendAcknowledgement(command, first, 0x80);
        await exactly(client, 1);
      }
    },
    'acknowledgements of nothing do not': async () => {
      const { client } = await windowOf(2, 5, 1);
      const [first] = await exactly(client, 2);
      client.sendAcknowledgement('puback', 40_000);
      client.sendAcknowledgement('pubcomp', 40_001);
      await client.expectsNothing();
      client.send(`40 02 ${uint16(first)} 40 02 ${uint16(first)}`);
      await exactly(client, 1);
    },
    'never more than the receive maximum, however many were acknowledged before': async () => {
      const { client, publisher } = await windowOf(2, 0, 1);
      for (let i = 0; i < 5; i++) {
        await publisher.publish('t', 'm', { qos: 1 });
        client.sendAcknowledgement('puback', (await client.nextMessage('m')).messageId ?? 0);
      }
      for (let i = 0; i < 5; i++) await publisher.publish('t', 'm', { qos: 1 });
      await exactly(client, 2);
    },
    'a new connection begins with its own; what is sent again counts': async () => {
      const { port, broker, client } = await windowOf(2, 6, 1);
      await exactly(client, 2);
      await lose(broker, client, 'c');
      const again = (await resumed(port, 'c', 5, options(3))).client;
      expect((await several(again, 3)).map(({ dup }) => dup)).toEqual([true, true, false]);
      await again.expectsNothing();
    },
    'a smaller one than what is to be sent again': async () => {
      const { port, broker, client } = await windowOf(3, 6, 1);
      const before = await exactly(client, 3);
      await lose(broker, client, 'c');
      const again = (await resumed(port, 'c', 5, options(1))).client;
      for (const id of before) {
        expect(await exactly(again, 1)).toEqual([id]);
        again.sendAcknowledgement('puback', id);
      }
      await exactly(again, 1);
    },
  }),
  brokerRow('MQTT-4.9.0-2', '5', {
    'QoS 1 and QoS 2 wait': async () => {
      const { client, publisher } = await windowOf(1, 1, 2);
      const [first] = await exactly(client, 1);
      await publisher.publish('t', 'one', { qos: 1 });
      await publisher.publish('t', 'two', { qos: 2 });
      await client.expectsNothing();
      client.sendAcknowledgement('pubrec', first);
      await client.next('pubrel');
      await client.expectsNothing();
      client.sendAcknowledgement('pubcomp', first);
      const { messageId = 0 } = await client.nextMessage('one');
      await client.expectsNothing();
      client.sendAcknowledgement('puback', messageId);
      await client.nextMessage('two');
    },
    'retained messages wait too': async () => {
      const { client, publisher } = await windowOf(1, 1, 1);
      const [first] = await exactly(client, 1);
      await publisher.publish('r', 'retained', { qos: 1, retain: true });
      await client.subscribe('r', '01');
      await client.expectsNothing();
      client.sendAcknowledgement('puback', first);
      await client.nextMessage('retained');
    },
  }),
  brokerRow('MQTT-4.9.0-3', '5', {
    'PUBLISH with QoS 0': async () => {
      const { client, publisher } = await windowOf(1, 2, 1);
      await exactly(client, 1);
      await publisher.publish('zero', 'm', { qos: 2 });
      expect(await client.nextMessage('m')).toMatchObject({ qos: 0 });
    },
    'SUBACK, UNSUBACK and PINGRESP': async () => {
      const { client } = await windowOf(1, 2, 1);
      await exactly(client, 1);
      expect(await client.subscribe('u', '02')).toEqual([2]);
      client.sendUnsubscribe('u');
      await client.next('unsuback');
      client.send(PINGREQ);
      await client.next('pingresp');
    },
    'PUBACK, PUBREC and PUBCOMP for what the client publishes': async () => {
      const { client } = await windowOf(1, 2, 1);
      await exactly(client, 1);
      await client.publish('elsewhere', 'm', { qos: 1 });
      await client.publish('elsewhere', 'm', { qos: 2 });
    },
    PUBREL: async () => {
      const { client } = await windowOf(1, 2, 2);
      const [first] = await exactly(client, 1);
      client.sendAcknowledgement('pubrec', first);
      expect(await client.next('pubrel')).toMatchObject({ messageId: first });
    },
  }),
];
