import type { TopicIndex } from '../../src/topics/topic-index.ts';
import type { TopicIndexOptions } from '../../src/topics/types.ts';
import { type Codec, loadCodec } from '../codec/load.ts';
import type { Contestant } from '../suite.ts';
import { compileSlices, type Expected, slicedContestant } from './pass.ts';
import type { Subscriber, Subscriptions } from './subscriptions.ts';
import type { Traffic } from './traffic.ts';

export type IndexKernel = 'wasm' | 'js';
export const INDEX_KERNELS: readonly IndexKernel[] = ['wasm', 'js'];

export interface LoadedIndex {
  readonly codec: Codec;
  readonly index: TopicIndex<Subscriber>;
}

/** An index in a copy of the package of its own, see `loadCodec`. */
export function loadIndex(name: string, options: TopicIndexOptions<Subscriber>): LoadedIndex {
  const codec = loadCodec(name);
  const index = new codec.TopicIndex<Subscriber>(options);
  if (index.kernelName !== options.kernel) throw new Error(`${name} runs on kernel ${index.kernelName}`);
  return { codec, index };
}

export function filledIndex(
  name: string,
  { filters, subscribers }: Subscriptions,
  options: TopicIndexOptions<Subscriber>,
): LoadedIndex {
  const loaded = loadIndex(name, options);
  for (let i = 0; i < filters.length; i++) loaded.index.subscribe(filters[i]!, subscribers[i]!);
  return loaded;
}

/** What a contestant of ours needs to know. */
export interface Entry {
  readonly kernel: IndexKernel;
  /** Default `index <kernel>, <input>`. */
  readonly name?: string;
  readonly subscriptions: Subscriptions;
  readonly traffic: Traffic;
  readonly expected: Expected;
  readonly options?: TopicIndexOptions<Subscriber>;
}

const VISIT = 'const visit = (subscriber) => { sum = (sum + subscriber.value) | 0; };';
const VISIT_OF_MANY = 'const visit = (at, subscriber) => { sum = (sum + subscriber.value) | 0; };';

/** Topics as bytes, a chunk of them at a time. */
export function indexOnBytes(entry: Entry): Contestant {
  const { kernel, name = `index ${kernel}, bytes`, subscriptions, traffic, expected } = entry;
  const { index } = filledIndex(name, subscriptions, { ...entry.options, kernel });
  const slices = traffic.bytes();
  const body = 'index.matchMany(item.bytes, item.positions, item.count, visit);';
  const sumOfSlice = compileSlices({ index }, slices, VISIT_OF_MANY, body);
  return slicedContestant(name, traffic, expected, sumOfSlice);
}

/** PUBLISH packets, parsed by the decoder that the index reads the topic from. */
export function indexOnPackets(entry: Entry): Contestant {
  const { kernel, name = `index ${kernel}, packets`, subscriptions, traffic, expected } = entry;
  const { codec, index } = filledIndex(name, subscriptions, { ...entry.options, kernel });
  const decoder = new codec.Decoder({ protocolVersion: 4, kernel });
  const slices = traffic.packets();
  const body = 'decoder.push(item); while (decoder.next()) index.match(decoder, visit);';
  const sumOfSlice = compileSlices({ index, decoder }, slices, VISIT, body);
  return slicedContestant(name, traffic, expected, sumOfSlice);
}

/** The same packets parsed, and their topics matched as bytes, for which nothing is cached. */
export function indexOnPacketsWithoutCache(entry: Entry): Contestant {
  const { kernel, name = `index ${kernel}, packets, no cache`, subscriptions, traffic, expected } = entry;
  const { codec, index } = filledIndex(name, subscriptions, { ...entry.options, kernel });
  const decoder = new codec.Decoder({ protocolVersion: 4, kernel });
  const slices = traffic.packets().map((chunks, slice) => {
    const packets = chunks.map((bytes) => ({ bytes, topics: undefined }));
    return [...packets, ...traffic.bytes()[slice]!.map((topics) => ({ bytes: undefined, topics }))];
  });
  const sumOfSlice = compileSlices(
    { index, decoder },
    slices,
    VISIT_OF_MANY,
    `if (item.topics === undefined) {
      decoder.push(item.bytes);
      while (decoder.next()) if (decoder.topicId === -2) throw new Error('no topic');
    } else {
      const { bytes, positions, count } = item.topics;
      index.matchMany(bytes, positions, count, visit);
    }`,
  );
  return slicedContestant(name, traffic, expected, sumOfSlice);
}

/** Topics as string objects that come again. */
export function indexOnStrings(entry: Entry): Contestant {
  const { kernel, name = `index ${kernel}, strings reused`, subscriptions, traffic, expected } = entry;
  const { index } = filledIndex(name, subscriptions, { ...entry.options, kernel });
  const slices = traffic.strings();
  const sumOfSlice = compileSlices({ index }, slices, VISIT, 'index.match(item, visit);');
  return slicedContestant(name, traffic, expected, sumOfSlice);
}
