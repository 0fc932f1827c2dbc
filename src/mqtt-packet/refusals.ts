import { isBytes } from '../encode/bytes.ts';
import { MAX_PACKET_IDENTIFIER } from '../protocol/limits.ts';
import { LARGEST_NUMBER, PROPERTIES, type PropertyName, type PropertyType } from '../protocol/properties.ts';

/** A packet as a caller may hand it over: anything. */
export type LoosePacket = { readonly [field: string]: any };

/**
 * What mqtt-packet says when it refuses to generate `packet`, in the order of its checks; `undefined` when it would
 * generate it. Where MQTT 5.0 allows more than it does (a password without a user name, an empty client identifier),
 * so does this.
 */
export function refusalOf(packet: LoosePacket | null | undefined, isVersion5: boolean): string | undefined {
  switch (packet?.['cmd']) {
    case 'connect':
      return refusalOfConnect(packet);
    case 'connack':
      if (typeof (isVersion5 ? packet['reasonCode'] : packet['returnCode']) !== 'number')
        return 'Invalid return code';
      break;
    case 'publish':
      if (typeof packet['topic'] !== 'string' && !isBytes(packet['topic'])) return 'Invalid topic';
      if (packet['qos'] && !isPacketIdentifier(packet['messageId'])) return 'Invalid messageId';
      break;
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      if (!isPacketIdentifier(packet['messageId'])) return 'Invalid messageId';
      break;
    case 'subscribe':
      if (!isPacketIdentifier(packet['messageId'])) return 'Invalid messageId';
      return (
        refusalOfProperties(packet['properties'], isVersion5) ??
        refusalOfSubscriptions(packet['subscriptions'], isVersion5)
      );
    case 'suback':
    case 'unsuback':
      if (!isPacketIdentifier(packet['messageId'])) return 'Invalid messageId';
      if ((isVersion5 || packet['cmd'] === 'suback') && !isListOf('number', packet['granted'])) {
        return 'Invalid qos vector';
      }
      break;
    case 'unsubscribe':
      if (!isPacketIdentifier(packet['messageId'])) return 'Invalid messageId';
      if (!isListOf('string', packet['unsubscriptions'])) return 'Invalid unsubscriptions';
      break;
    case 'auth':
      if (!isVersion5) return 'Invalid mqtt version for auth packet';
      break;
    case 'pingreq':
    case 'pingresp':
    case 'disconnect':
      break;
    default:
      return 'Unknown command';
  }
  return refusalOfProperties(packet?.['properties'], isVersion5);
}

function refusalOfConnect(packet: LoosePacket): string | undefined {
  const version: unknown = packet['protocolVersion'] || 4;
  const { will, username, password, properties } = packet;
  const protocolId: unknown = packet['protocolId'] || 'MQTT';
  const clientId: unknown = packet['clientId'] || '';
  const keepalive: unknown = packet['keepalive'] || 0;
  if (!isText(protocolId)) return 'Invalid protocolId';
  if (version !== 3 && version !== 4 && version !== 5) return 'Invalid protocol version';
  if (!isText(clientId) || clientId.length === 0) {
    if (version === 3) return 'clientId must be supplied before 3.1.1';
    const isClean = packet['clean'] === undefined || packet['clean'];
    if (!isClean && version === 4) return 'clientId must be given if cleanSession set to 0';
  }
  if (!isUnsigned(keepalive, 0xffff)) return 'Invalid keepalive';
  const refusal = refusalOfProperties(properties, version === 5);
  if (refusal !== undefined) return refusal;
  if (will) {
    if (typeof will !== 'object') return 'Invalid will';
    if (!will.topic || typeof will.topic !== 'string') return 'Invalid will topic';
    if (will.payload && !isText(will.payload)) return 'Invalid will payload';
    const refusalOfWill = refusalOfProperties(will.properties, version === 5);
    if (refusalOfWill !== undefined) return refusalOfWill;
  }
  if (isGiven(username) && !isText(username)) return 'Invalid username';
  if (isGiven(password)) {
    if (!isGiven(username) && version < 5) return 'Username is required to use password';
    if (!isText(password)) return 'Invalid password';
  }
  return undefined;
}

/** What a SUBACK says of a subscription that was refused. Given as the QoS of one, mqtt-packet asks for QoS 0. */
export const REFUSED = 0x80;

function refusalOfSubscriptions(subscriptions: unknown, isVersion5: boolean): string | undefined {
  if (!Array.isArray(subscriptions) || subscriptions.length === 0) return 'Invalid subscriptions';
  for (const subscription of subscriptions as (LoosePacket | null | undefined)[]) {
    const { topic, qos, nl, rap, rh } = subscription ?? {};
    if (typeof topic !== 'string') return 'Invalid subscriptions - invalid topic';
    if (!isUnsigned(qos, 2) && qos !== REFUSED) return 'Invalid subscriptions - invalid qos';
    if (!isVersion5) continue;
    if (!isFlag(nl)) return 'Invalid subscriptions - invalid No Local';
    if (!isFlag(rap)) return 'Invalid subscriptions - invalid Retain as Published';
    if (!isUnsigned(rh || 0, 2)) return 'Invalid subscriptions - invalid Retain Handling';
  }
  return undefined;
}

function refusalOfProperties(properties: unknown, isVersion5: boolean): string | undefined {
  if (!isVersion5 || typeof properties !== 'object' || properties === null) return undefined;
  // mqtt-packet takes a list for no properties
  if ('length' in properties) return undefined;
  for (const [name, given] of Object.entries(properties)) {
    if (given === undefined) continue;
    const type = Object.hasOwn(PROPERTIES, name) ? PROPERTIES[name as PropertyName].type : undefined;
    for (const value of Array.isArray(given) ? given : [given]) {
      if (type === undefined) return `Invalid property ${name}: ${textOf(value)}`;
      if (!isValueOf(type, value)) return `Invalid ${name}: ${textOf(value)}`;
    }
  }
  return undefined;
}

function isValueOf(type: PropertyType, value: unknown): boolean {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean' || value === 0 || value === 1;
    case 'string':
      return typeof value === 'string';
    case 'binary':
      return isText(value);
    case 'pair':
      return typeof value === 'object' && value !== null;
    case 'uint16':
      return isUnsigned(value, 0xffff);
    default:
      // fractions are rounded down
      return typeof value === 'number' && value >= 0 && value <= (LARGEST_NUMBER[type] ?? 0);
  }
}

/** `String(value)`, unless the value does not let that happen. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return typeof value;
  }
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isFlag(value: unknown): boolean {
  return !value || value === true || value === 1;
}

function isText(value: unknown): value is string | Uint8Array {
  return typeof value === 'string' || isBytes(value);
}

function isUnsigned(value: unknown, largest: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= largest;
}

function isPacketIdentifier(value: unknown): boolean {
  return isUnsigned(value, MAX_PACKET_IDENTIFIER);
}

function isListOf(type: 'number' | 'string', value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === type);
}
