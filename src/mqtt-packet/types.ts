import type { PacketCommand, ProtocolVersion } from '../protocol/packet-types.ts';
import type { QoS } from '../protocol/packets.ts';
import type { PropertiesOf, PropertyOwner } from '../protocol/properties.ts';
import type { Strictness } from '../protocol/rules.ts';
import type { EventSource } from './events.ts';

export type { QoS } from '../protocol/packets.ts';
export type { UserProperties } from '../protocol/properties.ts';

/** `Buffer` where its types are there, else `Uint8Array`: these types need no `@types/node`. */
export type PlatformBuffer = typeof globalThis extends {
  Buffer: { isBuffer(value: any): value is infer NodeBuffer };
}
  ? NodeBuffer
  : Uint8Array;

/** The properties of one packet, as the table of properties has them, with binary data as `Buffer`. */
type Properties<Owner extends PropertyOwner> = {
  [Name in keyof PropertiesOf<Owner>]: PropertiesOf<Owner>[Name] extends Uint8Array | undefined
    ? PlatformBuffer
    : PropertiesOf<Owner>[Name];
};

export type PacketCmd = PacketCommand;

export interface IPacket {
  cmd: PacketCmd;
  messageId?: number;
  /** Remaining length in bytes. */
  length?: number;
}

export interface IAuthPacket extends IPacket {
  cmd: 'auth';
  reasonCode: number;
  properties?: Properties<'auth'>;
}

export interface IConnectPacket extends IPacket {
  cmd: 'connect';
  clientId: string;
  protocolVersion?: ProtocolVersion;
  protocolId?: 'MQTT' | 'MQIsdp';
  bridgeMode?: boolean;
  clean?: boolean;
  /** Seconds. */
  keepalive?: number;
  username?: string;
  password?: PlatformBuffer;
  will?: {
    topic: string;
    payload: PlatformBuffer | string;
    qos?: QoS;
    retain?: boolean;
    properties?: Properties<'will'>;
  };
  properties?: Properties<'connect'>;
}

export interface IPublishPacket extends IPacket {
  cmd: 'publish';
  qos: QoS;
  dup: boolean;
  retain: boolean;
  topic: string;
  payload: string | PlatformBuffer;
  properties?: Properties<'publish'>;
}

export interface IConnackPacket extends IPacket {
  cmd: 'connack';
  returnCode?: number;
  reasonCode?: number;
  sessionPresent: boolean;
  properties?: Properties<'connack'>;
}

export interface ISubscription {
  topic: string;
  qos: QoS;
  nl?: boolean;
  rap?: boolean;
  rh?: number;
}

export interface ISubscribePacket extends IPacket {
  cmd: 'subscribe';
  subscriptions: ISubscription[];
  properties?: Properties<'subscribe'>;
}

export interface ISubackPacket extends IPacket {
  cmd: 'suback';
  reasonCode?: number;
  properties?: Properties<'suback'>;
  granted: number[] | Object[];
}

export interface IUnsubscribePacket extends IPacket {
  cmd: 'unsubscribe';
  properties?: Properties<'unsubscribe'>;
  unsubscriptions: string[];
}

export interface IUnsubackPacket extends IPacket {
  cmd: 'unsuback';
  reasonCode?: number;
  properties?: Properties<'unsuback'>;
  granted: number[];
}

export interface IPubackPacket extends IPacket {
  cmd: 'puback';
  reasonCode?: number;
  properties?: Properties<'puback'>;
}

export interface IPubcompPacket extends IPacket {
  cmd: 'pubcomp';
  reasonCode?: number;
  properties?: Properties<'pubcomp'>;
}

export interface IPubrelPacket extends IPacket {
  cmd: 'pubrel';
  reasonCode?: number;
  properties?: Properties<'pubrel'>;
}

export interface IPubrecPacket extends IPacket {
  cmd: 'pubrec';
  reasonCode?: number;
  properties?: Properties<'pubrec'>;
}

export interface IPingreqPacket extends IPacket {
  cmd: 'pingreq';
}

export interface IPingrespPacket extends IPacket {
  cmd: 'pingresp';
}

export interface IDisconnectPacket extends IPacket {
  cmd: 'disconnect';
  reasonCode?: number;
  properties?: Properties<'disconnect'>;
}

/** What `parser` emits and `generate` and `writeToStream` take. */
export type Packet =
  | IConnectPacket
  | IPublishPacket
  | IConnackPacket
  | ISubscribePacket
  | ISubackPacket
  | IUnsubscribePacket
  | IUnsubackPacket
  | IPubackPacket
  | IPubcompPacket
  | IPubrelPacket
  | IPingreqPacket
  | IPingrespPacket
  | IDisconnectPacket
  | IPubrecPacket
  | IAuthPacket;

/** Options of `parser`. Other properties of the object are ignored. */
export interface ParserOptions {
  /** Read anew at each `parse`, until a CONNECT replaces the options. 5 is MQTT 5.0, all else 3.1 and 3.1.1. */
  protocolVersion?: number | undefined;
  /** Subscriptions get `rh: 0, rap: true, nl: true` before MQTT 5.0. Read anew at each SUBSCRIBE. */
  bridgeMode?: boolean | undefined;
  /** How much of the specification is enforced. Default `compat`. */
  strictness?: Strictness | undefined;
  /** Largest packet accepted, in bytes, fixed header included. Default 268,435,460, the protocol's own limit. */
  maxPacketSize?: number | undefined;
  /** Payloads and other binary data are copies, not views of the chunk they came in. Default false. */
  copyPayload?: boolean | undefined;
  /** Default `auto`. */
  kernel?: 'auto' | 'wasm' | 'js' | undefined;
}

/** Options of `generate` and `writeToStream`. Other properties of the object are ignored. */
export interface GenerateOptions {
  /** 5 is MQTT 5.0, all else 3.1.1. A CONNECT has a version of its own. Default 4. */
  protocolVersion?: number | undefined;
  /** How much of the specification is enforced. Default `compat`. */
  strictness?: Strictness | undefined;
  /** With a `maximumPacketSize` (bytes), acknowledgements leave out the reason string and user properties to fit. */
  properties?: { maximumPacketSize?: number | undefined } | undefined;
}

/** What `parse` takes. */
export type ParserInput = Uint8Array | ArrayBuffer | string | readonly ParserInput[] | null | undefined;

/** What is known of the packet that is being received; `length` is -1 until its fixed header is complete. */
export interface PartialPacket {
  cmd: PacketCmd | 'reserved' | null;
  retain: boolean;
  qos: number;
  dup: boolean;
  /** Remaining length in bytes. */
  length: number;
}

/** Emits `packet` and `error`. */
export interface Parser extends EventSource {
  on(event: 'packet', listener: (packet: Packet) => void): this;
  on(event: 'error', listener: (error: any) => void): this;
  on(event: string | symbol, listener: (...values: any[]) => void): this;

  /**
   * Takes the next bytes of the stream and emits the packets that they complete, synchronously. Returns the number of
   * bytes that wait for the rest of their packet, its fixed header not counted. Throws when the bytes are wrong and
   * nobody listens to `error`, and what listeners throw.
   */
  parse(bytes: ParserInput, options?: object): number;
  /** The options, or the CONNECT that was last received. */
  settings: object;
  /** The packet that is being emitted or received. */
  readonly packet: PartialPacket;
  /** The error that ended the stream, until the next `parse`. */
  readonly error: Error | null;
}

/** What `writeToStream` needs of a stream: that of Node or any like it. */
export interface PacketStream {
  write(chunk: any): unknown;
  destroy?(error?: Error): unknown;
  cork?(): void;
  uncork?(): void;
}
