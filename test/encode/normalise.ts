import type { PacketCommand, ProtocolVersion } from '../../src/protocol/packet-types.ts';
import type { EncodablePacket, EncodableWill, Packet, Subscription } from '../../src/protocol/packets.ts';

type Fields = Record<string, unknown>;

/**
 * What decoding the encoded `packet` must give: defaults filled in, text of binary fields as bytes, one value per name
 * where a list has only one, and nothing that `version` has no place for. `length` is the remaining length.
 */
export function normalised(packet: EncodablePacket, version: ProtocolVersion, length: number): Packet {
  const { cmd, properties, ...given } = packet as { cmd: PacketCommand; properties?: Fields } & Fields;
  const fields: Fields = {
    cmd,
    retain: false,
    qos: cmd === 'pubrel' || cmd === 'subscribe' || cmd === 'unsubscribe' ? 1 : 0,
    dup: false,
    length,
    topic: null,
    payload: null,
    ...FIELDS[cmd]?.(given, version),
  };
  const kept = version === 5 ? normalisedProperties(properties) : undefined;
  if (kept !== undefined) fields.properties = kept;
  return fields as unknown as Packet;
}

const acknowledgement = ({ messageId, reasonCode = 0 }: Fields, version: ProtocolVersion) =>
  version === 5 ? { messageId, reasonCode } : { messageId };

const FIELDS: { readonly [Command in PacketCommand]?: (given: Fields, version: ProtocolVersion) => Fields } =
  {
    connect: (given, version) => ({
      protocolId: version === 3 ? 'MQIsdp' : 'MQTT',
      protocolVersion: version,
      ...(given.bridgeMode ? { bridgeMode: true } : {}),
      clean: given.clean ?? true,
      keepalive: given.keepalive ?? 0,
      clientId: given.clientId ?? '',
      ...(given.will === undefined ? {} : { will: normalisedWill(given.will as EncodableWill, version) }),
      ...(given.username === undefined ? {} : { username: given.username }),
      ...(given.password === undefined ? {} : { password: bytesOf(given.password) }),
    }),
    connack: ({ sessionPresent = false, returnCode = 0, reasonCode = 0 }, version) =>
      version === 5 ? { sessionPresent, reasonCode } : { sessionPresent, returnCode },
    publish: ({ topic, payload, qos = 0, dup = false, retain = false, messageId }) => ({
      retain,
      qos,
      dup,
      topic: Buffer.from(topic as string).toString(),
      payload: bytesOf(payload ?? ''),
      ...(qos === 0 ? {} : { messageId }),
    }),
    puback: acknowledgement,
    pubrec: acknowledgement,
    pubrel: acknowledgement,
    pubcomp: acknowledgement,
    subscribe: ({ messageId, subscriptions }, version) => ({
      messageId,
      subscriptions: (subscriptions as Subscription[]).map(
        ({ topic, qos, nl = false, rap = false, rh = 0 }) =>
          version === 5 ? { topic, qos, nl, rap, rh } : { topic, qos },
      ),
    }),
    suback: ({ messageId, granted }) => ({ messageId, granted }),
    unsubscribe: ({ messageId, unsubscriptions }) => ({ messageId, unsubscriptions }),
    unsuback: ({ messageId, granted }, version) => (version === 5 ? { messageId, granted } : { messageId }),
    disconnect: ({ reasonCode = 0 }, version) => (version === 5 ? { reasonCode } : {}),
    auth: ({ reasonCode = 0 }) => ({ reasonCode }),
  };

function normalisedWill(
  { topic, payload, qos = 0, retain = false, properties }: EncodableWill,
  version: ProtocolVersion,
) {
  const kept = version === 5 ? normalisedProperties(properties as Fields | undefined) : undefined;
  return { retain, qos, ...(kept && { properties: kept }), topic, payload: bytesOf(payload) };
}

function normalisedProperties(properties: Fields | undefined): Fields | undefined {
  const kept: Fields = {};
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined) continue;
    if (name === 'userProperties') {
      const pairs = Object.entries(value as object).map(([key, values]) => [key, single(values)] as const);
      if (pairs.length > 0) kept[name] = Object.fromEntries(pairs);
    } else {
      kept[name] = value instanceof Uint8Array ? Buffer.from(value) : single(value);
    }
  }
  return Object.keys(kept).length > 0 ? kept : undefined;
}

function single(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

function bytesOf(value: unknown): Buffer {
  return Buffer.from(value as string);
}
