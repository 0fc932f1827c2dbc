import { varintLength, writeUint16, writeVarint } from '../encode/bytes.ts';
import { platform } from '../encode/platform.ts';
import { encodeIdentifiers, identifiersLength } from './identifiers.ts';
import type { Outbox } from './outbox.ts';
import type { Outboxes } from './outboxes.ts';
import type { Publication } from './publication.ts';

/**
 * A PUBLISH for one receiver whose payload is not copied: from 2 KiB on that would cost more than all the rest, for each
 * of the receivers. They get a header of their own and the same payload.
 */
export class LargePacket {
  private readonly publication: Publication;
  private readonly first: number;
  private readonly messageId: number;
  private readonly identifiers: readonly number[];

  constructor(publication: Publication, first: number, messageId: number, identifiers: readonly number[]) {
    this.publication = publication;
    this.first = first;
    this.messageId = messageId;
    this.identifiers = identifiers;
  }

  /** Puts it into an outbox; whether there was room, and the receiver accepts packets that large. */
  send(outboxes: Outboxes, outbox: Outbox): boolean {
    const version5 = outbox.record.isVersion5;
    const header = this.header(version5);
    const { frame } = this.publication;
    const length = header.length + frame.payloadLength;
    if (length > outbox.record.maximumPacketSize) {
      outbox.countTooLarge(); // MQTT-3.1.2-24
      return false;
    }
    if ((this.first & 6) !== 0) outbox.takeExtraRoom(length, 1);
    else if (!outbox.takeRoom(length)) {
      // a socket that is not busy may well take more
      outbox.flush();
      if (!outbox.takeRoom(length)) {
        outbox.countDropped();
        return false;
      }
    }
    outboxes.messagesDelivered++;
    outbox.addPacket(header, this.publication.payload(), version5 && frame.expiryInterval !== undefined);
    return true;
  }

  /** All of the packet but its payload. */
  private header(version5: boolean): Uint8Array {
    const { publication } = this;
    const { frame } = publication;
    const kept = version5 && frame.version5 ? frame.keptPropertiesLength() : 0;
    const properties = kept + (version5 ? identifiersLength(this.identifiers) : 0);
    let length = 2 + publication.topicLength() + (this.first & 6 ? 2 : 0);
    if (version5) length += varintLength(properties) + properties;
    const remaining = length + frame.payloadLength;
    const bytes = platform.allocate(1 + varintLength(remaining) + length);
    bytes[0] = this.first;
    let p = publication.writeTopic(bytes, writeVarint(bytes, 1, remaining));
    if (this.first & 6) p = writeUint16(bytes, p, this.messageId);
    if (version5) {
      p = writeVarint(bytes, p, properties);
      if (kept > 0) p = frame.writeKeptProperties(bytes, p, publication.secondsWaited);
      encodeIdentifiers(bytes, p, this.identifiers);
    }
    return bytes;
  }
}
