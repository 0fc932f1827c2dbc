// The memory map of the topic filter index, in bytes. It has a memory of its own because it grows with the filters: the
// codec's must not, since growing detaches every view. Both kernels share the file, so it holds plain constants only.
// The masks and hash keys lie where they lie in the codec's memory, so that assembly/hash.ts serves both.
// docs/architecture.md draws it.

/** Pages of 64 KiB to begin with: what lies in front of the results takes 4 of them. */
export const FIRST_MEMORY_PAGES = 8;
/** Addresses stay below 2^31, so that they are positive in JavaScript's views. */
export const MEMORY_PAGES_LIMIT = 32767;
export const MEMORY_LIMIT = MEMORY_PAGES_LIMIT * 65536 - 65536;

// ---- header words ----
export const FILTER_HEADER = 1024;
/** Bytes in blocks that are in use, rounded up to the sizes of blocks. */
export const HEADER_USED = FILTER_HEADER;
/** End of the highest page ever used. */
export const HEADER_HIGH_WATER = FILTER_HEADER + 4;
/** Filters without a wildcard, and with one. */
export const HEADER_EXACT_COUNT = FILTER_HEADER + 8;
export const HEADER_WILDCARD_COUNT = FILTER_HEADER + 12;
/** Most levels that a filter with a wildcard ever had since the last clear, `#` not counted. */
export const HEADER_DEPTH = FILTER_HEADER + 16;
/** Which topics the last `add` or `remove` concerns: one of the buckets below. */
export const HEADER_CHANGED_BUCKET = FILTER_HEADER + 20;
/** Nodes of the trie that the last match has visited. */
export const HEADER_VISITED = FILTER_HEADER + 24;
/** End of the memory in use as heap; where the next page that was never used starts. */
export const HEADER_MEMORY_END = FILTER_HEADER + 28;
export const HEADER_FRESH_PAGE = FILTER_HEADER + 32;
/** End of the region of results, which is where the heap starts. */
export const HEADER_RESULTS_END = FILTER_HEADER + 36;
/** Results that a single match may have at most: a batch goes on as long as it has room for them. */
export const HEADER_RESULT_LIMIT = FILTER_HEADER + 40;
/** Hash table of exact filters: address of its control bytes, of its slots, groups, slots in use or spoilt. */
export const HEADER_EXACT_CONTROL = FILTER_HEADER + 44;
export const HEADER_EXACT_SLOTS = FILTER_HEADER + 48;
export const HEADER_EXACT_GROUPS = FILTER_HEADER + 52;
export const HEADER_EXACT_FILLED = FILTER_HEADER + 56;
/** Hash table of the trie's nodes: address, slots, slots in use. */
export const HEADER_TRIE_SLOTS = FILTER_HEADER + 60;
export const HEADER_TRIE_SIZE = FILTER_HEADER + 64;
export const HEADER_TRIE_FILLED = FILTER_HEADER + 68;
/** Next number for a node of the trie, and list of the numbers that were freed: address, capacity, count. */
export const HEADER_NEXT_NODE = FILTER_HEADER + 72;
export const HEADER_FREE_NODES = FILTER_HEADER + 76;
export const HEADER_FREE_NODES_CAPACITY = FILTER_HEADER + 80;
export const HEADER_FREE_NODES_COUNT = FILTER_HEADER + 84;
/** Pages that were used and are free again. */
export const HEADER_FREE_PAGES = FILTER_HEADER + 88;
/** What to shift a hash by to get an index into the trie's table: 32 less the logarithm of its size. */
export const HEADER_TRIE_SHIFT = FILTER_HEADER + 92;
/** Whether the last exact filter that was added or removed has made other slots move. */
export const HEADER_EXACT_MOVED = FILTER_HEADER + 112;
/** Sum of what was read ahead, so that the compiler leaves the reads in. */
export const HEADER_READ_AHEAD = FILTER_HEADER + 116;
/** GROUP_TABLE_BYTES, or less in tests. */
export const HEADER_GROUP_TABLE_BYTES = FILTER_HEADER + 120;

/** First page with room, by size class of blocks. */
export const CLASS_PAGES = FILTER_HEADER + 256;
/** The trie's root: a slot like the others, that is in no table. */
export const ROOT_SLOT = FILTER_HEADER + 512;

// HASH_KEYS and the masks of assembly/layout.ts lie between 2048 and 4096

// ---- scratch ----
export const SCRATCH = 4096;
/** Filters with a wildcard may have at most this many levels. */
export const LEVEL_LIMIT = 1024;
/** The levels of a topic or filter, of 32 bytes: text (or its first 16 bytes), hash, address, length. */
export const LEVELS = SCRATCH;
export const LEVEL_SHIFT = 5;
export const LEVEL_TEXT = 0;
export const LEVEL_HASH = 16;
export const LEVEL_ADDRESS = 20;
export const LEVEL_LENGTH = 24;
export const LEVELS_END = LEVELS + (LEVEL_LIMIT + 2) * 32;
/** Branches that a walk has still to take: address of a part, and its depth. */
export const STACK = LEVELS_END;
export const STACK_END = STACK + (LEVEL_LIMIT + 2) * 8;

// ---- pages ----
export const PAGE_SHIFT = 14;
export const PAGE_SIZE = 16384;
/**
 * The memory is doubled up to this many pages of 64 KiB, then grows by LARGE_STEP: each step beyond 64 MiB makes V8
 * collect the whole heap (125 ms beside a million strings), and pages that are not used yet take no memory.
 */
export const DOUBLING_LIMIT = 256;
export const LARGE_STEP = 4096;
/** One bit per page that was used and is free again. */
export const FREE_PAGES = STACK_END;
export const FREE_PAGES_END = FREE_PAGES + 16384;

// ---- topics of a batch that are matched side by side, when the tables are larger than the caches ----
export const GROUP_SIZE = 16;
/** From so many bytes of tables on: below, working side by side costs more than the misses it hides. */
export const GROUP_TABLE_BYTES = 8388608;
/** Topics of more levels are matched alone; so are all of a group that has more branches to take, or results, than fit. */
export const GROUP_LEVEL_LIMIT = 16;
export const GROUP_BRANCH_LIMIT = 1024;
export const GROUP_LIST_LIMIT = 128;
/** The levels of each topic, as in LEVELS, one more for splitting. */
export const GROUP_LEVELS = FREE_PAGES_END;
export const GROUP_LEVELS_SIZE = (GROUP_LEVEL_LIMIT + 1) * 32;
/** A record for each topic: hash, slot of its exact filter, number of levels (0: match it alone), number of lists. */
export const GROUP_TOPICS = GROUP_LEVELS + GROUP_SIZE * GROUP_LEVELS_SIZE;
export const GROUP_TOPIC_SHIFT = 4;
/** The lists that match, by topic. */
export const GROUP_LISTS = GROUP_TOPICS + GROUP_SIZE * 16;
/** Parts to visit at this depth and at the next, and branches to look for: topic, part; topic, node. */
export const GROUP_PARTS = GROUP_LISTS + GROUP_SIZE * GROUP_LIST_LIMIT * 4;
export const GROUP_NEXT_PARTS = GROUP_PARTS + GROUP_BRANCH_LIMIT * 8;
export const GROUP_PROBES = GROUP_NEXT_PARTS + GROUP_BRANCH_LIMIT * 8;
export const GROUP_END = GROUP_PROBES + GROUP_BRANCH_LIMIT * 8;

// ---- what the host hands in and takes out ----
/** Address and length of each topic of a batch. */
export const BATCH = GROUP_END;
export const BATCH_LIMIT = 2048;
export const BATCH_END = BATCH + BATCH_LIMIT * 8;
/** A filter or topic; the topics of a batch. */
export const INPUT = BATCH_END;
export const INPUT_LIMIT = 131072;
/**
 * Pairs of words: address and number of the subscriptions of a filter that matches. In front of the pairs of a topic
 * of a batch: their number, and the topic's buckets, two in a word: first level and first two, first three and whole,
 * second level and third.
 */
export const RESULTS = INPUT + INPUT_LIMIT + 96;
/** Words in front of a topic's pairs in a batch. */
export const RESULT_HEADER_WORDS = 4;
/** The same header for a single match, whose pairs start at RESULTS. */
export const RESULT_HEADER = RESULTS - RESULT_HEADER_WORDS * 4;
/** Address and length of the topic of a single match. */
export const SINGLE_TOPIC = FILTER_HEADER + 96;

// ---- blocks ----
/** Blocks of up to 512 bytes in steps of 16, then 1024, 2048, 4096; larger ones are runs of pages. */
export const CLASS_COUNT = 36;
export const LARGEST_BLOCK = 4096;
/**
 * A page of blocks starts with: size class, blocks in use, first free block, offset of what was never used, next and
 * previous page with room.
 */
export const PAGE_CLASS = 0;
export const PAGE_USED = 4;
export const PAGE_FREE = 8;
export const PAGE_FRESH = 12;
export const PAGE_NEXT = 16;
export const PAGE_PREVIOUS = 20;
export const PAGE_HEADER_SIZE = 32;

// ---- subscriptions of one filter ----
/** A subscription: the subscriber's word, never 0, and its options. */
export const SUBSCRIPTION_SIZE = 8;
/** A list: capacity, count, subscriptions. */
export const LIST_CAPACITY = 0;
export const LIST_COUNT = 4;
export const LIST_ITEMS = 8;
/**
 * From this capacity on a list has an index from subscriber to position, so that removing is not linear: an open hash
 * table of twice as many words as the list's block has room for, position + 1 or 0. Its address comes before the items.
 */
export const INDEXED_CAPACITY = 126;
export const LIST_INDEX = 8;
export const INDEXED_LIST_ITEMS = 16;

// ---- exact filters: groups of 16 control bytes, and a slot of 16 bytes for each ----
/** A control byte: never used, spoilt (a removed filter that a probe has to pass), or 7 bits of the hash + 128. */
export const CONTROL_EMPTY = 0;
export const CONTROL_REMOVED = 1;
/** Hash; address of the text, which its length precedes; then a single subscription, or 0 and the address of a list. */
export const EXACT_HASH = 0;
export const EXACT_TEXT = 4;
export const EXACT_SUBSCRIBER = 8;
export const EXACT_OPTIONS = 12;
export const EXACT_SLOT_SHIFT = 4;
/** Groups of the first table. */
export const FIRST_GROUPS = 4;

// ---- filters with a wildcard: a trie whose edges are slots of a hash table, one cache line each ----
/**
 * Parent's number and length of the level's text; part 0: the node that the level leads to; the level's text, filled up
 * with zeros, or its address when it is longer than 16 bytes; part 1: the node that `+` leads to from part 0's node.
 * A slot with parent 0 is empty. The `+` below a part 1 has a slot of its own, with PLUS_LENGTH, whose part 0 it is.
 */
export const SLOT_PARENT = 0;
export const SLOT_LENGTH = 4;
export const SLOT_PART = 8;
export const SLOT_KEY = 28;
export const SLOT_PLUS_PART = 44;
export const TRIE_SLOT_SHIFT = 6;
export const TRIE_SLOT_SIZE = 64;
export const PLUS_LENGTH = 0xffffffff;
/** A part: number of the node (0: none), lists of `#` behind it and of the filters that end here, branches, bloom. */
export const PART_NODE = 0;
export const PART_MULTI_LEVEL = 4;
export const PART_LIST = 8;
/** Whether it has a `+`, whether it is a part 1, and the number of literal branches. */
export const PART_BRANCHES = 12;
export const BRANCH_PLUS = 1;
export const BRANCH_IS_PLUS_PART = 2;
export const BRANCH_LITERAL = 4;
/** One bit by the last five of the hash of each literal branch. */
export const PART_BLOOM = 16;
export const ROOT_NODE = 1;
/** Slots of the first table; at most 5/8 of them are in use. */
export const FIRST_TRIE_SIZE = 64;

// ---- buckets: which topics a change may concern, so that caches of others stay ----
/** Filters without a literal level among the first three concern every topic. */
export const BUCKET_ALL = 0;
/**
 * Buckets 1 to 4096 stand for the hash of a topic's first level, first two and first three levels, of the whole of it, and
 * of its second and its third level alone. A filter with a wildcard concerns the bucket of the levels before its first
 * wildcard, at most three, or if there are none, that of its second level, else of its third; one without, the bucket of
 * the whole.
 */
export const BUCKET_HASHED = 1;
export const BUCKET_BITS = 12;
/** A topic has it in the place of levels that it lacks. No change ever concerns it. */
export const BUCKET_NONE = 4097;
export const BUCKET_COUNT = 4098;
export const PREFIX_LEVELS = 3;
/** Set the hash of a level alone apart from that of the same text elsewhere. */
export const SECOND_LEVEL = 0x51ed270b;
export const THIRD_LEVEL = 0x2545f491;

// ---- codes ----
/** What `add` answers, as bits: the subscription is new; the filter is; addresses of other results have changed. */
export const ADDED_SUBSCRIPTION = 1;
export const ADDED_FILTER = 2;
export const MOVED = 4;
/** There is no memory left; nothing has changed. */
export const OUT_OF_MEMORY = -1;
/** What `remove` answers, as bits: there was such a subscription; the filter has no other; MOVED as above. */
export const REMOVED_SUBSCRIPTION = 1;
export const REMOVED_FILTER = 2;
/** Option of a match: filters whose first level is a wildcard do not match topics that begin with $ (MQTT-4.7.2-1). */
export const HIDE_DOLLAR_TOPICS = 1;
