import * as reference from 'mqtt-packet';
import { MqttError } from '../../src/protocol/errors.ts';
import type { ProtocolVersion } from '../../src/protocol/packet-types.ts';
import { plain } from '../fuzz/support.ts';

/** What one parser makes of a stream, up to its first error. */
export interface Outcome {
  packets: string[];
  error?: Error;
}

interface AnyParser {
  on(event: 'packet' | 'error', listener: (value: never) => void): unknown;
  parse(bytes: Buffer): number;
}

export type ParserFactory = (options: object) => AnyParser;

export const referenceParser = reference.parser as unknown as ParserFactory;

export function outcomeOf(
  makeParser: ParserFactory,
  version: ProtocolVersion,
  chunks: Uint8Array[],
): Outcome {
  const outcome: Outcome = { packets: [] };
  const parser = makeParser({ protocolVersion: version });
  parser.on('packet', (packet) => {
    outcome.packets.push(plain(packet));
  });
  parser.on('error', (error) => {
    outcome.error ??= error;
  });
  for (const chunk of chunks) {
    parser.parse(Buffer.from(chunk));
    if (outcome.error !== undefined) break;
  }
  return outcome;
}

/**
 * Cuts a stream where its packets end, by their remaining lengths. mqtt-packet reads on into the next packet where a
 * length is wrong, so that it must not have that one yet.
 */
export function packetsOf(bytes: Uint8Array): Uint8Array[] {
  const packets: Uint8Array[] = [];
  let start = 0;
  while (start < bytes.length) {
    let length = 0;
    let position = start + 1;
    for (let shift = 0; shift < 28 && position < bytes.length; shift += 7) {
      const byte = bytes[position++];
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    const end = Math.min(bytes.length, position + length);
    packets.push(bytes.subarray(start, end));
    start = end;
  }
  return packets;
}

/** The code of an error of ours. */
export function codeOf(error: Error | undefined): string {
  if (error === undefined) return '';
  if (!(error instanceof MqttError)) throw error;
  return error.code;
}

export { reference };
