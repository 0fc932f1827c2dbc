import { TEXT_WILDCARD } from '../kernel/text.ts';
import type { Field } from '../protocol/fields.ts';
import { enforces } from '../protocol/rules.ts';
import { topicFilterFault } from '../topics/names.ts';
import type { PacketReader } from './reader.ts';

const DOLLAR = 0x24;

/** Reads a topic name without wildcards (MQTT-3.3.2-2); the caller decides whether it may be empty. */
export function readTopicName(reader: PacketReader, field: Field): string {
  const start = reader.position;
  const topic = reader.string(field);
  if ((reader.textFaults & TEXT_WILDCARD) !== 0)
    reader.check('TOPIC_NAME_WILDCARD', start, field.hasWildcard);
  return topic;
}

/** Reads a topic filter, or a shared subscription from MQTT 5.0 on (MQTT5 sections 4.7 and 4.8.2). */
export function readTopicFilter(reader: PacketReader, field: Field): string {
  const start = reader.position;
  const filter = reader.string(field);
  // most filters have neither wildcard nor share name, and then there is nothing to look for
  if (filter.length === 0 || (reader.textFaults & TEXT_WILDCARD) !== 0 || filter.charCodeAt(0) === DOLLAR) {
    const fault = topicFilterFault(filter, reader.version);
    if (fault !== undefined && enforces(reader.settings.strictness, fault)) reader.fail(fault, start);
  }
  return filter;
}
