import type { Packet } from '../../src/protocol/packets.ts';
import { type OracleProperties, properties } from './properties.ts';
import { demand, type Reader } from './reader.ts';
import { demandTopicFilter, demandTopicName } from './topics.ts';

export interface Context {
  version: number;
  /** Accepts what the milder strictness accepts. */
  compat: boolean;
  sender?: 'client' | 'server' | undefined;
}

/** Section 2.1.2: the names in the order of their numbers, and who sends them. */
const NAMES =
  'reserved connect connack publish puback pubrec pubrel pubcomp subscribe suback unsubscribe unsuback pingreq pingresp disconnect auth'.split(
    ' ',
  );
const FROM_CLIENT = 'connect subscribe unsubscribe pingreq'.split(' ');
const FROM_SERVER = 'connack suback unsuback pingresp'.split(' ');

/** The reason codes of sections 3.2.2.2, 3.4.2.1, ... of MQTT 5.0, typed off the tables there. */
const REASON_CODES: Record<string, string> = {
  connack: '00 80 81 82 83 84 85 86 87 88 89 8A 8C 90 95 97 99 9A 9B 9C 9D 9F',
  puback: '00 10 80 83 87 90 91 97 99',
  pubrec: '00 10 80 83 87 90 91 97 99',
  pubrel: '00 92',
  pubcomp: '00 92',
  suback: '00 01 02 80 83 87 8F 91 97 9E A1 A2',
  unsuback: '00 11 80 83 87 8F 91',
  // 8C: not in table 3-10, but table 2-6 gives it to DISCONNECT
  disconnect: '00 04 80 81 82 83 87 89 8B 8C 8D 8E 8F 90 93 94 95 96 97 98 99 9A 9B 9C 9D 9E 9F A0 A1 A2',
  auth: '00 18 19',
};

/** Those that tables 3-10 and 3-11 let only one side send. */
const CODES_FROM_CLIENT: Record<string, string> = { disconnect: '04', auth: '19' };
const CODES_FROM_SERVER: Record<string, string> = {
  disconnect: '87 89 8B 8D 8E 8F 9A 9B 9C 9D 9E 9F A0 A1 A2',
  auth: '00',
};

/** What the first byte alone decides. */
export function demandFirstByte(firstByte: number, { version, compat, sender }: Context): void {
  const name = NAMES[firstByte >> 4];
  const flags = firstByte & 15;
  demand(name !== 'reserved' && (name !== 'auth' || version === 5), 'reserved packet type');
  if (name === 'publish') {
    demand((flags & 6) !== 6, 'QoS 3');
    demand(compat || (flags & 6) !== 0 || (flags & 8) === 0, 'DUP with QoS 0');
  } else {
    const acknowledged = ['pubrel', 'subscribe', 'unsubscribe'].includes(name);
    // MQTT 3.1 section 2.1: these are sent again with DUP.
    const again = version === 3 && acknowledged && flags === 10;
    demand(flags === (acknowledged ? 2 : 0) || again, 'reserved flags');
  }
  if (sender === 'client') demand(!FROM_SERVER.includes(name), `${name} from a client`);
  if (sender === 'server') {
    demand(!FROM_CLIENT.includes(name) && (name !== 'disconnect' || version === 5), `${name} from a server`);
  }
}

type Fields = Record<string, unknown>;

/** The packet with this first byte and exactly this body. */
export function decodeOne(firstByte: number, body: Reader, context: Context): Packet {
  const cmd = NAMES[firstByte >> 4];
  const qos = (firstByte >> 1) & 3;
  const retain = (firstByte & 1) === 1;
  const dup = (firstByte & 8) === 8;
  const packet: Fields = { cmd, retain, qos, dup, length: body.rest.length, topic: null, payload: null };
  BODIES[cmd](body, packet, context);
  demand(context.compat || body.empty, 'bytes left over');
  return packet as unknown as Packet;
}

const BODIES: Record<string, (body: Reader, packet: Fields, context: Context) => void> = {
  connect,
  connack,
  publish,
  puback: acknowledgement,
  pubrec: acknowledgement,
  pubrel: acknowledgement,
  pubcomp: acknowledgement,
  subscribe,
  suback,
  unsubscribe,
  unsuback,
  pingreq: () => {},
  pingresp: () => {},
  disconnect,
  auth,
};

function putProperties(target: Fields, found: OracleProperties | undefined): void {
  if (found !== undefined) target.properties = found;
}

function identifier(body: Reader, packet: Fields, { compat }: Context): void {
  packet.messageId = body.uint16();
  demand(compat || packet.messageId !== 0, 'packet identifier 0');
}

function reasonCode(body: Reader, name: string, sender?: Context['sender']): number {
  const code = body.byte();
  demandReasonCode(code, name, sender);
  return code;
}

function demandReasonCode(code: number, name: string, sender: Context['sender']): void {
  const isIn = (codes = '') => codes.split(' ').some((entry) => Number.parseInt(entry, 16) === code);
  demand(isIn(REASON_CODES[name]), `code ${code}`);
  if (sender === 'client') demand(!isIn(CODES_FROM_SERVER[name]), `code ${code} from a client`);
  if (sender === 'server') demand(!isIn(CODES_FROM_CLIENT[name]), `code ${code} from a server`);
}

function connect(body: Reader, packet: Fields, { compat }: Context): void {
  packet.protocolId = body.string();
  demand(packet.protocolId === 'MQTT' || packet.protocolId === 'MQIsdp', 'protocol name');
  const level = body.byte();
  const version = level & 0x7f;
  demand(version === 3 || version === 4 || version === 5, `protocol version ${level}`);
  if (!compat) demand((packet.protocolId === 'MQIsdp') === (version === 3), 'name and version do not match');
  packet.protocolVersion = version;
  if (level >= 128) packet.bridgeMode = true;
  const flags = body
    .byte()
    .toString(2)
    .padStart(8, '0')
    .split('')
    .map((bit) => bit === '1');
  const [hasUsername, hasPassword, willRetain, willQosHigh, willQosLow, hasWill, clean, reserved] = flags;
  const willQos = Number(willQosHigh) * 2 + Number(willQosLow);
  demand(!reserved, 'reserved flag');
  demand(willQos < 3, 'will QoS 3');
  demand(hasWill || (willQos === 0 && !willRetain), 'will flags without a will');
  demand(compat || version === 5 || hasUsername || !hasPassword, 'password without a user name');
  const will: Fields = { retain: willRetain, qos: willQos };
  if (hasWill) packet.will = will;
  packet.clean = clean;
  packet.keepalive = body.uint16();
  if (version === 5) putProperties(packet, properties(body, 'connect', compat));
  packet.clientId = body.string();
  // An empty client identifier is answered with a CONNACK, so it is not for a decoder to refuse (MQTT-3.1.3-8).
  if (hasWill) {
    if (version === 5) putProperties(will, properties(body, 'will', compat));
    const topic = body.string();
    demandTopicName(topic, compat);
    will.topic = topic;
    will.payload = body.binary();
  }
  if (hasUsername) packet.username = body.string();
  if (hasPassword) packet.password = body.binary();
}

function connack(body: Reader, packet: Fields, { version, compat }: Context): void {
  const flags = body.byte();
  demand(flags < 2, 'reserved flags');
  packet.sessionPresent = flags === 1;
  let code: number;
  if (version === 5) {
    // The milder strictness takes the answer of a server that does not speak 5.0.
    const short = compat && body.rest.length < 2;
    code = short ? (body.empty ? 0 : body.byte()) : reasonCode(body, 'connack');
    packet.reasonCode = code;
    if (!short) putProperties(packet, properties(body, 'connack', compat));
  } else {
    code = packet.returnCode = body.byte();
    demand(compat || code < 6, `return code ${code}`);
  }
  demand(compat || code === 0 || flags === 0, 'session present with an error');
}

function publish(body: Reader, packet: Fields, context: Context): void {
  const topic = body.string();
  packet.topic = topic;
  if (packet.qos !== 0) identifier(body, packet, context);
  if (context.version === 5) putProperties(packet, properties(body, 'publish', context.compat));
  const found = (packet.properties ?? {}) as OracleProperties;
  demand(context.compat || topic !== '' || 'topicAlias' in found, 'neither topic name nor alias');
  if (topic !== '') demandTopicName(topic, context.compat);
  if (context.sender === 'client' && !context.compat) {
    demand(!('subscriptionIdentifier' in found), 'subscription identifier from a client');
  }
  packet.payload = body.take(body.rest.length);
}

function acknowledgement(body: Reader, packet: Fields, context: Context): void {
  identifier(body, packet, context);
  if (context.version < 5) return;
  const name = packet.cmd as string;
  packet.reasonCode = body.empty ? 0 : reasonCode(body, name);
  if (!body.empty) putProperties(packet, properties(body, name, context.compat));
}

function subscribe(body: Reader, packet: Fields, context: Context): void {
  const { version, compat } = context;
  const subscriptions: Fields[] = [];
  packet.subscriptions = subscriptions;
  identifier(body, packet, context);
  if (version === 5) putProperties(packet, properties(body, 'subscribe', compat));
  demand(!body.empty, 'no topic filter');
  while (!body.empty) {
    const topic = body.string();
    if (!compat) demandTopicFilter(topic, version);
    const options = body.byte();
    const subscription: Fields = { topic, qos: options & 3 };
    demand(subscription.qos !== 3, 'QoS 3');
    demand(options < (version === 5 ? 0x40 : 4), 'reserved options');
    if (version === 5) {
      subscription.nl = (options & 4) !== 0;
      subscription.rap = (options & 8) !== 0;
      subscription.rh = options >> 4;
      demand(subscription.rh !== 3, 'retain handling 3');
      demand(compat || !subscription.nl || !topic.startsWith('$share/'), 'no local on a shared subscription');
    }
    subscriptions.push(subscription);
  }
}

function suback(body: Reader, packet: Fields, context: Context): void {
  const { version, compat } = context;
  const granted: number[] = [];
  packet.granted = granted;
  identifier(body, packet, context);
  if (version === 5) putProperties(packet, properties(body, 'suback', compat));
  demand(!body.empty, 'no code');
  while (!body.empty) {
    const code = version === 5 ? reasonCode(body, 'suback') : body.byte();
    demand(version === 5 || code < 3 || code === 128, `return code ${code}`);
    granted.push(code);
  }
}

function unsubscribe(body: Reader, packet: Fields, context: Context): void {
  const unsubscriptions: string[] = [];
  packet.unsubscriptions = unsubscriptions;
  identifier(body, packet, context);
  if (context.version === 5) putProperties(packet, properties(body, 'unsubscribe', context.compat));
  demand(!body.empty, 'no topic filter');
  while (!body.empty) {
    const filter = body.string();
    if (!context.compat) demandTopicFilter(filter, context.version);
    unsubscriptions.push(filter);
  }
}

function unsuback(body: Reader, packet: Fields, context: Context): void {
  identifier(body, packet, context);
  if (context.version < 5) return;
  putProperties(packet, properties(body, 'unsuback', context.compat));
  const granted: number[] = [];
  packet.granted = granted;
  demand(!body.empty, 'no code');
  while (!body.empty) granted.push(reasonCode(body, 'unsuback'));
}

function disconnect(body: Reader, packet: Fields, { version, compat, sender }: Context): void {
  if (version < 5) return;
  packet.reasonCode = body.empty ? 0 : reasonCode(body, 'disconnect', sender);
  if (!body.empty) putProperties(packet, properties(body, 'disconnect', compat));
  if (sender === 'server' && !compat) {
    const found = (packet.properties ?? {}) as OracleProperties;
    demand(!('sessionExpiryInterval' in found), 'session expiry interval from a server');
  }
}

function auth(body: Reader, packet: Fields, { compat, sender }: Context): void {
  // Section 3.15.2.1: length 0 means code 0 and no properties, not even the method that every other form needs.
  if (body.empty) {
    packet.reasonCode = 0;
    demandReasonCode(0, 'auth', sender);
    return;
  }
  packet.reasonCode = reasonCode(body, 'auth', sender);
  if (compat && body.empty) return;
  const found = properties(body, 'auth', compat);
  demand(compat || found !== undefined, 'AUTH without a method');
  putProperties(packet, found);
}
