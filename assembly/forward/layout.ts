// The memory map of the data plane: that of the codec, and behind it what forwarding needs. One file for both kernels, as
// assembly/layout.ts; docs/architecture.md draws it. Sizes are address space: a page that nobody touches takes no memory.

import { MEMORY_PAGES as CODEC_PAGES, TOPIC_LIMIT } from '../layout';

const FORWARD = CODEC_PAGES * 65536;

// ---- header words ----
/** Why `forward` has stopped: one of the FORWARD_ codes. */
export const FORWARD_STATUS = FORWARD;
/** Number of the route's entry at which a row goes on that was interrupted. */
export const FORWARD_RESUME = FORWARD + 4;
/** Receivers in the DIRTY list, and pages in the FULL list. */
export const DIRTY_COUNT = FORWARD + 8;
export const FULL_COUNT = FORWARD + 12;
/** Entries of the route that `forward` has left to TypeScript, in the EXCEPTIONS list. */
export const EXCEPTION_COUNT = FORWARD + 16;
/** A route of another epoch is none. Topic ids of another epoch are nobody's aliases. Both are counted by TypeScript. */
export const ROUTE_EPOCH = FORWARD + 20;
export const TOPIC_EPOCH = FORWARD + 24;
/** Milliseconds on any clock that does not go back. */
export const NOW = FORWARD + 28;
/** Counted by the kernel, taken and set to zero by TypeScript: PUBLISH packets that were handed out to the receivers, ... */
export const COUNT_FORWARDED = FORWARD + 32;
/** ... copies that went to an outbox, ... */
export const COUNT_DELIVERED = FORWARD + 36;
/** ... those that did not because the receiver is too slow, ... */
export const COUNT_DROPPED = FORWARD + 40;
/** ... because they are larger than it accepts, ... */
export const COUNT_TOO_LARGE = FORWARD + 44;
/** ... and because it is not connected. */
export const COUNT_OFFLINE = FORWARD + 48;
/** Free pages of each size: first of the list of those that were used, first that was never used, and how many in all. */
export const SMALL_FREE = FORWARD + 52;
export const SMALL_NEXT = FORWARD + 56;
export const SMALL_FREE_COUNT = FORWARD + 60;
export const LARGE_FREE = FORWARD + 64;
export const LARGE_NEXT = FORWARD + 68;
export const LARGE_FREE_COUNT = FORWARD + 72;
/** Address and length of the packet that is passed on, as receivers of MQTT 3.1.1 get it and as those of 5.0 do; for the kernel. */
export const FORM_TABLE = FORWARD + 80;
export const FORWARD_HEADER_END = FORWARD + 256;

// ---- routes: receivers by topic id ----
/** Four words per topic id. */
export const ROUTES = FORWARD_HEADER_END;
export const ROUTE_SHIFT = 4;
/** Epoch in which the route is good; address of its entries; their number, or ROUTE_FOR_HOST. */
export const ROUTE_EPOCH_OF = 0;
export const ROUTE_ENTRIES = 4;
export const ROUTE_COUNT = 8;
export const ROUTES_END = ROUTES + (TOPIC_LIMIT << ROUTE_SHIFT);
/** TypeScript finds the receivers itself: a member of a share group is chosen for each message, or there are too many. */
export const ROUTE_FOR_HOST = -1;
/**
 * Two words per receiver of a route, each receiver once. First its slot and, from ENTRY_ bits on, what it subscribed with;
 * second 0, or the address of its subscription identifiers: length of the encoded properties in bytes, then the properties.
 */
export const ENTRY_SIZE = 8;
export const ENTRY_SLOT_MASK = 0x1ffff;
export const ENTRY_QOS_SHIFT = 20;
export const ENTRY_NO_LOCAL = 1 << 22;
export const ENTRY_RETAIN_AS_PUBLISHED = 1 << 23;
/** Longest encoded subscription identifiers of one receiver in bytes. */
export const IDENTIFIERS_LIMIT = 1000;

// ---- receivers: a record of 64 bytes each, by slot ----
export const RECEIVER_LIMIT = 131072;
export const RECEIVERS = ROUTES_END;
export const RECEIVER_SHIFT = 6;
/** RECEIVER_ bits, see below. */
export const RECEIVER_FLAGS = 0;
/** The page that it is written to, or 0: where it begins, where the next byte goes, and where it ends. */
export const RECEIVER_PAGE = 4;
export const RECEIVER_POSITION = 8;
export const RECEIVER_PAGE_END = 12;
/** Bytes and messages that it may still be sent before its socket has taken something. */
export const RECEIVER_ROOM = 16;
export const RECEIVER_MESSAGE_ROOM = 20;
/** In bytes; no larger packet is sent to it. */
export const RECEIVER_MAXIMUM_PACKET_SIZE = 24;
/** Messages that did not go to its outbox because it is too slow, and those that are larger than it accepts. */
export const RECEIVER_DROPPED = 28;
export const RECEIVER_TOO_LARGE = 32;
/** TOPIC_EPOCH of the topic ids in its aliases. */
export const RECEIVER_TOPIC_EPOCH = 36;
/** While it is deferred: NOW when that began. Message expiry intervals in its outbox count from then. */
export const RECEIVER_SINCE = 40;
export const RECEIVERS_END = RECEIVERS + (RECEIVER_LIMIT << RECEIVER_SHIFT);

export const RECEIVER_CONNECTED = 1;
export const RECEIVER_VERSION_5 = 2;
/** It is sent topic aliases: from ALIAS_COUNT_SHIFT on, how many. */
export const RECEIVER_TAKES_ALIASES = 4;
/** It is in the DIRTY list. */
export const RECEIVER_DIRTY = 8;
/** Its socket is still busy, so that what is in its outbox waits. */
export const RECEIVER_DEFERRED = 16;
/** A message in its outbox has an expiry interval. */
export const RECEIVER_HAS_EXPIRY = 32;
export const ALIAS_COUNT_SHIFT = 8;
/** Aliases are 1 to at most ALIAS_LIMIT: a word each, the topic id that it stands for + 1. */
export const ALIAS_LIMIT = 16;
export const ALIASES = RECEIVERS_END;
export const ALIASES_SHIFT = 6;
export const ALIASES_END = ALIASES + (RECEIVER_LIMIT << ALIASES_SHIFT);

// ---- lists for TypeScript ----
/** Slots of the receivers that were written to. */
export const DIRTY = ALIASES_END;
export const DIRTY_END = DIRTY + RECEIVER_LIMIT * 4;
/** Pages that are full, in the order in which they were filled: slot of the receiver, the page, where its bytes end. */
export const FULL = DIRTY_END;
export const FULL_ENTRY_SIZE = 12;

// ---- pages of the outboxes ----
/** An outbox begins with a small page, which is exchanged for a large one when it is full. */
export const SMALL_PAGE = 1024;
export const SMALL_PAGE_COUNT = 16384;
export const LARGE_PAGE = 16384;
export const LARGE_PAGE_COUNT = 2048;
/** The end of each page stays free, so that copies may write in steps of 64 bytes. */
export const PAGE_SLACK = 64;
export const FULL_END = FULL + LARGE_PAGE_COUNT * FULL_ENTRY_SIZE;

/** Numbers of the entries of a route that are for TypeScript. */
export const EXCEPTIONS = FULL_END;
export const EXCEPTION_LIMIT = 4096;
export const EXCEPTIONS_END = EXCEPTIONS + EXCEPTION_LIMIT * 4;

// ---- a row in the form for receivers of each protocol version ----
/** A larger PUBLISH is passed on by TypeScript, as a reference to its bytes. */
export const FRAME_LIMIT = 2048;
export const FORM_SIZE = 4096 + PAGE_SLACK;
export const FORMS = EXCEPTIONS_END;
export const FORMS_END = FORMS + 2 * FORM_SIZE;

/** Subscription identifiers for `deliver`, in the form that those of a route have. Written by TypeScript. */
export const IDENTIFIERS = FORMS_END;
export const IDENTIFIERS_END = IDENTIFIERS + 1088;

/** A PUBLISH that comes from TypeScript, as a row and the bytes that it describes. */
export const PUBLICATION_ROW = IDENTIFIERS_END;
export const PUBLICATION = PUBLICATION_ROW + 32;
export const PUBLICATION_END = PUBLICATION + 4096;

/** Entries of the routes and subscription identifiers, written by TypeScript. */
export const ROUTE_ARENA = PUBLICATION_END + 64;
export const ROUTE_ARENA_END = ROUTE_ARENA + 8388608;

export const SMALL_PAGES = ((ROUTE_ARENA_END + 65535) >> 16) << 16;
export const SMALL_PAGES_END = SMALL_PAGES + SMALL_PAGE * SMALL_PAGE_COUNT;
export const LARGE_PAGES = SMALL_PAGES_END;
export const LARGE_PAGES_END = LARGE_PAGES + LARGE_PAGE * LARGE_PAGE_COUNT;

/** Pages of 64 KiB of the whole, LARGE_PAGES_END / 65536; initial = maximum. */
export const FORWARD_MEMORY_PAGES = 1227;

// ---- codes ----
/** All rows are done. */
export const FORWARD_DONE = 0;
/** The row it stopped at is for TypeScript. */
export const FORWARD_HOST = 1;
/** The row has no route yet: install it, then go on. */
export const FORWARD_ROUTE = 2;
/**
 * There is no page left, or no room for a receiver whose socket may well take more: send what is in the outboxes, then go
 * on with the same row and FORWARD_RESUME as it is.
 */
export const FORWARD_PAGES = 3;
/** The EXCEPTIONS list is full: see to them, set EXCEPTION_COUNT to 0, then go on as above. */
export const FORWARD_EXCEPTIONS = 4;

/** Options of `forward`, as bits. */
/** The rows are of MQTT 5.0. */
export const FORWARD_VERSION_5 = 1;
/** TypeScript has looked at the row, which is the only one, and filled in its topic id if an alias stood for it. */
export const FORWARD_APPROVED = 2;
/** Everybody gets it with QoS 0, whatever was subscribed for. */
export const FORWARD_AT_MOST_ONCE = 4;
/** Bits of the first byte that make a PUBLISH one for TypeScript first, from here on: RETAIN, QoS. */
export const FORWARD_HOST_BITS_SHIFT = 8;

/** What `deliver` answers. */
export const DELIVERED = 0;
export const NOT_DELIVERED = 1;
export const NO_PAGES = 2;
