import { expect } from 'vitest';
import { RawClient, startBroker } from '../../../broker/harness.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import { absent, gone, KEPT, lose, payloadOf, resumed, several, type Version } from '../scenes.ts';

/** A clean session after a persistent one leaves nothing of it. */
function discards(version: Version): BrokerCases {
  return {
    'subscriptions and queued messages are gone': async () => {
      const { port, broker } = await startBroker();
      await absent(broker, port, 'c', version);
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('t', 'queued', { qos: 1 });
      const clean = await resumed(port, 'c', version, { clean: true });
      expect(clean.sessionPresent).toBe(false);
      await publisher.publish('t', 'now', { qos: 1 });
      await clean.client.expectsNothing();
    },
    'nor does it come back with the next persistent session': async () => {
      const { port, broker } = await startBroker();
      await absent(broker, port, 'c', version);
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('t', 'queued', { qos: 1 });
      const clean = await RawClient.connected(port, 'c', version, { clean: true });
      await clean.disconnect();
      await gone(broker, 'c');
      const { client, sessionPresent } = await resumed(port, 'c', version);
      expect(sessionPresent).toBe(false);
      await publisher.publish('t', 'now', { qos: 1 });
      await client.expectsNothing();
    },
    'messages in flight and received identifiers are gone': async () => {
      const { port, broker } = await startBroker();
      const before = await RawClient.connected(port, 'c', version, KEPT);
      await before.subscribe('t', '02');
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('t', 'in flight', { qos: 2 });
      await before.nextMessage('in flight');
      before.sendPublish('elsewhere', 'first', { qos: 2, id: 9 });
      await before.next('pubrec');
      await lose(broker, before, 'c');
      const watcher = await RawClient.connected(port, 'watcher', version);
      await watcher.subscribe('elsewhere');
      const after = await RawClient.connected(port, 'c', version, { clean: true });
      await after.expectsNothing();
      await after.publish('elsewhere', 'new', { qos: 2, id: 9 });
      await watcher.nextMessage('new');
    },
    'while it is in use': async () => {
      const { port } = await startBroker();
      const before = await RawClient.connected(port, 'c', version, KEPT);
      await before.subscribe('t', '01');
      const { client, sessionPresent } = await resumed(port, 'c', version, { clean: true });
      expect(sessionPresent).toBe(false);
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('t', 'now', { qos: 1 });
      await client.expectsNothing();
    },
  };
}

/** Without clean session what was there goes on. */
function resumes(version: Version): BrokerCases {
  return {
    'Session Present 1, and what was queued with QoS 1 and 2 in its order': async () => {
      const { port, broker } = await startBroker();
      await absent(broker, port, 'c', version);
      const publisher = await RawClient.connected(port, 'publisher', version);
      for (const [payload, qos] of [
        ['1', 1],
        ['2', 2],
        ['3', 1],
      ] as const) {
        await publisher.publish('t', payload, { qos });
      }
      const { client, sessionPresent } = await resumed(port, 'c', version);
      expect(sessionPresent).toBe(true);
      const messages = await several(client, 3);
      expect(messages.map((message) => [payloadOf(message), message.qos, message.dup])).toEqual([
        ['1', 1, false],
        ['2', 2, false],
        ['3', 1, false],
      ]);
    },
    'its subscriptions, with their QoS': async () => {
      const { port, broker } = await startBroker();
      const before = await RawClient.connected(port, 'c', version, KEPT);
      await before.subscribe([
        ['exact', '01'],
        ['wild/+', '02'],
        ['deep/#', '00'],
      ]);
      await lose(broker, before, 'c');
      const { client } = await resumed(port, 'c', version);
      const publisher = await RawClient.connected(port, 'publisher', version);
      for (const [topic, qos] of [
        ['exact', 1],
        ['wild/x', 2],
        ['deep/x/y', 0],
      ] as const) {
        await publisher.publish(topic, topic, { qos: 2 });
        expect((await client.nextMessage(topic)).qos).toBe(qos);
      }
    },
    'after its connection was cut, and again after the next': async () => {
      const { port, broker } = await startBroker();
      const publisher = await RawClient.connected(port, 'publisher', version);
      const first = await RawClient.connected(port, 'c', version, KEPT);
      await first.subscribe('t', '01');
      await lose(broker, first, 'c');
      for (const payload of ['one', 'two']) {
        await publisher.publish('t', payload, { qos: 1 });
        const { client, sessionPresent } = await resumed(port, 'c', version);
        expect(sessionPresent).toBe(true);
        client.sendAcknowledgement('puback', (await client.nextMessage(payload)).messageId ?? 0);
        await client.expectsNothing();
        await lose(broker, client, 'c');
      }
    },
  };
}

/** The session belongs to the client identifier, nothing else. */
function identifies(version: Version): BrokerCases {
  return {
    'two identifiers are independent': async () => {
      const { port, broker } = await startBroker();
      await absent(broker, port, 'a', version);
      await absent(broker, port, 'b', version, 'u');
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('t', 'for a', { qos: 1 });
      await publisher.publish('u', 'for b', { qos: 1 });
      const a = await resumed(port, 'a', version);
      const b = await resumed(port, 'b', version);
      await a.client.nextMessage('for a');
      await b.client.nextMessage('for b');
      await a.client.expectsNothing();
      await b.client.expectsNothing();
    },
    'the same packet identifier of two clients is not the same message': async () => {
      const { port } = await startBroker();
      const watcher = await RawClient.connected(port, 'watcher', version);
      await watcher.subscribe('t');
      for (const id of ['a', 'b']) {
        const client = await RawClient.connected(port, id, version);
        client.sendPublish('t', id, { qos: 2, id: 7 });
        await client.next('pubrec');
        await watcher.nextMessage(id);
      }
    },
    'identifiers that differ in case only': async () => {
      const { port, broker } = await startBroker();
      await absent(broker, port, 'c', version);
      const other = await resumed(port, 'C', version);
      expect(other.sessionPresent).toBe(false);
      expect((await resumed(port, 'c', version)).sessionPresent).toBe(true);
    },
    'the same from another connection, with another user name, is the same session': async () => {
      const { port, broker } = await startBroker();
      await absent(broker, port, 'c', version);
      const { sessionPresent } = await resumed(port, 'c', version, { ...KEPT, username: 'somebody' });
      expect(sessionPresent).toBe(true);
    },
  };
}

/** Clean 0, clean 1, clean 0. */
function handling(version: Version): BrokerCases {
  return {
    'created, resumed, discarded, created': async () => {
      const { port, broker } = await startBroker();
      const present: boolean[] = [];
      for (const clean of [false, false, true, false, false]) {
        const { client, sessionPresent } = await resumed(port, 'c', version, {
          clean,
          properties: clean ? '' : KEPT.properties,
        });
        present.push(sessionPresent);
        await client.disconnect();
        await gone(broker, 'c');
      }
      expect(present).toEqual([false, true, false, false, true]);
    },
  };
}

/** What is under way stays under way while the connection lasts, also when nothing is to be kept after it. */
function whileConnected(version: Version): BrokerCases {
  return {
    'subscriptions, and messages in flight in both directions': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'c', version);
      await client.subscribe('t', '02');
      client.sendPublish('u', 'from c', { qos: 2, id: 5 });
      await client.next('pubrec');
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('t', 'first', { qos: 2 });
      const { messageId = 0 } = await client.nextMessage('first');
      for (let i = 0; i < 20; i++) {
        await publisher.publish('t', String(i), { qos: 1 });
        client.sendAcknowledgement('puback', (await client.nextMessage(String(i))).messageId ?? 0);
      }
      client.sendAcknowledgement('pubrec', messageId);
      expect((await client.next('pubrel')).messageId).toBe(messageId);
      client.sendAcknowledgement('pubcomp', messageId);
      client.sendAcknowledgement('pubrel', 5);
      expect(await client.next('pubcomp')).toMatchObject({ messageId: 5 });
    },
  };
}

/** A message is for everybody who has subscribed, connected or not. */
function eachMatchingSession(version: Version): BrokerCases {
  return {
    'connected and absent ones, each of its own queue': async () => {
      const { port, broker } = await startBroker();
      await absent(broker, port, 'one', version, 't/+', '01');
      await absent(broker, port, 'two', version, '#', '02');
      await absent(broker, port, 'other', version, 'u', '02');
      const here = await RawClient.connected(port, 'here', version);
      await here.subscribe('t/x', '02');
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('t/x', 'first', { qos: 2 });
      await publisher.publish('t/x', 'second', { qos: 2 });
      expect((await several(here, 2)).map((message) => [payloadOf(message), message.qos])).toEqual([
        ['first', 2],
        ['second', 2],
      ]);
      for (const [id, qos] of [
        ['one', 1],
        ['two', 2],
      ] as const) {
        const { client } = await resumed(port, id, version);
        expect((await several(client, 2)).map((message) => [payloadOf(message), message.qos])).toEqual([
          ['first', qos],
          ['second', qos],
        ]);
      }
      await (await resumed(port, 'other', version)).client.expectsNothing();
    },
    'a hundred for an absent one': async () => {
      const { port, broker } = await startBroker();
      await absent(broker, port, 'c', version);
      const publisher = await RawClient.connected(port, 'publisher', version);
      const payloads = Array.from({ length: 100 }, (_, i) => String(i));
      for (const payload of payloads) publisher.sendPublish('t', payload, { qos: 1 });
      await several(publisher, 100);
      const { client } = await resumed(port, 'c', version);
      expect((await several(client, 100)).map(payloadOf)).toEqual(payloads);
    },
  };
}

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.1.2-4', '3.1.1', resumes(4)),
  brokerRow('MQTT-3.1.2-5', '5', resumes(5)),
  brokerRow('MQTT-3.1.2-6', '3.1.1', discards(4)),
  brokerRow('MQTT-3.1.2-4', '5', discards(5)),
  brokerRow('MQTT-3.1.2-6', '5', {
    'Session Present 0, and resumed by the next connection': async () => {
      const { port, broker } = await startBroker();
      const { client, sessionPresent } = await resumed(port, 'c', 5);
      expect(sessionPresent).toBe(false);
      await lose(broker, client, 'c');
      expect((await resumed(port, 'c', 5)).sessionPresent).toBe(true);
    },
  }),
  brokerRow('MQTT-3.1.3-2', '3.1.1', identifies(4)),
  brokerRow('MQTT-3.1.3-2', '5', identifies(5)),
  brokerRow('MQTT-3.1.4-3', '3.1.1', handling(4)),
  brokerRow('MQTT-3.1.4-4', '5', handling(5)),
  brokerRow('MQTT-4.1.0-1', '3.1.1', {
    ...whileConnected(4),
    'subscription, message in flight and message in the queue outlast two connections': async () => {
      const { port, broker } = await startBroker();
      const publisher = await RawClient.connected(port, 'publisher');
      const first = await RawClient.connected(port, 'c', 4, KEPT);
      await first.subscribe('t', '01');
      await publisher.publish('t', 'in flight', { qos: 1 });
      const { messageId } = await first.nextMessage('in flight');
      await lose(broker, first, 'c');
      await publisher.publish('t', 'queued', { qos: 1 });
      const second = (await resumed(port, 'c', 4)).client;
      await second.nextMessage('in flight');
      await lose(broker, second, 'c');
      const third = (await resumed(port, 'c', 4)).client;
      expect(await third.nextMessage('in flight')).toMatchObject({ messageId, dup: true });
      await third.nextMessage('queued');
      await publisher.publish('t', 'now', { qos: 1 });
      await third.nextMessage('now');
    },
  }),
  brokerRow('MQTT-4.1.0-2', '3.1.1', whileConnected(4)),
  brokerRow('MQTT-4.1.0-1', '5', whileConnected(5)),
  brokerRow('MQTT-4.5.0-1', '3.1.1', eachMatchingSession(4)),
  brokerRow('MQTT-4.5.0-1', '5', eachMatchingSession(5)),
];
