import type { Sender } from '../../src/protocol/packet-types.ts';
import type { EncodablePacket } from '../../src/protocol/packets.ts';
import type { RuleCode, Strictness } from '../../src/protocol/rules.ts';
import { hex } from '../vectors/hex.ts';

/** What the error of a refused packet must say. */
export interface Refusal {
  code: RuleCode;
  reasonCode: number;
  clause: string;
}

export interface DecodeOptions {
  sender?: Sender;
  strictness?: Strictness;
}

/** One thing that a row demands of the decoder or of the encoder. */
export type Case =
  | { kind: 'decodes'; name: string; bytes: Uint8Array; packet: object; options: DecodeOptions }
  | { kind: 'refuses'; name: string; bytes: Uint8Array; refusal: Refusal; options: DecodeOptions }
  | { kind: 'encodes'; name: string; packet: EncodablePacket; bytes: Uint8Array }
  | {
      kind: 'refuses to encode';
      name: string;
      packet: EncodablePacket;
      refusal: Omit<Refusal, 'reasonCode'>;
    };

/** A row of normative.csv with what shows that it holds. */
export interface Row {
  id: string;
  version: '3.1.1' | '5';
  /** Part of the statement, where two rows have the same id. */
  statement?: string;
  cases: Case[];
}

export function row(id: string, version: Row['version'], ...cases: (Case | Case[])[]): Row {
  return { id, version, cases: cases.flat() };
}

type Wire = string | Uint8Array;
const bytesOf = (wire: Wire) => (typeof wire === 'string' ? hex(wire) : wire);

/** The bytes are one packet, with at least these fields. */
export function decodes(name: string, wire: Wire, packet: object, options: DecodeOptions = {}): Case {
  return { kind: 'decodes', name, bytes: bytesOf(wire), packet, options };
}

/** The bytes are refused, and the error says this. */
export function refuses(
  name: string,
  wire: Wire,
  code: RuleCode,
  reasonCode: number,
  clause: string,
  options: DecodeOptions = {},
): Case {
  return { kind: 'refuses', name, bytes: bytesOf(wire), refusal: { code, reasonCode, clause }, options };
}

/** The packet becomes these bytes. */
export function encodes(name: string, packet: EncodablePacket, wire: Wire): Case {
  return { kind: 'encodes', name, packet, bytes: bytesOf(wire) };
}

/** The packet is not encoded, and the error says this. The packet may be one that the types already refuse. */
export function refusesToEncode(name: string, packet: object, code: RuleCode, clause: string): Case {
  return { kind: 'refuses to encode', name, packet: packet as EncodablePacket, refusal: { code, clause } };
}
