import { encode } from '../../src/index.ts';
import type { LoadQoS } from './plan.ts';

/** Levels of a real topic; all that a plan has are equally long, so that all of its frames are. */
export function topicOf(group: number, device: number): string {
  return `site/${digits(group)}/line/4/device/${digits(device)}/temperature`;
}

function digits(value: number): string {
  return String(value).padStart(4, '0');
}

export interface Frame {
  readonly topic: string;
  readonly qos: LoadQoS;
  readonly protocolVersion: 4 | 5;
  /** Of the packet, unless `qos` is 0. */
  readonly messageId: number;
  readonly payload: Buffer;
}

export function frameOf({ topic, qos, protocolVersion, messageId, payload }: Frame): Buffer {
  const message = { cmd: 'publish', topic, payload, retain: false, dup: false } as const;
  const packet = qos === 0 ? { ...message, qos } : { ...message, qos, messageId };
  return Buffer.from(encode(packet, { protocolVersion }));
}

/** A payload that begins with a number, which tells it from others. */
export function payloadOf(length: number, number: number): Buffer {
  const payload = Buffer.alloc(length, 'payload ');
  payload.writeUInt32BE(number);
  return payload;
}

/** Where the packet identifier of a frame is; 0 with QoS 0. */
export function messageIdOffset(frame: Buffer, topic: string, qos: LoadQoS): number {
  return qos === 0 ? 0 : frame.indexOf(topic) + topic.length;
}
