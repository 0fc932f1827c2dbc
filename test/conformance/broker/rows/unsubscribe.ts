import { expect } from 'vitest';
import { RawClient, startBroker, subscribed, uint16, unsubscribePacket } from '../../../broker/harness.ts';
import { packet } from '../../wire.ts';
import { filters } from '../filters.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import { KEPT, type Version } from '../scenes.ts';

/** UNSUBACK, as hexadecimal text; with 3.1.1 it has no codes. */
function unsuback(version: Version, id: number, ...codes: string[]): string {
  return version === 5 ? packet('b0', uint16(id), '00', ...codes) : packet('b0', uint16(id));
}

/** Subscribes to one filter, unsubscribes from another: which of the topics still come. */
function afterwards(
  version: Version,
  subscribedTo: string,
  unsubscribedFrom: string,
  topics: { [topic: string]: boolean },
): () => Promise<void> {
  return async () => {
    const { port } = await startBroker();
    const client = await subscribed(port, 'client', subscribedTo, version, '01');
    client.sendUnsubscribe(unsubscribedFrom, 2);
    await client.next('unsuback');
    const publisher = await RawClient.connected(port, 'publisher', version);
    for (const [topic, comes] of Object.entries(topics)) {
      await publisher.publish(topic, topic, { qos: 1 });
      if (comes) await client.nextMessage(topic);
    }
    await client.expectsNothing();
  };
}

function characterByCharacter(version: Version): BrokerCases {
  return {
    'a/b does not remove a/+': afterwards(version, 'a/+', 'a/b', { 'a/b': true }),
    'a/+ does not remove a/b': afterwards(version, 'a/b', 'a/+', { 'a/b': true }),
    '# removes nothing but #': afterwards(version, 'a/b', '#', { 'a/b': true }),
    'a/# does not remove a': afterwards(version, 'a', 'a/#', { a: true }),
    'A does not remove a': afterwards(version, 'a', 'A', { a: true }),
    'a/ does not remove a': afterwards(version, 'a', 'a/', { a: true }),
    'decomposed ä does not remove composed ä': afterwards(version, '\u00e4', 'a\u0308', { '\u00e4': true }),
    '$share/g/a does not remove a': afterwards(version, 'a', '$share/g/a', { a: true }),
    'a does not remove $share/g/a': afterwards(version, '$share/g/a', 'a', { a: true }),
    '$share/h/a does not remove $share/g/a': afterwards(version, '$share/g/a', '$share/h/a', { a: true }),
    'a/+ removes a/+': afterwards(version, 'a/+', 'a/+', { 'a/b': false, 'a/c': false }),
    '$share/g/a removes $share/g/a': afterwards(version, '$share/g/a', '$share/g/a', { a: false }),
    'of two filters for a topic one stays': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'client', version);
      await client.subscribe(filters('a/b 02', 'a/+ 01'));
      client.sendUnsubscribe('a/b', 2);
      await client.next('unsuback');
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('a/b', 'x', { qos: 2 });
      expect((await client.nextMessage('x')).qos).toBe(1);
      await client.expectsNothing();
    },
  };
}

function noNewMessages(version: Version): BrokerCases {
  return Object.fromEntries([
    ...([0, 1, 2] as const).map((qos) => [
      `QoS ${qos}: nothing that is published after UNSUBACK comes`,
      async () => {
        const { port } = await startBroker();
        const client = await subscribed(port, 'client', 'a/b', version, `0${qos}`);
        const publisher = await RawClient.connected(port, 'publisher', version);
        await publisher.publish('a/b', 'before', { qos });
        await client.nextMessage('before');
        client.sendUnsubscribe('a/b', 2);
        await client.next('unsuback');
        await publisher.publish('a/b', 'after', { qos, retain: true });
        await client.expectsNothing();
      },
    ]),
    [
      'nor is it kept for a session whose client is away',
      async () => {
        const { port } = await startBroker();
        const before = await RawClient.connected(port, 'client', version, KEPT);
        await before.subscribe('a/b', '01');
        before.sendUnsubscribe('a/b', 2);
        await before.next('unsuback');
        await before.disconnect();
        const publisher = await RawClient.connected(port, 'publisher', version);
        await publisher.publish('a/b', 'x', { qos: 1 });
        const after = await RawClient.connected(port, 'client', version, KEPT);
        await after.expectsNothing();
      },
    ],
  ]);
}

/** Messages that were sent before UNSUBSCRIBE. */
function startedAreCompleted(version: Version): BrokerCases {
  return {
    'UNSUBSCRIBE between PUBLISH and PUBREC: PUBREL follows': async () => {
      const { port } = await startBroker();
      const client = await subscribed(port, 'client', 'a/b', version, '02');
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('a/b', 'x', { qos: 2 });
      const { messageId = 0 } = await client.nextMessage('x');
      client.sendUnsubscribe('a/b', 2);
      await client.next('unsuback');
      client.sendAcknowledgement('pubrec', messageId);
      expect(await client.next('pubrel')).toMatchObject({ messageId });
      client.sendAcknowledgement('pubcomp', messageId);
      await client.expectsNothing();
    },
    'after a reconnect it is sent again, and completed': async () => {
      const { broker, port } = await startBroker();
      const before = await RawClient.connected(port, 'client', version, KEPT);
      await before.subscribe('a/b', '02');
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('a/b', 'x', { qos: 2 });
      const { messageId = 0 } = await before.nextMessage('x');
      before.sendUnsubscribe('a/b', 2);
      await before.next('unsuback');
      before.cut();
      const after = await RawClient.connected(port, 'client', version, KEPT);
      expect(await after.nextMessage('x')).toMatchObject({ messageId, dup: true, qos: 2 });
      after.sendAcknowledgement('pubrec', messageId);
      expect(await after.next('pubrel')).toMatchObject({ messageId });
      after.sendAcknowledgement('pubcomp', messageId);
      await after.expectsNothing();
      expect(broker.statistics.messages.inflight).toBe(0);
    },
    'UNSUBSCRIBE between PUBLISH and PUBACK': async () => {
      const { broker, port } = await startBroker();
      const client = await subscribed(port, 'client', 'a/b', version, '01');
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('a/b', 'x', { qos: 1 });
      const { messageId = 0 } = await client.nextMessage('x');
      client.sendUnsubscribe('a/b', 2);
      await client.next('unsuback');
      expect(broker.statistics.messages.inflight).toBe(1);
      client.sendAcknowledgement('puback', messageId);
      await client.expectsNothing();
      expect(broker.statistics.messages.inflight).toBe(0);
    },
  };
}

function isAnswered(version: Version): BrokerCases {
  return Object.fromEntries(
    [1, 2, 255, 256, 65_535].map((id) => [
      `packet identifier ${id}`,
      async () => {
        const { port } = await startBroker();
        const client = await subscribed(port, 'client', 'a/b', version);
        client.send(unsubscribePacket('a/b', version, id));
        await client.expects(unsuback(version, id, '00'));
        await client.expectsNothing();
      },
    ]),
  );
}

function nothingDeleted(version: Version): BrokerCases {
  return {
    'a filter that was never subscribed to': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'client', version);
      client.send(unsubscribePacket('a/b', version, 65_535));
      await client.expects(unsuback(version, 65_535, '11'));
    },
    'the same filter twice': async () => {
      const { port } = await startBroker();
      const client = await subscribed(port, 'client', 'a/b', version);
      client.send(unsubscribePacket('a/b', version, 1) + unsubscribePacket('a/b', version, 2));
      await client.expects(unsuback(version, 1, '00') + unsuback(version, 2, '11'));
    },
    'a filter of another client': async () => {
      const { port } = await startBroker();
      const other = await subscribed(port, 'other', 'a/b', version);
      const client = await RawClient.connected(port, 'client', version);
      client.send(unsubscribePacket('a/b', version, 3));
      await client.expects(unsuback(version, 3, '11'));
      client.sendPublish('a/b', 'x');
      await other.nextMessage('x');
    },
  };
}

function severalFilters(version: Version): BrokerCases {
  return {
    'three filters, one UNSUBACK; none of them is left': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'client', version);
      await client.subscribe(filters('a 00', 'b/+ 01', 'c/# 02', 'd 00'));
      client.send(unsubscribePacket(['a', 'b/+', 'c/#'], version, 9));
      await client.expects(unsuback(version, 9, '00', '00', '00'));
      const publisher = await RawClient.connected(port, 'publisher', version);
      for (const topic of ['a', 'b/x', 'c/x/y', 'd']) await publisher.publish(topic, topic);
      await client.nextMessage('d');
      await client.expectsNothing();
    },
    'the same filter twice in one UNSUBSCRIBE': async () => {
      const { port } = await startBroker();
      const client = await subscribed(port, 'client', 'a', version);
      client.send(unsubscribePacket(['a', 'a'], version, 9));
      await client.expects(unsuback(version, 9, '00', '11'));
      await client.expectsNothing();
    },
  };
}

const codesInOrder: BrokerCases = {
  'existing and unknown ones mixed': async () => {
    const { port } = await startBroker();
    const client = await RawClient.connected(port, 'client', 5);
    await client.subscribe(filters('a 00', 'b 01', 'c/+ 02'));
    client.send(unsubscribePacket(['x', 'a', 'y', 'c/+', 'c/#', 'b'], 5, 9));
    await client.expects(unsuback(5, 9, '11', '00', '11', '00', '11', '00'));
  },
  '200 filters, every third of them exists': async () => {
    const { port } = await startBroker();
    const client = await RawClient.connected(port, 'client', 5);
    const all = Array.from({ length: 200 }, (_, i) => `t/${i}`);
    await client.subscribe(all.filter((_, i) => i % 3 === 0).map((filter) => [filter, '00'] as const));
    client.send(unsubscribePacket(all, 5, 9));
    await client.expects(unsuback(5, 9, ...all.map((_, i) => (i % 3 === 0 ? '00' : '11'))));
  },
};

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.10.4-1', '3.1.1', characterByCharacter(4)),
  brokerRow('MQTT-3.10.4-2', '3.1.1', noNewMessages(4)),
  brokerRow('MQTT-3.10.4-3', '3.1.1', startedAreCompleted(4)),
  brokerRow('MQTT-3.10.4-4', '3.1.1', isAnswered(4)),
  brokerRow('MQTT-3.10.4-5', '3.1.1', nothingDeleted(4)),
  brokerRow('MQTT-3.10.4-6', '3.1.1', severalFilters(4)),
  brokerRow('MQTT-3.10.4-1', '5', characterByCharacter(5)),
  brokerRow('MQTT-3.10.4-2', '5', noNewMessages(5)),
  brokerRow('MQTT-3.10.4-3', '5', startedAreCompleted(5)),
  brokerRow('MQTT-3.10.4-4', '5', isAnswered(5)),
  brokerRow('MQTT-3.10.4-5', '5', { ...isAnswered(5), ...nothingDeleted(5) }),
  brokerRow('MQTT-3.10.4-6', '5', severalFilters(5)),
  brokerRow('MQTT-3.11.3-1', '5', codesInOrder),
];
