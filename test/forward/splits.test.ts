import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byteByByte, cut } from '../fuzz/stream.ts';
import { sameEverywhere } from './everywhere.ts';
import { client, PINGREQ, publish, subscribe, unsubscribe } from './wire.ts';
import type { World } from './world.ts';

// However the bytes of a stream are cut into chunks, the same arrives.

const ALIAS = { topic: 'a/b', properties: { topicAlias: 3 } };

/** Every kind of packet, short enough to cut everywhere. */
const SHORT = Buffer.concat([
  publish(5, 'a', 'x'),
  subscribe(5, 'a/#', { subscriptionIdentifier: 7 }),
  publish(5, 'a/b', 'y', {
    retain: true,
    properties: { messageExpiryInterval: 60, userProperties: { u: 'v' } },
  }),
  client(5, { cmd: 'publish', ...ALIAS, payload: '1' }),
  client(5, { cmd: 'publish', ...ALIAS, topic: '', payload: '2' }),
  PINGREQ,
  publish(5, 'a', 'z'.repeat(130)),
  publish(5, 'a', 'q1', { qos: 1, messageId: 258 }),
  unsubscribe(5, 'a/#'),
  publish(5, 'a/c', 'end'),
]);

async function arrives(chunks: readonly Uint8Array[], turns: boolean): Promise<readonly Buffer[]> {
  const { received } = await sameEverywhere(async (world: World) => {
    const receivers = [world.connect({ version: 4 }), world.connect({ version: 5 })];
    for (const receiver of receivers) receiver.subscribe('a/#', { qos: 1 });
    const sender = world.connect({ version: 5 });
    for (const chunk of chunks) {
      sender.send(chunk);
      if (turns) await world.turn();
    }
    await world.turn();
    return [...receivers, sender];
  });
  return received;
}

test('a short stream cut at every byte', async () => {
  const whole = await arrives([SHORT], false);
  expect(whole[0].length).toBeGreaterThan(100);
  for (let at = 1; at < SHORT.length; at++) {
    const parts = await arrives([SHORT.subarray(0, at), SHORT.subarray(at)], at % 2 === 0);
    expect(parts).toEqual(whole);
  }
});

test('byte by byte', async () => {
  expect(await arrives(byteByByte(SHORT), false)).toEqual(await arrives([SHORT], false));
});

test('long streams cut anywhere, in one turn and in many', async () => {
  const sizes = [0, 1, 100, 1990, 2048, 2100, 16_300, 20_000, 70_000];
  const long = Buffer.concat(
    sizes.flatMap((size, i) => [
      publish(5, `a/${i}`, Buffer.alloc(size, i + 1), i % 2 ? { properties: { contentType: 'c' } } : {}),
      publish(5, 'a', `${i}`),
    ]),
  );
  const whole = await arrives([long], false);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(long.length), { maxLength: 20 }), fc.boolean(), async (cuts, turns) => {
      expect(await arrives(cut(long, cuts), turns)).toEqual(whole);
    }),
    { numRuns: 8 },
  );
});
