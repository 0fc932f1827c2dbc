import { expect } from 'vitest';
import { MemoryStore } from '../../../../src/broker/index.ts';
import { packet, publishPacket, RawClient, startBroker, subscribed, text } from '../../../broker/harness.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import { expectsRefusal, resumed, type Version } from '../scenes.ts';

/** What a client must not send, and the reason code that one with 5.0 is told. */
function violations(version: Version): { [name: string]: { bytes: string; reasonCode: number } } {
  const block = version === 5 ? '00' : '';
  const malformed = (bytes: string) => ({ bytes, reasonCode: 0x81 });
  const protocolError = (bytes: string) => ({ bytes, reasonCode: 0x82 });
  return {
    'CONNACK from a client': protocolError(packet('20', '00 00', block)),
    'SUBACK from a client': protocolError(packet('90', '0001', block, '00')),
    'UNSUBACK from a client': protocolError(packet('b0', '0001', version === 5 ? '00 00' : '')),
    'PINGRESP from a client': protocolError('d0 00'),
    'packet type 0': malformed('00 00'),
    'PUBLISH with QoS 3': malformed(packet('36', text('t'), '0001', block)),
    'PUBLISH with QoS 0 and DUP': malformed(packet('38', text('t'), block)),
    'PUBLISH with a wildcard': { bytes: publishPacket('t/#', 'm', version), reasonCode: 0x90 },
    'PUBLISH with packet identifier 0': protocolError(publishPacket('t', 'm', version, { qos: 1, id: 0 })),
    'PUBLISH with a topic that is no UTF-8': malformed(packet('30', '0001 ff', block)),
    'PUBREL with flags 0000': malformed('60 02 0001'),
    'SUBSCRIBE with flags 0000': malformed(packet('80', '0001', block, text('t'), '00')),
    'SUBSCRIBE without a topic filter': protocolError(packet('82', '0001', block)),
    'SUBSCRIBE with QoS 3': protocolError(packet('82', '0001', block, text('t'), '03')),
    'SUBSCRIBE with packet identifier 0': protocolError(packet('82', '0000', block, text('t'), '00')),
    'UNSUBSCRIBE without a topic filter': protocolError(packet('a2', '0001', block)),
    'PINGREQ with a body': malformed('c0 01 00'),
    'remaining length of five bytes': malformed('30 ffffffff7f'),
    'PUBACK that is too short': malformed('40 01 00'),
    'PUBACK for a message with QoS 2': protocolError('40 02 0001'),
    'PUBREC for a message with QoS 1': protocolError('50 02 0002'),
  };
}

/** A client that has got one message with QoS 2 (identifier 1) and one with QoS 1 (identifier 2). */
async function busyClient(port: number, version: Version): Promise<RawClient> {
  const client = await RawClient.connected(port, 'c', version);
  await client.subscribe('busy', '02');
  const publisher = await RawClient.connected(port, 'publisher', version);
  await publisher.publish('busy', 'two', { qos: 2 });
  await publisher.publish('busy', 'one', { qos: 1 });
  expect(await client.nextMessage('two')).toMatchObject({ messageId: 1 });
  expect(await client.nextMessage('one')).toMatchObject({ messageId: 2 });
  return client;
}

function closes(version: Version): BrokerCases {
  const cases = Object.entries(violations(version)).map(([name, { bytes, reasonCode }]) => {
    const run = async () => {
      const { port } = await startBroker();
      const bystander = await subscribed(port, 'bystander', '#', version);
      const client = await busyClient(port, version);
      await bystander.nextMessage('two');
      await bystander.nextMessage('one');
      client.send(`${bytes} ${publishPacket('t', 'behind', version)}`);
      if (version === 5) await client.expectsDisconnect(reasonCode);
      else await client.expectsClose();
      // others do not notice
      await bystander.expectsNothing();
    };
    return [name, run] as const;
  });
  return Object.fromEntries(cases);
}

/** It keeps sessions, but no messages. */
class FullStore extends MemoryStore {
  override addReceived(): void {
    throw new Error('no disk');
  }
  override setDelivery(): void {
    throw new Error('no disk');
  }
}

export const rows: BrokerRow[] = [
  brokerRow('MQTT-4.8.0-1', '3.1.1', closes(4)),
  brokerRow('MQTT-4.13.1-1', '5', {
    ...closes(5),
    'topic alias 0: 0x94': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'c', 5);
      client.send(publishPacket('t', 'm', 5, { properties: '23 0000' }));
      await client.expectsDisconnect(0x94);
    },
    'PUBLISH with a property that it must not have': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'c', 5);
      client.send(publishPacket('t', 'm', 5, { properties: '21 0001' }));
      await client.next('disconnect');
      expect([0x81, 0x82]).toContain(client.raw[2]);
      await client.expectsClose();
    },
    'No Local with a shared subscription': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'c', 5);
      client.sendSubscribe('$share/g/t', '04');
      await client.expectsDisconnect(0x82);
    },
  }),
  brokerRow('MQTT-4.8.0-2', '3.1.1', {
    'a hook fails: QoS 1 and 2 are not acknowledged, the connection is closed': async () => {
      for (const qos of [1, 2] as const) {
        const { port } = await startBroker({
          authorizePublish: () => Promise.reject(new Error('no database')),
        });
        const client = await RawClient.connected(port, 'c');
        client.sendPublish('t', 'm', { qos });
        await client.expectsClose();
      }
    },
    'and sent again to a broker that has recovered it is delivered': async () => {
      let works = false;
      const { port } = await startBroker({
        onPublish: () => (works ? true : Promise.reject(new Error('no disk'))),
      });
      const watcher = await subscribed(port, 'watcher', 't', 4, '02');
      const client = await RawClient.connected(port, 'c', 4, { clean: false });
      client.sendPublish('t', 'm', { qos: 2, id: 5 });
      await client.expectsClose();
      works = true;
      const { client: again } = await resumed(port, 'c', 4, { clean: false });
      await again.publish('t', 'm', { qos: 2, id: 5, dup: true });
      await watcher.nextMessage('m');
      await watcher.expectsNothing();
    },
    'the store fails: the client whose packet it was is disconnected, others are not': async () => {
      const { port } = await startBroker({ store: new FullStore() });
      const other = await RawClient.connected(port, 'other', 4, { clean: false });
      const client = await RawClient.connected(port, 'c', 4, { clean: false });
      client.sendPublish('t', 'm', { qos: 2 });
      await client.expectsClose();
      await other.expectsNothing();
    },
    'the store fails to keep a message for somebody: its publisher is disconnected': async () => {
      const { port } = await startBroker({ store: new FullStore() });
      const receiver = await RawClient.connected(port, 'receiver', 4, { clean: false });
      await receiver.subscribe('t', '01');
      const client = await RawClient.connected(port, 'c');
      client.sendPublish('t', 'm', { qos: 1 });
      await client.expectsClose();
      await receiver.expectsNothing();
    },
  }),
  brokerRow('MQTT-4.13.2-1', '5', {
    'CONNACK 0x80 and above': async () => {
      const { port } = await startBroker({
        authenticate: ({ username }) => ({ reasonCode: Number(username) }),
      });
      for (const code of [0x80, 0x86, 0x87, 0x97, 0x9f]) {
        const client = await RawClient.open(port);
        client.sendConnect('c', 5, { username: String(code) });
        await expectsRefusal(client, code);
      }
    },
    'DISCONNECT 0x80 and above': async () => {
      const { port, broker } = await startBroker();
      for (const reasonCode of [0x80, 0x87, 0x89, 0x8b, 0x97, 0x98, 0x9c, 0x9d, 0x9f]) {
        const client = await RawClient.connected(port, 'c', 5);
        broker.disconnect('c', { reasonCode });
        await client.expectsDisconnect(reasonCode);
      }
    },
    'DISCONNECT of the client': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'c', 5);
      await client.disconnect(0x80);
    },
  }),
];
