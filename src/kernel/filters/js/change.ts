import {
  ADDED_FILTER,
  ADDED_SUBSCRIPTION,
  BRANCH_LITERAL,
  BRANCH_PLUS,
  BUCKET_ALL,
  HEADER_CHANGED_BUCKET,
  HEADER_DEPTH,
  HEADER_EXACT_MOVED,
  HEADER_WILDCARD_COUNT,
  INPUT,
  LEVEL_LIMIT,
  LIST_COUNT,
  LIST_ITEMS,
  MOVED,
  OUT_OF_MEMORY,
  PREFIX_LEVELS,
  REMOVED_FILTER,
  REMOVED_SUBSCRIPTION,
  ROOT_SLOT,
  SECOND_LEVEL,
  THIRD_LEVEL,
} from '../../../../assembly/filters/layout.ts';
import type { FilterTable } from '../filter-table.ts';
import { EXACT_OPTIONS, EXACT_SUBSCRIBER, type Exact } from './exact.ts';
import {
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
import type { Lists } from './lists.ts';
import { type Pages, roomFor } from './pages.ts';
import {
  BLOOM,
  BRANCHES,
  INLINE_LENGTH,
  LIST,
  MULTI_LEVEL,
  NODE,
  PART,
  TO_PLUS_PART,
  type Trie,
} from './trie.ts';

const PLUS = 0x2b;
const HASH_SIGN = 0x23;
const ROOT = (ROOT_SLOT >> 2) + PART;

/** How the path of a filter comes to a part: the root, a literal level, `+` inside a slot, `+` with a slot of its own. */
const KIND_ROOT = 0;
const KIND_LITERAL = 1;
const KIND_PLUS_INSIDE = 2;
const KIND_PLUS_SLOT = 3;

/** `add`, `remove` and `find`; as in `assembly/filters/change.ts`. */
export function createChange(
  pages: Pages,
  levels: Levels,
  lists: Lists,
  exact: Exact,
  trie: Trie,
): Pick<FilterTable, 'add' | 'remove' | 'find'> {
  const { hasRoomFor, memory } = pages;
  const { scratch, split } = levels;
  let { words } = memory;
  pages.onGrowth(() => {
    ({ words } = memory);
  });

  // what `read` found: whether there is a wildcard, levels without #, whether # ends it, levels before the first wildcard
  let wildcard = false;
  let depth = 0;
  let multiLevel = false;
  let literals = 0;
  // the path of a filter: node and kind of the part that so many levels lead to
  const path = new Int32Array(LEVEL_LIMIT + 2);
  const kinds = new Uint8Array(LEVEL_LIMIT + 2);

  function read(length: number): void {
    const count = Math.min(split(INPUT, length, LEVEL_LIMIT + 1), LEVEL_LIMIT + 1);
    literals = 0;
    while (literals < count && !isWildcard(literals, PLUS) && !isWildcard(literals, HASH_SIGN)) literals++;
    wildcard = literals < count;
    multiLevel = wildcard && isWildcard(count - 1, HASH_SIGN);
    depth = multiLevel ? count - 1 : count;
  }

  function isWildcard(index: number, character: number): boolean {
    const level = index * LEVEL_WORDS;
    return scratch[level + TEXT] === character && scratch[level + LENGTH] === 1;
  }

  function concerns(bucket: number): void {
    words[HEADER_CHANGED_BUCKET >> 2] = bucket;
  }

  // ---- exact filters: one subscription lies in the slot, more lie in a list ----

  function findInSlot(slot: number, subscriber: number): number {
    const only = words[slot + EXACT_SUBSCRIBER];
    if (only !== 0) return only === subscriber ? (slot + EXACT_SUBSCRIBER) << 2 : 0;
    return lists.find(words[slot + EXACT_OPTIONS], subscriber);
  }

  function addToExact(length: number, subscriber: number, options: number): number {
    const hash = scratch[WHOLE];
    concerns(bucketOf(hash));
    let slot = exact.find(INPUT, length, hash);
    if (slot !== 0) return addToSlot(slot, subscriber, options);
    slot = exact.add(INPUT, length, hash);
    if (slot === 0) return OUT_OF_MEMORY;
    words[slot + EXACT_SUBSCRIBER] = subscriber;
    words[slot + EXACT_OPTIONS] = options;
    return ADDED_SUBSCRIPTION | ADDED_FILTER | moved();
  }

  function moved(): number {
    return words[HEADER_EXACT_MOVED >> 2] !== 0 ? MOVED : 0;
  }

  function addToSlot(slot: number, subscriber: number, options: number): number {
    const item = findInSlot(slot, subscriber);
    if (item !== 0) {
      words[(item >> 2) + 1] = options;
      return 0;
    }
    const only = words[slot + EXACT_SUBSCRIBER];
    let list = words[slot + EXACT_OPTIONS];
    if (only !== 0) list = lists.create(2, only, list);
    if (list !== 0) list = lists.append(list, subscriber, options);
    if (list === 0) return OUT_OF_MEMORY;
    words[slot + EXACT_SUBSCRIBER] = 0;
    words[slot + EXACT_OPTIONS] = list;
    return ADDED_SUBSCRIPTION;
  }

  function removeFromExact(length: number, subscriber: number): number {
    const hash = scratch[WHOLE];
    const slot = exact.find(INPUT, length, hash);
    const item = slot === 0 ? 0 : findInSlot(slot, subscriber);
    if (item === 0) return 0;
    concerns(bucketOf(hash));
    if (words[slot + EXACT_SUBSCRIBER] !== 0) {
      exact.remove(slot);
      return REMOVED_SUBSCRIPTION | REMOVED_FILTER | moved();
    }
    const list = lists.remove(words[slot + EXACT_OPTIONS], item);
    if (words[(list + LIST_COUNT) >> 2] === 1) {
      words[slot + EXACT_SUBSCRIBER] = words[(list + LIST_ITEMS) >> 2];
      words[slot + EXACT_OPTIONS] = words[(list + LIST_ITEMS + 4) >> 2];
      lists.release(list);
    } else words[slot + EXACT_OPTIONS] = list;
    return REMOVED_SUBSCRIPTION;
  }

  // ---- filters with a wildcard ----

  function changedBucket(): number {
    if (literals === 0) {
      if (depth > 1 && !isWildcard(1, PLUS)) return levelBucket(SECOND_LEVEL, scratch[LEVEL_WORDS + HASH]);
      if (depth > 2 && !isWildcard(2, PLUS)) return levelBucket(THIRD_LEVEL, scratch[2 * LEVEL_WORDS + HASH]);
      return BUCKET_ALL;
    }
    return bucketOf(scratch[PREFIXES + Math.min(literals, PREFIX_LEVELS) - 1]);
  }

  /** Walks along the filter as far as there are parts, and notes the path. Returns the number of levels. */
  function descend(): number {
    let part = ROOT;
    path[0] = words[ROOT + NODE];
    kinds[0] = KIND_ROOT;
    for (let i = 0; i < depth; i++) {
      const branches = words[part + BRANCHES];
      if (isWildcard(i, PLUS)) {
        if ((branches & BRANCH_PLUS) === 0) return i;
        part = trie.plusPart(part, branches);
        kinds[i + 1] = kinds[i] === KIND_PLUS_INSIDE ? KIND_PLUS_SLOT : KIND_PLUS_INSIDE;
      } else {
        const level = i * LEVEL_WORDS;
        if (((words[part + BLOOM] >>> (scratch[level + HASH] & 31)) & 1) === 0) return i;
        const slot = trie.findBranch(words[part + NODE], level);
        if (slot === 0) return i;
        kinds[i + 1] = KIND_LITERAL;
        part = slot + PART;
      }
      path[i + 1] = words[part + NODE];
    }
    return depth;
  }

  /** The part that so many levels of the path lead to, wherever its slot is by now. */
  function partAt(count: number): number {
    if (kinds[count] === KIND_PLUS_INSIDE) return slotPart(count - 1) + TO_PLUS_PART;
    return slotPart(count);
  }

  function slotPart(count: number): number {
    switch (kinds[count]) {
      case KIND_ROOT:
        return ROOT;
      case KIND_LITERAL:
        return trie.findBranch(path[count - 1], (count - 1) * LEVEL_WORDS) + PART;
      default:
        return trie.plusPartOf(path[count - 1]);
    }
  }

  function addWildcard(subscriber: number, options: number): number {
    concerns(changedBucket());
    const known = descend();
    const field = multiLevel ? MULTI_LEVEL : LIST;
    let part = partAt(known);
    let list = known === depth ? words[part + field] : 0;
    if (list !== 0) {
      const item = lists.find(list, subscriber);
      if (item !== 0) {
        words[(item >> 2) + 1] = options;
        return 0;
      }
      list = lists.append(list, subscriber, options);
      if (list === 0) return OUT_OF_MEMORY;
      words[part + field] = list;
      return ADDED_SUBSCRIPTION;
    }
    // what may fail comes before what cannot be taken back
    if (known < depth && !trie.makeRoom(depth - known)) return OUT_OF_MEMORY;
    list = lists.create(1, subscriber, options);
    if (list === 0) return OUT_OF_MEMORY;
    const room = roomForTexts(known);
    if (room !== 0 && !hasRoomFor(room)) {
      lists.release(list);
      return OUT_OF_MEMORY;
    }
    part = partAt(known);
    for (let i = known; i < depth; i++) {
      part = isWildcard(i, PLUS) ? trie.addPlus(part) : trie.addBranch(part, i * LEVEL_WORDS);
    }
    words[part + field] = list;
    // without any filter of this kind a topic's buckets have no prefixes, so that all topics are concerned
    if (words[HEADER_WILDCARD_COUNT >> 2]++ === 0) concerns(BUCKET_ALL);
    if (depth > words[HEADER_DEPTH >> 2]) words[HEADER_DEPTH >> 2] = depth;
    return ADDED_SUBSCRIPTION | ADDED_FILTER;
  }

  /** Bytes that the texts of the levels from `first` on take at most: a page of its own for each, if they are unlucky. */
  function roomForTexts(first: number): number {
    let room = 0;
    for (let i = first; i < depth; i++) {
      const length = scratch[i * LEVEL_WORDS + LENGTH];
      if (length > INLINE_LENGTH) room += roomFor(length);
    }
    return room;
  }

  function removeWildcard(subscriber: number): number {
    if (descend() !== depth) return 0;
    let part = partAt(depth);
    const field = multiLevel ? MULTI_LEVEL : LIST;
    let list = words[part + field];
    const item = list === 0 ? 0 : lists.find(list, subscriber);
    if (item === 0) return 0;
    concerns(changedBucket());
    list = lists.remove(list, item);
    words[part + field] = list;
    if (list !== 0) return REMOVED_SUBSCRIPTION;
    words[HEADER_WILDCARD_COUNT >> 2]--;
    for (let i = depth; i > 0 && isUseless(part); i--) {
      trie.removePart(part);
      // which has moved slots
      part = partAt(i - 1);
      trie.forgetBranch(part, isWildcard(i - 1, PLUS));
    }
    trie.shrink();
    return REMOVED_SUBSCRIPTION | REMOVED_FILTER;
  }

  function isUseless(part: number): boolean {
    const branches = words[part + BRANCHES];
    return (
      (words[part + LIST] | words[part + MULTI_LEVEL]) === 0 &&
      branches < BRANCH_LITERAL &&
      (branches & BRANCH_PLUS) === 0
    );
  }

  return {
    add(length, subscriber, options) {
      read(length);
      return wildcard
        ? addWildcard(subscriber | 0, options | 0)
        : addToExact(length, subscriber | 0, options | 0);
    },
    remove(length, subscriber) {
      read(length);
      return wildcard ? removeWildcard(subscriber | 0) : removeFromExact(length, subscriber | 0);
    },
    find(length, subscriber) {
      read(length);
      let item = 0;
      if (!wildcard) {
        const slot = exact.find(INPUT, length, scratch[WHOLE]);
        if (slot !== 0) item = findInSlot(slot, subscriber | 0);
      } else if (descend() === depth) {
        const list = words[partAt(depth) + (multiLevel ? MULTI_LEVEL : LIST)];
        if (list !== 0) item = lists.find(list, subscriber | 0);
      }
      return item === 0 ? 0 : item + 4;
    },
  };
}
