import type { NetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import { writeUint16 } from '../encode/bytes.ts';
import { encode } from '../encode/encode.ts';
import type { EncodeOptions } from '../encode/options.ts';
import { MqttError } from '../protocol/errors.ts';
import { MAX_PACKET_IDENTIFIER } from '../protocol/limits.ts';
import type { ProtocolVersion } from '../protocol/packet-types.ts';
import type { EncodablePacket } from '../protocol/packets.ts';
import { Intake } from './intake.ts';
import { copyMessage, type Message } from './message.ts';
import type { Outbox } from './outbox.ts';
import type { Plane } from './plane.ts';
import type { Publication } from './publication.ts';
import { Receiver } from './receiver.ts';
import { connectSocket, type Reception, type ReceptionListener, receive } from './reception.ts';
import type { AttachOptions, ConnectionHandler, VisitDelivery } from './types.ts';

/** Milliseconds that a peer has to close its end too; until then what it still sends is thrown away. */
const LINGER = 1_000;

/** Milliseconds that it has to take what waits for it at the end. */
const SENDING_LIMIT = 10_000;

const ACKNOWLEDGEMENT_FIRST_BYTE = { puback: 0x40, pubrec: 0x50, pubrel: 0x62, pubcomp: 0x70 } as const;
const ACKNOWLEDGEMENT_LENGTH = 4;

/** A longer packet is handed to the socket as it is, not copied into a page. */
const LARGEST_COPY = 4096;

/** One network connection: packets in, packets and messages out. `forwarder.attach` and `forwarder.connect` make them. */
export class Connection {
  private readonly plane: Plane;
  private readonly handler: ConnectionHandler;
  private readonly reception: Reception;
  private readonly intake: Intake;
  private current: Receiver | undefined = undefined;
  /** Outboxes of receivers that are gone, whose pages the socket may still hold. */
  private former: Outbox[] | undefined = undefined;
  private isReading = true;
  private isEnding = false;
  private isClosed = false;
  private timer: NodeJS.Timeout | undefined = undefined;

  /** @internal */
  constructor(
    plane: Plane,
    target: { stream: Duplex } | { options: NetConnectOpts },
    handler: ConnectionHandler,
    options: AttachOptions,
  ) {
    this.plane = plane;
    this.handler = handler;
    this.intake = new Intake(plane, this, handler, options);
    const area = plane.outboxes.settings.readInPlace ? plane.area : undefined;
    const listener = this.listener();
    this.reception =
      'stream' in target
        ? receive(target.stream, area, listener)
        : connectSocket(target.options, area, listener);
    plane.connections.add(this);
  }

  /** The first 16 bytes that came: they tell what a peer speaks whose packets are none. */
  get firstBytes(): Uint8Array {
    return this.intake.firstBytes;
  }

  /** When a packet was last complete, as `performance.now()` tells; 0 before. */
  get lastPacketAt(): number {
    return this.intake.lastPacketAt;
  }

  /** The stream to listen to and to end; another object than the socket that was attached, if it reads in place. */
  get stream(): Duplex {
    return this.reception.stream;
  }

  /** Whether the socket reads straight into the kernel's memory. */
  get readsInPlace(): boolean {
    return this.reception.isInPlace;
  }

  /** The protocol version that packets are read and written by; that of the CONNECT, once there was one. */
  get protocolVersion(): ProtocolVersion {
    return this.intake.decoder.protocolVersion;
  }

  set protocolVersion(version: ProtocolVersion) {
    this.intake.decoder.protocolVersion = version;
  }

  /**
   * Whether messages with QoS 0 are passed on without the handler being asked. It may change at any time, and counts from
   * the next packet on.
   */
  get forwards(): boolean {
    return this.intake.decoder.forwards;
  }

  set forwards(forwards: boolean) {
    this.intake.decoder.forwards = forwards;
  }

  /** Whether packets can be written to it. */
  get isOpen(): boolean {
    return !this.isEnding && !this.isClosed;
  }

  /** Its receiver; one of its own is made when there is none. */
  get receiver(): Receiver {
    if (this.current !== undefined) return this.current;
    const receiver = new Receiver(this.plane.publisher);
    receiver.connect(this);
    return receiver;
  }

  /**
   * The receiver that there is, if any.
   * @internal
   */
  get ownReceiver(): Receiver | undefined {
    return this.current;
  }

  /**
   * The PUBLISH that the handler is called with.
   * @internal
   */
  get publication(): Publication {
    const { publication, reader } = this.plane;
    if (reader !== this)
      throw new Error('a PUBLISH can be passed on only while the handler is called with it');
    return publication;
  }

  /** Topic name of the PUBLISH that the handler was called with, also where a topic alias stands for it. */
  get topic(): string {
    return this.publication.topic;
  }

  /** Inside `handler.packet`: a copy of the PUBLISH, to be kept. */
  message(): Message {
    const { publication } = this;
    publication.check();
    return copyMessage(publication);
  }

  /**
   * Inside `handler.packet`, of a PUBLISH: passes the message on to its subscribers. Without `visit` all of them get it with
   * QoS 0. With it those with QoS 1 or 2 do not get it by themselves: `visit` is called for each of them.
   */
  forward(visit?: VisitDelivery): void {
    this.plane.publisher.forward(this.publication, visit);
  }

  /**
   * Writes a packet behind the messages that were passed on before; it leaves at the end of the turn. Returns whether it
   * was written: not after `end`. Throws as `encode` does. A peer that lets too many bytes of answers wait is disconnected.
   */
  write(packet: EncodablePacket, options?: EncodeOptions): boolean {
    if (!this.isOpen) return false;
    const bytes = encode(packet, { protocolVersion: this.protocolVersion, ...options });
    const { outbox, slot } = this.receiver;
    if (outbox === undefined) return false;
    const address = bytes.length > LARGEST_COPY ? 0 : this.plane.outboxes.reserve(slot, bytes.length);
    if (address === 0) outbox.addPacket(bytes, undefined, false);
    else this.plane.outboxes.kernel.memory.bytes.set(bytes, address);
    return this.written(outbox, bytes.length);
  }

  /**
   * Writes PUBACK, PUBREC, PUBREL or PUBCOMP without a reason code, which is success; as `write` does, in a fifth of the
   * time. Throws MqttError for a packet identifier that is none.
   */
  acknowledge(command: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp', messageId: number): boolean {
    if (!(messageId > 0 && messageId <= MAX_PACKET_IDENTIFIER))
      return this.write({ cmd: command, messageId });
    if (!this.isOpen) return false;
    const { outbox, slot } = this.receiver;
    if (outbox === undefined) return false;
    const { outboxes } = this.plane;
    const address = outboxes.reserve(slot, ACKNOWLEDGEMENT_LENGTH);
    if (address === 0) return this.write({ cmd: command, messageId });
    const { bytes } = outboxes.kernel.memory;
    bytes[address] = ACKNOWLEDGEMENT_FIRST_BYTE[command];
    bytes[address + 1] = ACKNOWLEDGEMENT_LENGTH - 2;
    writeUint16(bytes, address + 2, messageId);
    return this.written(outbox, ACKNOWLEDGEMENT_LENGTH);
  }

  /** Accounts for an answer; whether the peer has room for it. */
  private written(outbox: Outbox, length: number): boolean {
    this.plane.outboxes.settle();
    if (outbox.takeExtraRoom(length, 0)) return true;
    this.fail(new MqttError('BACKLOG_FULL'));
    return false;
  }

  /** Reads no more until `resume`, so that the peer has to wait. What was read before is still handled. */
  pause(): void {
    this.isReading = false;
    this.reception.pause();
  }

  resume(): void {
    if (this.isReading) return;
    this.isReading = true;
    this.reception.resume();
  }

  /** Sends what waits, then ends the stream. Nothing that comes from then on is looked at. */
  end(): void {
    if (!this.isOpen) return;
    this.isEnding = true;
    this.resume();
    const { current, stream } = this;
    const destroyAfter = (time: number): void => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => stream.destroy(), time);
      this.timer.unref();
    };
    const finish = (): void => {
      stream.end();
      destroyAfter(LINGER);
    };
    destroyAfter(SENDING_LIMIT);
    const outbox = current?.outbox;
    if (outbox === undefined) finish();
    else {
      this.plane.outboxes.run(() => {
        outbox.flush();
        outbox.whenTaken(finish);
      });
    }
  }

  /** Destroys the stream; what waits is lost. */
  destroy(error?: Error): void {
    this.isEnding = true;
    this.stream.destroy(error);
  }

  /**
   * Ends it because of an error, which the handler is told.
   * @internal
   */
  fail(error: Error): void {
    if (!this.isOpen) return;
    this.handler.error?.(this, error);
    if (error instanceof MqttError && error.code === 'BACKLOG_FULL') this.destroy();
    else this.end();
  }

  /**
   * A receiver is connected to it.
   * @internal
   */
  use(receiver: Receiver): void {
    if (this.current === receiver) return;
    const before = this.current;
    // what was written for the one before, an answer to CONNECT perhaps, comes first
    before?.outbox?.flush();
    this.current = receiver;
    before?.disconnect();
  }

  /**
   * A receiver has left it.
   * @internal
   */
  parted(receiver: Receiver, outbox: Outbox): void {
    this.former ??= [];
    this.former.push(outbox);
    if (this.current === receiver) this.current = undefined;
  }

  private listener(): ReceptionListener {
    const { intake } = this;
    return {
      bytesInPlace: (length) => intake.bytesInPlace(length),
      chunk: (chunk) => intake.chunk(chunk),
      end: () => {
        if (this.handler.end !== undefined) this.handler.end(this);
        else this.end();
      },
      error: (error) => {
        this.handler.error?.(this, error);
      },
      close: () => this.close(),
    };
  }

  private close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    clearTimeout(this.timer);
    const { current } = this;
    this.intake.reset();
    try {
      this.handler.close?.(this);
    } finally {
      // the handler may have released it or connected it elsewhere
      if (current?.connection === this) current.disconnect();
      for (const outbox of this.former ?? []) outbox.socketClosed();
      this.plane.connections.delete(this);
    }
  }
}
