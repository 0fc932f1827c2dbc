import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  connectPacket,
  packet,
  RawClient,
  startBroker,
  subscribed,
  subscribePacket,
  text,
} from './harness.ts';

/** Runs an attack next to two clients that go on talking to each other. */
async function besideOthers(attack: (port: number) => Promise<void>): Promise<{ warnings: string[] }> {
  const { port, broker, warnings } = await startBroker();
  const receiver = await subscribed(port, 'receiver', 'others');
  const sender = await RawClient.connected(port, 'sender');
  await attack(port);
  sender.send(packet('30', `${text('others')} 78`));
  await receiver.expects(packet('30', `${text('others')} 78`));
  expect(broker.clientCount).toBe(2);
  return { warnings };
}

const BAD_PACKETS: [name: string, bytes: string, reasonCode: number][] = [
  ['remaining length of five bytes', '30 8080808001', 0x81],
  ['packet above the size limit', '30 80808001', 0x95], // 2,097,152 bytes and the header
  ['QoS 3 [MQTT-3.3.1-4]', packet('36', `${text('a')} 0001 78`), 0x81],
  ['reserved flags [MQTT-2.1.3-1]', 'c1 00', 0x81],
  ['reserved packet type', '00 00', 0x81],
  ['packet that only a server sends', '20 02 00 00', 0x82],
  ['topic that is not UTF-8 [MQTT-1.5.4-1]', '30 06 0003 61ff62 78', 0x81],
  ['topic that runs past the packet', '30 04 0010 6162', 0x81],
  ['topic with a wildcard [MQTT-3.3.2-2]', packet('30', `${text('a/#')} 00 78`), 0x90],
];

describe('a bad packet ends its connection only', () => {
  test.each(BAD_PACKETS)('MQTT 5.0 is told why: %s', async (_, bytes, reasonCode) => {
    await besideOthers(async (port) => {
      const client = await RawClient.connected(port, 'bad', 5);
      client.send(bytes);
      await client.expectsDisconnect(reasonCode);
    });
  });

  test.each(BAD_PACKETS)('MQTT 3.1.1 is not: %s', async (_, bytes) => {
    await besideOthers(async (port) => {
      const client = await RawClient.connected(port, 'bad', 4);
      client.send(bytes);
      await client.expectsClose();
    });
  });

  test('the log and the reason string name the clause', async () => {
    let reasonString = '';
    const { warnings } = await besideOthers(async (port) => {
      const client = await RawClient.connected(port, 'bad', 5);
      client.send('36 00');
      reasonString = Buffer.from(await client.expectsDisconnect(0x81)).toString('latin1');
    });
    expect(reasonString).toMatch(/PUBLISH: .*\[MQTT-3\.3\.1-4\]$/);
    expect(warnings).toEqual([
      expect.stringMatching(/^127\.0\.0\.1:\d+ "bad": PUBLISH: .*\[MQTT-3\.3\.1-4\]; connection closed$/),
    ]);
  });

  test('what the client sends afterwards is thrown away, and the reason still reaches it', async () => {
    const { port } = await startBroker();
    const client = await RawClient.connected(port, 'bad', 5);
    client.pause();
    // more than the buffers of the operating system hold: a connection that is reset fails while it is sent
    await client.sent(Buffer.concat([Buffer.from('3600', 'hex'), Buffer.alloc(20_000_000)]));
    client.resume();
    await client.expectsDisconnect(0x81);
  });
});

describe('what is not MQTT', () => {
  test.each([
    ['a TLS client', '16 0301 0200 0100 01fc 0303', 'looks like a TLS client'],
    [
      'an HTTP GET',
      Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n').toString('hex'),
      'looks like an HTTP request',
    ],
    ['an HTTP POST', Buffer.from('POST /a HTTP/1.1\r\n\r\n').toString('hex'), 'looks like an HTTP request'],
    [
      'SSH',
      Buffer.from('SSH-2.0-OpenSSH_9.6\r\n').toString('hex'),
      'begins with byte 0x53, which is not CONNECT',
    ],
  ])('%s is recognised, and the connection closed', async (_, bytes, explanation) => {
    const { warnings } = await besideOthers(async (port) => {
      const client = await RawClient.open(port);
      client.send(bytes);
      await client.expectsClose();
    });
    expect(warnings).toEqual([expect.stringContaining(explanation)]);
  });

  test('random bytes', async () => {
    const seed = randomInt(2 ** 31);
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 2_000 });
    await besideOthers(async (port) => {
      await fc.assert(
        fc.asyncProperty(bytes, fc.boolean(), async (garbage, afterConnect) => {
          const client = await RawClient.open(port);
          if (afterConnect) {
            client.send(connectPacket('garbage'));
            await client.expects('20 02 00 00');
          }
          client.send(garbage);
          client.end();
          // whatever the broker answered before, it ends the connection
          await client.drain();
        }),
        { seed, numRuns: 200 },
      );
    });
  });

  test('random damage to a conversation', async () => {
    const seed = randomInt(2 ** 31);
    const script = Buffer.from(
      `${connectPacket('damaged', 5)} ${subscribePacket('damage/#', 5)} ${packet('30', `${text('damage/a')} 00 78`)} c000 e000`.replace(
        /\s/g,
        '',
      ),
      'hex',
    );
    const damage = fc.array(fc.tuple(fc.nat(script.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 3,
    });
    await besideOthers(async (port) => {
      await fc.assert(
        fc.asyncProperty(damage, async (flips) => {
          const bytes = Buffer.from(script);
          for (const [at, bits] of flips) bytes[at] ^= bits;
          const client = await RawClient.open(port);
          client.send(bytes);
          client.end();
          await client.drain();
        }),
        { seed, numRuns: 200 },
      );
    });
  });
});
