import { expect } from 'vitest';
import { RawClient, startBroker, subscribed } from '../../../broker/harness.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import { KEPT, lose, seconds, sessionExpiry } from '../scenes.ts';

const SHARED = '$share/group/a/b';
const QOS = [0, 1, 2] as const;

const grantedQoS: BrokerCases = {
  ...Object.fromEntries(
    QOS.flatMap((granted) =>
      QOS.map((published) => [
        `published with ${published}, granted ${granted}: arrives with ${Math.min(published, granted)}`,
        async () => {
          const { port } = await startBroker();
          const member = await subscribed(port, 'member', SHARED, 5, `0${granted}`);
          const publisher = await RawClient.connected(port, 'publisher', 5);
          await publisher.publish('a/b', 'x', { qos: published });
          expect((await member.nextMessage('x')).qos).toBe(Math.min(published, granted));
        },
      ]),
    ),
  ),
  'each member has its own': async () => {
    const { port } = await startBroker();
    const members: [RawClient, number][] = [];
    for (const granted of QOS) {
      members.push([await subscribed(port, `member ${granted}`, SHARED, 5, `0${granted}`), granted]);
    }
    const publisher = await RawClient.connected(port, 'publisher', 5);
    for (let i = 0; i < 3; i++) await publisher.publish('a/b', 'x', { qos: 2 });
    // in turn: one for each
    for (const [member, granted] of members) {
      expect((await member.nextMessage('x')).qos).toBe(granted);
      await member.expectsNothing();
    }
  },
};

/** A member with a session that is sent a message, and another member that is there as well. */
async function started(qos: 1 | 2, properties?: string) {
  const { broker, port } = await startBroker();
  const options = properties === undefined ? KEPT : { ...KEPT, properties };
  const chosen = await RawClient.connected(port, 'chosen', 5, options);
  await chosen.subscribe(SHARED, '02');
  const publisher = await RawClient.connected(port, 'publisher', 5);
  await publisher.publish('a/b', 'x', { qos });
  const { messageId = 0 } = await chosen.nextMessage('x');
  const other = await subscribed(port, 'other', SHARED, 5, '02');
  return { broker, port, chosen, other, messageId, publisher };
}

const completed: BrokerCases = {
  'QoS 2, cut before PUBREC: the whole exchange, with the client that it was begun with': async () => {
    const { broker, chosen, messageId, other, port } = await started(2);
    await lose(broker, chosen, 'chosen');
    await other.expectsNothing();
    const again = await RawClient.connected(port, 'chosen', 5, KEPT);
    expect(await again.nextMessage('x')).toMatchObject({ messageId, qos: 2, dup: true });
    again.sendAcknowledgement('pubrec', messageId);
    expect(await again.next('pubrel')).toMatchObject({ messageId, reasonCode: 0 });
    again.sendAcknowledgement('pubcomp', messageId);
    await again.expectsNothing();
    await other.expectsNothing();
  },
  'QoS 2, cut before PUBCOMP: PUBREL again': async () => {
    const { broker, chosen, messageId, other, port } = await started(2);
    chosen.sendAcknowledgement('pubrec', messageId);
    await chosen.next('pubrel');
    await lose(broker, chosen, 'chosen');
    const again = await RawClient.connected(port, 'chosen', 5, KEPT);
    expect(await again.next('pubrel')).toMatchObject({ messageId, reasonCode: 0 });
    again.sendAcknowledgement('pubcomp', messageId);
    await again.expectsNothing();
    await other.expectsNothing();
  },
  'QoS 2, after UNSUBSCRIBE as well': async () => {
    const { broker, chosen, messageId, other, port } = await started(2);
    chosen.sendUnsubscribe(SHARED, 2);
    await chosen.next('unsuback');
    await lose(broker, chosen, 'chosen');
    const again = await RawClient.connected(port, 'chosen', 5, KEPT);
    expect(await again.nextMessage('x')).toMatchObject({ messageId, qos: 2, dup: true });
    await other.expectsNothing();
  },
  'QoS 1, cut before PUBACK: the client that it was sent to gets it again': async () => {
    const { broker, chosen, messageId, other, port } = await started(1);
    await lose(broker, chosen, 'chosen');
    const again = await RawClient.connected(port, 'chosen', 5, KEPT);
    expect(await again.nextMessage('x')).toMatchObject({ messageId, qos: 1, dup: true });
    again.sendAcknowledgement('puback', messageId);
    await again.expectsNothing();
    await other.expectsNothing();
  },
};

const notToAnother: BrokerCases = {
  'QoS 2, the session ends with a clean start': async () => {
    const { broker, chosen, other, port } = await started(2);
    await lose(broker, chosen, 'chosen');
    await RawClient.connected(port, 'chosen', 5);
    await other.expectsNothing();
  },
  'QoS 2, the session expires': async () => {
    const { broker, chosen, other } = await started(2, sessionExpiry(1));
    await lose(broker, chosen, 'chosen');
    await seconds(1.2);
    expect(broker.statistics.clients.expired).toBe(1);
    await other.expectsNothing();
  },
  'QoS 2, the session ends with its connection': async () => {
    const { broker, chosen, other } = await started(2, sessionExpiry(0));
    await lose(broker, chosen, 'chosen');
    await other.expectsNothing();
  },
  'QoS 2 after PUBREC': async () => {
    const { broker, chosen, messageId, other, port } = await started(2);
    chosen.sendAcknowledgement('pubrec', messageId);
    await chosen.next('pubrel');
    await lose(broker, chosen, 'chosen');
    await RawClient.connected(port, 'chosen', 5);
    await other.expectsNothing();
  },
};

const refusedIsDiscarded: BrokerCases = Object.fromEntries(
  ([1, 2] as const).flatMap((qos) =>
    [0x80, 0x83, 0x87, 0x97].map((reasonCode) => [
      `QoS ${qos}, 0x${reasonCode.toString(16)}: nobody gets it, neither now nor later`,
      async () => {
        const { broker, chosen, messageId, other, port, publisher } = await started(qos);
        chosen.sendAcknowledgement(qos === 1 ? 'puback' : 'pubrec', messageId, reasonCode);
        await chosen.expectsNothing();
        await other.expectsNothing();
        expect(broker.statistics.messages.inflight).toBe(0);
        await lose(broker, chosen, 'chosen');
        await other.expectsNothing();
        const again = await RawClient.connected(port, 'chosen', 5, KEPT);
        await again.expectsNothing();
        // both are still members
        await publisher.publish('a/b', 'y', { qos });
        await publisher.publish('a/b', 'y', { qos });
        await again.nextMessage('y');
        await other.nextMessage('y');
      },
    ]),
  ),
);

export const rows: BrokerRow[] = [
  brokerRow('MQTT-4.8.2-3', '5', grantedQoS),
  brokerRow('MQTT-4.8.2-4', '5', completed),
  brokerRow('MQTT-4.8.2-5', '5', notToAnother),
  brokerRow('MQTT-4.8.2-6', '5', refusedIsDiscarded),
];
