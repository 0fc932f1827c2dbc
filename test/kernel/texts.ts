import { expect } from 'vitest';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { hex } from '../vectors/hex.ts';
import { runScan, type ScannedPacket, type ScanSettings, toHex } from './scan.ts';
import { field, join, publish, publish5, utf8 } from './wire.ts';

/** Ids in the order in which the texts are first seen. */
function idsInOrder(texts: readonly string[]): number[] {
  const ids = new Map<string, number>();
  return texts.map((text) => {
    if (!ids.has(text)) ids.set(text, ids.size);
    return ids.get(text)!;
  });
}

export function scanTopics(
  kernel: Kernel,
  topics: readonly string[],
  settings?: ScanSettings,
): ScannedPacket[] {
  return runScan(kernel, join(...topics.map((topic) => publish(topic))), settings).packets;
}

export function scanBlocks(
  kernel: Kernel,
  blocks: readonly Uint8Array[],
  settings: ScanSettings = {},
): ScannedPacket[] {
  return runScan(kernel, join(...blocks.map((block) => publish5('t', block))), { ...settings, version: 5 })
    .packets;
}

/** The texts have their own ids and come back as they were. */
export function expectTopics(packets: readonly ScannedPacket[], topics: readonly string[]): void {
  expect(packets.map(({ topicId }) => topicId)).toEqual(idsInOrder(topics));
  expect(packets.map(({ topic }) => topic)).toEqual(topics.map((topic) => toHex(utf8(topic))));
}

export function expectBlocks(packets: readonly ScannedPacket[], blocks: readonly Uint8Array[]): void {
  const texts = blocks.map(toHex);
  expect(packets.map(({ properties }) => properties - 1)).toEqual(idsInOrder(texts));
  expect(packets.map(({ block }) => block)).toEqual(texts);
}

export function expectLists(packets: readonly ScannedPacket[], list: 'row' | 'host', count: number): void {
  expect(packets.filter((packet) => packet.list !== list)).toEqual([]);
  expect(packets).toHaveLength(count);
}

/** A user property named n. */
export const userProperty = (value: string) => join(hex('26 0001 6E'), field(utf8(value)));

/** Orders of some words, all different. */
export function permutations(words: readonly string[]): string[] {
  if (words.length < 2) return [words.join('')];
  return words.flatMap((word, i) => permutations(words.filter((_, j) => j !== i)).map((rest) => word + rest));
}
