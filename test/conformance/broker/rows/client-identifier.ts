import { expect } from 'vitest';
import { connectPacket, PINGREQ, RawClient, startBroker, subscribed } from '../../../broker/harness.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import { KEPT, lose, type Version } from '../scenes.ts';

const DIGITS_AND_LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function identifiersToAllow(version: Version): BrokerCases {
  const allow =
    (...ids: string[]) =>
    async () => {
      const { port } = await startBroker();
      for (const id of ids) {
        const client = await RawClient.connected(port, id, version);
        await client.expectsNothing();
      }
    };
  return {
    'one character': allow('0', '9', 'A', 'Z', 'a', 'z'),
    '23 characters, all that are allowed in three identifiers': allow(
      ...(DIGITS_AND_LETTERS.match(/.{1,23}/g) ?? []),
    ),
    '2 to 22 characters': allow(...Array.from({ length: 21 }, (_, i) => 'a1Z'.repeat(8).slice(0, i + 2))),
  };
}

function emptyIdentifiers(version: Version): BrokerCases {
  return {
    'two stay connected side by side, and both are served': async () => {
      const { port, broker } = await startBroker();
      const first = await subscribed(port, '', 't', version);
      const second = await subscribed(port, '', 't', version);
      expect(broker.clients.size).toBe(2);
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('t', 'm');
      await first.nextMessage('m');
      await second.nextMessage('m');
      await first.expectsNothing();
    },
  };
}

function refusedIdentifier(version: Version, code: number): BrokerCases {
  const refuse = async (client: RawClient) => {
    const connack = await client.next('connack');
    expect([connack.sessionPresent, connack.returnCode ?? connack.reasonCode]).toEqual([false, code]);
    await client.expectsClose();
  };
  return {
    'longer than the limit; at the limit it is accepted': async () => {
      const { port } = await startBroker({ maxClientIdentifierLength: 30 });
      const client = await RawClient.open(port);
      client.sendConnect('x'.repeat(31), version);
      await refuse(client);
      await RawClient.connected(port, 'x'.repeat(30), version);
    },
    'refused by authenticate': async () => {
      const { port } = await startBroker({
        authenticate: ({ clientId }) => (clientId === 'bad' ? { reasonCode: 0x85 } : true),
      });
      const client = await RawClient.open(port);
      client.sendConnect('bad', version);
      await refuse(client);
      await RawClient.connected(port, 'good', version);
    },
  };
}

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.1.3-5', '3.1.1', identifiersToAllow(4)),
  brokerRow('MQTT-3.1.3-5', '5', identifiersToAllow(5)),
  brokerRow('MQTT-3.1.3-6', '3.1.1', emptyIdentifiers(4)),
  brokerRow('MQTT-3.1.3-6', '5', {
    ...emptyIdentifiers(5),
    'also without clean start': async () => {
      const { port } = await startBroker();
      const client = await RawClient.open(port);
      const { sessionPresent, properties } = await client.connect('', 5, { clean: false });
      expect(sessionPresent).toBe(false);
      expect(properties?.assignedClientIdentifier).toMatch(/./);
    },
  }),
  brokerRow('MQTT-3.1.3-7', '5', {
    'the identifier that CONNACK names is the client’s: another connection takes it over': async () => {
      const { port } = await startBroker();
      const client = await RawClient.open(port);
      const { properties } = await client.connect('', 5);
      const id = properties?.assignedClientIdentifier ?? '';
      expect(id).not.toBe('');
      await RawClient.connected(port, id, 5);
      await client.expectsDisconnect(0x8e);
    },
    'the session that began so is resumed by it': async () => {
      const { port, broker } = await startBroker();
      const client = await RawClient.open(port);
      const { properties } = await client.connect('', 5, KEPT);
      const id = properties?.assignedClientIdentifier ?? '';
      await lose(broker, client, id);
      const again = await RawClient.open(port);
      const connack = await again.connect(id, 5, KEPT);
      expect(connack.sessionPresent).toBe(true);
      expect(connack.properties?.assignedClientIdentifier).toBeUndefined();
    },
  }),
  brokerRow('MQTT-3.1.3-8', '3.1.1', {
    'empty, without clean session': async () => {
      const { port } = await startBroker();
      const client = await RawClient.open(port);
      client.sendConnect('', 4, { clean: false });
      await client.expects('20 02 00 02');
      await client.expectsClose();
    },
    'empty, without clean session, and more in the same chunk': async () => {
      const { port } = await startBroker();
      const client = await RawClient.open(port);
      client.send(`${connectPacket('', 4, { clean: false })} ${PINGREQ}`);
      await client.expects('20 02 00 02');
      await client.expectsClose();
    },
  }),
  brokerRow('MQTT-3.1.3-8', '5', refusedIdentifier(5, 0x85)),
  brokerRow('MQTT-3.1.3-9', '3.1.1', refusedIdentifier(4, 2)),
];
