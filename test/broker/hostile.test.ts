import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hex } from '../vectors/hex.ts';
import {
  connectPacket,
  packet,
  publishPacket,
  RawClient,
  startBroker,
  subscribePacket,
  text,
} from './harness.ts';
import { besideInnocents } from './innocents.ts';

/** Attacks a broker beside others, who must not notice; afterwards only they are there. */
async function besideOthers(run: (port: number) => Promise<void>): Promise<{ warnings: string[] }> {
  const { port, broker, warnings } = await startBroker({
    maxConnectionRate: 0,
    enhancedAuthentication: () => ({ reasonCode: 0x18 }),
  });
  await besideInnocents(port, async () => {
    await run(port);
    await expect.poll(() => [...broker.clients.keys()]).toEqual(['innocent receiver', 'innocent sender']);
  });
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
      expect.stringMatching(/^PUBLISH: .*\[MQTT-3\.3\.1-4\]; connection closed .*"clientId":"bad"/),
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

const PUBLISH = publishPacket('damage/a', 'x', 5, { qos: 2, id: 7, properties: '01 01' });
const SUBSCRIBE = subscribePacket('damage/#', 5, '02');

/** What brings a connection into a state, and what may follow there. */
const STATES: [name: string, greeting: string, packets: string[]][] = [
  ['instead of CONNECT', '', [connectPacket('damaged', 5, { username: 'u', password: 'p' })]],
  ['after CONNECT, MQTT 3.1.1', connectPacket('damaged'), [publishPacket('a', 'x'), subscribePacket('a')]],
  ['after CONNECT, MQTT 5.0', connectPacket('damaged', 5), [PUBLISH, SUBSCRIBE, 'e0 02 00 00']],
  [
    'within a subscription',
    `${connectPacket('damaged', 5)} ${SUBSCRIBE}`,
    [PUBLISH, 'a2 06 0001 00 0001 61'],
  ],
  ['within QoS 2', `${connectPacket('damaged', 5)} ${SUBSCRIBE} ${PUBLISH}`, ['62 02 0007', '50 02 0001']],
  [
    'within an enhanced authentication',
    connectPacket('damaged', 5, { properties: '15 0001 78' }),
    ['f0 06 18 04 15 0001 78'],
  ],
];

describe('what is not MQTT', () => {
  test.each([
    ['a TLS client', '16 0301 0200 0100 01fc 0303', 'looks like a TLS client'],
    [
      'an HTTP GET',
      Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n').toString('hex'),
      'looks like an HTTP request',
    ],
    [
      'an HTTP POST',
      Buffer.from(`POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n${'x'.repeat(100)}`).toString(
        'hex',
      ),
      'looks like an HTTP request',
    ],
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

  test.each(STATES)('random bytes %s', async (_, greeting) => {
    const seed = randomInt(2 ** 31);
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 2_000 });
    await besideOthers(async (port) => {
      await fc.assert(
        fc.asyncProperty(bytes, async (garbage) => {
          const client = await RawClient.open(port);
          client.send(greeting);
          client.send(garbage);
          client.end();
          // whatever the broker answered before, it ends the connection
          await client.drain();
        }),
        { seed, numRuns: 60 },
      );
    });
  });

  test.each(STATES)('every beginning of a packet %s, and then nothing', async (_, greeting, packets) => {
    await besideOthers(async (port) => {
      for (const bytes of packets.map(hex)) {
        for (let length = 0; length < bytes.length; length++) {
          const client = await RawClient.open(port);
          client.send(greeting);
          client.send(bytes.subarray(0, length));
          if (length % 2 === 0) {
            client.end();
            await client.drain();
          } else client.cut();
        }
      }
    });
  });

  test('random damage to a conversation', async () => {
    const seed = randomInt(2 ** 31);
    const script = hex(`${connectPacket('damaged', 5)} ${SUBSCRIBE} ${PUBLISH} 62020007 c000 e000`);
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
        { seed, numRuns: 150 },
      );
    });
  });
});
