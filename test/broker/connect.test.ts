import { describe, expect, test } from 'vitest';
import type { BrokerOptions } from '../../src/broker/index.ts';
import { connectPacket, packet, RawClient, startBroker, text } from './harness.ts';

async function opened(options: BrokerOptions = {}): Promise<RawClient> {
  const { port } = await startBroker(options);
  return RawClient.open(port);
}

describe('CONNECT is answered with CONNACK', () => {
  test.each([
    ['3.1', 3],
    ['3.1.1', 4],
  ] as const)('MQTT %s [MQTT-3.1.4-4]', async (_, version) => {
    const client = await opened();
    client.send(connectPacket('test', version));
    await client.expects('20 02 00 00');
  });

  test('MQTT 5.0, with what is not the default of the specification', async () => {
    const client = await opened();
    client.sendConnect('test', 5);
    const { properties } = await client.next('connack');
    expect(properties).toEqual({
      receiveMaximum: 1_000,
      maximumPacketSize: 2_097_152,
      topicAliasMaximum: 16,
    });
  });

  test('MQTT 5.0, with all that the broker does not do [MQTT-3.2.2-9]', async () => {
    const client = await opened({
      ...{ maximumQoS: 1, retainAvailable: false, wildcardSubscriptionAvailable: false },
      ...{ subscriptionIdentifiersAvailable: false, sharedSubscriptionAvailable: false },
      ...{ maxKeepAlive: 60, maxSessionExpiryInterval: 100, topicAliasMaximum: 0 },
    });
    client.sendConnect('test', 5, { keepAlive: 61, properties: '11 00000065' });
    const { properties } = await client.next('connack');
    expect(properties).toEqual({
      ...{ maximumQoS: 1, retainAvailable: false, wildcardSubscriptionAvailable: false },
      ...{ subscriptionIdentifiersAvailable: false, sharedSubscriptionAvailable: false },
      ...{ serverKeepAlive: 60, sessionExpiryInterval: 100 },
      ...{ receiveMaximum: 1_000, maximumPacketSize: 2_097_152 },
    });
  });

  test('byte by byte', async () => {
    const client = await opened();
    const bytes = Buffer.from(connectPacket('test').replace(/\s/g, ''), 'hex');
    for (const byte of bytes) {
      client.send(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await client.expects('20 02 00 00');
  });

  test('and what follows in the same chunk is served after it [MQTT-3.2.0-1]', async () => {
    const client = await opened();
    client.send(`${connectPacket('test')} ${packet('82', `0001 ${text('a')} 00`)} c000`);
    await client.expects('20 02 00 00  90 03 0001 00  d0 00');
  });

  test('also when the client has closed its sending end', async () => {
    const client = await opened();
    client.send(`${connectPacket('test')} c000`);
    client.end();
    await client.expects('20 02 00 00  d0 00');
    await client.expectsClose();
  });
});

describe('CONNECT is refused', () => {
  test.each([
    // level 2: return code 1; level 6: reason code 0x84 and an empty property length
    ['level 2', packet('10', `${text('MQTT')} 02 02 0000 ${text('test')}`), '20 02 00 01'],
    ['level 6', packet('10', `${text('MQTT')} 06 02 0000 00 ${text('test')}`), '20 03 00 84 00'],
    ['MQIsdp level 4', packet('10', `${text('MQIsdp')} 04 02 0000 ${text('test')}`), '20 02 00 01'],
  ])('unsupported protocol version: %s [MQTT-3.1.2-2]', async (_, connect, connack) => {
    const client = await opened();
    client.send(connect);
    await client.expects(connack);
    await client.expectsClose();
  });

  test('a protocol that is not MQTT, without an answer [MQTT-3.1.2-1]', async () => {
    const client = await opened();
    client.send(packet('10', `${text('AMQP')} 04 02 0000 ${text('test')}`));
    await client.expectsClose();
  });

  test('a malformed one, without an answer [MQTT-3.1.4-1]', async () => {
    const client = await opened();
    client.send(packet('10', `${text('MQTT')} 04 03 0000 ${text('test')}`)); // reserved flag
    await client.expectsClose();
  });

  test('what follows a refused CONNECT is not processed [MQTT-3.1.4-5]', async () => {
    const { broker, port } = await startBroker();
    const client = await RawClient.open(port);
    const connect = packet('10', `${text('MQTT')} 04 00 0000 0000`);
    client.send(`${connect} ${packet('30', `${text('a')} 78`)}`);
    await client.expects('20 02 00 02');
    await client.expectsClose();
    expect(broker.statistics.messages.received).toBe(0);
  });

  test('enhanced authentication [MQTT-4.12.0-1]', async () => {
    const client = await opened();
    client.send(packet('10', `${text('MQTT')} 05 02 0000 08 15 ${text('SCRAM')} ${text('test')}`));
    await client.expects('20 03 00 8c 00');
    await client.expectsClose();
  });

  test.each([
    ['QoS 1 [MQTT-3.2.2-12]', { qos: 1 }, 0x9b],
    ['retain [MQTT-3.2.2-13]', { retain: true }, 0x9a],
  ] as const)('MQTT 5.0 will with %s that is not supported', async (_, will, reasonCode) => {
    const client = await opened({ maximumQoS: 0, retainAvailable: false });
    client.sendConnect('test', 5, { will: { topic: 'w', ...will } });
    expect(await client.next('connack')).toMatchObject({ reasonCode });
    await client.expectsClose();
  });
});

describe('empty client identifier', () => {
  test('MQTT 5.0 is told the assigned one, a new one each time [MQTT-3.1.3-6, MQTT-3.1.3-7]', async () => {
    const { port, broker } = await startBroker();
    const ids: string[] = [];
    for (let i = 0; i < 2; i++) {
      const client = await RawClient.open(port);
      client.send(connectPacket('', 5));
      const connack = Buffer.from(await client.packet()).toString('latin1');
      ids.push(/\x12\x00.(wasmqtt-[-0-9a-f]{36})/.exec(connack)?.[1] ?? 'none');
    }
    expect(ids[0]).toMatch(/^wasmqtt-/);
    expect(ids[1]).not.toBe(ids[0]);
    expect(broker.clients.size).toBe(2);
  });

  test('MQTT 3.1.1 with a clean session is accepted, side by side with others [MQTT-3.1.3-6]', async () => {
    const { port, broker } = await startBroker();
    await RawClient.connected(port, '');
    await RawClient.connected(port, '');
    expect(broker.clients.size).toBe(2);
  });

  test('MQTT 3.1.1 without a clean session: return code 2 [MQTT-3.1.3-8]', async () => {
    const client = await opened();
    client.send(packet('10', `${text('MQTT')} 04 00 0000 0000`));
    await client.expects('20 02 00 02');
    await client.expectsClose();
  });

  test('MQTT 3.1: return code 2', async () => {
    const client = await opened();
    client.send(connectPacket('', 3));
    await client.expects('20 02 00 02');
    await client.expectsClose();
  });
});

describe('the first packet', () => {
  test.each([
    ['PUBLISH', packet('30', `${text('a')} 78`)],
    ['SUBSCRIBE', packet('82', `0001 ${text('a')} 00`)],
    ['PINGREQ', 'c000'],
    ['DISCONNECT', 'e000'],
    ['AUTH', 'f000'],
  ])('is not CONNECT but %s: closed without an answer [MQTT-3.1.0-1]', async (_, bytes) => {
    const client = await opened();
    client.send(bytes);
    await client.expectsClose();
  });

  test('has to come in time', async () => {
    const { port, logged } = await startBroker({ connectTimeout: 0.05 });
    const client = await RawClient.open(port);
    client.send('10');
    await client.expectsClose();
    await logged('sent no CONNECT in time');
  });

  test('may not be larger than the limit before CONNECT', async () => {
    const client = await opened();
    client.send('10 818004'); // 65,537 bytes follow
    await client.expectsClose();
  });
});

describe('a second CONNECT [MQTT-3.1.0-2]', () => {
  test('ends the connection', async () => {
    const { port } = await startBroker();
    const client = await RawClient.connected(port, 'test');
    client.send(connectPacket('test'));
    await client.expectsClose();
  });

  test('MQTT 5.0 is told 0x82', async () => {
    const { port } = await startBroker();
    const client = await RawClient.connected(port, 'test', 5);
    client.send(connectPacket('test', 5));
    await client.expectsDisconnect(0x82);
  });
});
