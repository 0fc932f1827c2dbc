import { describe, expect, test } from 'vitest';
import { connectPacket, packet, RawClient, startBroker, text } from './harness.ts';

async function opened(options = {}): Promise<RawClient> {
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

  test('MQTT 5.0, with all that the broker does not do [MQTT-3.2.2-9]', async () => {
    const client = await opened();
    client.send(connectPacket('test', 5));
    const connack = await client.packet();
    // session present 0, reason code 0, properties
    expect([...connack.subarray(0, 5)]).toEqual([0x20, 0x18, 0x00, 0x00, 0x15]);
    const properties = Buffer.from(connack.subarray(5)).toString('hex');
    for (const property of [
      '1100000000', // session expiry interval 0
      '2400', // maximum QoS 0
      '2500', // retain available 0
      '2700200000', // maximum packet size 2,097,152
      '220000', // topic alias maximum 0
      '2900', // subscription identifiers available 0
      '2a00', // shared subscription available 0
    ]) {
      expect(properties).toContain(property);
    }
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
    expect(broker.statistics.messagesReceived).toBe(0);
  });

  test('enhanced authentication [MQTT-4.12.0-1]', async () => {
    const client = await opened();
    client.send(packet('10', `${text('MQTT')} 05 02 0000 08 15 ${text('SCRAM')} ${text('test')}`));
    await client.expects('20 03 00 8c 00');
    await client.expectsClose();
  });

  test.each([
    ['QoS 1 [MQTT-3.2.2-12]', '0e', '9b'],
    ['retain [MQTT-3.2.2-13]', '26', '9a'],
  ])('MQTT 5.0 will with %s', async (_, flags, reasonCode) => {
    const client = await opened();
    const connect = `${text('MQTT')} 05 ${flags} 0000 00 ${text('test')} 00 ${text('w')} 0000`;
    client.send(packet('10', connect));
    await client.expects(`20 03 00 ${reasonCode} 00`);
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
    expect(broker.clientCount).toBe(2);
  });

  test('MQTT 3.1.1 with a clean session is accepted, side by side with others [MQTT-3.1.3-6]', async () => {
    const { port, broker } = await startBroker();
    await RawClient.connected(port, '');
    await RawClient.connected(port, '');
    expect(broker.clientCount).toBe(2);
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
