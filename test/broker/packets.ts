import type { ProtocolVersion } from '../../src/index.ts';
import { ascii, field, packet, properties as propertyBlock, string as text } from '../conformance/wire.ts';

export { packet, text };

// All functions return hexadecimal text, so that packets can be joined, cut and spoilt. `properties` are hexadecimal text as well,
// without their length, and only sent with MQTT 5.0: '11 00000005'.

const PROTOCOL = { 3: '0006 4d5149736470 03', 4: '0004 4d515454 04', 5: '0004 4d515454 05' };
const ACKNOWLEDGEMENTS = { puback: '40', pubrec: '50', pubrel: '62', pubcomp: '70' };

export type Acknowledgement = keyof typeof ACKNOWLEDGEMENTS;

export function uint16(value: number): string {
  return value.toString(16).padStart(4, '0');
}

export function uint32(value: number): string {
  return value.toString(16).padStart(8, '0');
}

export function byte(value: number): string {
  return value.toString(16).padStart(2, '0');
}

function block(version: ProtocolVersion, properties = ''): string {
  return version === 5 ? propertyBlock(properties) : '';
}

export interface WillOptions {
  topic: string;
  payload?: string;
  qos?: 0 | 1 | 2;
  retain?: boolean;
  properties?: string;
}

export interface ConnectOptions {
  /** Default true. */
  clean?: boolean;
  /** Seconds. Default 0: none. */
  keepAlive?: number;
  will?: WillOptions;
  username?: string;
  password?: string;
  properties?: string;
}

/** CONNECT with a clean session and no keep alive, unless the options say otherwise. */
export function connectPacket(
  id: string,
  version: ProtocolVersion = 4,
  options: ConnectOptions = {},
): string {
  const { clean = true, keepAlive = 0, will, username, password } = options;
  const flags =
    (username === undefined ? 0 : 0x80) |
    (password === undefined ? 0 : 0x40) |
    (will?.retain ? 0x20 : 0) |
    ((will?.qos ?? 0) << 3) |
    (will === undefined ? 0 : 0x04) |
    (clean ? 0x02 : 0);
  return packet(
    '10',
    `${PROTOCOL[version]} ${byte(flags)} ${uint16(keepAlive)} ${block(version, options.properties)}`,
    text(id),
    will === undefined
      ? ''
      : `${block(version, will.properties)} ${text(will.topic)} ${text(will.payload ?? '')}`,
    username === undefined ? '' : text(username),
    password === undefined ? '' : field(ascii(password)),
  );
}

export interface PublishOptions {
  /** Default 0. */
  qos?: 0 | 1 | 2;
  /** Packet identifier with QoS 1 and 2. Default 1. */
  id?: number;
  dup?: boolean;
  retain?: boolean;
  properties?: string;
}

export function publishPacket(
  topic: string,
  payload = '',
  version: ProtocolVersion = 4,
  options: PublishOptions = {},
): string {
  const { qos = 0, id = 1, dup, retain } = options;
  const firstByte = byte(0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0));
  const identifier = qos === 0 ? '' : uint16(id);
  return packet(firstByte, text(topic), identifier, block(version, options.properties), ascii(payload));
}

/** PUBACK, PUBREC, PUBREL or PUBCOMP; in the short form unless a reason code is given. */
export function acknowledgementPacket(
  command: Acknowledgement,
  id: number,
  reasonCode?: number,
  properties?: string,
): string {
  const reason = reasonCode === undefined ? '' : byte(reasonCode);
  return packet(
    ACKNOWLEDGEMENTS[command],
    uint16(id),
    reason,
    properties === undefined ? '' : block(5, properties),
  );
}

/** One topic filter, with the same options byte for all, or pairs of filter and options byte. */
export type Filters = string | readonly (readonly [filter: string, options: string])[];

/** SUBSCRIBE; `options` is the options byte of a single filter. */
export function subscribePacket(
  filters: Filters,
  version: ProtocolVersion = 4,
  options = '00',
  id = 1,
  properties = '',
): string {
  const list = typeof filters === 'string' ? [[filters, options] as const] : filters;
  return packet(
    '82',
    uint16(id),
    block(version, properties),
    ...list.map(([filter, itsOptions]) => `${text(filter)} ${itsOptions}`),
  );
}

export function unsubscribePacket(
  filters: string | readonly string[],
  version: ProtocolVersion = 4,
  id = 1,
  properties = '',
): string {
  return packet('a2', uint16(id), block(version, properties), ...[filters].flat().map(text));
}

/** DISCONNECT; in the short form unless a reason code is given (5.0). */
export function disconnectPacket(reasonCode?: number, properties?: string): string {
  return packet(
    'e0',
    reasonCode === undefined ? '' : byte(reasonCode),
    properties === undefined ? '' : block(5, properties),
  );
}

export const PINGREQ = 'c0 00';
