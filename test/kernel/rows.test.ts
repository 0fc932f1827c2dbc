import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ACK_LIMIT,
  CARRY_LIMIT,
  CHUNK_LIMIT,
  ROW_LIMIT,
  SCAN_HOST,
  SCAN_LIST_FULL,
  SCAN_NEED_MORE,
} from '../../assembly/layout.ts';
import { encode } from '../../src/encode/index.ts';
import { createJsKernel } from '../../src/kernel/js/index.ts';
import { createWasmKernel, hasWebAssembly } from '../../src/kernel/wasm.ts';
import type { ProtocolVersion } from '../../src/protocol/packet-types.ts';
import { packetArbitrary } from '../arbitraries.ts';
import {
  GREETINGS,
  type Input,
  mutatedPackets,
  randomBytes,
  shapedPackets,
  validPackets,
} from '../fuzz/inputs.ts';
import { runs, VERSIONS } from '../fuzz/support.ts';
import { FAULTS } from '../vectors/faults.ts';
import { hex } from '../vectors/hex.ts';
import { PACKETS } from '../vectors/packets.ts';
import { type Case, expectWholeStream, judge, settingsOf } from './judge.ts';
import { createKernel, KERNELS, runScan, type ScanRun } from './scan.ts';
import { join, packet, publish, publish5 } from './wire.ts';

const anyBytes: Arbitrary<Input> = fc.oneof(
  { weight: 1, arbitrary: randomBytes },
  { weight: 4, arbitrary: validPackets },
  { weight: 6, arbitrary: mutatedPackets },
  { weight: 6, arbitrary: shapedPackets },
);

const withSettings = (input: Arbitrary<Input>, settings: Arbitrary<Partial<Case>>): Arbitrary<Case> =>
  fc.tuple(input, settings).map(([bytes, more]) => ({ ...bytes, ...more }));

const garbage = fc.constantFrom(0, 0x2b, 0x61, 0x80, 0xff);
const window = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 3000 }));

/** Short packets of both versions, so many that acknowledgements and rows mix. */
const manyPackets: Arbitrary<Input> = fc.constantFrom<ProtocolVersion>(4, 5).chain((version) =>
  fc.array(packetArbitrary(version), { minLength: 5, maxLength: 30 }).map((packets) => {
    const encoded = packets.map((one) => encode(one, { protocolVersion: version }));
    return { version, bytes: join(...encoded.filter((bytes) => bytes.length < 400)) };
  }),
);

const SCENARIOS: readonly (readonly [name: string, cases: Arbitrary<Case>, count: number])[] = [
  ['valid packets', validPackets, 200],
  ['packets with faults', mutatedPackets, 1500],
  ['legal frames around any fields', shapedPackets, 1500],
  ['random bytes', randomBytes, 1000],
  ['many packets', manyPackets, 100],
  ['windows that end inside a packet', withSettings(anyBytes, fc.record({ window, garbage })), 1500],
  [
    'packets that begin before the chunk',
    withSettings(anyBytes, fc.record({ carried: fc.nat(3000), garbage })),
    1500,
  ],
  [
    'both of these, and a size limit',
    withSettings(
      anyBytes,
      fc.record({ window, carried: fc.nat(300), garbage, maximum: fc.integer({ min: 2, max: 200 }) }),
    ),
    1500,
  ],
  [
    'one direction, strictly',
    withSettings(
      anyBytes,
      fc.record({
        sender: fc.constantFrom('client', 'server'),
        strictness: fc.constantFrom('spec', 'strict', 'strict'),
      }),
    ),
    1500,
  ],
];

const VECTORS = [...PACKETS, ...FAULTS].map(({ name, version, bytes, sender }) => ({
  name,
  version,
  bytes: new Uint8Array(hex(bytes)),
  sender,
}));

const GREETING_CASES = Object.entries(GREETINGS).flatMap(([name, text]) =>
  VERSIONS.map((version) => ({ name: `${name}, version ${version}`, version, bytes: hex(text) })),
);

const KNOWN: readonly (Case & { name: string })[] = [...VECTORS, ...GREETING_CASES];

/** Every way to place a short input: all carried parts, all windows; enough of the long ones. */
function placements(one: Case): Case[] {
  const bytes = one.bytes.subarray(0, 48);
  return Array.from({ length: bytes.length + 1 }, (_, at) => [
    { ...one, bytes, carried: at, garbage: 0x80 },
    { ...one, bytes, window: Math.max(at, 1), garbage: at * 5 },
    { ...one, bytes, window: Math.max(at, 1), carried: at >> 1, garbage: 0 },
    { ...one, bytes: bytes.subarray(0, at), garbage: 0xff },
  ]).flat();
}

describe.runIf(hasWebAssembly())(
  'the WebAssembly kernel and its twin leave the same in their lists for',
  () => {
    const wasm = hasWebAssembly() ? createWasmKernel() : undefined;
    const js = createJsKernel();
    const same = (one: Case) => {
      const settings = settingsOf(one);
      expect(runScan(wasm!, one.bytes, settings).scans).toEqual(runScan(js, one.bytes, settings).scans);
    };

    it('the vectors, whole and placed anyhow', () => {
      for (const one of KNOWN) {
        same(one);
        placements(one).forEach(same);
      }
    });

    it.each(SCENARIOS)('%s', (_, cases, count) => {
      fc.assert(fc.property(cases, same), { numRuns: runs(count) });
    });

    it('short inputs placed anyhow', () => {
      fc.assert(
        fc.property(anyBytes, (one) => placements(one).forEach(same)),
        { numRuns: runs(60) },
      );
    });
  },
);

describe.each(KERNELS)('the %s kernel', (name) => {
  const kernel = createKernel(name);
  const agree = (one: Case) => judge(runScan(kernel, one.bytes, settingsOf(one)), one);

  describe('agrees with the oracle about', () => {
    it.each(KNOWN)('$name', (one) => {
      agree(one);
      placements(one).forEach(agree);
    });

    it.each(SCENARIOS)('%s', (_, cases, count) => {
      fc.assert(fc.property(cases, agree), { numRuns: runs(count) });
    });

    it('short inputs placed anyhow', () => {
      fc.assert(
        fc.property(anyBytes, (one) => placements(one).forEach(agree)),
        { numRuns: runs(60) },
      );
    });
  });

  it('finds the same packets in the two parts of a stream as in the whole', () => {
    // ids count from the last flush, so texts are what can be compared
    const comparable = ({ packets }: ScanRun, moved: number) =>
      packets.map(({ topicId: _, properties, ...fields }) => ({
        ...fields,
        properties: Math.sign(properties),
        start: fields.start + moved,
        end: fields.end + moved,
        payloadStart: fields.payloadStart && fields.payloadStart + moved,
        propertiesStart: fields.propertiesStart && fields.propertiesStart + moved,
      }));
    const property = fc.property(anyBytes, (one) => {
      const bytes = one.bytes.subarray(0, 120);
      const settings = settingsOf({ ...one, bytes });
      const whole = runScan(kernel, bytes, settings);
      for (let at = 0; at <= bytes.length; at++) {
        const first = runScan(kernel, bytes.subarray(0, at), settings);
        const carried = at - first.next;
        const second = runScan(kernel, bytes.subarray(first.next), { ...settings, carried });
        const both = [...comparable(first, 0), ...comparable(second, first.next)];
        expect(both, `split at ${at}`).toEqual(comparable(whole, 0));
        expect(first.next + second.next).toBe(whole.next);
      }
    });
    fc.assert(property, { numRuns: runs(80) });
  });

  it('does not look at what lies behind the chunk', () => {
    const property = fc.property(anyBytes, garbage, garbage, (one, some, other) => {
      const run = (behind: number) => runScan(kernel, one.bytes, settingsOf({ ...one, garbage: behind }));
      expect(run(some)).toEqual(run(other));
    });
    fc.assert(property, { numRuns: runs(500) });
  });

  it('leaves a packet to the host when it is one byte larger than the maximum', () => {
    const bytes = join(publish('a/b', hex('01 02 03')), hex('40 02 0001'), hex('90 03 0001 00'));
    const lists = (maximum: number) => runScan(kernel, bytes, { maximum }).packets.map(({ list }) => list);
    expect(lists(10)).toEqual(['row', 'acknowledgement', 'row']);
    expect(lists(9)).toEqual(['host', 'acknowledgement', 'row']);
    expect(lists(4)).toEqual(['host', 'acknowledgement', 'host']);
    expect(lists(3)).toEqual(['host', 'host', 'host']);
  });

  it('refuses no complete packet before it is complete', () => {
    // packet identifier 0, a wildcard, a property that a PUBLISH may not have
    for (const text of ['40 02 0000', '30 04 0001 2b 61', '30 07 0001 61 03 210001']) {
      const bytes = hex(text);
      for (let at = 0; at < bytes.length; at++) {
        const { packets, scans } = runScan(kernel, bytes.subarray(0, at), { version: 5 });
        expect(packets).toEqual([]);
        expect(scans).toMatchObject([{ status: SCAN_NEED_MORE, next: 0 }]);
      }
      const { scans } = runScan(kernel, bytes, { version: 5 });
      expect(scans[0]).toMatchObject({ status: SCAN_HOST, next: 0 });
    }
  });

  it('lists in wire order, and says how many rows precede an acknowledgement', () => {
    const bytes = hex(`
      40 02 0102        // PUBACK
      30 03 0001 61     // PUBLISH
      C0 00             // PINGREQ
      50 02 0103        // PUBREC
      62 02 0104        // PUBREL: a row
      70 02 FFFF        // PUBCOMP
      82 06 0105 0001 62 00 // SUBSCRIBE: a row
      D0 00             // PINGRESP
    `);
    const { packets, scans } = runScan(kernel, bytes);
    expect(scans).toHaveLength(1);
    expect(scans[0].acknowledgements).toEqual([0x40102, 0x1c0000, 0x150103, 0x27ffff, 0x3d0000]);
    expect(packets.map(({ firstByte, packetIdentifier }) => [firstByte, packetIdentifier])).toEqual([
      [0x40, 0x102],
      [0x30, 0],
      [0xc0, 0],
      [0x50, 0x103],
      [0x62, 0x104],
      [0x70, 0xffff],
      [0x82, 0x105],
      [0xd0, 0],
    ]);
  });

  it('stops when a list is full, and goes on where it stopped', () => {
    const pings = new Uint8Array(CHUNK_LIMIT).map((_, i) => (i % 2 === 0 ? 0xc0 : 0));
    const acknowledged = runScan(kernel, pings);
    expect(acknowledged.scans.map(({ status, next }) => [status, next])).toEqual([
      [SCAN_LIST_FULL, ACK_LIMIT * 2],
      [SCAN_NEED_MORE, CHUNK_LIMIT],
    ]);
    expect(acknowledged.packets).toHaveLength(CHUNK_LIMIT / 2);

    const topic = publish('t');
    const ack = hex('40 02 0001');
    const rows = join(...Array.from({ length: ROW_LIMIT + 1 }, () => topic), ack);
    const listed = runScan(kernel, rows);
    expect(listed.scans.map(({ status, next }) => [status, next])).toEqual([
      [SCAN_LIST_FULL, ROW_LIMIT * topic.length],
      [SCAN_NEED_MORE, rows.length],
    ]);
    expectWholeStream(listed, rows);

    // acknowledgements after the last row there is room for: their count of rows fills its bits
    const full = join(...Array.from({ length: ROW_LIMIT }, () => topic), ack, ack, hex('62 02 0001'));
    const [first, second] = runScan(kernel, full).scans;
    expect(first).toMatchObject({ status: SCAN_LIST_FULL, next: ROW_LIMIT * topic.length + 8 });
    expect(first.acknowledgements.map((word) => word >>> 20)).toEqual([ROW_LIMIT, ROW_LIMIT]);
    expect(second.rows).toHaveLength(1);
  });

  it('lists what fills the chunk to its last byte, and what begins at the first byte before it', () => {
    const topic = 'a'.repeat(300);
    const head = publish(topic);
    const bytes = join(
      ...[publish('t', new Uint8Array(CARRY_LIMIT - 10)), publish('t', new Uint8Array(40_000)), head],
    );
    const fill = publish('f', new Uint8Array(CHUNK_LIMIT + CARRY_LIMIT - bytes.length - 7));
    const all = join(bytes, fill);
    expect(all).toHaveLength(CHUNK_LIMIT + CARRY_LIMIT);
    const run = runScan(kernel, all, { carried: CARRY_LIMIT });
    expect(run.scans).toHaveLength(1);
    expect(run.scans[0].rows[0][1]).toBe(-CARRY_LIMIT);
    judge(run, { bytes: all, version: 4 });
    expect(run.packets.every(({ list }) => list === 'row')).toBe(true);
  });

  it('needs no more of a PUBLISH than its header, and all of any other packet', () => {
    const block = hex('03 0002 6161 26 0001 62 0001 63');
    const bytes = publish5('topic', block, new Uint8Array(5000));
    const headerLength = bytes.length - 5000;
    kernel.write(bytes.subarray(0, headerLength), 0);
    const scan = (start: Uint8Array, end: number) => {
      kernel.write(start, 0);
      return kernel.scan(0, end, start.length, 1, start.length);
    };
    expect(scan(bytes, headerLength)).toBe(1);
    for (let end = 0; end < headerLength; end++) expect(scan(bytes, end), `${end} bytes`).toBe(0);
    const subscribe = packet(0x82, hex('0001 00 0001 61 00'));
    for (let end = 0; end < subscribe.length; end++) expect(scan(subscribe, end)).toBe(0);
    expect(scan(subscribe, subscribe.length)).toBe(1);
  });
});
