import fc, { type Arbitrary } from 'fast-check';
import type { PacketCommand, ProtocolVersion } from '../src/protocol/packet-types.ts';
import type { EncodablePacket, QoS } from '../src/protocol/packets.ts';
import { PROPERTIES, type PropertyName, type PropertyOwner } from '../src/protocol/properties.ts';
import { REASON_CODES, SUBACK_RETURN_CODES } from '../src/protocol/reason-codes.ts';

const NOT_NULL = (text: string) => text.replaceAll('\0', '\u00ff');

/** Text that an MQTT UTF-8 encoded string may hold: every plane, control characters, a byte order mark, no U+0000. */
export const mqttString: Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 20 }) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }).map(NOT_NULL) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 100 }).map(NOT_NULL) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '\ufeff', 'é'.repeat(64), '😀'.repeat(32), '\u0001', 'a'.repeat(128)),
  },
);

/** Strings of up to 65,535 bytes, the most that fits. */
export const longString: Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: mqttString },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('x', 'é', '€', '😀'), fc.constantFrom(100, 1000, 65_535))
      .map(([unit, size]) => unit.repeat(Math.floor(size / new TextEncoder().encode(unit).length))),
  },
);

/** Bytes for binary data with a two-byte length. */
export const binaryData: Arbitrary<Uint8Array> = fc.oneof(
  { weight: 6, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(127, 128, 255, 256, 65_535).map((size) => new Uint8Array(size).fill(0xa5)),
  },
);

/** Payloads around every length of the remaining length that is quick to test. */
export const payloadArbitrary: Arbitrary<Uint8Array> = fc.oneof(
  { weight: 8, arbitrary: fc.uint8Array({ maxLength: 60 }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(120, 16_370, 40_000), fc.nat(20))
      .map(([size, more]) => new Uint8Array(size + more).map((_, i) => i & 0xff)),
  },
);

const topicLevel = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 12 }) },
  { weight: 1, arbitrary: mqttString },
);

/** Topic names: at least one character, no wildcards, empty levels included. */
export const topicName: Arbitrary<string> = fc
  .array(topicLevel, { minLength: 1, maxLength: 6 })
  .map((levels) => levels.join('/').replaceAll(/[+#]/g, '_') || '/');

/** Topic filters with wildcards in legal places, `$share/...` included from version 5 on. */
export function topicFilter(version: ProtocolVersion): Arbitrary<string> {
  const plain = fc
    .tuple(
      fc.array(fc.oneof(fc.constant('+'), topicLevel.map(withoutWildcards)), { minLength: 1, maxLength: 6 }),
      fc.boolean(),
    )
    .map(([levels, all]) => (all ? [...levels, '#'] : levels).join('/') || '/')
    .map((filter) => (filter.startsWith('$share/') ? `x${filter}` : filter));
  if (version !== 5) return plain;
  const shared = fc
    .tuple(topicLevel, plain)
    .map(([group, filter]) => `$share/${withoutWildcards(group).replaceAll('/', '') || 'group'}/${filter}`);
  return fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: shared });
}

function withoutWildcards(level: string): string {
  return level.replaceAll(/[+#]/g, '_');
}

export const packetIdentifier: Arbitrary<number> = fc.oneof(
  fc.constantFrom(1, 255, 256, 65_535),
  fc.integer({ min: 1, max: 65_535 }),
);

const qosArbitrary = fc.constantFrom<QoS>(0, 1, 2);

const userProperties = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.dictionary(
      mqttString,
      fc.oneof(mqttString, fc.array(mqttString, { minLength: 1, maxLength: 3 })),
      { maxKeys: 4 },
    ),
  },
  { weight: 1, arbitrary: fc.dictionary(mqttString, longString, { minKeys: 1, maxKeys: 3 }) },
);

function integer(minimum: number, maximum: number): Arbitrary<number> {
  return fc.oneof(fc.constantFrom(minimum, maximum), fc.integer({ min: minimum, max: maximum }));
}

function propertyValue(name: PropertyName, owner: PropertyOwner): Arbitrary<unknown> {
  const property: { type: string; minimum?: number; maximum?: number; topicName?: true } = PROPERTIES[name];
  const minimum = property.minimum ?? 0;
  switch (property.type) {
    case 'boolean':
      return fc.boolean();
    case 'byte':
      return integer(minimum, property.maximum ?? 0xff);
    case 'uint16':
      return integer(minimum, 0xffff);
    case 'uint32':
      return integer(minimum, 0xffff_ffff);
    case 'varint': {
      const identifier = fc.oneof(
        fc.constantFrom(1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455),
        fc.integer({ min: minimum, max: 268_435_455 }),
      );
      return owner === 'publish'
        ? fc.oneof(identifier, fc.array(identifier, { minLength: 2, maxLength: 4 }))
        : identifier;
    }
    case 'binary':
      return binaryData;
    case 'pair':
      return userProperties;
    default:
      return property.topicName ? topicName : longString;
  }
}

/** The properties that `owner` may carry, each there or not, in any order. */
export function propertiesArbitrary(owner: PropertyOwner): Arbitrary<Record<string, unknown>> {
  const names = (Object.keys(PROPERTIES) as PropertyName[]).filter((name) =>
    (PROPERTIES[name].owners as readonly PropertyOwner[]).includes(owner),
  );
  const model: Record<string, Arbitrary<unknown>> = {};
  for (const name of names) model[name] = fc.option(propertyValue(name, owner), { nil: undefined, freq: 1 });
  return fc.tuple(fc.record(model), fc.shuffledSubarray(names)).map(([values, chosen]) => {
    const properties: Record<string, unknown> = {};
    for (const name of chosen) if (values[name] !== undefined) properties[name] = values[name];
    // only a CONNECT is forbidden to have the data alone (MQTT5 section 3.1.2.11.10)
    const needsMethod = owner === 'connect' && properties['authenticationMethod'] === undefined;
    if (needsMethod) delete properties['authenticationData'];
    return properties;
  });
}

/** `fields` with properties in version 5: none, `undefined`, empty or any. */
function withProperties<Fields extends object>(
  fields: Arbitrary<Fields>,
  owner: PropertyOwner,
  version: ProtocolVersion,
): Arbitrary<Fields & { properties?: object }> {
  if (version !== 5) return fields;
  const properties = fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom('none', undefined, {}) },
    { weight: 4, arbitrary: propertiesArbitrary(owner) },
  );
  return fc
    .tuple(fields, properties)
    .map(([packet, chosen]) => (chosen === 'none' ? packet : { ...packet, properties: chosen as object }));
}

function reasonCode(command: PacketCommand): Arbitrary<number> {
  return fc.constantFrom(
    ...REASON_CODES.filter(({ packets }) => packets.includes(command)).map(({ code }) => code),
  );
}

function connect(version: ProtocolVersion): Arbitrary<object> {
  const will = withProperties(
    fc.record(
      {
        topic: topicName,
        payload: fc.oneof(binaryData, mqttString),
        qos: qosArbitrary,
        retain: fc.boolean(),
      },
      { requiredKeys: ['topic', 'payload'] },
    ),
    'will',
    version,
  );
  const fields = fc.record(
    {
      cmd: fc.constant('connect'),
      protocolVersion: fc.constant(version),
      protocolId: fc.constant(version === 3 ? 'MQIsdp' : 'MQTT'),
      bridgeMode: fc.boolean(),
      clean: fc.boolean(),
      keepalive: integer(0, 0xffff),
      clientId: longString,
      username: longString,
      password: fc.oneof(binaryData, longString),
      will,
    },
    { requiredKeys: ['cmd', 'protocolVersion'] },
  );
  return withProperties(fields, 'connect', version).map((drawn) => {
    const packet: Record<string, unknown> = { ...drawn };
    const needsIdentifier = version === 3 || (version === 4 && packet['clean'] === false);
    if (needsIdentifier && !packet['clientId']) packet['clientId'] = 'client';
    if (version !== 5 && packet['username'] === undefined) delete packet['password'];
    if (version === 5) delete packet['bridgeMode'];
    return packet;
  });
}

function connack(version: ProtocolVersion): Arbitrary<object> {
  const code = version === 5 ? reasonCode('connack') : integer(0, 5);
  const fields = fc
    .record(
      {
        cmd: fc.constant('connack'),
        sessionPresent: fc.boolean(),
        [version === 5 ? 'reasonCode' : 'returnCode']: code,
      },
      { requiredKeys: ['cmd'] },
    )
    .map((packet) => {
      const refused = Object.values(packet).some((value) => typeof value === 'number' && value !== 0);
      return refused ? { ...packet, sessionPresent: false } : packet;
    });
  return withProperties(fields, 'connack', version);
}

function publish(version: ProtocolVersion): Arbitrary<object> {
  const fields = fc
    .record(
      {
        cmd: fc.constant('publish'),
        topic: fc.oneof(
          { weight: 8, arbitrary: topicName },
          { weight: 1, arbitrary: topicName.map((topic) => new TextEncoder().encode(topic)) },
          { weight: 1, arbitrary: fc.constantFrom('t', 'é'.repeat(300), `long/${'x'.repeat(65_530)}`) },
        ),
        payload: fc.oneof({ weight: 4, arbitrary: payloadArbitrary }, { weight: 1, arbitrary: longString }),
        qos: qosArbitrary,
        dup: fc.boolean(),
        retain: fc.boolean(),
        messageId: packetIdentifier,
      },
      { requiredKeys: ['cmd', 'topic', 'messageId'] },
    )
    .map((packet) => (packet.qos ? packet : { ...packet, dup: false }));
  return fc
    .tuple(withProperties(fields, 'publish', version), fc.integer({ min: 0, max: 7 }))
    .map(([packet, draw]) =>
      draw === 0 && (packet.properties as { topicAlias?: number } | undefined)?.topicAlias !== undefined
        ? { ...packet, topic: '' }
        : packet,
    );
}

function acknowledgement(command: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp', version: ProtocolVersion) {
  const fields: Record<string, Arbitrary<unknown>> = {
    cmd: fc.constant(command),
    messageId: packetIdentifier,
  };
  if (version === 5) fields['reasonCode'] = reasonCode(command);
  return withProperties(fc.record(fields, { requiredKeys: ['cmd', 'messageId'] }), command, version);
}

function subscribe(version: ProtocolVersion): Arbitrary<object> {
  const options = version === 5 ? { nl: fc.boolean(), rap: fc.boolean(), rh: fc.constantFrom(0, 1, 2) } : {};
  const subscription = fc
    .record(
      { topic: topicFilter(version), qos: qosArbitrary, ...options },
      { requiredKeys: ['topic', 'qos'] },
    )
    .map((drawn) => (drawn.topic.startsWith('$share/') && version === 5 ? { ...drawn, nl: false } : drawn));
  const fields = fc.record({
    cmd: fc.constant('subscribe'),
    messageId: packetIdentifier,
    subscriptions: fc.array(subscription, { minLength: 1, maxLength: 5 }),
  });
  return withProperties(fields, 'subscribe', version);
}

function suback(version: ProtocolVersion): Arbitrary<object> {
  const code = version === 5 ? reasonCode('suback') : fc.constantFrom(...SUBACK_RETURN_CODES);
  const fields = fc.record({
    cmd: fc.constant('suback'),
    messageId: packetIdentifier,
    granted: fc.array(code, { minLength: 1, maxLength: 8 }),
  });
  return withProperties(fields, 'suback', version);
}

function unsubscribe(version: ProtocolVersion): Arbitrary<object> {
  const fields = fc.record({
    cmd: fc.constant('unsubscribe'),
    messageId: packetIdentifier,
    unsubscriptions: fc.array(topicFilter(version), { minLength: 1, maxLength: 5 }),
  });
  return withProperties(fields, 'unsubscribe', version);
}

function unsuback(version: ProtocolVersion): Arbitrary<object> {
  const fields: Record<string, Arbitrary<unknown>> = {
    cmd: fc.constant('unsuback'),
    messageId: packetIdentifier,
  };
  if (version === 5) fields['granted'] = fc.array(reasonCode('unsuback'), { minLength: 1, maxLength: 8 });
  return withProperties(fc.record(fields), 'unsuback', version);
}

function disconnect(version: ProtocolVersion): Arbitrary<object> {
  const fields: Record<string, Arbitrary<unknown>> = { cmd: fc.constant('disconnect') };
  if (version === 5) fields['reasonCode'] = reasonCode('disconnect');
  return withProperties(fc.record(fields, { requiredKeys: ['cmd'] }), 'disconnect', version);
}

function auth(): Arbitrary<object> {
  const method = fc.tuple(propertiesArbitrary('auth'), longString);
  const full = fc
    .tuple(fc.option(reasonCode('auth'), { nil: undefined }), method)
    .map(([code, [properties, name]]) => ({
      cmd: 'auth',
      ...(code === undefined ? {} : { reasonCode: code }),
      properties: { ...properties, authenticationMethod: name },
    }));
  return fc.oneof({ weight: 8, arbitrary: full }, { weight: 1, arbitrary: fc.constant({ cmd: 'auth' }) });
}

function empty(command: 'pingreq' | 'pingresp'): Arbitrary<object> {
  return fc.record({ cmd: fc.constant(command) });
}

/** Packets of one type that `encode` accepts in `version` at the strictness `spec`, with every optional field. */
export function packetOfType(command: PacketCommand, version: ProtocolVersion): Arbitrary<EncodablePacket> {
  return drawPacket(command, version) as Arbitrary<EncodablePacket>;
}

function drawPacket(command: PacketCommand, version: ProtocolVersion): Arbitrary<object> {
  switch (command) {
    case 'connect':
      return connect(version);
    case 'connack':
      return connack(version);
    case 'publish':
      return publish(version);
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return acknowledgement(command, version);
    case 'subscribe':
      return subscribe(version);
    case 'suback':
      return suback(version);
    case 'unsubscribe':
      return unsubscribe(version);
    case 'unsuback':
      return unsuback(version);
    case 'disconnect':
      return disconnect(version);
    case 'auth':
      return auth();
    case 'pingreq':
    case 'pingresp':
      return empty(command);
  }
}

const COMMANDS: readonly PacketCommand[] = [
  'connect',
  'connack',
  'publish',
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'subscribe',
  'suback',
  'unsubscribe',
  'unsuback',
  'pingreq',
  'pingresp',
  'disconnect',
  'auth',
];

/** The packet types that `version` defines. */
export function commandsOf(version: ProtocolVersion): readonly PacketCommand[] {
  return version === 5 ? COMMANDS : COMMANDS.filter((command) => command !== 'auth');
}

/** Packets of every type that `encode` accepts in `version` at the strictness `spec`; one in three is a PUBLISH. */
export function packetArbitrary(version: ProtocolVersion): Arbitrary<EncodablePacket> {
  const other = commandsOf(version).filter((command) => command !== 'publish');
  return fc.oneof(
    { weight: other.length, arbitrary: packetOfType('publish', version) },
    ...other.map((command) => ({ weight: 2, arbitrary: packetOfType(command, version) })),
  );
}
