import fc, { type Arbitrary } from 'fast-check';
import { type Property, renderPublish, uint16, uint32, variableByteInteger } from '../../forward/wire.ts';
import type { ReceiverState, RouteEntry } from './plane.ts';

/** Topic names around what counts: worth an alias, interned, more than one byte per character. */
export const TOPICS = [
  'a',
  'abc',
  'abcd',
  'plant/line 7/oven/temperature',
  'é/€/😀',
  'i'.repeat(48),
  'j'.repeat(49),
  'x'.repeat(512),
  'y'.repeat(513),
] as const;

export interface Chunk {
  readonly version5: boolean;
  readonly publisher: number;
  readonly retainIsForHost: boolean;
  readonly atMostOnce: boolean;
  /** Milliseconds since the last one. */
  readonly passed: number;
  readonly packets: readonly Buffer[];
}

export interface Scenario {
  readonly receivers: readonly ReceiverState[];
  readonly routes: ReadonlyMap<string, readonly RouteEntry[] | 'host'>;
  readonly chunks: readonly Chunk[];
}

const slots = [0, 1, 2, 5, 1000, 131_071] as const;

const receiver = (slot: number): Arbitrary<ReceiverState> =>
  fc
    .record(
      {
        version5: fc.boolean(),
        connected: fc.constantFrom(true, true, true, true, true, false),
        aliases: fc.constantFrom(0, 0, 1, 2, 3, 16),
        maximum: fc.integer({ min: 5, max: 300 }),
        room: fc.integer({ min: 0, max: 2000 }),
        messageRoom: fc.integer({ min: 0, max: 12 }),
        since: fc.integer({ min: 0, max: 3000 }),
      },
      { requiredKeys: ['version5', 'connected', 'aliases'] },
    )
    .map((state) => ({ ...state, slot, aliases: state.version5 ? state.aliases : 0 }));

const entries: Arbitrary<RouteEntry[]> = fc.subarray([...slots]).chain((chosen) =>
  fc.tuple(
    ...chosen.map((slot) =>
      fc.record({
        slot: fc.constant(slot),
        qos: fc.nat(2),
        noLocal: fc.boolean(),
        retainAsPublished: fc.boolean(),
        identifiers: fc.oneof(
          { weight: 3, arbitrary: fc.constant([]) },
          {
            weight: 1,
            arbitrary: fc.array(fc.constantFrom(1, 127, 128, 16_383, 16_384, 268_435_455), { maxLength: 4 }),
          },
        ),
      }),
    ),
  ),
);

const route = fc.oneof(
  { weight: 8, arbitrary: entries },
  { weight: 1, arbitrary: fc.constant('host' as const) },
);

const text = fc.oneof(
  { weight: 5, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 200 }).map((length) => 't'.repeat(length)) },
);
const field = (bytes: Buffer): Buffer => Buffer.concat([uint16(bytes.length), bytes]);
const string = text.map((value) => field(Buffer.from(value.replaceAll(/[\0-\x1f\x7f-\x9f]/g, '.'))));
const value = (id: number, values: Arbitrary<Buffer>): Arbitrary<Property> =>
  values.map((bytes) => ({ id, value: bytes }));

const oncePerPacket = [
  value(0x01, fc.constant(Buffer.of(0))),
  value(0x02, fc.constantFrom(0, 1, 3600, 4_294_967_290, 4_294_967_295).map(uint32)),
  value(0x03, string),
  value(
    0x08,
    fc.constantFrom('answer', 'a/b').map((topic) => field(Buffer.from(topic))),
  ),
  value(
    0x09,
    fc.uint8Array({ maxLength: 20 }).map((bytes) => field(Buffer.from(bytes))),
  ),
];
const userProperty = value(
  0x26,
  fc.tuple(string, string).map((pair) => Buffer.concat(pair)),
);

const properties: Arbitrary<Property[]> = fc
  .tuple(
    fc.subarray(oncePerPacket).chain((chosen) => fc.tuple(...chosen)),
    fc.array(userProperty, { maxLength: 3 }),
    fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      {
        weight: 1,
        arbitrary: fc.array(value(0x0b, fc.constantFrom(1, 200, 70_000).map(variableByteInteger)), {
          maxLength: 2,
        }),
      },
    ),
  )
  .chain((parts) => fc.shuffledSubarray(parts.flat(), { minLength: parts.flat().length }));

const payload = fc
  .oneof(
    { weight: 6, arbitrary: fc.uint8Array({ maxLength: 40 }) },
    {
      weight: 2,
      arbitrary: fc.integer({ min: 40, max: 600 }).map((size) => new Uint8Array(size).fill(0xa5)),
    },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 1500, max: 2100 }).map((size) => new Uint8Array(size).fill(0x5a)),
    },
  )
  .map((bytes) => Buffer.from(bytes));

interface Shape {
  topic: string;
  flags: number;
  messageId: number;
  properties: Property[];
  /** The topic alias that it comes with and where among the properties, and whether that stands for the name. */
  alias: { value: number; at: number; alone: boolean } | undefined;
  payload: Buffer;
}

const shape: Arbitrary<Shape> = fc.record({
  topic: fc.constantFrom(...TOPICS),
  // QoS 0 mostly; DUP only with QoS 1 and 2
  flags: fc.constantFrom(0, 0, 0, 0, 1, 2, 3, 4, 0x0a, 0x0d),
  messageId: fc.integer({ min: 1, max: 65_535 }),
  properties,
  alias: fc.option(fc.record({ value: fc.integer({ min: 1, max: 3 }), at: fc.nat(3), alone: fc.boolean() }), {
    freq: 4,
    nil: undefined,
  }),
  payload,
});

/** Renders packets for one connection; an alias stands alone only where a name came with it before. */
function render(shapes: readonly Shape[], version5: boolean, known: Set<number>): Buffer[] {
  return shapes.map(({ alias, flags, messageId, payload: bytes, properties: others, topic }) => {
    const all = [...others];
    let name = topic;
    if (alias !== undefined && version5) {
      all.splice(Math.min(alias.at, all.length), 0, { id: 0x23, value: uint16(alias.value) });
      if (alias.alone && known.has(alias.value)) name = '';
      known.add(alias.value);
    }
    const message = { first: 0x30 | flags, topic: name, messageId, properties: all, payload: bytes };
    return renderPublish(message, version5 ? 5 : 4);
  });
}

/** Receivers, routes and chunks of packets; those of version 5 are of one connection. */
export const scenario: Arbitrary<Scenario> = fc
  .record({
    receivers: fc.tuple(...slots.map(receiver)),
    routes: fc.tuple(...TOPICS.map(() => route)),
    chunks: fc.array(
      fc.record({
        version5: fc.boolean(),
        publisher: fc.constantFrom(-1, ...slots),
        retainIsForHost: fc.boolean(),
        atMostOnce: fc.boolean(),
        passed: fc.nat(2500),
        shapes: fc.array(shape, { minLength: 1, maxLength: 12 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ receivers, routes, chunks }) => {
    const known = new Set<number>();
    return {
      receivers,
      routes: new Map(TOPICS.map((topic, i) => [topic, routes[i]] as const)),
      chunks: chunks.map(({ shapes, ...chunk }) => ({
        ...chunk,
        packets: render(shapes, chunk.version5, known),
      })),
    };
  });
