import type { ProtocolVersion, Sender } from '../../src/protocol/packet-types.ts';
import type { Packet } from '../../src/protocol/packets.ts';
import { type Context, decodeOne, demandFirstByte } from './packets.ts';
import { properties } from './properties.ts';
import { Invalid, Reader } from './reader.ts';

export interface OracleOptions {
  version: ProtocolVersion;
  strictness?: 'spec' | 'compat';
  sender?: Sender | undefined;
}

export interface OracleResult {
  /** The packets before the error, or before the end. */
  packets: Packet[];
  error: boolean;
  /** Index of the packet at fault. */
  errorAt?: number;
  /** What is wrong with it. */
  reason?: string;
  /** The packet at fault was not complete: its header is wrong. */
  header?: boolean;
  /** Bytes of an incomplete last packet whose header has no fault so far. */
  rest: number;
}

interface Frame {
  start: number;
  bodyStart: number;
  end: number;
}

/**
 * What a decoder must make of `bytes`, by the letter of the specification: slow, simple, and sharing no table with
 * the decoder that it judges. The protocol version follows a CONNECT.
 */
export function oracleDecode(bytes: Uint8Array, options: OracleOptions): OracleResult {
  const { result } = walk(bytes, options);
  return result;
}

function walk(bytes: Uint8Array, { version, strictness, sender }: OracleOptions) {
  const context: Context = { version, compat: strictness === 'compat', sender };
  const packets: Packet[] = [];
  const frames: Frame[] = [];
  const versions: number[] = [];
  let start = 0;
  let header = false;
  const end = (rest: number): OracleResult => ({ packets, error: false, rest });
  try {
    while (start < bytes.length) {
      header = true;
      demandFirstByte(bytes[start], context);
      const lengthEnd = bytes.slice(start + 1, start + 5).findIndex((byte) => byte < 128);
      // Neither the end of the length nor five bytes of header: more may come.
      if (lengthEnd < 0 && bytes.length < start + 5)
        return { result: end(bytes.length - start), frames, versions };
      const reader = new Reader(bytes.subarray(start + 1));
      // Only 5.0 demands the shortest form; which version a CONNECT speaks shows in its body.
      const isConnect = bytes[start] === 0x10;
      const length = reader.variableByteInteger(context.compat || context.version < 5 || isConnect);
      const bodyStart = bytes.length - reader.rest.length;
      if (reader.rest.length < length) return { result: end(bytes.length - start), frames, versions };
      header = false;
      const packet = decodeOne(bytes[start], new Reader(reader.take(length)), context);
      if (packet.cmd === 'connect' && packet.protocolVersion === 5) {
        new Reader(bytes.subarray(start + 1)).variableByteInteger(context.compat);
      }
      packets.push(packet);
      versions.push(context.version);
      frames.push({ start, bodyStart, end: bodyStart + length });
      if (packet.cmd === 'connect') context.version = packet.protocolVersion;
      start = bodyStart + length;
    }
    return { result: end(0), frames, versions };
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    const reason = error.message;
    const result: OracleResult = { packets, error: true, errorAt: packets.length, reason, header, rest: 0 };
    return { result, frames, versions };
  }
}

export interface OracleRow {
  firstByte: number;
  /** The packet's first byte and the byte after its last. */
  start: number;
  end: number;
  /** Packet identifier, 0 where the packet has none. */
  messageId: number;
  /** Topic name of a PUBLISH, empty in other packets. */
  topic: Uint8Array;
  /** First byte of a PUBLISH's payload, the packet's end in other packets. */
  payloadStart: number;
  /** First byte after the property length, and that length, of a PUBLISH in MQTT 5.0; else `payloadStart` and 0. */
  propertiesStart: number;
  propertiesLength: number;
}

/** Where the fields of every complete and valid packet lie, in order, up to the first that is not. */
export function oracleRows(
  bytes: Uint8Array,
  version: ProtocolVersion,
  strictness?: 'spec' | 'compat',
): OracleRow[] {
  const { result, frames, versions } = walk(bytes, { version, strictness: strictness ?? 'spec' });
  return frames.map(({ start, bodyStart, end }, i) => {
    const packet = result.packets[i];
    const messageId = 'messageId' in packet ? (packet.messageId ?? 0) : 0;
    const row = { firstByte: bytes[start], start, end, messageId };
    if (packet.cmd !== 'publish') {
      return {
        ...row,
        topic: new Uint8Array(0),
        payloadStart: end,
        propertiesStart: end,
        propertiesLength: 0,
      };
    }
    const body = new Reader(bytes.slice(bodyStart, end));
    const position = () => end - body.rest.length;
    const topic = body.binary();
    if (packet.qos > 0) body.uint16();
    if (versions[i] < 5) {
      return { ...row, topic, payloadStart: position(), propertiesStart: position(), propertiesLength: 0 };
    }
    const whole = new Reader(body.rest);
    properties(whole, 'publish', strictness === 'compat');
    const propertiesLength = body.variableByteInteger(strictness === 'compat');
    return {
      ...row,
      topic,
      payloadStart: end - whole.rest.length,
      propertiesStart: position(),
      propertiesLength,
    };
  });
}
