import { isWellFormed, utf8Length } from '../kernel/text.ts';
import { MqttError } from '../protocol/errors.ts';
import { MAX_STRING_LENGTH } from '../protocol/limits.ts';
import type { PacketCommand, ProtocolVersion } from '../protocol/packet-types.ts';
import type { RuleCode } from '../protocol/rules.ts';
import { topicFilterFault, topicNameFault } from './names.ts';

const NULL_CLAUSE = 'MQTT-4.7.3-2';
const LENGTH_CLAUSE = 'MQTT-4.7.3-3';

/**
 * What is wrong with a topic name, or `undefined`: it is empty (MQTT-4.7.3-1), contains `+` or `#` (MQTT-3.3.2-2) or
 * U+0000 (MQTT-4.7.3-2), is not Unicode because of a lone surrogate (MQTT-1.5.4-1), or takes more than 65,535 bytes
 * (MQTT-4.7.3-3). The error is returned, never thrown.
 */
export function validateTopicName(topic: string): MqttError | undefined {
  if (typeof topic !== 'string') return notAString('publish', 5);
  return toError(topicNameFault(topic) ?? textFault(topic), 'publish', 5);
}

/**
 * What is wrong with a topic filter, or `undefined`: it is empty (MQTT-4.7.3-1), a wildcard does not take a level of its
 * own, or `#` not the last (MQTT-4.7.1-1, MQTT-4.7.1-2), `$share/` is not followed by a share name and a topic filter
 * (MQTT-4.8.2-1, MQTT-4.8.2-2), or the text is none, as in `validateTopicName`. Shared subscriptions exist from protocol
 * version 5 on, which is the default. The error is returned, never thrown.
 */
export function validateTopicFilter(filter: string, version: ProtocolVersion = 5): MqttError | undefined {
  return filterError(filter, version, 'subscribe');
}

/** The same about a filter in the packet named. */
export function filterError(
  filter: string,
  version: ProtocolVersion,
  packetType: 'subscribe' | 'unsubscribe',
): MqttError | undefined {
  if (typeof filter !== 'string') return notAString(packetType, version);
  return toError(topicFilterFault(filter, version) ?? textFault(filter), packetType, version);
}

/** The rule of MQTT 1.5.4 and 4.7.3 that a text breaks. */
function textFault(text: string): RuleCode | undefined {
  if (!isWellFormed(text)) return 'STRING_NOT_UTF8';
  if (text.includes('\0')) return 'STRING_HAS_NULL';
  return text.length * 3 > MAX_STRING_LENGTH && utf8Length(text) > MAX_STRING_LENGTH
    ? 'STRING_TOO_LONG'
    : undefined;
}

const CLAUSES: { readonly [Code in RuleCode]?: string } = {
  STRING_HAS_NULL: NULL_CLAUSE,
  STRING_TOO_LONG: LENGTH_CLAUSE,
};

function toError(
  code: RuleCode | undefined,
  packetType: PacketCommand,
  protocolVersion: ProtocolVersion,
): MqttError | undefined {
  if (code === undefined) return undefined;
  return new MqttError(code, { packetType, protocolVersion, clause: CLAUSES[code], field: 'topic' });
}

function notAString(packetType: PacketCommand, protocolVersion: ProtocolVersion): MqttError {
  const detail = 'topic is not a string';
  return new MqttError('FIELD_INVALID', { packetType, protocolVersion, detail, field: 'topic' });
}
