import fc from 'fast-check';
import { afterEach, beforeEach, test, vi } from 'vitest';
import type { ProtocolVersion } from '../../src/protocol/packet-types.ts';
import type { QoS } from '../../src/protocol/packets.ts';
import { cut } from '../fuzz/stream.ts';
import { sameEverywhere } from './everywhere.ts';
import { client, PINGREQ, publish, subscribe, unsubscribe } from './wire.ts';
import type { Client, ClientOptions, World } from './world.ts';

// Any order of connecting, subscribing, publishing, breaking off and waiting, in any chunks: what the model sends.

// a message that waits for a second or two on a slow machine would be another second older
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const version = fc.constantFrom<ProtocolVersion>(3, 4, 5);
const kind: fc.Arbitrary<ClientOptions> = fc.oneof(
  version.map((value) => ({ version: value })),
  fc.record({ version: fc.constant(5 as const), topicAliasMaximum: fc.nat(20) }),
  fc.record({ version: fc.constant(5 as const), maximumPacketSize: fc.integer({ min: 10, max: 300 }) }),
);

const LONG = 'long/'.repeat(110);
const topic = fc.constantFrom('a', 'b', 'a/b', 'a/c', 'b/c/d', 'ä/ö', '$SYS/x', 'abcdefgh/ijklmnop', LONG);
const filter = fc.constantFrom(
  ...['a', 'b', '#', '+', 'a/#', '+/b', 'a/+', '+/+', 'ä/ö', '$SYS/#', '+/+/d', 'abcdefgh/#', 'long/#'],
);
const qos = fc.constantFrom<QoS>(0, 0, 0, 1, 2);
const payload = fc.oneof(
  { weight: 8, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 2, arbitrary: fc.integer({ min: 100, max: 3000 }).map((size) => 'p'.repeat(size)) },
);
const properties = fc.record(
  {
    payloadFormatIndicator: fc.constant(true),
    contentType: fc.string({ maxLength: 5 }),
    messageExpiryInterval: fc.integer({ min: 1, max: 1000 }),
    correlationData: fc.uint8Array({ maxLength: 5 }),
    userProperties: fc.dictionary(fc.string({ maxLength: 3 }), fc.string({ maxLength: 200 }), { maxKeys: 3 }),
  },
  { requiredKeys: [] },
);

/** What one client does with packets; its version decides how they look. */
type Act = (speaks: ProtocolVersion) => Buffer;

/** Named, for when a counterexample is printed. */
function act(name: string, make: Act): Act {
  return Object.assign(make, { [fc.toStringMethod]: () => name });
}

const publishing: fc.Arbitrary<Act> = fc
  .record({ topic, payload, qos, retain: fc.boolean(), dup: fc.boolean(), properties, messageId: fc.nat(9) })
  .map((drawn) =>
    act(`publish ${fc.stringify(drawn)}`, (speaks) => {
      const { topic, payload, qos, retain, dup, properties, messageId } = drawn;
      const fields = { qos, retain, dup: dup && qos > 0, messageId: messageId + 1 };
      return publish(speaks, topic, payload, speaks === 5 ? { ...fields, properties } : fields);
    }),
  );
const subscribing: fc.Arbitrary<Act> = fc
  .record({
    filter,
    qos,
    nl: fc.boolean(),
    rap: fc.boolean(),
    identifier: fc.option(fc.constantFrom(1, 127, 128, 16_384, 2_097_152), { nil: undefined }),
  })
  .map((drawn) =>
    act(`subscribe ${fc.stringify(drawn)}`, (speaks) => {
      const { filter, qos, nl, rap, identifier } = drawn;
      const options = speaks === 5 ? { nl, rap, subscriptionIdentifier: identifier } : {};
      return subscribe(speaks, filter, { qos, ...options });
    }),
  );
const acting: fc.Arbitrary<Act> = fc.oneof(
  { weight: 10, arbitrary: publishing },
  { weight: 4, arbitrary: subscribing },
  {
    weight: 1,
    arbitrary: filter.map((each) => act(`unsubscribe ${each}`, (speaks) => unsubscribe(speaks, each))),
  },
  { weight: 1, arbitrary: fc.constant(act('pingreq', () => PINGREQ)) },
  {
    weight: 1,
    arbitrary: fc.constant(act('pubrel', (speaks) => client(speaks, { cmd: 'pubrel', messageId: 3 }))),
  },
);

type Step =
  | { what: 'connect'; kind: ClientOptions }
  | { what: 'send'; who: number; acts: Act[]; cuts: number[] }
  | { what: 'hold' | 'release' | 'takeOnce' | 'cut' | 'turn'; who: number };

const who = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ what: fc.constant('connect' as const), kind }) },
  {
    weight: 10,
    arbitrary: fc.record({
      what: fc.constant('send' as const),
      who,
      acts: fc.array(acting, { minLength: 1, maxLength: 12 }),
      cuts: fc.array(fc.nat(2000), { maxLength: 3 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constantFrom('hold', 'release', 'takeOnce', 'cut', 'turn', 'turn', 'turn'),
      who,
    }) as fc.Arbitrary<Step>,
  },
);

async function play(world: World, steps: readonly Step[]): Promise<Client[]> {
  const clients: Client[] = [world.connect({ version: 4 }), world.connect({ version: 5 })];
  for (const each of steps) {
    if (each.what === 'connect') clients.push(world.connect(each.kind));
    else {
      const client = clients[each.who % clients.length];
      if (client.isClosed) continue;
      if (each.what === 'send') {
        client.send(...cut(Buffer.concat(each.acts.map((make) => make(client.version))), each.cuts));
      } else if (each.what === 'turn') await world.turn();
      else {
        // what is sent before the end of the turn is nobody's business
        await world.turn();
        if (each.what === 'hold') client.hold();
        else await client[each.what]();
      }
    }
  }
  for (const client of clients) if (!client.isClosed) await client.release();
  await world.turn();
  return clients;
}

test('any order of events', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      await sameEverywhere((world) => play(world, steps));
    }),
    { numRuns: 40 },
  );
});

test('any order of events with receivers that are behind', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 10, maxLength: 40 }),
      fc.integer({ min: 0, max: 3000 }),
      fc.integer({ min: 0, max: 30 }),
      async (steps, maxBacklogBytes, maxBacklogMessages) => {
        // what an alias saves decides what there is room for
        const plain = steps.map((each) =>
          each.what === 'connect' ? { ...each, kind: { ...each.kind, topicAliasMaximum: 0 } } : each,
        );
        const limits = { maxBacklogBytes, maxBacklogMessages };
        await sameEverywhere((world) => play(world, plain), limits);
      },
    ),
    { numRuns: 40 },
  );
});
