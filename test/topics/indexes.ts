import { Decoder } from '../../src/decode/index.ts';
import type { KernelName } from '../../src/kernel/kernel.ts';
import { MqttError } from '../../src/protocol/errors.ts';
import { TopicIndex, type TopicIndexOptions } from '../../src/topics/index.ts';
import { join, publish } from '../kernel/wire.ts';

export { KERNELS } from './filter-table.ts';

export function makeIndex<S = string>(kernel: KernelName, options: TopicIndexOptions<S> = {}): TopicIndex<S> {
  const index = new TopicIndex<S>({ ...options, kernel });
  if (index.kernelName !== kernel) throw new Error(`${index.kernelName} instead of ${kernel}`);
  return index;
}

/** Subscribers that a topic is for, sorted. */
export function found(
  index: TopicIndex<string>,
  topic: Parameters<TopicIndex<string>['match']>[0],
): string[] {
  const subscribers: string[] = [];
  const visited = index.match(topic, (subscriber) => subscribers.push(subscriber));
  if (visited !== subscribers.length) throw new Error(`${visited} visited, not ${subscribers.length}`);
  return subscribers.sort();
}

/** The error that a call throws. */
export function errorOf(call: () => unknown): MqttError {
  try {
    call();
  } catch (error) {
    if (error instanceof MqttError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** A decoder that has the topics of PUBLISH packets to read, in one chunk. */
export function decoderOf(kernel: KernelName, topics: readonly string[]): Decoder {
  const decoder = new Decoder({ kernel });
  decoder.push(join(...topics.map((topic) => publish(topic))));
  return decoder;
}
