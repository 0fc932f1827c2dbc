import { COMMAND_BY_TYPE, type PacketCommand, type ProtocolVersion } from './packet-types.ts';
import { RULES, type RuleCode } from './rules.ts';

/** Where and in what an error was found. */
export interface ErrorPlace {
  /** First byte of the packet, if one was read. */
  firstByte?: number | undefined;
  /** Packet the error is in, where there is no first byte (encoding). */
  packetType?: PacketCommand | undefined;
  /** Bytes from the start of the packet. */
  offset?: number | undefined;
  protocolVersion?: ProtocolVersion | undefined;
  /** Name of the field at fault, as in the packet object (`will.topic`), where that is known. */
  field?: string | undefined;
  /** What was found or expected, appended to the rule's sentence. */
  detail?: string | undefined;
  /** More exact clause than the rule's own. */
  clause?: string | undefined;
  /** More exact reason code than the rule's own. */
  reasonCode?: number | undefined;
}

/**
 * A packet that breaks the specification, or that cannot be encoded.
 * `message` names the packet, what is wrong, where, and the clause.
 */
export class MqttError extends Error {
  override readonly name = 'MqttError';
  /** Stable name of the rule that was broken. */
  readonly code: RuleCode;
  /** Reason code that an MQTT 5.0 peer must be told: 0x81 malformed packet, 0x82 protocol error, 0x95 too large, ... */
  readonly reasonCode: number;
  /** Statement of the specification (`MQTT-3.3.1-4`) or its section; empty where no clause applies. */
  readonly clause: string;
  /** Bytes from the start of the packet to the field at fault; -1 when it is not about bytes (encoding). */
  readonly offset: number;
  /** Name of the packet, or `undefined` where the type is reserved or not known yet. */
  readonly packetType: PacketCommand | undefined;
  /** Name of the field at fault, as in the packet object (`will.topic`), where a decoder knows it. */
  readonly field: string | undefined;

  constructor(code: RuleCode, place: ErrorPlace = {}) {
    const rule = RULES[code];
    const packetType = place.packetType ?? COMMAND_BY_TYPE[(place.firstByte ?? 0) >> 4];
    const clause = place.clause ?? ((place.protocolVersion === 5 ? rule.v5 : rule.v311) || rule.v5);
    const offset = place.offset ?? -1;
    let message = `${packetType?.toUpperCase() ?? 'packet'}: ${rule.message}`;
    if (place.detail !== undefined) message += ` (${place.detail})`;
    if (offset >= 0) message += ` at byte ${offset}`;
    if (clause !== '') message += ` [${clause}]`;
    super(message);
    this.code = code;
    this.reasonCode = place.reasonCode ?? rule.reasonCode;
    this.clause = clause;
    this.offset = offset;
    this.packetType = packetType;
    this.field = place.field;
  }
}
