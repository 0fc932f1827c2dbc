import { expect } from 'vitest';
import { RawClient, startBroker } from '../../../broker/harness.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import { KEPT, lose, resumed, seconds, several, type Version } from '../scenes.ts';

/** A persistent subscriber of 't' with QoS 2, and somebody who publishes. `properties` are those of its CONNECT. */
async function pair(version: Version, properties = '') {
  const { port, broker } = await startBroker();
  const client = await RawClient.connected(port, 'c', version, {
    clean: false,
    properties: `${KEPT.properties} ${properties}`,
  });
  await client.subscribe('t', '02');
  const publisher = await RawClient.connected(port, 'publisher', version);
  return { port, broker, client, publisher };
}

/** The client has got the message 'm' and has answered up to this packet. */
async function answered(version: Version, upTo: 'nothing' | 'pubrec' | 'pubcomp') {
  const scene = await pair(version);
  const { client, publisher } = scene;
  await publisher.publish('t', 'm', { qos: 2 });
  const { messageId = 0, dup } = await client.nextMessage('m');
  expect(dup).toBe(false);
  if (upTo === 'nothing') return { ...scene, messageId };
  client.sendAcknowledgement('pubrec', messageId);
  expect(await client.next('pubrel')).toMatchObject({ messageId });
  if (upTo === 'pubrec') return { ...scene, messageId };
  client.sendAcknowledgement('pubcomp', messageId);
  await client.expectsNothing();
  return { ...scene, messageId };
}

/** As above, then the connection is cut, and a new one resumes the session. */
async function cutAfter(version: Version, upTo: 'nothing' | 'pubrec' | 'pubcomp') {
  const { port, broker, client, messageId } = await answered(version, upTo);
  await lose(broker, client, 'c');
  const again = await resumed(port, 'c', version);
  expect(again.sessionPresent).toBe(true);
  return { port, broker, messageId, client: again.client };
}

const unackedUntilPubrec: (version: Version) => BrokerCases = (version) => ({
  'cut before PUBREC: PUBLISH again, then the rest': async () => {
    const { client, messageId } = await cutAfter(version, 'nothing');
    expect(await client.nextMessage('m')).toMatchObject({ messageId, qos: 2, dup: true });
    client.sendAcknowledgement('pubrec', messageId);
    expect(await client.next('pubrel')).toMatchObject({ messageId });
    client.sendAcknowledgement('pubcomp', messageId);
    await client.expectsNothing();
  },
  'no PUBREL before PUBREC': async () => {
    const { client } = await answered(version, 'nothing');
    await client.expectsNothing();
  },
});

const unackedUntilPubcomp: (version: Version) => BrokerCases = (version) => ({
  'cut after PUBREL: PUBREL again': async () => {
    const { client, messageId } = await cutAfter(version, 'pubrec');
    expect(await client.next('pubrel')).toMatchObject({ messageId });
    client.sendAcknowledgement('pubcomp', messageId);
    await client.expectsNothing();
  },
  'and again, until PUBCOMP comes': async () => {
    const { port, broker, client, messageId } = await cutAfter(version, 'pubrec');
    expect(await client.next('pubrel')).toMatchObject({ messageId });
    await lose(broker, client, 'c');
    const third = (await resumed(port, 'c', version)).client;
    expect(await third.next('pubrel')).toMatchObject({ messageId });
    third.sendAcknowledgement('pubcomp', messageId);
    await third.expectsNothing();
    await lose(broker, third, 'c');
    await (await resumed(port, 'c', version)).client.expectsNothing();
  },
});

const noPublishAfterPubrel: (version: Version) => BrokerCases = (version) => ({
  'cut after PUBREL: no PUBLISH': async () => {
    const { client, messageId } = await cutAfter(version, 'pubrec');
    expect(await client.next('pubrel')).toMatchObject({ messageId });
    await client.expectsNothing();
  },
  'cut after PUBCOMP: nothing': async () => {
    const { client } = await cutAfter(version, 'pubcomp');
    await client.expectsNothing();
  },
  'PUBREC a second time: PUBREL again, no PUBLISH': async () => {
    const { client, messageId } = await answered(version, 'pubrec');
    client.sendAcknowledgement('pubrec', messageId);
    expect(await client.next('pubrel')).toMatchObject({ messageId });
    client.sendAcknowledgement('pubcomp', messageId);
    await client.expectsNothing();
  },
});

const unusedIdentifier: BrokerCases = {
  'each message in flight has one of its own': async () => {
    const { client, publisher } = await pair(5);
    for (let i = 0; i < 10; i++) await publisher.publish('t', 'm', { qos: 2 });
    const ids = (await several(client, 10)).map((packet) => ('messageId' in packet ? packet.messageId : 0));
    expect(new Set(ids).size).toBe(10);
    expect(ids).not.toContain(0);
  },
  'it is in use until PUBCOMP': async () => {
    const { client, publisher, messageId } = await answered(5, 'pubrec');
    for (let i = 0; i < 20; i++) {
      await publisher.publish('t', 'next', { qos: 2 });
      const next = (await client.nextMessage('next')).messageId ?? 0;
      expect(next).not.toBe(messageId);
      client.sendAcknowledgement('pubrec', next);
      await client.next('pubrel');
      client.sendAcknowledgement('pubcomp', next);
    }
  },
};

const firstWithoutDup: BrokerCases = {
  'DUP 0, also if the publisher sent DUP 1': async () => {
    const { client, publisher } = await pair(5);
    await publisher.publish('t', 'm', { qos: 2, dup: true });
    await client.nextMessage('m');
    expect(client.raw[0]).toBe(0x34);
  },
};

export const rows: BrokerRow[] = [
  brokerRow('MQTT-4.3.3-1', '3.1.1', {
    ...unackedUntilPubrec(4),
    ...unackedUntilPubcomp(4),
    ...noPublishAfterPubrel(4),
    'PUBLISH with DUP 0, PUBREL with flags 0010': async () => {
      const { client } = await answered(4, 'pubrec');
      expect([client.raw[0], client.raw[1]]).toEqual([0x62, 0x02]);
    },
  }),
  brokerRow('MQTT-4.3.3-1', '5', unusedIdentifier),
  brokerRow('MQTT-4.3.3-2', '5', firstWithoutDup),
  brokerRow('MQTT-4.3.3-3', '5', unackedUntilPubrec(5)),
  brokerRow('MQTT-4.3.3-4', '5', {
    'PUBREC 0x00 and 0x10: PUBREL with the same identifier': async () => {
      for (const reasonCode of [undefined, 0x00, 0x10]) {
        const { client, messageId } = await answered(5, 'nothing');
        client.sendAcknowledgement('pubrec', messageId, reasonCode);
        expect(await client.next('pubrel')).toMatchObject({ messageId, reasonCode: 0 });
      }
    },
    'PUBREC 0x87: no PUBREL': async () => {
      const { client, messageId } = await answered(5, 'nothing');
      client.sendAcknowledgement('pubrec', messageId, 0x87);
      await client.expectsNothing();
    },
    'PUBREC 0x87: the identifier is free, and so is its place in the receive maximum': async () => {
      const { client, publisher } = await pair(5, '21 0001');
      await publisher.publish('t', 'refused', { qos: 2 });
      await publisher.publish('t', 'next', { qos: 2 });
      const { messageId = 0 } = await client.nextMessage('refused');
      await client.expectsNothing();
      client.sendAcknowledgement('pubrec', messageId, 0x87);
      await client.nextMessage('next');
    },
  }),
  brokerRow('MQTT-4.3.3-5', '5', unackedUntilPubcomp(5)),
  brokerRow('MQTT-4.3.3-6', '5', noPublishAfterPubrel(5)),
  brokerRow('MQTT-4.3.3-7', '5', {
    'expired between PUBLISH and PUBREC: PUBREL all the same': async () => {
      const { client, publisher } = await pair(5);
      await publisher.publish('t', 'm', { qos: 2, properties: '02 00000001' });
      const { messageId = 0 } = await client.nextMessage('m');
      await seconds(1.5);
      client.sendAcknowledgement('pubrec', messageId);
      expect(await client.next('pubrel')).toMatchObject({ messageId });
      client.sendAcknowledgement('pubcomp', messageId);
      await client.expectsNothing();
    },
    'expired after PUBLISH was sent: sent again to the next connection': async () => {
      const { port, broker, client, publisher } = await pair(5);
      await publisher.publish('t', 'm', { qos: 2, properties: '02 00000001' });
      const { messageId } = await client.nextMessage('m');
      await lose(broker, client, 'c');
      await seconds(1.5);
      const again = (await resumed(port, 'c', 5)).client;
      expect(await again.nextMessage('m')).toMatchObject({ messageId, dup: true });
    },
    'expired before it was sent: it is not sent': async () => {
      const { port, broker, client, publisher } = await pair(5);
      await lose(broker, client, 'c');
      await publisher.publish('t', 'm', { qos: 2, properties: '02 00000001' });
      await seconds(1.5);
      await (await resumed(port, 'c', 5)).client.expectsNothing();
    },
  }),
];
