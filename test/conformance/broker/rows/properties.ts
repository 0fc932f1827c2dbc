import { expect } from 'vitest';
import { RawClient, startBroker, text, uint32 } from '../../../broker/harness.ts';
import { field, string } from '../../wire.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';

const userProperty = (name: string, value: string) => `26 ${string(name)} ${string(value)}`;
const PERSISTENT = { clean: false, properties: '11 00000064' };

/** The bytes of the property block of a PUBLISH with a topic of 3 bytes. */
function block(packet: Uint8Array): string {
  const lengthBytes = packet.findIndex((byte, i) => i > 0 && byte < 0x80);
  const identifier = (packet[0] & 0x06) === 0 ? 0 : 2;
  // properties are below 128 bytes: one byte of length
  const at = 1 + lengthBytes + 5 + identifier;
  return Buffer.from(packet.subarray(at + 1, at + 1 + packet[at])).toString('hex');
}

/** A property, as hexadecimal text, arrives unaltered by every way that a message can take. */
function forwarded(properties: string): BrokerCases {
  const expected = properties.replace(/\s/g, '').toLowerCase();
  return {
    'live, published with QoS 0, 1 and 2': async () => {
      const { port } = await startBroker();
      const receiver = await RawClient.connected(port, 'receiver', 5);
      await receiver.subscribe('a/b');
      const publisher = await RawClient.connected(port, 'publisher', 5);
      for (const qos of [0, 1, 2] as const) {
        await publisher.publish('a/b', 'x', { qos, properties });
        expect(block(await receiver.packet())).toBe(expected);
      }
    },
    'a large message, live, retained, and with QoS 2': async () => {
      const { port } = await startBroker();
      const receiver = await RawClient.connected(port, 'receiver', 5);
      await receiver.subscribe('a/b', '02');
      const publisher = await RawClient.connected(port, 'publisher', 5);
      for (const [qos, size] of [
        [0, 3_000],
        [2, 100_000],
      ] as const) {
        await publisher.publish('a/b', 'x'.repeat(size), { qos, retain: true, properties });
        expect(block(await receiver.packet())).toBe(expected);
        const late = await RawClient.connected(port, `late ${qos}`, 5);
        await late.subscribe('a/b', '02');
        const packet = await late.packet();
        expect(block(packet)).toBe(expected);
        expect(packet.length).toBeGreaterThan(size);
      }
    },
    'a retained message': async () => {
      const { port } = await startBroker();
      const publisher = await RawClient.connected(port, 'publisher', 5);
      await publisher.publish('a/b', 'x', { qos: 1, retain: true, properties });
      const receiver = await RawClient.connected(port, 'receiver', 5);
      await receiver.subscribe('a/b');
      expect(block(await receiver.packet())).toBe(expected);
    },
    'a message that waited for its receiver': async () => {
      const { port } = await startBroker();
      const before = await RawClient.connected(port, 'receiver', 5, PERSISTENT);
      await before.subscribe('a/b', '01');
      await before.disconnect();
      const publisher = await RawClient.connected(port, 'publisher', 5);
      await publisher.publish('a/b', 'x', { qos: 1, properties });
      const after = await RawClient.connected(port, 'receiver', 5, PERSISTENT);
      expect(block(await after.packet())).toBe(expected);
    },
    'to a receiver with 3.1.1 the message comes without it': async () => {
      const { port } = await startBroker();
      const receiver = await RawClient.connected(port, 'receiver', 4);
      await receiver.subscribe('a/b');
      const publisher = await RawClient.connected(port, 'publisher', 5);
      await publisher.publish('a/b', 'x', { properties });
      await receiver.expects('30 06 0003612f62 78');
    },
  };
}

function forwardedEach(values: { [name: string]: string }): BrokerCases {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, properties]) =>
      Object.entries(forwarded(properties)).map(([way, run]) => [`${name}: ${way}`, run]),
    ),
  );
}

const sleep = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const expiry = (seconds: number) => `02 ${uint32(seconds)}`;

const expired: BrokerCases = {
  'while its receiver is away: not sent, what does not expire is': async () => {
    const { broker, port } = await startBroker();
    const before = await RawClient.connected(port, 'receiver', 5, PERSISTENT);
    await before.subscribe('a/b', '02');
    await before.disconnect();
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publisher.publish('a/b', 'short', { qos: 1, properties: expiry(1) });
    await publisher.publish('a/b', 'long', { qos: 2, properties: expiry(60) });
    await publisher.publish('a/b', 'for ever', { qos: 1 });
    await sleep(1.2);
    const after = await RawClient.connected(port, 'receiver', 5, PERSISTENT);
    await after.nextMessage('long');
    await after.nextMessage('for ever');
    await after.expectsNothing();
    expect(broker.statistics.messages.expired).toBe(1);
  },
  'while a full receive maximum holds it back': async () => {
    const { port } = await startBroker();
    const receiver = await RawClient.connected(port, 'receiver', 5, { properties: '21 0001' });
    await receiver.subscribe('a/b', '01');
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publisher.publish('a/b', 'first', { qos: 1 });
    await publisher.publish('a/b', 'short', { qos: 1, properties: expiry(1) });
    await publisher.publish('a/b', 'last', { qos: 1 });
    const { messageId } = await receiver.nextMessage('first');
    await sleep(1.2);
    receiver.sendAcknowledgement('puback', messageId as number);
    await receiver.nextMessage('last');
    await receiver.expectsNothing();
  },
  'a retained message: a later subscription does not get it': async () => {
    const { port } = await startBroker();
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publisher.publish('a/b', 'short', { qos: 1, retain: true, properties: expiry(1) });
    await publisher.publish('a/c', 'long', { qos: 1, retain: true, properties: expiry(60) });
    await sleep(1.2);
    const late = await RawClient.connected(port, 'late', 5);
    await late.subscribe('a/+', '01');
    await late.nextMessage('long');
    await late.expectsNothing();
  },
  'to receivers with 3.1.1 as well': async () => {
    const { port } = await startBroker();
    const before = await RawClient.connected(port, 'receiver', 4, { clean: false });
    await before.subscribe('a/b', '01');
    await before.disconnect();
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publisher.publish('a/b', 'short', { qos: 1, properties: expiry(1) });
    await publisher.publish('a/b', 'for ever', { qos: 1 });
    await sleep(1.2);
    const after = await RawClient.connected(port, 'receiver', 4, { clean: false });
    await after.nextMessage('for ever');
    await after.expectsNothing();
  },
};

const remaining: BrokerCases = {
  'nothing is left out for who is there': async () => {
    const { port } = await startBroker();
    const receiver = await RawClient.connected(port, 'receiver', 5);
    await receiver.subscribe('a/b', '02');
    const publisher = await RawClient.connected(port, 'publisher', 5);
    for (const qos of [0, 1, 2] as const) {
      await publisher.publish('a/b', 'x', { qos, properties: expiry(60) });
      const { properties } = await receiver.nextMessage('x');
      expect(properties?.messageExpiryInterval).toBeGreaterThanOrEqual(59);
      expect(properties?.messageExpiryInterval).toBeLessThanOrEqual(60);
    }
  },
  'a message that waited for its receiver has the rest': async () => {
    const { port } = await startBroker();
    const before = await RawClient.connected(port, 'receiver', 5, PERSISTENT);
    await before.subscribe('a/b', '01');
    await before.disconnect();
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publisher.publish('a/b', 'x', { qos: 1, properties: expiry(60) });
    await sleep(2.1);
    const after = await RawClient.connected(port, 'receiver', 5, PERSISTENT);
    expect(rest(await after.nextMessage('x'))).toBe(true);
  },
  'a retained message has the rest': async () => {
    const { port } = await startBroker();
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publisher.publish('a/b', 'x', { qos: 1, retain: true, properties: expiry(60) });
    await sleep(2.1);
    const late = await RawClient.connected(port, 'late', 5);
    await late.subscribe('a/b', '01');
    expect(rest(await late.nextMessage('x'))).toBe(true);
  },
  'a message held back by the receive maximum has the rest': async () => {
    const { port } = await startBroker();
    const receiver = await RawClient.connected(port, 'receiver', 5, { properties: '21 0001' });
    await receiver.subscribe('a/b', '01');
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publisher.publish('a/b', 'first', { qos: 1 });
    await publisher.publish('a/b', 'x', { qos: 1, properties: expiry(60) });
    const { messageId } = await receiver.nextMessage('first');
    await sleep(2.1);
    receiver.sendAcknowledgement('puback', messageId as number);
    expect(rest(await receiver.nextMessage('x'))).toBe(true);
  },
};

/** Of 60 seconds two have passed, and not many more. */
function rest({ properties }: { properties?: { messageExpiryInterval?: number } }): boolean {
  const interval = properties?.messageExpiryInterval ?? 0;
  return interval <= 58 && interval >= 48;
}

const order: BrokerCases = forwarded(
  [userProperty('a', '1'), userProperty('b', '2'), userProperty('a', '1')].join(' '),
);
const mixedOrder: BrokerCases = {
  'a=1, b=2, a=3, with other properties between them': async () => {
    const { port } = await startBroker();
    const receiver = await RawClient.connected(port, 'receiver', 5);
    await receiver.subscribe('a/b');
    const publisher = await RawClient.connected(port, 'publisher', 5);
    const pairs = [userProperty('a', '1'), userProperty('b', '2'), userProperty('a', '3')];
    const properties = `${pairs[0]} 01 01 ${pairs[1]} 03 ${text('text')} ${pairs[2]}`;
    await publisher.publish('a/b', 'x', { properties });
    const got = block(await receiver.packet());
    const places = pairs.map((pair) => got.indexOf(pair.replace(/\s/g, '')));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
  },
};

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.3.2-4', '5', forwardedEach({ '0, bytes': '01 00', '1, text': '01 01' })),
  brokerRow('MQTT-3.3.2-5', '5', expired),
  brokerRow('MQTT-3.3.2-6', '5', remaining),
  brokerRow('MQTT-3.3.2-15', '5', forwarded(`08 ${string('reply/to/ü')}`)),
  brokerRow('MQTT-3.3.2-16', '5', forwardedEach({ bytes: `09 ${field('00 ff 80 0a')}`, empty: '09 0000' })),
  brokerRow(
    'MQTT-3.3.2-17',
    '5',
    forwardedEach({
      one: userProperty('name', 'value'),
      'empty name and value': userProperty('', ''),
      __proto__: userProperty('__proto__', 'x'),
    }),
  ),
  brokerRow('MQTT-3.3.2-18', '5', { ...order, ...mixedOrder }),
  brokerRow(
    'MQTT-3.3.2-20',
    '5',
    forwardedEach({
      'a media type': `03 ${string('application/json')}`,
      'any text': `03 ${string('öäü ☃')}`,
    }),
  ),
];
