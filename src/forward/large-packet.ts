import { platform } from '../encode/platform.ts';
import { Header } from './header.ts';
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
    const { frame } = this.publication;
    const header = new Header(this.publication, this.first, this.messageId, version5, this.identifiers);
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
    const bytes = platform.allocate(header.length);
    header.write(bytes, 0);
    outbox.addPacket(bytes, this.publication.payload(), version5 && frame.expiryInterval !== undefined);
    return true;
  }
}
