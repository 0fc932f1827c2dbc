import { type Field, PROPERTY_FIELDS, PROPERTY_RANGE_RULES } from '../protocol/fields.ts';
import {
  LARGEST_NUMBER,
  type NamedProperty,
  PROPERTY_BY_ID,
  type PropertyOwner,
} from '../protocol/properties.ts';
import { writeLengthBefore, writeUint8, writeUint16, writeUint32, writeVarint } from './bytes.ts';
import { describe, fail, failIfEnforced } from './fail.ts';
import type { PacketContext } from './options.ts';
import { NO_BYTES } from './platform.ts';
import { writeBinary, writeString } from './text.ts';
import { writeTopicName } from './topic-name.ts';

/** The properties that one packet, or the will, may carry. */
export interface OwnedProperties {
  readonly owner: PropertyOwner;
  readonly byName: ReadonlyMap<string, Property>;
}

type Property = NamedProperty & Field;

const DEFINED: readonly Property[] = PROPERTY_BY_ID.filter((property) => property !== undefined).map(
  (property) => ({ ...PROPERTY_FIELDS[property.name], ...property }),
);

/** Looks up once what `writeProperties` needs to know about `owner`. */
export function propertiesOf(owner: PropertyOwner): OwnedProperties {
  const allowed = DEFINED.filter(({ owners }) => owners.includes(owner));
  return { owner, byName: new Map(allowed.map((property) => [property.name, property])) };
}

/**
 * Writes a property length and the properties in the order of their names in the object (MQTT5 section 2.2.2).
 * `undefined` and null are no properties, and a property that is `undefined` is left out.
 * Throws PROPERTY_UNKNOWN, PROPERTY_NOT_ALLOWED, PROPERTY_DUPLICATE, PROPERTY_VALUE, FIELD_INVALID for a value of the
 * wrong JavaScript type, and what the values themselves can break.
 */
export function writeProperties(
  bytes: Uint8Array,
  position: number,
  properties: unknown,
  owned: OwnedProperties,
  context: PacketContext,
): number {
  let end = position + 1;
  if (properties !== undefined && properties !== null) {
    if (typeof properties !== 'object') {
      fail('FIELD_INVALID', context, `properties is ${describe(properties)}`);
    }
    for (const name of Object.keys(properties)) {
      const value = (properties as Record<string, unknown>)[name];
      if (value === undefined) continue;
      const property = owned.byName.get(name) ?? propertyElsewhere(name, owned.owner, context);
      if (property.type === 'pair') end = writePairs(bytes, end, value, property, context);
      else if (Array.isArray(value)) end = writeRepeated(bytes, end, value, property, owned.owner, context);
      else end = writeValue(bytes, writeUint8(bytes, end, property.id), value, property, context);
    }
  }
  return writeLengthBefore(bytes, position, 1, end);
}

/** The number of bytes that `writeProperties` writes: 1 if there are no properties. */
export function measureProperties(
  properties: unknown,
  owned: OwnedProperties,
  context: PacketContext,
): number {
  return writeProperties(NO_BYTES, 0, properties, owned, context);
}

function propertyElsewhere(name: string, owner: PropertyOwner, context: PacketContext): Property {
  const property = DEFINED.find((defined) => defined.name === name);
  if (property === undefined) return fail('PROPERTY_UNKNOWN', context, describe(name));
  const isForWill = owner === 'publish' && property.owners.includes('will');
  failIfEnforced(isForWill ? 'WILL_PROPERTY_IN_PUBLISH' : 'PROPERTY_NOT_ALLOWED', context, name);
  return property;
}

function writeRepeated(
  bytes: Uint8Array,
  position: number,
  values: readonly unknown[],
  property: Property,
  owner: PropertyOwner,
  context: PacketContext,
): number {
  if (property.repeatableIn === undefined) failValue(values, property, context);
  if (!property.repeatableIn.includes(owner)) fail('PROPERTY_DUPLICATE', context, property.name);
  for (const value of values) {
    position = writeValue(bytes, writeUint8(bytes, position, property.id), value, property, context);
  }
  return position;
}

function writePairs(
  bytes: Uint8Array,
  position: number,
  pairs: unknown,
  property: Property,
  context: PacketContext,
): number {
  if (typeof pairs !== 'object' || pairs === null || Array.isArray(pairs))
    failValue(pairs, property, context);
  for (const name of Object.keys(pairs)) {
    const value = (pairs as Record<string, unknown>)[name];
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      position = writeUint8(bytes, position, property.id);
      position = writeString(bytes, position, name, property, context);
      position = writeString(bytes, position, one, property, context);
    }
  }
  return position;
}

function writeValue(
  bytes: Uint8Array,
  position: number,
  value: unknown,
  property: Property,
  context: PacketContext,
): number {
  switch (property.type) {
    case 'boolean':
      if (value !== true && value !== 1 && value !== false && value !== 0)
        failValue(value, property, context);
      return writeUint8(bytes, position, value ? 1 : 0);
    case 'byte':
      return writeUint8(bytes, position, numberIn(value, property, context));
    case 'uint16':
      return writeUint16(bytes, position, numberIn(value, property, context));
    case 'uint32':
      return writeUint32(bytes, position, numberIn(value, property, context));
    case 'varint':
      return writeVarint(bytes, position, numberIn(value, property, context));
    case 'binary':
      return writeBinary(bytes, position, value, property, context);
    default:
      return property.topicName
        ? writeTopicName(bytes, position, value, property, context)
        : writeString(bytes, position, value, property, context);
  }
}

function numberIn(value: unknown, property: Property, context: PacketContext): number {
  const largest = LARGEST_NUMBER[property.type] ?? 0;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > largest) {
    return failValue(value, property, context);
  }
  if (value < (property.minimum ?? 0) || value > (property.maximum ?? largest)) {
    const rule = PROPERTY_RANGE_RULES[property.name];
    const detail = `${property.name} is ${value}`;
    if (rule !== undefined) failIfEnforced(rule, context, detail);
    else failIfEnforced('PROPERTY_VALUE', context, detail, property.clause);
  }
  return value;
}

/** A number out of range breaks the property's rule, a value of another JavaScript type cannot be encoded at all. */
function failValue(value: unknown, property: Property, context: PacketContext): never {
  const isNumber =
    typeof value === 'number' && (LARGEST_NUMBER[property.type] !== undefined || property.type === 'boolean');
  fail(
    isNumber ? 'PROPERTY_VALUE' : 'FIELD_INVALID',
    context,
    `${property.name} is ${describe(value)}`,
    property.clause,
  );
}
