import { expect } from 'vitest';
import { CARRY_LIMIT } from '../../assembly/layout.ts';
import { ConnectionState } from '../../src/decode/connection-state.ts';
import { decode } from '../../src/decode/index.ts';
import type { ProtocolVersion, Sender } from '../../src/protocol/packet-types.ts';
import type { Strictness } from '../../src/protocol/rules.ts';
import type { Input } from '../fuzz/inputs.ts';
import { oracleDecode, oracleRows } from '../oracle/index.ts';
import { demandFirstByte } from '../oracle/packets.ts';
import { packetEnd, type ScannedPacket, type ScanRun, toHex } from './scan.ts';

export interface Case extends Input {
  sender?: Sender | undefined;
  strictness?: Strictness;
  window?: number;
  carried?: number;
  maximum?: number;
  garbage?: number;
}

/** The settings of a scan as a decoder makes them. */
export function settingsOf({ version, sender, strictness = 'spec', bytes, ...settings }: Case) {
  const { scanOptions } = new ConnectionState({ protocolVersion: version, sender, strictness });
  const carried = Math.min(settings.carried ?? 0, bytes.length, CARRY_LIMIT);
  return { ...settings, carried, options: scanOptions };
}

/** Packets one after the other, without a gap, up to what is incomplete. */
export function expectWholeStream({ packets, next }: ScanRun, bytes: Uint8Array): void {
  let position = 0;
  for (const { start, end } of packets) {
    expect(start).toBe(position);
    expect(end).toBe(packetEnd(bytes, start));
    position = end;
  }
  expect(next).toBe(position);
  expect(packetEnd(bytes, position)).toBeUndefined();
}

const CONNECT = 1;
const PUBLISH = 3;
const PUBREL = 6;
const AUTH = 15;

/** Every packet that the kernel lists is one that the oracle accepts, with the same fields; the others are the host's. */
export function judge(
  run: ScanRun,
  { bytes, version, sender, strictness, window, maximum = Infinity }: Case,
): void {
  expectWholeStream(run, bytes);
  for (const scanned of run.packets) {
    const frame = bytes.subarray(scanned.start, scanned.end);
    const { error, reason } = oracleDecode(frame, { version, sender });
    if (scanned.list === 'host') {
      const isSplit = window !== undefined && window < bytes.length && frame.length > 2;
      const usual = error || isSplit || frame.length > maximum || isUnusual(frame, version);
      expect(usual, `left to the host: ${toHex(frame)}`).toBe(true);
      continue;
    }
    expect(scanned.firstByte).toBe(frame[0]);
    expect(frame.length).toBeLessThanOrEqual(maximum);
    if (isControl(scanned)) {
      demandFirstByte(frame[0], { version, compat: false, sender });
      judgeControl(scanned, frame, error, version);
    } else {
      expect(error, `${reason}: ${toHex(frame)}`).toBe(false);
      judgeFields(scanned, frame, version);
      if (strictness === 'strict') decode(frame, { protocolVersion: version, sender, strictness });
    }
  }
}

/** The kernel frames them; their bodies are checked when they are read. */
function isControl({ firstByte, list }: ScannedPacket): boolean {
  return list === 'row' && firstByte >> 4 !== PUBLISH && firstByte >> 4 !== PUBREL;
}

function judgeControl(scanned: ScannedPacket, frame: Uint8Array, error: boolean, version: ProtocolVersion) {
  expect([2, 8, 9, 10, 11, 14]).toContain(frame[0] >> 4);
  expect(scanned).toMatchObject({ topicId: -1, properties: -1, payloadStart: scanned.end });
  if (!error) expect(scanned.packetIdentifier).toBe(oracleRows(frame, version)[0].messageId);
}

function judgeFields(scanned: ScannedPacket, frame: Uint8Array, version: ProtocolVersion): void {
  const [expected] = oracleRows(frame, version);
  expect(scanned.packetIdentifier).toBe(expected.messageId);
  if (scanned.firstByte >> 4 !== PUBLISH) {
    expect(scanned).toMatchObject({ topicId: -1, properties: 0 });
    return;
  }
  const { topic, payloadStart, propertiesStart, propertiesLength } = expected;
  expect(scanned.payloadStart - scanned.start).toBe(payloadStart);
  expect(scanned.propertiesStart - scanned.start).toBe(propertiesStart);
  expect(scanned.topic).toBe(topic.length > 512 ? undefined : toHex(topic));
  const block = toHex(frame.subarray(propertiesStart, propertiesStart + propertiesLength));
  const [{ properties = {} }] = oracleDecode(frame, { version }).packets as { properties?: object }[];
  const isKept = propertiesLength <= 512 && !('correlationData' in properties);
  if (propertiesLength === 0) expect(scanned.properties).toBe(0);
  else expect(scanned.block).toBe(isKept ? block : undefined);
}

/** A valid packet that a kernel need not know, because it is rare or is read as an object anyway. */
function isUnusual(frame: Uint8Array, version: ProtocolVersion): boolean {
  const type = frame[0] >> 4;
  if (type === CONNECT || type === AUTH) return true;
  const lengthBytes = frame.subarray(1).findIndex((byte) => byte < 128) + 1;
  if (lengthBytes > 1 && frame[lengthBytes] === 0) return true;
  // MQTT 3.1 section 2.1: DUP in PUBREL, SUBSCRIBE, UNSUBSCRIBE
  if (type !== PUBLISH && version === 3 && (frame[0] & 15) === 10) return true;
  if (type >= 4 && type <= 7) return frame.length !== 4;
  if (type === 12 || type === 13) return frame.length !== 2;
  if (type !== PUBLISH) return false;
  const [{ payload: _, ...fields }] = oracleDecode(frame, { version }).packets;
  // MQTT 5.0 section 1.5.4 disallows them with a SHOULD
  return strings(fields).some((text) => /[\p{Cc}\p{Noncharacter_Code_Point}]/u.test(text));
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...strings(inner)]);
}
