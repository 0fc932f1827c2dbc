import {
  BATCH,
  BRANCH_PLUS,
  BUCKET_NONE,
  HEADER_DEPTH,
  HEADER_EXACT_COUNT,
  HEADER_RESULT_LIMIT,
  HEADER_RESULTS_END,
  HEADER_TRIE_SHIFT,
  HEADER_TRIE_SIZE,
  HEADER_TRIE_SLOTS,
  HEADER_VISITED,
  HEADER_WILDCARD_COUNT,
  HIDE_DOLLAR_TOPICS,
  INDEXED_CAPACITY,
  INDEXED_LIST_ITEMS,
  LEVEL_LIMIT,
  LIST_ITEMS,
  RESULT_HEADER,
  RESULT_HEADER_WORDS,
  RESULTS,
  ROOT_NODE,
  ROOT_SLOT,
  SECOND_LEVEL,
  THIRD_LEVEL,
} from '../../../../assembly/filters/layout.ts';
import type { FilterTable } from '../filter-table.ts';
import { EXACT_OPTIONS, EXACT_SUBSCRIBER, type Exact } from './exact.ts';
import {
  ADDRESS,
  bucketOf,
  HASH,
  LENGTH,
  LEVEL_WORDS,
  type Levels,
  levelBucket,
  PREFIXES,
  TEXT,
  WHOLE,
} from './levels.ts';
import type { Pages } from './pages.ts';
import {
  BLOOM,
  BRANCHES,
  homeOf,
  INLINE_LENGTH,
  KEY,
  KEY_LENGTH,
  LIST,
  MULTI_LEVEL,
  NODE,
  PART,
  SLOT_WORDS,
  type Trie,
} from './trie.ts';

const DOLLAR = 0x24;
const ROOT = (ROOT_SLOT >> 2) + PART;
const FIRST_RESULT = RESULTS >> 2;
/** Levels that a split looks at even when no filter has so many; the hash of the whole needs them. */
const LEAST_SPLIT = 16;

/** `match` and `matchBatch`; as in `assembly/filters/match.ts`. */
export function createMatch(
  pages: Pages,
  levels: Levels,
  exact: Exact,
  trie: Trie,
): Pick<FilterTable, 'match' | 'matchBatch'> {
  const { memory } = pages;
  const { equalText, scratch, split } = levels;
  let { bytes, words } = memory;
  pages.onGrowth(() => {
    ({ bytes, words } = memory);
  });
  /** Branches that a walk has still to take: a part, and its depth. */
  const stack = new Int32Array((LEVEL_LIMIT + 2) * 2);

  /** Writes the pairs from `out` on and the header in front of them; both are words. Returns the end of the pairs. */
  function matchTopic(p: number, length: number, options: number, header: number, start: number): number {
    const own = words;
    let out = start;
    const hasWildcards = own[HEADER_WILDCARD_COUNT >> 2] !== 0;
    const count = split(p, length, Math.max(own[HEADER_DEPTH >> 2], LEAST_SPLIT));
    if (own[HEADER_EXACT_COUNT >> 2] !== 0) {
      const slot = exact.find(p, length, scratch[WHOLE]);
      if (slot !== 0) {
        if (own[slot + EXACT_SUBSCRIBER] !== 0) {
          own[out] = (slot + EXACT_SUBSCRIBER) << 2;
          own[out + 1] = 1;
          out += 2;
        } else out = emit(own, own[slot + EXACT_OPTIONS], out);
      }
    }
    let first = BUCKET_NONE;
    let second = BUCKET_NONE;
    let third = BUCKET_NONE;
    let secondAlone = BUCKET_NONE;
    let thirdAlone = BUCKET_NONE;
    if (hasWildcards) {
      const isHidden = (options & HIDE_DOLLAR_TOPICS) !== 0 && bytes[p] === DOLLAR && length !== 0;
      out = walk(count, isHidden, out);
      first = bucketOf(scratch[PREFIXES]);
      if (count > 1) {
        second = bucketOf(scratch[PREFIXES + 1]);
        secondAlone = levelBucket(SECOND_LEVEL, scratch[LEVEL_WORDS + HASH]);
        if (count > 2) {
          third = bucketOf(scratch[PREFIXES + 2]);
          thirdAlone = levelBucket(THIRD_LEVEL, scratch[2 * LEVEL_WORDS + HASH]);
        }
      }
    } else own[HEADER_VISITED >> 2] = 0;
    own[header] = (out - start) >> 1;
    own[header + 1] = first | (second << 16);
    own[header + 2] = third | (bucketOf(scratch[WHOLE]) << 16);
    own[header + 3] = secondAlone | (thirdAlone << 16);
    return out;
  }

  /**
   * Walks the trie, depth first; at most one branch per level waits on the stack. A topic that begins with $ takes the
   * literal branch of its first level only.
   */
  function walk(count: number, isHidden: boolean, out: number): number {
    const own = words;
    const slots = own[HEADER_TRIE_SLOTS >> 2] >> 2;
    const mask = (own[HEADER_TRIE_SIZE >> 2] - 1) * SLOT_WORDS;
    const shift = own[HEADER_TRIE_SHIFT >> 2];
    let top = 0;
    let part = ROOT;
    let depth = 0;
    let visited = 0;
    if (isHidden) {
      own[HEADER_VISITED >> 2] = 0;
      if (own[ROOT + BLOOM] === 0) return out;
      const slot = trie.findBranch(ROOT_NODE, 0);
      if (slot === 0) return out;
      part = slot + PART;
      depth = 1;
    }
    for (;;) {
      visited++;
      const multiLevel = own[part + MULTI_LEVEL];
      if (multiLevel !== 0) out = emit(own, multiLevel, out);
      if (depth === count) {
        const list = own[part + LIST];
        if (list !== 0) out = emit(own, list, out);
      } else {
        const branches = own[part + BRANCHES];
        const level = depth * LEVEL_WORDS;
        depth++;
        if ((branches & BRANCH_PLUS) !== 0) {
          stack[top] = trie.plusPart(part, branches);
          stack[top + 1] = depth;
          top += 2;
        }
        const hash = scratch[level + HASH];
        if (((own[part + BLOOM] >>> (hash & 31)) & 1) !== 0) {
          // as `findBranch` does, but the call and the header words cost a tenth of a match
          const node = own[part + NODE];
          const length = scratch[level + LENGTH];
          let at = homeOf(node, hash, shift) * SLOT_WORDS;
          let slot = 0;
          for (;;) {
            slot = slots + at;
            const parent = own[slot];
            if (parent === node && own[slot + KEY_LENGTH] === length) {
              if (length > INLINE_LENGTH) {
                if (equalText(scratch[level + ADDRESS], own[slot + KEY], length)) break;
              } else if (
                ((own[slot + KEY] ^ scratch[level + TEXT]) |
                  (own[slot + KEY + 1] ^ scratch[level + TEXT + 1]) |
                  (own[slot + KEY + 2] ^ scratch[level + TEXT + 2]) |
                  (own[slot + KEY + 3] ^ scratch[level + TEXT + 3])) ===
                0
              ) {
                break;
              }
            } else if (parent === 0) {
              slot = 0;
              break;
            }
            at = (at + SLOT_WORDS) & mask;
          }
          if (slot !== 0) {
            part = slot + PART;
            continue;
          }
        }
      }
      if (top === 0) break;
      top -= 2;
      part = stack[top];
      depth = stack[top + 1];
    }
    own[HEADER_VISITED >> 2] = visited;
    return out;
  }

  return {
    match(address, length, options) {
      return (matchTopic(address, length, options, RESULT_HEADER >> 2, FIRST_RESULT) - FIRST_RESULT) >> 1;
    },
    matchBatch(first, end, options) {
      const room = words[HEADER_RESULT_LIMIT >> 2] * 2 + RESULT_HEADER_WORDS;
      const last = (words[HEADER_RESULTS_END >> 2] >> 2) - room;
      let out = FIRST_RESULT;
      let at = first;
      while (at < end && out <= last) {
        const topic = (BATCH >> 2) + at * 2;
        out = matchTopic(words[topic], words[topic + 1], options, out, out + RESULT_HEADER_WORDS);
        at++;
      }
      return at;
    },
  };
}

function emit(words: Int32Array, list: number, out: number): number {
  words[out] = list + (words[list >> 2] >= INDEXED_CAPACITY ? INDEXED_LIST_ITEMS : LIST_ITEMS);
  words[out + 1] = words[(list >> 2) + 1];
  return out + 2;
}
