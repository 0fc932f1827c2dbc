import { copyBytes, joinBytes } from '../decode/views.ts';
import { MqttError } from '../protocol/errors.ts';
import { PACKET_TYPES } from '../protocol/packet-types.ts';
import type { Connection } from './connection.ts';
import { ForwardingDecoder } from './forwarding-decoder.ts';
import type { Plane } from './plane.ts';
import { TopicAliases } from './topic-aliases.ts';
import type { AttachOptions, ConnectionHandler } from './types.ts';

const PUBLISH = PACKET_TYPES.publish.type;

/** Bytes that are kept of the start of each connection. */
const FIRST_BYTES = 16;
const NOTHING: Uint8Array = new Uint8Array(0);

/** What comes in by a connection: bytes are passed on as they are, or become packets for its handler. */
export class Intake {
  readonly decoder: ForwardingDecoder;
  firstBytes = NOTHING;
  /** When the last packet was read, as `performance.now()` tells; 0 before. */
  lastPacketAt = 0;
  /** The same for any bytes. */
  private lastReadAt = 0;
  private readonly plane: Plane;
  private readonly connection: Connection;
  private readonly handler: ConnectionHandler;
  private aliases: TopicAliases | undefined = undefined;
  private readonly chunks: Uint8Array[] = [];

  constructor(
    plane: Plane,
    connection: Connection,
    handler: ConnectionHandler,
    { forwards = true, peer = 'client', protocolVersion }: AttachOptions,
  ) {
    const { outboxes, publisher } = plane;
    const { maxPacketSize, maxPacketSizeBeforeConnect } = outboxes.settings;
    this.plane = plane;
    this.connection = connection;
    this.handler = handler;
    this.decoder = new ForwardingDecoder(
      {
        sender: peer,
        protocolVersion,
        maxPacketSize,
        maxPacketSizeBeforeConnect: peer === 'client' ? maxPacketSizeBeforeConnect : maxPacketSize,
        // views of the kernel's memory are for nobody
        copyPayload: true,
      },
      outboxes.kernel,
      (source, row, end) => {
        this.lastPacketAt = this.lastReadAt;
        return publisher.passOn(source, row, end, connection.ownReceiver?.slot ?? -1);
      },
    );
    this.decoder.forwards = forwards;
  }

  /** `length` bytes are where the kernel reads chunks. */
  bytesInPlace(length: number): void {
    const { area, outboxes } = this.plane;
    if (outboxes.isEntered) this.chunk(copyBytes(area, 0, length));
    else if (this.note(area, length)) {
      this.decoder.pushInPlace(length);
      outboxes.enter(this.read);
    }
  }

  chunk(chunk: Uint8Array): void {
    if (!this.note(chunk, chunk.length)) return;
    this.chunks.push(chunk);
    this.plane.outboxes.enter(this.readChunk);
  }

  /** Forgets what was not looked at. */
  reset(): void {
    this.chunks.length = 0;
    this.decoder.reset();
  }

  /** Whether anybody wants the bytes. */
  private note(bytes: Uint8Array, length: number): boolean {
    this.plane.bytesReceived += length;
    this.lastReadAt = performance.now();
    if (!this.connection.isOpen) return false;
    const known = this.firstBytes.length;
    if (known < FIRST_BYTES) {
      this.firstBytes = joinBytes(this.firstBytes, bytes.subarray(0, Math.min(length, FIRST_BYTES - known)));
    }
    return true;
  }

  private readonly readChunk = (): void => {
    const chunk = this.chunks.shift();
    if (chunk === undefined || !this.connection.isOpen) return;
    this.decoder.push(chunk);
    this.read();
  };

  private readonly read = (): void => {
    const { connection, decoder, plane } = this;
    if (plane.outboxes.deferred.size > 0) plane.outboxes.now();
    plane.reader = connection;
    try {
      while (connection.isOpen && decoder.next()) {
        this.lastPacketAt = this.lastReadAt;
        this.dispatch();
      }
    } catch (error) {
      if (error instanceof MqttError) connection.fail(error);
      else {
        // of the handler: what is unread of the chunk cannot be kept
        connection.destroy();
        throw error;
      }
    } finally {
      plane.reader = undefined;
      plane.publication.clear();
      if (!connection.isOpen) decoder.reset();
    }
  };

  private dispatch(): void {
    const { decoder, plane } = this;
    const { publication } = plane;
    if (decoder.packetType === PUBLISH) {
      publication.take(decoder, this.connection.ownReceiver, this.topicAliases);
      if (decoder.forwards && !plane.isInspected) {
        plane.publisher.forward(publication, undefined);
        return;
      }
    } else publication.clear();
    this.handler.packet(this.connection, decoder);
  }

  private readonly topicAliases = (): TopicAliases => {
    const { kernel, settings } = this.plane.outboxes;
    this.aliases ??= new TopicAliases(kernel, settings.topicAliasMaximum);
    return this.aliases;
  };
}
