import { Decoder } from '../decode/index.ts';
import { MqttError } from '../protocol/errors.ts';
import {
  COMMAND_BY_TYPE,
  type ProtocolVersion,
  PUBLISH_DUP,
  PUBLISH_QOS_SHIFT,
  PUBLISH_RETAIN,
} from '../protocol/packet-types.ts';
import type { Packet as DecodedPacket, SubscribePacket, UnsubackPacket } from '../protocol/packets.ts';
import { Emitter } from './events.ts';
import { useKnownMessage } from './messages.ts';
import type { Parser, ParserInput, ParserOptions, PartialPacket } from './types.ts';

/** What `parser.packet` is while no packet is under way. */
const NO_PACKET: PartialPacket = /* @__PURE__ */ Object.freeze({
  cmd: null,
  retain: false,
  qos: 0,
  dup: false,
  length: -1,
  topic: null,
  payload: null,
});

/**
 * Makes a parser of MQTT packets: an event emitter with a method `parse` for the bytes, as `mqtt-packet` has it.
 *
 * ```ts
 * const p = parser({ protocolVersion: 5 });
 * p.on('packet', (packet) => handle(packet));
 * p.on('error', (error) => socket.destroy(error));
 * socket.on('data', (chunk) => p.parse(chunk));
 * ```
 *
 * `error` events carry an `MqttError`, whose `message` is mqtt-packet's where that has one. After an error the next
 * `parse` begins anew. Throws an Error when the kernel that the options name does not run here.
 */
export function parser(options?: ParserOptions | object): Parser {
  return new PacketParser(options ?? {}) as unknown as Parser;
}

class PacketParser extends Emitter {
  settings: ParserOptions;
  packet: PartialPacket | DecodedPacket = NO_PACKET;
  error: Error | null = null;
  private readonly decoder: Decoder;

  constructor(options: ParserOptions) {
    super();
    this.settings = options;
    this.decoder = new Decoder({
      protocolVersion: versionOf(options),
      strictness: options.strictness ?? 'compat',
      maxPacketSize: options.maxPacketSize,
      copyPayload: options.copyPayload,
      kernel: options.kernel,
    });
  }

  parse(bytes: ParserInput): number {
    const { decoder } = this;
    this.error = null;
    const version = versionOf(this.settings);
    if (decoder.protocolVersion !== version) decoder.protocolVersion = version;
    if (bytes instanceof Uint8Array) decoder.push(bytes);
    else this.pushOther(bytes);
    for (let packet = this.next(); packet !== undefined; packet = this.next()) {
      this.packet = packet;
      this.emit('packet', packet);
    }
    if (decoder.pendingBytes === 0) {
      this.packet = NO_PACKET;
      return 0;
    }
    this.packet = this.partialPacket();
    return this._list.length;
  }

  /** The bytes that wait for the rest of their packet. mqtt-packet keeps them in a list of this name. */
  get _list(): { readonly length: number } {
    const { pendingBytes, pendingPacket } = this.decoder;
    if (pendingPacket === undefined) return { length: 0 };
    // of a fixed header that is incomplete, mqtt-packet takes the first byte alone
    return { length: pendingBytes - (pendingPacket.headerLength || 1) };
  }

  /** The next packet; `undefined` when there is none yet, or after the error that it emits. */
  private next(): DecodedPacket | undefined {
    const { decoder } = this;
    try {
      if (!decoder.next()) return undefined;
      const packet = decoder.read();
      if (packet.cmd === 'publish') return packet;
      if (packet.cmd === 'connect') this.settings = packet;
      else if (packet.cmd === 'subscribe') this.addBridgeOptions(packet);
      else if (packet.cmd === 'unsuback') this.checkUnsuback(packet);
      return packet;
    } catch (error) {
      this.fail(error as Error);
      return undefined;
    }
  }

  private fail(error: Error): void {
    const { decoder } = this;
    if (error instanceof MqttError) useKnownMessage(error, this.settings.protocolVersion);
    decoder.reset();
    this.packet = NO_PACKET;
    this.error = error;
    this.emit('error', error);
  }

  /** A bridge gets back what it subscribes to as it was published, but not what it has published itself. */
  private addBridgeOptions({ subscriptions }: SubscribePacket): void {
    const { bridgeMode, protocolVersion } = this.settings;
    if (!bridgeMode || protocolVersion === 5) return;
    for (const subscription of subscriptions) {
      subscription.rh = 0;
      subscription.rap = true;
      subscription.nl = true;
    }
  }

  /** Bytes after the packet identifier are an error at every strictness, if the version is known to be an old one. */
  private checkUnsuback({ length }: UnsubackPacket): void {
    const { protocolVersion } = this.settings;
    if (length === 2 || (protocolVersion !== 3 && protocolVersion !== 4)) return;
    throw new MqttError('TRAILING_BYTES', { packetType: 'unsuback', protocolVersion, offset: 4 });
  }

  private pushOther(bytes: ParserInput): void {
    if (typeof bytes === 'string') this.decoder.push(new TextEncoder().encode(bytes));
    else if (Array.isArray(bytes)) for (const part of bytes) this.pushOther(part);
    else if (ArrayBuffer.isView(bytes)) {
      this.decoder.push(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    } else if (bytes instanceof ArrayBuffer) this.decoder.push(new Uint8Array(bytes));
  }

  private partialPacket(): PartialPacket {
    const { firstByte, remainingLength } = this.decoder.pendingPacket!;
    return {
      ...NO_PACKET,
      cmd: COMMAND_BY_TYPE[firstByte >> 4] ?? 'reserved',
      retain: (firstByte & PUBLISH_RETAIN) !== 0,
      qos: (firstByte >> PUBLISH_QOS_SHIFT) & 3,
      dup: (firstByte & PUBLISH_DUP) !== 0,
      length: remainingLength,
    };
  }
}

function versionOf({ protocolVersion }: ParserOptions): ProtocolVersion {
  return protocolVersion === 5 || protocolVersion === 3 ? protocolVersion : 4;
}
