import { topicFilterFault } from '../topics/names.ts';
import { describe, failIfEnforced } from './fail.ts';
import type { PacketContext } from './options.ts';
import { type NamedField, writeString } from './text.ts';

/** Writes a topic filter. Throws from `spec` on what MQTT 4.7 and 4.8.2 forbid, and what `writeString` throws. */
export function writeTopicFilter(
  bytes: Uint8Array,
  position: number,
  filter: unknown,
  field: NamedField,
  context: PacketContext,
): number {
  const end = writeString(bytes, position, filter, field, context);
  const fault = topicFilterFault(filter as string, context.protocolVersion);
  if (fault !== undefined) failIfEnforced(fault, context, describe(filter));
  return end;
}
