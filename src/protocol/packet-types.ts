/** The two ends of a network connection, as the sender of a control packet. */
export type Sender = 'client' | 'server';

/** MQTT 3.1 is level 3, 3.1.1 is level 4 and 5.0 is level 5. */
export type ProtocolVersion = 3 | 4 | 5;

interface PacketTypeDefinition {
  /** The high nibble of the first byte. */
  readonly type: number;
  /** The low nibble of the first byte, or null for PUBLISH, where it carries DUP, QoS and RETAIN. */
  readonly flags: number | null;
  /** Who may send it. */
  readonly sender: Sender | 'both';
  /** First protocol version that defines it. */
  readonly since: ProtocolVersion;
}

/**
 * The fifteen control packet types, by the name mqtt-packet gives them (MQTT5 section 2.1.2 and 2.1.3).
 * Type 0 is reserved in every version, type 15 before 5.0.
 */
export const PACKET_TYPES = {
  connect: { type: 1, flags: 0, sender: 'client', since: 3 },
  connack: { type: 2, flags: 0, sender: 'server', since: 3 },
  publish: { type: 3, flags: null, sender: 'both', since: 3 },
  puback: { type: 4, flags: 0, sender: 'both', since: 3 },
  pubrec: { type: 5, flags: 0, sender: 'both', since: 3 },
  pubrel: { type: 6, flags: 2, sender: 'both', since: 3 },
  pubcomp: { type: 7, flags: 0, sender: 'both', since: 3 },
  subscribe: { type: 8, flags: 2, sender: 'client', since: 3 },
  suback: { type: 9, flags: 0, sender: 'server', since: 3 },
  unsubscribe: { type: 10, flags: 2, sender: 'client', since: 3 },
  unsuback: { type: 11, flags: 0, sender: 'server', since: 3 },
  pingreq: { type: 12, flags: 0, sender: 'client', since: 3 },
  pingresp: { type: 13, flags: 0, sender: 'server', since: 3 },
  disconnect: { type: 14, flags: 0, sender: 'both', since: 3 },
  auth: { type: 15, flags: 0, sender: 'both', since: 5 },
} as const satisfies Record<string, PacketTypeDefinition>;

/** Name of a control packet, as in `packet.cmd`. */
export type PacketCommand = keyof typeof PACKET_TYPES;

/** Packet name by type number; `undefined` for the reserved type 0. */
export const COMMAND_BY_TYPE: readonly (PacketCommand | undefined)[] = (() => {
  const commands: (PacketCommand | undefined)[] = new Array(16).fill(undefined);
  for (const command of Object.keys(PACKET_TYPES) as PacketCommand[]) {
    commands[PACKET_TYPES[command].type] = command;
  }
  return commands;
})();

/** Bits of the first byte of a PUBLISH (MQTT5 section 3.3.1). */
export const PUBLISH_RETAIN = 0x01;
export const PUBLISH_QOS_SHIFT = 1;
export const PUBLISH_DUP = 0x08;

/** Bits of the CONNECT flags (MQTT5 section 3.1.2.3). */
export const CONNECT_RESERVED = 0x01;
export const CONNECT_CLEAN_START = 0x02;
export const CONNECT_WILL = 0x04;
export const CONNECT_WILL_QOS_SHIFT = 3;
export const CONNECT_WILL_RETAIN = 0x20;
export const CONNECT_PASSWORD = 0x40;
export const CONNECT_USERNAME = 0x80;

/** Top bit of the protocol version byte, set by a mosquitto bridge in CONNECT (levels 131 and 132). */
export const BRIDGE_BIT = 0x80;

/** Bits of the subscription options in SUBSCRIBE (MQTT5 section 3.8.3.1). */
export const SUBSCRIPTION_NO_LOCAL = 0x04;
export const SUBSCRIPTION_RETAIN_AS_PUBLISHED = 0x08;
export const SUBSCRIPTION_RETAIN_HANDLING_SHIFT = 4;
