import {
  CHUNK,
  HEADER_PROPERTIES_GENERATION,
  HEADER_TOPIC_GENERATION,
  PROPERTIES_SLOT_COUNT,
  PROPERTIES_SLOTS,
  SLOT_SHIFT,
  TOPIC_SLOT_COUNT,
  TOPIC_SLOTS,
} from '../../assembly/layout.ts';
import { clearPropertiesHeader, clearTopicHeader, type KernelMemory, prepareMemory } from './memory.ts';

/** What reads the bytes: the WebAssembly module or its twin in plain JavaScript. */
export type KernelName = 'wasm' | 'js';

/**
 * Frames the bytes of the chunk region from `start` to `end` and fills the row and acknowledgement lists; see
 * `assembly/frames.ts` for the contract. Returns the number of rows.
 */
export type Scan = (start: number, end: number, limit: number, options: number, maximum: number) => number;

/** Somebody with unread rows in the shared lists, who can move them out of the way. */
export interface RowHolder {
  /** Copies the unread rows to memory of its own. */
  releaseRows(): void;
}

/**
 * The memory map with a scan function over it. One is shared by all decoders of a thread: a kernel of its own for
 * each connection would exhaust the process at 13,000 connections, and split the topic ids.
 */
export class Kernel {
  readonly name: KernelName;
  readonly memory: KernelMemory;
  readonly scan: Scan;
  /** Whose unread rows are in the lists. */
  private holder: RowHolder | null = null;
  /** Strings of the interned topic names by id, made when first asked for. */
  readonly topics: (string | undefined)[] = [];
  /** Decoded property blocks by id, made when first asked for; the decoder knows their type. */
  readonly properties: unknown[] = [];
  /** Grows whenever topic ids are given out anew; an id is good for one generation. */
  topicGeneration = 1;

  constructor(name: KernelName, memory: KernelMemory, scan: Scan, keys?: Uint32Array) {
    this.name = name;
    this.memory = memory;
    this.scan = scan;
    prepareMemory(memory, keys);
  }

  /** Takes over the shared lists; whoever still has unread rows in them moves them out first. */
  acquire(holder: RowHolder): void {
    if (this.holder !== null && this.holder !== holder) this.holder.releaseRows();
    this.holder = holder;
  }

  /** Says that `holder` has read its rows, so that nobody has to wait for it. */
  release(holder: RowHolder): void {
    if (this.holder === holder) this.holder = null;
  }

  /** Copies bytes into the memory, `offset` bytes from the start of the chunk region. */
  write(bytes: Uint8Array, offset: number): void {
    this.memory.bytes.set(bytes, CHUNK + offset);
  }

  /** Forgets all topic names. Not while anybody holds rows with their ids. */
  flushTopics(): void {
    const { words } = this.memory;
    this.topicGeneration++;
    this.topics.length = 0;
    clearTopicHeader(words);
    nextGeneration(words, HEADER_TOPIC_GENERATION, TOPIC_SLOTS, TOPIC_SLOT_COUNT);
  }

  /** Forgets all property blocks. Not while anybody holds rows with their ids. */
  flushProperties(): void {
    const { words } = this.memory;
    this.properties.length = 0;
    clearPropertiesHeader(words);
    nextGeneration(words, HEADER_PROPERTIES_GENERATION, PROPERTIES_SLOTS, PROPERTIES_SLOT_COUNT);
  }
}

/** Slots of another generation count as empty, so that the table itself is cleared once in 255 flushes. */
function nextGeneration(words: Int32Array, header: number, slots: number, count: number): void {
  let generation = words[header >> 2] + 1;
  if (generation > 255) {
    generation = 1;
    words.fill(0, slots >> 2, (slots + (count << SLOT_SHIFT)) >> 2);
  }
  words[header >> 2] = generation;
}
