import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkFixedHeader, remainingLengthAt } from '../../src/decode/fixed-header.ts';
import { MqttError } from '../../src/protocol/errors.ts';
import { MAX_REMAINING_LENGTH } from '../../src/protocol/limits.ts';
import type { ProtocolVersion, Sender } from '../../src/protocol/packet-types.ts';
import type { Strictness } from '../../src/protocol/rules.ts';
import { FAULTS } from '../vectors/faults.ts';
import { hex } from '../vectors/hex.ts';
import { settings, settingsOf } from './settings.ts';

describe('remaining length [MQTT311 section 2.2.3]', () => {
  test.each([
    ['00', 0],
    ['7f', 127],
    ['80 01', 128],
    ['ff 7f', 16_383],
    ['80 80 01', 16_384],
    ['ff ff 7f', 2_097_151],
    ['80 80 80 01', 2_097_152],
    ['ff ff ff 7f', MAX_REMAINING_LENGTH],
  ])('%s is %i', (length, expected) => {
    const header = hex(`30 ${length}`);
    expect(checkFixedHeader(header, 0, header.length, settings({ protocolVersion: 5 }))).toBe(header.length);
    expect(remainingLengthAt(header, 0)).toBe(expected);
    for (let end = 0; end < header.length; end++)
      expect(checkFixedHeader(header, 0, end, settings())).toBe(0);
  });

  test('is read in place, whatever surrounds it', () => {
    const bytes = hex('ff ff 30 80 01 80 80');
    expect(checkFixedHeader(bytes, 2, bytes.length, settings())).toBe(3);
    expect(remainingLengthAt(bytes, 2)).toBe(128);
  });

  test('of five bytes is refused when the fourth is there', () => {
    const header = hex('30 ff ff ff ff');
    for (let end = 0; end < header.length; end++)
      expect(checkFixedHeader(header, 0, end, settings())).toBe(0);
    expect(() => checkFixedHeader(header, 0, 5, settings())).toThrow(
      expect.objectContaining({ code: 'REMAINING_LENGTH_MALFORMED', reasonCode: 0x81, offset: 1 }),
    );
  });
});

test('a fault of the first byte is found before anything else is there', () => {
  const faults = FAULTS.filter((vector) => vector.offset === 0);
  expect(faults.length).toBeGreaterThan(30);
  for (const vector of faults) {
    const firstByte = hex(vector.bytes).subarray(0, 1);
    expect(() => checkFixedHeader(firstByte, 0, 1, settingsOf(vector)), vector.name).toThrow(
      expect.objectContaining({ code: vector.code, clause: vector.clauses[0] }),
    );
  }
});

test('the sixteen flags of every packet type [MQTT-2.2.2-2, MQTT-2.1.3-1]', () => {
  const acknowledged = new Set([6, 8, 10]);
  for (const protocolVersion of [3, 4, 5] as ProtocolVersion[]) {
    for (let firstByte = 0; firstByte < 256; firstByte++) {
      const type = firstByte >> 4;
      const flags = firstByte & 15;
      let legal = flags === (acknowledged.has(type) ? 2 : 0);
      if (type === 0 || (type === 15 && protocolVersion < 5)) legal = false;
      if (type === 3) legal = (flags & 6) !== 6 && (flags & 0xe) !== 8;
      // MQTT 3.1 marks what is sent again
      if (protocolVersion === 3 && acknowledged.has(type) && flags === 10) legal = true;
      const check = () => checkFixedHeader(Uint8Array.of(firstByte, 0), 0, 2, settings({ protocolVersion }));
      if (legal) expect(check()).toBe(2);
      else expect(check).toThrow(MqttError);
    }
  }
});

test('what is found does not depend on how many bytes are there', () => {
  const header = fc.tuple(
    fc.integer({ min: 0, max: 255 }),
    fc.array(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), { maxLength: 6 }),
  );
  const versions = fc.constantFrom<ProtocolVersion>(3, 4, 5);
  const levels = fc.constantFrom<Strictness>('compat', 'spec', 'strict');
  const senders = fc.constantFrom<Sender | undefined>('client', 'server', undefined);
  fc.assert(
    fc.property(
      header,
      versions,
      levels,
      senders,
      ([firstByte, rest], protocolVersion, strictness, sender) => {
        const bytes = Uint8Array.of(firstByte, ...rest);
        const options = settings({ protocolVersion, strictness, sender });
        const outcome = (end: number): number | string => {
          try {
            return checkFixedHeader(bytes, 0, end, options);
          } catch (error) {
            return (error as MqttError).message;
          }
        };
        const whole = outcome(bytes.length);
        for (let end = 0; end < bytes.length; end++) expect([0, whole]).toContain(outcome(end));
      },
    ),
  );
});
