import type { PacketCommand } from './packet-types.ts';
import type { PropertyName } from './properties.ts';
import type { RuleCode } from './rules.ts';

/** A statement of the specification, or one for MQTT 3.1.1 and one for MQTT 5.0 where they are numbered apart. */
export type Clause = string | readonly [v311: string, v5: string];

/** The statements about one field of a packet, where they are more exact than those of the rule that it breaks. */
export interface Field {
  /** Its name in the packet object. */
  readonly name?: string;
  /** It is well-formed UTF-8. */
  readonly notUtf8?: Clause;
  /** It contains no U+0000. */
  readonly hasNull?: Clause;
  /** It contains no wildcard. */
  readonly hasWildcard?: Clause;
  /** It is there. */
  readonly absent?: Clause;
}

const NO_NULL = 'MQTT-4.7.3-2';

// fields of CONNECT
export const PROTOCOL_NAME: Field = { name: 'protocolId' };
export const CLIENT_IDENTIFIER: Field = { name: 'clientId', notUtf8: 'MQTT-3.1.3-4', absent: 'MQTT-3.1.3-3' };
export const WILL_TOPIC: Field = {
  name: 'will.topic',
  notUtf8: ['MQTT-3.1.3-10', 'MQTT-3.1.3-11'],
  hasNull: NO_NULL,
  hasWildcard: ['MQTT-4.7.1-1', 'MQTT-4.7.0-1'],
  absent: 'MQTT-3.1.2-9',
};
export const WILL_PAYLOAD: Field = { name: 'will.payload', absent: 'MQTT-3.1.2-9' };
export const USER_NAME: Field = {
  name: 'username',
  notUtf8: ['MQTT-3.1.3-11', 'MQTT-3.1.3-12'],
  absent: ['MQTT-3.1.2-19', 'MQTT-3.1.2-17'],
};
export const PASSWORD: Field = { name: 'password', absent: ['MQTT-3.1.2-21', 'MQTT-3.1.2-19'] };
/** What follows the payload of a CONNECT whose user name flag, or password flag, is 0. */
export const NO_USER_NAME: Clause = ['MQTT-3.1.2-18', 'MQTT-3.1.2-16'];
export const NO_PASSWORD: Clause = ['MQTT-3.1.2-20', 'MQTT-3.1.2-18'];

export const TOPIC_NAME: Field = { name: 'topic', notUtf8: 'MQTT-3.3.2-1', hasNull: NO_NULL, absent: 'MQTT-3.3.2-1' };
export const SUBSCRIBE_FILTER: Field = { name: 'topic', notUtf8: 'MQTT-3.8.3-1', hasNull: NO_NULL };
export const UNSUBSCRIBE_FILTER: Field = { name: 'unsubscriptions', notUtf8: 'MQTT-3.10.3-1', hasNull: NO_NULL };
export const PACKET_IDENTIFIER: Field = { name: 'messageId' };
export const SUBSCRIPTION_OPTIONS: Field = { name: 'options' };
export const PROPERTY_LENGTH: Field = { name: 'properties', absent: 'MQTT-2.2.2-1' };

export const PROPERTY_FIELDS: { readonly [Name in PropertyName]?: Field } = {
  contentType: { notUtf8: 'MQTT-3.3.2-19' },
  responseTopic: { notUtf8: 'MQTT-3.3.2-13', hasNull: NO_NULL, hasWildcard: 'MQTT-3.3.2-14' },
  userProperties: { notUtf8: 'MQTT-1.5.7-1', hasNull: 'MQTT-1.5.7-1', absent: 'MQTT-1.5.7-1' },
};

/** Rule that a property outside its `minimum` or `maximum` breaks, where it has one of its own. */
export const PROPERTY_RANGE_RULES: { readonly [Name in PropertyName]?: RuleCode } = {
  topicAlias: 'TOPIC_ALIAS_ZERO',
  maximumQoS: 'MAXIMUM_QOS_VALUE',
};

/** Statement about the reserved flags in the fixed header of a packet, where it has one of its own. */
export const HEADER_FLAGS_CLAUSES: { readonly [Command in PacketCommand]?: string } = {
  pubrel: 'MQTT-3.6.1-1',
  subscribe: 'MQTT-3.8.1-1',
  unsubscribe: 'MQTT-3.10.1-1',
  disconnect: 'MQTT-3.14.1-1',
  auth: 'MQTT-3.15.1-1',
};
