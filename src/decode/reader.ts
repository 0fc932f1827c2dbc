import {
  TEXT_CONTROL_CHARACTER,
  TEXT_NOT_UTF8,
  TEXT_NULL,
  TEXT_WILDCARD,
  textFaults,
} from '../kernel/text.ts';
import { MqttError } from '../protocol/errors.ts';
import { type Clause, type Field, PACKET_IDENTIFIER } from '../protocol/fields.ts';
import { type ProtocolVersion, PUBLISH_DUP } from '../protocol/packet-types.ts';
import { enforces, type RuleCode } from '../protocol/rules.ts';
import type { PacketSettings } from './options.ts';
import { platformView, sliceText } from './strings.ts';
import { copyBytes, viewBytes } from './views.ts';

/**
 * Reads the data types of MQTT (MQTT5 section 1.5) from the body of one packet, in order. No read passes `limit`,
 * which is the end of the packet or, while properties are read, of their block. Faults become an `MqttError` whose
 * offset is that of the field: of its length, if it has one.
 */
export class PacketReader {
  readonly bytes: Uint8Array;
  /** Where the packet starts, where its fixed header ends, and where the packet ends. */
  readonly start: number;
  readonly bodyStart: number;
  readonly end: number;
  readonly firstByte: number;
  readonly settings: PacketSettings;
  /** That of the settings, or of the CONNECT that is being read. */
  version: ProtocolVersion;
  position: number;
  limit: number;
  /** The rule that a read past `limit` breaks. */
  overrun: RuleCode = 'PACKET_TRUNCATED';
  /** Faults that the last string was accepted with, as `textFaults` returns them. */
  textFaults = 0;
  private platformBytes: Uint8Array | undefined;
  /** The first string with U+0000: where it starts, and the statement that forbids it. */
  private nullFault: { readonly position: number; readonly clause: Clause | undefined } | undefined;

  constructor(bytes: Uint8Array, start: number, bodyStart: number, end: number, settings: PacketSettings) {
    this.bytes = bytes;
    this.start = start;
    this.bodyStart = bodyStart;
    this.end = end;
    this.firstByte = bytes[start];
    this.settings = settings;
    this.version = settings.protocolVersion;
    this.position = bodyStart;
    this.limit = end;
  }

  get remainingLength(): number {
    return this.end - this.bodyStart;
  }

  get dup(): boolean {
    return (this.firstByte & PUBLISH_DUP) !== 0;
  }

  get atEnd(): boolean {
    return this.position >= this.end;
  }

  uint8(field?: Field): number {
    const position = this.position;
    if (position >= this.limit) this.failOverrun(position, field);
    this.position = position + 1;
    return this.bytes[position];
  }

  uint16(field?: Field): number {
    const position = this.position;
    if (position + 2 > this.limit) this.failOverrun(position, field);
    this.position = position + 2;
    return (this.bytes[position] << 8) | this.bytes[position + 1];
  }

  uint32(): number {
    const position = this.position;
    if (position + 4 > this.limit) this.failOverrun(position);
    this.position = position + 4;
    const bytes = this.bytes;
    // >>> 0: the largest are above 2^31
    return (
      ((bytes[position] << 24) |
        (bytes[position + 1] << 16) |
        (bytes[position + 2] << 8) |
        bytes[position + 3]) >>>
      0
    );
  }

  /** A variable byte integer of one to four bytes (MQTT5 section 1.5.5). */
  variableByteInteger(field?: Field): number {
    const start = this.position;
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.uint8At(start, field);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (byte === 0 && shift > 0) this.check('VARIABLE_BYTE_INTEGER_NOT_MINIMAL', start);
        return value;
      }
    }
    return this.fail('VARIABLE_BYTE_INTEGER_MALFORMED', start);
  }

  private uint8At(start: number, field: Field | undefined): number {
    if (this.position >= this.limit) this.failOverrun(start, field);
    return this.bytes[this.position++];
  }

  /** A UTF-8 encoded string (MQTT5 section 1.5.4). */
  string(field?: Field): string {
    const start = this.position;
    const textStart = start + 2;
    const textEnd = this.lengthPrefixed(field);
    const faults = textFaults(this.bytes, textStart, textEnd);
    this.textFaults = faults;
    if ((faults & ~TEXT_WILDCARD) !== 0) this.checkText(faults, start, field);
    return sliceText(this.view, textStart, textEnd);
  }

  /** Binary data (MQTT5 section 1.5.6). */
  binary(field?: Field): Uint8Array {
    const dataStart = this.position + 2;
    return this.slice(dataStart, this.lengthPrefixed(field));
  }

  /** Everything up to the end of the packet. */
  rest(): Uint8Array {
    const start = this.position;
    this.position = this.end;
    return this.slice(start, this.end);
  }

  /** A packet identifier, 1 to 65535 (MQTT-2.2.1-3). */
  packetIdentifier(): number {
    const start = this.position;
    const identifier = this.uint16(PACKET_IDENTIFIER);
    if (identifier === 0) this.check('PACKET_IDENTIFIER_ZERO', start);
    return identifier;
  }

  /**
   * To be called when everything is read. No string may contain U+0000; only now, because where a length is wrong and
   * text is read from other fields, what is said is that the packet does not end where it should.
   */
  checkNull(): void {
    if (this.nullFault !== undefined) {
      this.check('STRING_HAS_NULL', this.nullFault.position, this.nullFault.clause);
    }
  }

  /** Nothing may follow the last field. */
  finish(clause?: Clause): void {
    if (this.position < this.end) this.check('TRAILING_BYTES', this.position, clause);
  }

  /** Throws if the strictness enforces the rule. `position` is where the field starts. */
  check(code: RuleCode, position: number, clause?: Clause, detail?: string): void {
    if (enforces(this.settings.strictness, code)) this.fail(code, position, clause, detail);
  }

  fail(code: RuleCode, position: number, clause?: Clause, detail?: string, field?: Field): never {
    throw new MqttError(code, {
      firstByte: this.firstByte,
      offset: position - this.start,
      protocolVersion: this.version,
      clause: typeof clause === 'object' ? clause[this.version === 5 ? 1 : 0] : clause,
      detail,
      field: field?.name,
    });
  }

  /** Reads a length of two bytes and passes over as many bytes; returns where they end. */
  lengthPrefixed(field?: Field): number {
    const start = this.position;
    const end = start + 2 + this.uint16(field);
    if (end > this.limit) this.failOverrun(start, field);
    this.position = end;
    return end;
  }

  // made when it is needed, because most acknowledgements and pings have neither text nor binary data
  private get view(): Uint8Array {
    this.platformBytes ??= platformView(this.bytes);
    return this.platformBytes;
  }

  private slice(start: number, end: number): Uint8Array {
    return this.settings.copyPayload ? copyBytes(this.bytes, start, end) : viewBytes(this.bytes, start, end);
  }

  private failOverrun(position: number, field?: Field): never {
    this.fail(this.overrun, position, field?.absent, undefined, field);
  }

  private checkText(faults: number, position: number, field: Field | undefined): void {
    if ((faults & TEXT_NOT_UTF8) !== 0) this.check('STRING_NOT_UTF8', position, field?.notUtf8);
    if ((faults & TEXT_NULL) !== 0) this.nullFault ??= { position, clause: field?.hasNull };
    if ((faults & TEXT_CONTROL_CHARACTER) !== 0) this.check('STRING_HAS_CONTROL_CHARACTER', position);
  }
}
