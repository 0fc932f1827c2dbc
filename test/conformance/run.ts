import { describe, expect, it } from 'vitest';
import { decode, encode, MqttError } from '../../src/index.ts';
import type { Case, Row } from './cases.ts';

const KINDS: readonly Case['kind'][] = ['decodes', 'refuses', 'encodes', 'refuses to encode'];

/** Tests every row under its id and version; a failure names the case. */
export function conformance(rows: readonly Row[]): void {
  for (const { id, version, cases, statement } of rows) {
    describe(`${id} (${version})${statement === undefined ? '' : `: ${statement}`}`, () => {
      for (const kind of KINDS) {
        const chosen = cases.filter((testCase) => testCase.kind === kind);
        if (chosen.length > 0) it(`${kind}: ${chosen.length}`, () => runAll(chosen, version === '5' ? 5 : 4));
      }
    });
  }
}

function runAll(cases: readonly Case[], protocolVersion: 4 | 5): void {
  const failures: Record<string, string> = {};
  for (const testCase of cases) {
    try {
      run(testCase, protocolVersion);
    } catch (error) {
      failures[testCase.name] = String(error);
    }
  }
  expect(failures).toEqual({});
}

function run(testCase: Case, protocolVersion: 4 | 5): void {
  switch (testCase.kind) {
    case 'decodes': {
      const packets = decode(testCase.bytes, { protocolVersion, ...testCase.options });
      expect(packets).toHaveLength(1);
      expect(withPlainBytes(packets[0])).toMatchObject(testCase.packet);
      return;
    }
    case 'refuses': {
      const error = errorOf(() => decode(testCase.bytes, { protocolVersion, ...testCase.options }));
      const { code, reasonCode, clause } = testCase.refusal;
      expect(`${error.code} ${error.reasonCode} ${error.clause}`).toBe(`${code} ${reasonCode} ${clause}`);
      expect(error.offset).toBeGreaterThanOrEqual(0);
      expect(error.offset).toBeLessThanOrEqual(testCase.bytes.length);
      return;
    }
    case 'encodes':
      // as hex: comparing element by element takes a second per MiB
      expect(hexOf(encode(testCase.packet, { protocolVersion }))).toBe(hexOf(testCase.bytes));
      return;
    case 'refuses to encode': {
      const error = errorOf(() => encode(testCase.packet, { protocolVersion }));
      const { code, clause } = testCase.refusal;
      expect(`${error.code} ${error.clause}`).toBe(`${code} ${clause}`);
    }
  }
}

/** The `MqttError` that `act` throws; any other exception fails the test as it is. */
function errorOf(act: () => unknown): MqttError {
  try {
    act();
  } catch (error) {
    if (error instanceof MqttError) return error;
    throw error;
  }
  return expect.fail('nothing was thrown');
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** A deep copy with every Buffer as a plain Uint8Array, so that bytes compare as bytes. */
function withPlainBytes(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(withPlainBytes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withPlainBytes(field)]));
}
