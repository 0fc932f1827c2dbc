import { MAX_REMAINING_LENGTH } from './limits.ts';
import type { PacketCommand } from './packet-types.ts';

/** Where a property block may stand: in a packet, or in the will of a CONNECT. */
export type PropertyOwner = PacketCommand | 'will';

/** Data type on the wire (MQTT5 section 2.2.2.2); `boolean` is a byte that may only be 0 or 1. */
export type PropertyType = 'boolean' | 'byte' | 'uint16' | 'uint32' | 'varint' | 'string' | 'binary' | 'pair';

interface PropertyDefinition {
  /** Identifier on the wire. */
  readonly id: number;
  readonly type: PropertyType;
  readonly owners: readonly PropertyOwner[];
  /** Owners in which it may stand more than once. */
  readonly repeatableIn?: readonly PropertyOwner[];
  /** Smallest and largest legal number, where the data type allows more. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** The string is a topic name: no wildcards, not empty. */
  readonly topicName?: true;
  /** Clause that limits the value or the place. */
  readonly clause: string;
}

const ACKNOWLEDGEMENTS = ['puback', 'pubrec', 'pubrel', 'pubcomp', 'suback', 'unsuback'] as const;
const EVERYWHERE = ['connect', 'connack', 'publish', 'will', ...ACKNOWLEDGEMENTS, 'subscribe', 'unsubscribe', 'disconnect', 'auth'] as const;

/**
 * The 27 properties of MQTT 5.0 (table 2-4), by the names of mqtt-packet's `packet.properties`.
 * This table drives the types, the decoder, the encoder, the kernel and the documentation.
 */
export const PROPERTIES = {
  payloadFormatIndicator: { id: 0x01, type: 'boolean', owners: ['publish', 'will'], clause: 'MQTT5 section 3.3.2.3.2' },
  messageExpiryInterval: { id: 0x02, type: 'uint32', owners: ['publish', 'will'], clause: 'MQTT5 section 3.3.2.3.3' },
  contentType: { id: 0x03, type: 'string', owners: ['publish', 'will'], clause: 'MQTT-3.3.2-19' },
  responseTopic: { id: 0x08, type: 'string', owners: ['publish', 'will'], topicName: true, clause: 'MQTT-3.3.2-14' },
  correlationData: { id: 0x09, type: 'binary', owners: ['publish', 'will'], clause: 'MQTT5 section 3.3.2.3.6' },
  subscriptionIdentifier: { id: 0x0b, type: 'varint', owners: ['publish', 'subscribe'], repeatableIn: ['publish'], minimum: 1, clause: 'MQTT5 section 3.8.2.1.2' },
  sessionExpiryInterval: { id: 0x11, type: 'uint32', owners: ['connect', 'connack', 'disconnect'], clause: 'MQTT5 section 3.1.2.11.2' },
  assignedClientIdentifier: { id: 0x12, type: 'string', owners: ['connack'], clause: 'MQTT5 section 3.2.2.3.7' },
  serverKeepAlive: { id: 0x13, type: 'uint16', owners: ['connack'], clause: 'MQTT5 section 3.2.2.3.14' },
  authenticationMethod: { id: 0x15, type: 'string', owners: ['connect', 'connack', 'auth'], clause: 'MQTT5 section 3.1.2.11.9' },
  authenticationData: { id: 0x16, type: 'binary', owners: ['connect', 'connack', 'auth'], clause: 'MQTT5 section 3.1.2.11.10' },
  requestProblemInformation: { id: 0x17, type: 'boolean', owners: ['connect'], clause: 'MQTT5 section 3.1.2.11.7' },
  willDelayInterval: { id: 0x18, type: 'uint32', owners: ['will'], clause: 'MQTT5 section 3.1.3.2.2' },
  requestResponseInformation: { id: 0x19, type: 'boolean', owners: ['connect'], clause: 'MQTT5 section 3.1.2.11.6' },
  responseInformation: { id: 0x1a, type: 'string', owners: ['connack'], clause: 'MQTT5 section 3.2.2.3.15' },
  serverReference: { id: 0x1c, type: 'string', owners: ['connack', 'disconnect'], clause: 'MQTT5 section 3.2.2.3.16' },
  reasonString: { id: 0x1f, type: 'string', owners: ['connack', ...ACKNOWLEDGEMENTS, 'disconnect', 'auth'], clause: 'MQTT5 section 3.2.2.3.9' },
  receiveMaximum: { id: 0x21, type: 'uint16', owners: ['connect', 'connack'], minimum: 1, clause: 'MQTT5 section 3.1.2.11.3' },
  topicAliasMaximum: { id: 0x22, type: 'uint16', owners: ['connect', 'connack'], clause: 'MQTT5 section 3.1.2.11.5' },
  topicAlias: { id: 0x23, type: 'uint16', owners: ['publish'], minimum: 1, clause: 'MQTT-3.3.2-8' },
  maximumQoS: { id: 0x24, type: 'byte', owners: ['connack'], maximum: 1, clause: 'MQTT5 section 3.2.2.3.4' },
  retainAvailable: { id: 0x25, type: 'boolean', owners: ['connack'], clause: 'MQTT5 section 3.2.2.3.5' },
  userProperties: { id: 0x26, type: 'pair', owners: EVERYWHERE, repeatableIn: EVERYWHERE, clause: 'MQTT-1.5.7-1' },
  maximumPacketSize: { id: 0x27, type: 'uint32', owners: ['connect', 'connack'], minimum: 1, clause: 'MQTT5 section 3.1.2.11.4' },
  wildcardSubscriptionAvailable: { id: 0x28, type: 'boolean', owners: ['connack'], clause: 'MQTT5 section 3.2.2.3.11' },
  subscriptionIdentifiersAvailable: { id: 0x29, type: 'boolean', owners: ['connack'], clause: 'MQTT5 section 3.2.2.3.12' },
  sharedSubscriptionAvailable: { id: 0x2a, type: 'boolean', owners: ['connack'], clause: 'MQTT5 section 3.2.2.3.13' },
} as const satisfies Record<string, PropertyDefinition>;

export type PropertyName = keyof typeof PROPERTIES;

/** User properties by name; a repeated name holds its values in order of arrival. The object has no prototype. */
export type UserProperties = { [name: string]: string | string[] };

/** Largest number of the data types that are numbers (MQTT5 section 1.5). */
export const LARGEST_NUMBER: { readonly [Type in PropertyType]?: number } = {
  byte: 0xff,
  uint16: 0xffff,
  uint32: 0xffff_ffff,
  varint: MAX_REMAINING_LENGTH,
};

interface ValueOfType {
  boolean: boolean;
  byte: number;
  uint16: number;
  uint32: number;
  varint: number;
  string: string;
  binary: Uint8Array;
  pair: UserProperties;
}

type NamesIn<Owner extends PropertyOwner> = {
  [Name in PropertyName]: Owner extends (typeof PROPERTIES)[Name]['owners'][number] ? Name : never;
}[PropertyName];

type ValueOf<Name extends PropertyName, Owner extends PropertyOwner> = Name extends 'subscriptionIdentifier' ? (Owner extends 'publish' ? number | number[] : number) : ValueOfType[(typeof PROPERTIES)[Name]['type']];

/** The properties one packet (or the will) may carry, all optional. */
export type PropertiesOf<Owner extends PropertyOwner> = { [Name in NamesIn<Owner>]?: ValueOf<Name, Owner> };

/** A property definition with its name, widened for code that walks the table. */
export interface NamedProperty extends PropertyDefinition {
  readonly name: PropertyName;
}

/** Property by its identifier on the wire; `undefined` where none is defined. */
export const PROPERTY_BY_ID: readonly (NamedProperty | undefined)[] = (() => {
  const byId: (NamedProperty | undefined)[] = new Array(0x2b).fill(undefined);
  for (const name of Object.keys(PROPERTIES) as PropertyName[]) {
    const definition: PropertyDefinition = PROPERTIES[name];
    byId[definition.id] = { name, ...definition };
  }
  return byId;
})();
