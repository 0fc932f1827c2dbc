import { varintLength, writeUint16, writeVarint } from '../encode/bytes.ts';
import { encodeIdentifiers, identifiersLength } from './identifiers.ts';
import type { Publication } from './publication.ts';

const NONE: readonly number[] = [];

/** All of a PUBLISH but its payload, as a receiver gets it or as it is kept. */
export class Header {
  /** Bytes of the packet without its fixed header, and of the header. */
  readonly remainingLength: number;
  readonly length: number;
  /** Bytes of the properties, without their length. */
  readonly propertiesLength: number;
  private readonly publication: Publication;
  private readonly first: number;
  private readonly messageId: number;
  private readonly version5: boolean;
  private readonly identifiers: readonly number[];

  /** `first`: its first byte; `messageId` counts with QoS 1 and 2 only, `identifiers` with MQTT 5.0. */
  constructor(
    publication: Publication,
    first: number,
    messageId: number,
    version5: boolean,
    identifiers: readonly number[] = NONE,
  ) {
    const { frame } = publication;
    this.publication = publication;
    this.first = first;
    this.messageId = messageId;
    this.version5 = version5;
    this.identifiers = identifiers;
    this.propertiesLength = version5 ? frame.keptPropertiesLength() + identifiersLength(identifiers) : 0;
    const block = version5 ? varintLength(this.propertiesLength) + this.propertiesLength : 0;
    const variable = 2 + publication.topicLength() + ((first & 6) !== 0 ? 2 : 0) + block;
    this.remainingLength = variable + frame.payloadLength;
    this.length = 1 + varintLength(this.remainingLength) + variable;
  }

  /** Writes it; returns where the payload goes. */
  write(bytes: Uint8Array, position: number): number {
    const { publication } = this;
    bytes[position] = this.first;
    let p = publication.writeTopic(bytes, writeVarint(bytes, position + 1, this.remainingLength));
    if ((this.first & 6) !== 0) p = writeUint16(bytes, p, this.messageId);
    if (!this.version5) return p;
    p = writeVarint(bytes, p, this.propertiesLength);
    p = publication.frame.writeKeptProperties(bytes, p, publication.secondsWaited);
    return encodeIdentifiers(bytes, p, this.identifiers);
  }
}
