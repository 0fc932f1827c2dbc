import { frameOf, messageIdOffset, payloadOf, topicOf } from './messages.ts';
import type { DensePlan } from './plan.ts';

/** Topics of a publisher, in turn. */
const TOPICS = 10;

/** The messages that a publisher has under way at most, as it sends them again and again. */
export interface Cycle {
  readonly frames: Buffer;
  readonly frameLength: number;
  readonly messageIdOffset: number;
  readonly topics: readonly string[];
}

/** Packet identifiers are 1 to the number of messages. */
export function cycleOf(
  { qos, protocolVersion, payload, batch, batches }: DensePlan,
  publisher: number,
): Cycle {
  const topics = Array.from({ length: TOPICS }, (_, device) => topicOf(publisher, device));
  const frames = Array.from({ length: batch * batches }, (_, i) => {
    const topic = topics[i % TOPICS]!;
    return frameOf({ topic, qos, protocolVersion, messageId: i + 1, payload: payloadOf(payload, i) });
  });
  return {
    frames: Buffer.concat(frames),
    frameLength: frames[0]!.length,
    messageIdOffset: messageIdOffset(frames[0]!, topics[0]!, qos),
    topics,
  };
}
