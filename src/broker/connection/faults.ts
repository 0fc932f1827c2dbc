import type { MqttError } from '../../protocol/errors.ts';
import { isReasonCode } from '../../protocol/reason-codes.ts';
import { PACKET_TOO_LARGE, PROTOCOL_ERROR, TOPIC_ALIAS_INVALID } from '../reason-codes.ts';
import type { LimitName } from '../statistics/statistics.ts';
import { type ConnackForError, connackForError } from './connack.ts';
import { describeGreeting } from './greeting.ts';

/** What follows a breach of the protocol. */
export interface Fault {
  /** Of DISCONNECT. */
  readonly reasonCode: number;
  readonly reason: string;
  /** What is sent before, if there was no CONNACK yet. */
  readonly connack: ConnackForError | undefined;
  /** The limit that was met, if it is one. */
  readonly limit: LimitName | undefined;
}

const LIMITS = new Map<number, LimitName>([
  [PACKET_TOO_LARGE, 'maxPacketSize'],
  [TOPIC_ALIAS_INVALID, 'topicAliasMaximum'],
]);

/** `greeting`: the first bytes of a connection that no CONNECT was accepted from. */
export function faultOf(error: MqttError, greeting: Uint8Array | undefined): Fault {
  const limit = LIMITS.get(error.reasonCode);
  const strange = greeting && describeGreeting(greeting);
  if (strange !== undefined)
    return { reasonCode: PROTOCOL_ERROR, reason: strange, connack: undefined, limit };
  return {
    reasonCode: isReasonCode('disconnect', error.reasonCode) ? error.reasonCode : PROTOCOL_ERROR,
    reason: error.message,
    connack: greeting && connackForError(error, greeting),
    limit,
  };
}
