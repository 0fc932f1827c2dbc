import { describe, expect, test } from 'vitest';
import { packet, RawClient, startBroker, subscribed, subscribePacket, text } from './harness.ts';

describe('routing', () => {
  test.each([
    ['exact', 'a/b', 'a/b'],
    ['+', 'a/+', 'a/b'],
    ['#', 'a/#', 'a/b/c'],
    ['# and the parent level', 'a/#', 'a'],
    ['everything', '#', 'x/y'],
    ['$ topic by name', '$x/#', '$x/y'],
  ])('%s', async (_, filter, topic) => {
    const { port } = await startBroker();
    const receiver = await subscribed(port, 'receiver', filter);
    const sender = await RawClient.connected(port, 'sender');
    const message = packet('30', `${text(topic)} 686921`);
    sender.send(message);
    await receiver.expects(message);
    await receiver.expectsNothing();
  });

  test.each([
    ['another topic', 'a/b', 'a/c'],
    ['$ topics and leading wildcards [MQTT-4.7.2-1]', '#', '$x/y'],
    ['another case [MQTT-4.7.3-4]', 'A', 'a'],
  ])('not: %s', async (_, filter, topic) => {
    const { port } = await startBroker();
    const receiver = await subscribed(port, 'receiver', filter);
    const sender = await RawClient.connected(port, 'sender');
    sender.send(packet('30', `${text(topic)} 686921`));
    await sender.expectsNothing();
    await receiver.expectsNothing();
  });

  test('keeps the order of many messages in one chunk [MQTT-4.6.0-6]', async () => {
    const { port } = await startBroker();
    const receiver = await subscribed(port, 'receiver', 'a');
    const sender = await RawClient.connected(port, 'sender');
    const messages = Array.from({ length: 1_000 }, (_, i) =>
      packet('30', `${text('a')} ${i.toString(16).padStart(4, '0')}`),
    ).join('');
    sender.send(messages);
    await receiver.expects(messages);
  });

  test('keeps the order of small and large messages', async () => {
    const { port } = await startBroker();
    const receiver = await subscribed(port, 'receiver', 'a');
    const sender = await RawClient.connected(port, 'sender');
    const small = packet('30', `${text('a')} 78`);
    const large = `30 a39c01 ${text('a')} ${'79'.repeat(20_000)}`; // remaining length 20,003
    const messages = [small, large, small, large, large, small].join(' ');
    sender.send(messages);
    await receiver.expects(messages);
  });

  test('reaches many receivers, each once', async () => {
    const { port, broker } = await startBroker();
    const receivers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        subscribed(port, `receiver${i}`, i % 2 ? 'a/#' : 'a/b', i % 3 ? 5 : 4),
      ),
    );
    const sender = await RawClient.connected(port, 'sender');
    sender.send(packet('30', `${text('a/b')} 78`));
    for (const [i, receiver] of receivers.entries()) {
      await receiver.expects(packet('30', i % 3 ? `${text('a/b')} 00 78` : `${text('a/b')} 78`));
    }
    expect(broker.statistics.messages).toMatchObject({ received: 1, sent: 20, dropped: 0 });
  });

  test.each([
    { version: 4, refused: 0x80 },
    { version: 5, refused: 0x97 },
  ] as const)(
    'a filter with too many wildcards, version $version: refused, the client stays',
    async ({ version, refused }) => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'client', version);
      expect(await client.subscribe(`${'+/'.repeat(40)}a`)).toEqual([refused]);
      await client.expectsNothing();
    },
  );

  test('overlapping subscriptions of one client: one copy', async () => {
    const { port } = await startBroker();
    const receiver = await subscribed(port, 'receiver', 'a/b');
    receiver.send(subscribePacket('a/#'));
    await receiver.expects('90 03 0001 00');
    receiver.send(packet('30', `${text('a/b')} 78`));
    await receiver.expects(packet('30', `${text('a/b')} 78`));
    await receiver.expectsNothing();
  });
});

describe('SUBSCRIBE and UNSUBSCRIBE', () => {
  test('the QoS that was asked for is granted, and not more than the broker does [MQTT-3.8.4-5]', async () => {
    const filters = [
      ['a', '00'],
      ['b', '01'],
      ['c', '02'],
    ] as const;
    for (const [maximumQoS, granted] of [
      [2, [0, 1, 2]],
      [1, [0, 1, 1]],
    ] as const) {
      const { port } = await startBroker({ maximumQoS });
      for (const version of [3, 4, 5] as const) {
        const client = await RawClient.connected(port, `client${version}`, version);
        expect(await client.subscribe(filters)).toEqual(granted);
      }
    }
  });

  test('UNSUBSCRIBE ends a subscription and is always answered [MQTT-3.10.4-4, MQTT-3.10.4-5]', async () => {
    const { port } = await startBroker();
    const client = await subscribed(port, 'client', 'a/+');
    client.send(packet('a2', `0007 ${text('a/b')}`)); // another filter, although it matches the same topic
    await client.expects('b0 02 0007');
    client.send(packet('30', `${text('a/b')} 78`));
    await client.expects(packet('30', `${text('a/b')} 78`));
    client.send(packet('a2', `0008 ${text('a/+')}`));
    await client.expects('b0 02 0008');
    client.send(packet('30', `${text('a/b')} 78`));
    await client.expectsNothing();
  });

  test('MQTT 5.0 is told which filters there were [MQTT-3.11.3-1]', async () => {
    const { port } = await startBroker();
    const client = await subscribed(port, 'client', 'a', 5);
    client.send(packet('a2', `0007 00 ${text('b')} ${text('a')}`));
    await client.expects('b0 05 0007 00 11 00');
  });

  test.each([
    ['invalid filter [MQTT-4.7.1-1]', packet('82', `0001 00 ${text('a#')} 00`), 0x8f],
    ['no filter [MQTT-3.8.3-2]', packet('82', '0001 00'), 0x82],
  ])('MQTT 5.0: %s', async (_, bytes, reasonCode) => {
    const { port } = await startBroker();
    const client = await RawClient.connected(port, 'client', 5);
    client.send(bytes);
    await client.expectsDisconnect(reasonCode);
  });

  test.each([
    ['shared subscription', { sharedSubscriptionAvailable: false }, '$share/g/a', '', 0x9e],
    ['subscription identifier', { subscriptionIdentifiersAvailable: false }, 'a', '0b 01', 0xa1],
    ['wildcard', { wildcardSubscriptionAvailable: false }, 'a/+', '', 0xa2],
  ])('MQTT 5.0: a %s where there are none', async (_, options, filter, properties, reasonCode) => {
    const { port } = await startBroker(options);
    const client = await RawClient.connected(port, 'client', 5);
    client.sendSubscribe(filter, '00', 1, properties);
    await client.expectsDisconnect(reasonCode);
  });
});

describe('what the broker is told not to do', () => {
  const options = { maximumQoS: 0, retainAvailable: false, topicAliasMaximum: 0 } as const;

  test.each([
    ['QoS 1 [MQTT-3.2.2-11]', packet('32', `${text('a')} 0001 00 78`), 0x9b],
    ['QoS 2 [MQTT-3.2.2-11]', packet('34', `${text('a')} 0001 00 78`), 0x9b],
    ['RETAIN [MQTT-3.2.2-14]', packet('31', `${text('a')} 00 78`), 0x9a],
    ['topic alias [MQTT-3.2.2-17]', packet('30', `${text('a')} 03 230001 78`), 0x94],
    ['AUTH [MQTT-4.12.0-7]', 'f0 07 19 05 15 0002 6162', 0x82],
  ])('MQTT 5.0 %s: DISCONNECT', async (_, bytes, reasonCode) => {
    const { port } = await startBroker(options);
    const watcher = await subscribed(port, 'watcher', '#');
    const client = await RawClient.connected(port, 'client', 5);
    client.send(bytes);
    await client.expectsDisconnect(reasonCode);
    await watcher.expectsNothing();
  });
});

describe('QoS 2 [MQTT-4.3.3-2]', () => {
  test.each([4, 5] as const)(
    'a packet identifier is one message until PUBREL, version %d',
    async (version) => {
      const { port } = await startBroker();
      const receiver = await subscribed(port, 'receiver', 'a');
      const sender = await RawClient.connected(port, 'sender', version);
      sender.sendPublish('a', 'x', { qos: 2 });
      await sender.expects('50 02 0001');
      sender.sendPublish('a', 'x', { qos: 2, dup: true });
      await sender.expects('50 02 0001');
      sender.send('62 02 0001');
      await sender.expects('70 02 0001');
      sender.sendPublish('a', 'y', { qos: 2 }); // the identifier is free again
      await sender.expects('50 02 0001');
      await receiver.nextMessage('x');
      await receiver.nextMessage('y');
      await receiver.expectsNothing();
    },
  );
});

describe('MQTT 5.0 subscription options and properties', () => {
  test('no local: own messages do not come back [MQTT-3.8.3-3]', async () => {
    const { port } = await startBroker();
    const client = await subscribed(port, 'client', 'a', 5, '04');
    const other = await subscribed(port, 'other', 'a', 5, '04');
    client.send(packet('30', `${text('a')} 00 78`));
    await other.expects(packet('30', `${text('a')} 00 78`));
    await client.expectsNothing();
  });

  test('retain as published: the flag is kept if the subscriber asks for it [MQTT-3.3.1-12, MQTT-3.3.1-13]', async () => {
    const { port } = await startBroker();
    const kept = await subscribed(port, 'kept', 'a', 5, '08');
    const cleared = await subscribed(port, 'cleared', 'a', 5);
    const sender = await RawClient.connected(port, 'sender');
    sender.send(packet('31', `${text('a')} 78`));
    await kept.expects(packet('31', `${text('a')} 00 78`));
    await cleared.expects(packet('30', `${text('a')} 00 78`));
  });

  test('all properties reach MQTT 5.0 receivers; older ones get the message [MQTT-3.3.2-4, -15 to -18, -20]', async () => {
    const { port } = await startBroker();
    const v5 = await subscribed(port, 'v5', 'a', 5);
    const v4 = await subscribed(port, 'v4', 'a', 4);
    const properties = [
      '01 01', // payload format indicator
      '02 00000e10', // message expiry interval
      `03 ${text('text/plain')}`, // content type
      `08 ${text('answer')}`, // response topic
      '09 0003 00ff80', // correlation data
      `26 ${text('k')} ${text('1')}`, // user properties, the same name twice
      `26 ${text('k')} ${text('2')}`,
    ].map((property) => property.replace(/\s/g, ''));
    const length = (properties.join('').length / 2).toString(16);
    const sender = await RawClient.connected(port, 'sender', 5);
    sender.send(packet('30', `${text('a')} ${length} ${properties.join('')} 78`));
    const received = Buffer.from(await v5.packet()).toString('hex');
    for (const property of properties) expect(received).toContain(property);
    expect(received).toHaveLength(
      packet('30', `${text('a')}00${properties.join('')}78`).replace(/\s/g, '').length,
    );
    await v4.expects(packet('30', `${text('a')} 78`));
  });

  test('nothing larger than the client accepts is sent to it [MQTT-3.1.2-24, MQTT-3.1.2-25]', async () => {
    const { port, broker } = await startBroker();
    const receiver = await RawClient.open(port);
    // maximum packet size 40
    receiver.send(packet('10', `${text('MQTT')} 05 02 0000 05 2700000028 ${text('receiver')}`));
    await receiver.packet();
    receiver.send(subscribePacket('a', 5));
    await receiver.expects('90 04 0001 00 00');
    const sender = await RawClient.connected(port, 'sender');
    sender.send(packet('30', `${text('a')} ${'78'.repeat(35)}`)); // 41 bytes with the property length
    sender.send(packet('30', `${text('a')} ${'79'.repeat(34)}`));
    await receiver.expects(packet('30', `${text('a')} 00 ${'79'.repeat(34)}`));
    expect(broker.statistics.messages.tooLarge).toBe(1);
    // its DISCONNECT goes without the sentence that explains it
    receiver.send('36 00'); // QoS 3
    const disconnect = await receiver.packet();
    expect([disconnect[0], disconnect[2]]).toEqual([0xe0, 0x81]);
    expect(disconnect.length).toBeLessThanOrEqual(4);
  });
});
