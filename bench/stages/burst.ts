import { frameOf, messageIdOffset, payloadOf, topicOf } from '../broker/messages.ts';
import type { StagePlan } from './plan.ts';

/** Topics of a publisher, in turn. */
const TOPICS = 10;

const PINGREQ = Buffer.from([0xc0, 0]);

/** What a publisher sends in each step: messages, then PINGREQ, whose answer says that the broker has come so far. */
export interface Burst {
  readonly frames: Buffer;
  /** With the PINGREQ. */
  readonly bytes: Buffer;
  readonly frameLength: number;
  readonly messageIdOffset: number;
  readonly topics: readonly string[];
}

/** Packet identifiers are 1 to the number of messages. */
export function burstOf({ qos, payload, burst }: StagePlan, publisher: number): Burst {
  const topics = Array.from({ length: TOPICS }, (_, device) => topicOf(publisher, device));
  const all = Array.from({ length: burst }, (_, i) => {
    const topic = topics[i % TOPICS]!;
    return frameOf({ topic, qos, protocolVersion: 4, messageId: i + 1, payload: payloadOf(payload, i) });
  });
  const frames = Buffer.concat(all);
  return {
    frames,
    bytes: Buffer.concat([frames, PINGREQ]),
    frameLength: all[0]!.length,
    messageIdOffset: messageIdOffset(all[0]!, topics[0]!, qos),
    topics,
  };
}
