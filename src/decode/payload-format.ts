import { TEXT_NOT_UTF8, textFaults } from '../kernel/text.ts';
import type { Clause } from '../protocol/fields.ts';
import { enforces } from '../protocol/rules.ts';
import type { PacketReader } from './reader.ts';

/** A payload format indicator of 1 promises a payload that is UTF-8 (MQTT5 section 3.3.2.3.2). */
export function checkPayloadFormat(
  reader: PacketReader,
  fieldStart: number,
  payloadStart: number,
  payloadEnd: number,
  clause?: Clause,
): void {
  // asked first, because looking at a long payload takes its time
  if (!enforces(reader.settings.strictness, 'PAYLOAD_NOT_UTF8')) return;
  if ((textFaults(reader.bytes, payloadStart, payloadEnd) & TEXT_NOT_UTF8) === 0) return;
  reader.fail('PAYLOAD_NOT_UTF8', fieldStart, clause);
}
