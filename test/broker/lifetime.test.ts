import { describe, expect, test } from 'vitest';
import { packet, RawClient, startBroker, subscribed, text } from './harness.ts';

/** CONNECT with the will message "bye" on topic "will". */
function connectWithWill(id: string, version: 4 | 5, keepAlive = '0000', willProperties = '00'): string {
  const properties = version === 5 ? ['00', willProperties] : ['', ''];
  const payload = `${properties[0]} ${text(id)} ${properties[1]} ${text('will')} ${text('bye')}`;
  return packet('10', `${text('MQTT')} 0${version} 06 ${keepAlive} ${payload}`);
}

async function withWill(
  port: number,
  version: 4 | 5,
  keepAlive?: string,
  properties?: string,
): Promise<RawClient> {
  const client = await RawClient.open(port);
  client.send(connectWithWill('mortal', version, keepAlive, properties));
  await client.packet();
  return client;
}

const WILL = packet('30', `${text('will')} 627965`);

describe('PINGREQ and keep alive', () => {
  test('PINGREQ is answered with PINGRESP [MQTT-3.12.4-1]', async () => {
    const { port } = await startBroker();
    const client = await RawClient.connected(port, 'client');
    client.send('c000 c000');
    await client.expects('d000 d000');
  });

  test('a silent client is disconnected, and its will published [MQTT-3.1.2-24]', async () => {
    const { port, logged } = await startBroker();
    const watcher = await subscribed(port, 'watcher', 'will');
    const client = await withWill(port, 4, '0001');
    await client.expectsClose();
    await watcher.expects(WILL);
    await logged('keep alive timeout');
  });

  test('MQTT 5.0 is told 0x8D; bytes that complete no packet do not count [MQTT-3.1.2-22]', async () => {
    const { port } = await startBroker();
    const client = await withWill(port, 5, '0001');
    const dripping = setInterval(() => client.send('00'), 200);
    client.send('30 7f 0001 61 00');
    try {
      await client.expectsDisconnect(0x8d);
    } finally {
      clearInterval(dripping);
    }
  });

  test('packets keep it alive', async () => {
    const { port, broker } = await startBroker();
    const silent = await withWill(port, 4, '0001');
    const active = await RawClient.open(port);
    active.send(packet('10', `${text('MQTT')} 04 02 0001 ${text('active')}`));
    await active.expects('20 02 00 00');
    const pinging = setInterval(() => active.send('c000'), 300);
    try {
      await silent.expectsClose();
      // the silent client was given up 1.5 s after its last packet; the active one is past that age, too
      for (let i = 0; i < 3; i++) await active.expects('d000');
    } finally {
      clearInterval(pinging);
    }
    expect(broker.clients.size).toBe(1);
  });
});

describe('will', () => {
  test.each([4, 5] as const)(
    'is published when the connection is cut, protocol version %d [MQTT-3.1.2-8]',
    async (version) => {
      const { port } = await startBroker();
      const watcher = await subscribed(port, 'watcher', 'will');
      const client = await withWill(port, version);
      client.cut();
      await watcher.expects(WILL);
    },
  );

  test('is published after a protocol error', async () => {
    const { port } = await startBroker();
    const watcher = await subscribed(port, 'watcher', 'will');
    const client = await withWill(port, 4);
    client.send('36 00'); // QoS 3
    await client.expectsClose();
    await watcher.expects(WILL);
    await watcher.expectsNothing();
  });

  test.each([
    ['3.1.1', 4, 'e000'],
    ['5.0', 5, 'e000'],
    ['5.0 with reason code 0', 5, 'e0 02 00 00'],
  ] as const)(
    'is not published after DISCONNECT, MQTT %s [MQTT-3.14.4-3]',
    async (_, version, disconnect) => {
      const { port } = await startBroker();
      const watcher = await subscribed(port, 'watcher', 'will');
      const client = await withWill(port, version);
      client.send(disconnect);
      await client.expectsClose();
      await watcher.expectsNothing();
    },
  );

  test('is published after DISCONNECT 0x04 [MQTT-3.1.2-10]', async () => {
    const { port } = await startBroker();
    const watcher = await subscribed(port, 'watcher', 'will');
    const client = await withWill(port, 5);
    client.send('e0 01 04');
    await client.expectsClose();
    await watcher.expects(WILL);
  });

  test('carries its properties, without the will delay', async () => {
    const { port } = await startBroker();
    const watcher = await subscribed(port, 'watcher', 'will', 5);
    const client = await withWill(port, 5, '0000', '0b 18 00000005 03 0003 612f62');
    client.cut();
    await watcher.expects(packet('30', `${text('will')} 06 03 0003 612f62 627965`));
  });
});

describe('DISCONNECT', () => {
  test('the broker closes the connection, and nothing after it is processed', async () => {
    const { port, broker } = await startBroker();
    const client = await RawClient.connected(port, 'client');
    client.send(`e000 ${packet('30', `${text('a')} 78`)}`);
    await client.expectsClose();
    expect(broker.statistics.messages.received).toBe(0);
    expect(broker.clients.size).toBe(0);
  });

  test('a session expiry interval after CONNECT without one: 0x82 [MQTT5 section 3.14.2.2.2]', async () => {
    const { port } = await startBroker();
    const client = await RawClient.connected(port, 'client', 5);
    client.send('e0 07 00 05 11 0000000a');
    await client.expectsDisconnect(0x82);
  });
});

describe('the same client identifier again', () => {
  test('MQTT 5.0: the old connection gets 0x8E, its will is published [MQTT-3.1.4-3]', async () => {
    const { port, broker } = await startBroker();
    const watcher = await subscribed(port, 'watcher', 'will');
    const old = await withWill(port, 5);
    const young = await RawClient.connected(port, 'mortal', 5);
    await old.expectsDisconnect(0x8e);
    await watcher.expects(WILL);
    await young.expectsNothing();
    expect(broker.clients.size).toBe(2);
  });

  test('MQTT 3.1.1: the old connection is closed, its subscriptions are gone [MQTT-3.1.4-2]', async () => {
    const { port } = await startBroker();
    const old = await subscribed(port, 'client', 'a');
    const young = await RawClient.connected(port, 'client');
    await old.expectsClose();
    young.send(packet('30', `${text('a')} 78`));
    await young.expectsNothing();
  });
});

describe('close', () => {
  test('ends every connection, tells MQTT 5.0 clients 0x8B, publishes no wills', async () => {
    const { port, broker } = await startBroker();
    const v5 = await subscribed(port, 'v5', '#', 5);
    const v4 = await subscribed(port, 'v4', '#', 4);
    const mortal = await withWill(port, 4);
    const greeted = await RawClient.open(port);
    const closing = broker.close();
    await v5.expectsDisconnect(0x8b);
    for (const client of [v4, mortal, greeted]) await client.expectsClose();
    await closing;
    await expect(RawClient.open(port)).rejects.toThrow('ECONNREFUSED');
  });
});
