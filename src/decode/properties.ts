import { PROPERTY_FIELDS, PROPERTY_LENGTH, PROPERTY_RANGE_RULES } from '../protocol/fields.ts';
import { PACKET_TYPES, type PacketCommand } from '../protocol/packet-types.ts';
import {
  type NamedProperty,
  PROPERTIES,
  PROPERTY_BY_ID,
  type PropertiesOf,
  type PropertyOwner,
  type UserProperties,
} from '../protocol/properties.ts';
import type { PacketReader } from './reader.ts';
import { readTopicName } from './topics.ts';

type PropertyValue = boolean | number | string | Uint8Array;

/** Any property block while it is being filled. */
type PropertyBag = { [name: string]: PropertyValue | number[] | UserProperties | undefined };

const WILL_DELAY_INTERVAL = PROPERTIES.willDelayInterval.id;

/** One bit per place for properties: that of the packet type, and bit 0 for the will. */
function ownerBit(owner: PropertyOwner): number {
  return owner === 'will' ? 1 : 1 << PACKET_TYPES[owner as PacketCommand].type;
}

function ownerBits(owners: readonly PropertyOwner[] = []): number {
  return owners.reduce((bits, owner) => bits | ownerBit(owner), 0);
}

/** Owners in which the property may stand, and may stand more than once, by its identifier. */
const ALLOWED = Uint16Array.from(PROPERTY_BY_ID, (property) => ownerBits(property?.owners));
const REPEATABLE = Uint16Array.from(PROPERTY_BY_ID, (property) => ownerBits(property?.repeatableIn));

/**
 * Reads the property length and the properties (MQTT5 section 2.2.2); `undefined` if there are none. A repeatable
 * property that occurs more than once is an array in order of arrival, and so is a user property whose name does.
 */
export function readProperties<Owner extends PropertyOwner>(
  reader: PacketReader,
  owner: Owner,
): PropertiesOf<Owner> | undefined {
  const start = reader.position;
  const length = reader.variableByteInteger(PROPERTY_LENGTH);
  if (length === 0) return undefined;
  const end = reader.position + length;
  if (end > reader.end) reader.fail('PROPERTY_LENGTH', start);
  return readBlock(reader, end, owner);
}

/** Reads the properties from the reader's position to `end`. */
export function readBlock<Owner extends PropertyOwner>(
  reader: PacketReader,
  end: number,
  owner: Owner,
): PropertiesOf<Owner> {
  const bag: PropertyBag = {};
  const bit = ownerBit(owner);
  reader.limit = end;
  reader.overrun = 'PROPERTY_TRUNCATED';
  while (reader.position < end) readProperty(reader, bit, bag);
  reader.limit = reader.end;
  reader.overrun = 'PACKET_TRUNCATED';
  return bag as PropertiesOf<Owner>;
}

function readProperty(reader: PacketReader, owner: number, bag: PropertyBag): void {
  const start = reader.position;
  const identifier = reader.variableByteInteger();
  const property = PROPERTY_BY_ID[identifier];
  if (property === undefined) {
    reader.fail('PROPERTY_UNKNOWN', start, undefined, `identifier 0x${identifier.toString(16)}`);
  }
  const name = property.name;
  if ((ALLOWED[identifier] & owner) === 0) {
    const inPublish = identifier === WILL_DELAY_INTERVAL && owner === ownerBit('publish');
    reader.check(inPublish ? 'WILL_PROPERTY_IN_PUBLISH' : 'PROPERTY_NOT_ALLOWED', start, undefined, name);
  }
  if (property.type === 'pair') {
    const userProperties = (bag[name] ??= Object.create(null) as UserProperties) as UserProperties;
    readUserProperty(reader, userProperties);
    return;
  }
  const earlier = bag[name];
  if (earlier !== undefined && (REPEATABLE[identifier] & owner) === 0) {
    reader.fail('PROPERTY_DUPLICATE', start, undefined, name);
  }
  const value = readValue(reader, property);
  if (earlier === undefined) bag[name] = value;
  else if (Array.isArray(earlier)) earlier.push(value as number);
  else bag[name] = [earlier as number, value as number];
}

function readUserProperty(reader: PacketReader, userProperties: UserProperties): void {
  const name = reader.string(PROPERTY_FIELDS.userProperties);
  const value = reader.string(PROPERTY_FIELDS.userProperties);
  const earlier = userProperties[name];
  if (earlier === undefined) userProperties[name] = value;
  else if (typeof earlier === 'string') userProperties[name] = [earlier, value];
  else earlier.push(value);
}

function readValue(reader: PacketReader, property: NamedProperty): PropertyValue {
  const start = reader.position;
  switch (property.type) {
    case 'string':
      return property.topicName
        ? readResponseTopic(reader, property)
        : reader.string(PROPERTY_FIELDS[property.name]);
    case 'binary':
      return reader.binary();
    case 'boolean': {
      const value = reader.uint8();
      if (value > 1) reader.check('PROPERTY_VALUE', start, property.clause, `${property.name} ${value}`);
      return value !== 0;
    }
    case 'byte':
      return checkRange(reader, property, start, reader.uint8());
    case 'uint16':
      return checkRange(reader, property, start, reader.uint16());
    case 'uint32':
      return checkRange(reader, property, start, reader.uint32());
    default:
      return checkRange(reader, property, start, reader.variableByteInteger());
  }
}

function readResponseTopic(reader: PacketReader, property: NamedProperty): string {
  const start = reader.position;
  const topic = readTopicName(reader, PROPERTY_FIELDS[property.name] ?? {});
  if (topic.length === 0) reader.check('TOPIC_NAME_EMPTY', start, undefined, property.name);
  return topic;
}

function checkRange(reader: PacketReader, property: NamedProperty, start: number, value: number): number {
  const { minimum, maximum } = property;
  if ((minimum !== undefined && value < minimum) || (maximum !== undefined && value > maximum)) {
    const rule = PROPERTY_RANGE_RULES[property.name];
    if (rule !== undefined) reader.check(rule, start);
    else reader.check('PROPERTY_VALUE', start, property.clause, `${property.name} ${value}`);
  }
  return value;
}
