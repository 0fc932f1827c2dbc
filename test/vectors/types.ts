import type { PacketCommand, ProtocolVersion, Sender } from '../../src/protocol/packet-types.ts';
import type { Packet, QoS } from '../../src/protocol/packets.ts';
import type { RuleCode, Strictness } from '../../src/protocol/rules.ts';

interface Vector {
  name: string;
  /** Statements or sections of the specification that it is evidence for. */
  clauses: string[];
  /** Version the bytes are decoded with; a CONNECT is decoded by its own. */
  version: ProtocolVersion;
  /** Hex digits with whitespace and `// comments`: `hex()` reads them. */
  bytes: string;
  /** Default `spec`. */
  strictness?: Strictness;
  /** Default: either. */
  sender?: Sender;
}

/** A packet that decodes. */
export interface PacketVector extends Vector {
  packet: Packet;
  /** False where encoding the packet gives other bytes, because the wire allows several or the decoder is lenient. */
  canonical?: false;
}

/** A packet that is refused. The first of its `clauses` is the one that the error names. */
export interface FaultVector extends Vector {
  code: RuleCode;
  reasonCode: number;
  /** Of the field at fault, in bytes from the start of the packet. */
  offset: number;
}

/** The keys every packet starts with, in order. */
export function head<Command extends PacketCommand>(cmd: Command, length: number, qos: QoS = 0) {
  return { cmd, retain: false, qos, dup: false, length, topic: null, payload: null };
}
