import { bucketOf } from './levels';
import { LEVEL_HASH, LEVEL_LENGTH } from './layout';

// Buckets stand for topics that begin alike, so that a change drops what is cached of those only.

/** Hash of one more level, whose record is at `at`, after those that `hash` stands for. */
// @ts-ignore: decorator
@inline
export function nextPrefix(hash: u32, at: usize): u32 {
  return (hash + load<u32>(at, LEVEL_HASH) + load<u32>(at, LEVEL_LENGTH)) * 0x9e3779b1;
}

// @ts-ignore: decorator
@inline
export function prefixBucket(hash: u32): u32 {
  return bucketOf(hash ^ (hash >> 15));
}

/** Bucket of a level alone, whose record is at `at`; `salt` tells which. */
// @ts-ignore: decorator
@inline
export function levelBucket(salt: u32, at: usize): u32 {
  return prefixBucket(nextPrefix(salt, at));
}

// @ts-ignore: decorator
@inline
export function wholeBucket(hash: u32): u32 {
  return bucketOf(hash * 0x85ebca6b);
}
