import { isBytes } from '../encode/bytes.ts';
import { PROPERTIES, type PropertyName } from '../protocol/properties.ts';
import { type LoosePacket, REFUSED } from './refusals.ts';

/** Integers whose fractions mqtt-packet rounds down. */
const ROUNDED: readonly string[] = ['byte', 'uint32', 'varint'];

const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A copy of `packet` with the fields as mqtt-packet takes them: any value as a flag, null and '' for what is not there,
 * '1' as a QoS, bytes as text, numbers as values of user properties. What the encoder refuses in it is wrong.
 */
export function lenientCopy(packet: LoosePacket): LoosePacket {
  const copy: { [field: string]: any } = { ...packet, properties: properties(packet['properties']) };
  switch (packet['cmd']) {
    case 'connect':
      copy['protocolVersion'] = packet['protocolVersion'] || 4;
      copy['protocolId'] = text(packet['protocolId']) || undefined;
      copy['bridgeMode'] = Boolean(packet['bridgeMode']);
      copy['clean'] = packet['clean'] === undefined || Boolean(packet['clean']);
      copy['keepalive'] = packet['keepalive'] || 0;
      copy['clientId'] = text(packet['clientId']) || '';
      copy['username'] = text(packet['username']);
      copy['will'] = packet['will'] ? will(packet['will']) : undefined;
      break;
    case 'publish':
      copy['qos'] = qos(packet['qos']);
      copy['dup'] = Boolean(packet['dup']);
      copy['retain'] = Boolean(packet['retain']);
      copy['payload'] = payload(packet['payload']);
      break;
    case 'subscribe':
      copy['subscriptions'] = packet['subscriptions'].map(subscription);
      break;
    default:
      copy['sessionPresent'] = Boolean(packet['sessionPresent']);
      copy['reasonCode'] = packet['reasonCode'] ?? undefined;
  }
  return copy;
}

function will(given: LoosePacket): LoosePacket {
  return {
    topic: given['topic'],
    payload: payload(given['payload']),
    qos: qos(given['qos']),
    retain: Boolean(given['retain']),
    properties: properties(given['properties']),
  };
}

function subscription(given: LoosePacket): LoosePacket {
  const qos = given['qos'] === REFUSED ? 0 : given['qos'];
  return { ...given, qos, nl: Boolean(given['nl']), rap: Boolean(given['rap']), rh: given['rh'] || 0 };
}

function qos(value: unknown): unknown {
  return typeof value === 'string' && value !== '' ? Number(value) : value || 0;
}

/** Text becomes bytes, with U+FFFD for half of a surrogate pair: a payload may be cut anywhere. */
function payload(value: unknown): unknown {
  return typeof value === 'string' ? new TextEncoder().encode(value) : value || '';
}

/** Bytes that are no text stay bytes, which the encoder refuses. */
function text(value: unknown): unknown {
  if (!isBytes(value)) return value;
  try {
    return decoder.decode(value);
  } catch {
    return value;
  }
}

function properties(given: unknown): LoosePacket | undefined {
  if (typeof given !== 'object' || given === null || 'length' in given) return undefined;
  const copy: { [name: string]: unknown } = {};
  for (const [name, value] of Object.entries(given)) {
    if (name === 'userProperties') copy[name] = userProperties(value);
    else copy[name] = isRounded(name, value) ? Math.floor(value) : value;
  }
  return copy;
}

function isRounded(name: string, value: unknown): value is number {
  if (typeof value !== 'number' || !Object.hasOwn(PROPERTIES, name)) return false;
  return ROUNDED.includes(PROPERTIES[name as PropertyName].type);
}

function userProperties(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  const copy = Object.create(null) as LoosePacket;
  return Object.assign(
    copy,
    ...Object.entries(given).map(([name, value]) => ({
      [name]: Array.isArray(value) ? value.map(pairValue) : pairValue(value),
    })),
  );
}

function pairValue(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
    ? String(value)
    : value;
}
