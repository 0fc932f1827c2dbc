import type { PacketCommand, ProtocolVersion } from './packet-types.ts';
import type { PropertiesOf } from './properties.ts';

/** 0 at most once, 1 at least once, 2 exactly once. */
export type QoS = 0 | 1 | 2;

/**
 * Fields that every decoded packet has, in this order. Their names and the shape of all packets are mqtt-packet's.
 * `length` is the remaining length in bytes; `topic` and `payload` are null unless the packet is a PUBLISH.
 */
interface Base<Command extends PacketCommand> {
  cmd: Command;
  retain: boolean;
  qos: QoS;
  dup: boolean;
  length: number;
  topic: null;
  payload: null;
}

export interface Will {
  retain: boolean;
  qos: QoS;
  properties?: PropertiesOf<'will'>;
  topic: string;
  payload: Uint8Array;
}

export interface ConnectPacket extends Base<'connect'> {
  protocolId: 'MQTT' | 'MQIsdp';
  protocolVersion: ProtocolVersion;
  /** The top bit of the protocol version was set, as a mosquitto bridge does. */
  bridgeMode?: true;
  will?: Will;
  /** Clean session (3.1.1) or clean start (5.0). */
  clean: boolean;
  /** Seconds; 0 turns the keep alive off. */
  keepalive: number;
  properties?: PropertiesOf<'connect'>;
  clientId: string;
  username?: string;
  password?: Uint8Array;
}

export interface ConnackPacket extends Base<'connack'> {
  sessionPresent: boolean;
  /** MQTT 3.1 and 3.1.1. */
  returnCode?: number;
  /** MQTT 5.0. */
  reasonCode?: number;
  properties?: PropertiesOf<'connack'>;
}

export interface PublishPacket extends Omit<Base<'publish'>, 'topic' | 'payload'> {
  topic: string;
  /** A view of the chunk it arrived in, or a copy by option; a `Buffer` where the platform has one. */
  payload: Uint8Array;
  /** Packet identifier, 1 to 65535, when `qos` is 1 or 2. */
  messageId?: number;
  properties?: PropertiesOf<'publish'>;
}

/** A PUBLISH whose payload is handed over in pieces (`onPayloadChunk`). */
export interface PublishHeader extends Omit<PublishPacket, 'payload'> {
  payload: null;
  /** Length of the whole payload in bytes. */
  payloadLength: number;
}

type Acknowledgement<Command extends 'puback' | 'pubrec' | 'pubrel' | 'pubcomp'> = Base<Command> & {
  messageId: number;
  /** MQTT 5.0; 0 where the packet omits it. */
  reasonCode?: number;
  properties?: PropertiesOf<Command>;
};

export type PubackPacket = Acknowledgement<'puback'>;
export type PubrecPacket = Acknowledgement<'pubrec'>;
export type PubrelPacket = Acknowledgement<'pubrel'>;
export type PubcompPacket = Acknowledgement<'pubcomp'>;

export interface Subscription {
  topic: string;
  qos: QoS;
  /** No local (MQTT 5.0). */
  nl?: boolean;
  /** Retain as published (MQTT 5.0). */
  rap?: boolean;
  /** Retain handling, 0 to 2 (MQTT 5.0). */
  rh?: number;
}

export interface SubscribePacket extends Base<'subscribe'> {
  subscriptions: Subscription[];
  messageId: number;
  properties?: PropertiesOf<'subscribe'>;
}

export interface SubackPacket extends Base<'suback'> {
  /** One return code (3.1.1) or reason code (5.0) per topic filter, in order. */
  granted: number[];
  messageId: number;
  properties?: PropertiesOf<'suback'>;
}

export interface UnsubscribePacket extends Base<'unsubscribe'> {
  unsubscriptions: string[];
  messageId: number;
  properties?: PropertiesOf<'unsubscribe'>;
}

export interface UnsubackPacket extends Base<'unsuback'> {
  messageId: number;
  properties?: PropertiesOf<'unsuback'>;
  /** One reason code per topic filter, in order (MQTT 5.0). */
  granted?: number[];
}

export type PingreqPacket = Base<'pingreq'>;
export type PingrespPacket = Base<'pingresp'>;

export interface DisconnectPacket extends Base<'disconnect'> {
  /** MQTT 5.0; 0 where the packet omits it. */
  reasonCode?: number;
  properties?: PropertiesOf<'disconnect'>;
}

export interface AuthPacket extends Base<'auth'> {
  reasonCode: number;
  properties?: PropertiesOf<'auth'>;
}

/** A decoded control packet, discriminated by `cmd`. */
export type Packet = ConnectPacket | ConnackPacket | PublishPacket | PubackPacket | PubrecPacket | PubrelPacket | PubcompPacket | SubscribePacket | SubackPacket | UnsubscribePacket | UnsubackPacket | PingreqPacket | PingrespPacket | DisconnectPacket | AuthPacket;

/** Text is encoded as UTF-8, bytes are taken as they are. */
export type Bytes = string | Uint8Array;

/** `P` with some fields optional, and with those that a decoder adds (`length`, ...) optional as well. */
type Encodable<P extends Packet, Optional extends keyof P = never> = Omit<P, Optional | keyof Base<PacketCommand>> & {
  cmd: P['cmd'];
} & { [Field in Optional | Exclude<keyof Base<PacketCommand>, 'cmd'>]?: P[Field] | undefined };

export type EncodableWill = Omit<Will, 'payload' | 'retain' | 'qos'> & {
  payload: Bytes;
  retain?: boolean | undefined;
  qos?: QoS | undefined;
};

export type EncodableConnect = Omit<Encodable<ConnectPacket, 'protocolId' | 'protocolVersion' | 'clean' | 'keepalive' | 'clientId'>, 'will' | 'password' | 'bridgeMode'> & { will?: EncodableWill | undefined; password?: Bytes | undefined; bridgeMode?: boolean | undefined };

export type EncodablePublish = Omit<Encodable<PublishPacket>, 'topic' | 'payload'> & {
  /** A string, or its UTF-8 bytes. */
  topic: Bytes;
  payload?: Bytes | undefined;
};

/** What `encode` accepts: every decoded packet, and the same with the fields left out that have a default. */
export type EncodablePacket =
  | EncodableConnect
  | Encodable<ConnackPacket, 'sessionPresent'>
  | EncodablePublish
  | Encodable<PubackPacket>
  | Encodable<PubrecPacket>
  | Encodable<PubrelPacket>
  | Encodable<PubcompPacket>
  | Encodable<SubscribePacket>
  | Encodable<SubackPacket>
  | Encodable<UnsubscribePacket>
  | Encodable<UnsubackPacket>
  | Encodable<PingreqPacket>
  | Encodable<PingrespPacket>
  | Encodable<DisconnectPacket>
  | Encodable<AuthPacket, 'reasonCode'>;

/** What `encode` accepts as a packet of one type. */
export type EncodableOf<Command extends PacketCommand> = Extract<EncodablePacket, { cmd: Command }>;
