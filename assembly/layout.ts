// The memory map, in bytes. One file for both kernels: AssemblyScript compiles it, TypeScript imports it, so it
// holds plain constants only. docs/architecture.md draws it.

/** Pages of 64 KiB; initial = maximum, because growing detaches every view of the memory. */
export const MEMORY_PAGES = 62;

// ---- header words: what a scan reports and what outlives it ----
export const HEADER = 1024;
/** Why the scan ended: one of the SCAN_ codes. */
export const HEADER_STATUS = HEADER;
/** Offset from the chunk's start of the first byte not consumed. */
export const HEADER_NEXT = HEADER + 4;
/** Words in the acknowledgement list. */
export const HEADER_ACK_COUNT = HEADER + 8;
/** Topic names interned since the last flush. */
export const HEADER_TOPIC_COUNT = HEADER + 12;
/** Property blocks interned since the last flush. */
export const HEADER_PROPERTIES_COUNT = HEADER + 16;
/** Generation of the topic table, 1 to 255: slots of another generation are empty. */
export const HEADER_TOPIC_GENERATION = HEADER + 20;
/** Generation of the property table, 1 to 255. */
export const HEADER_PROPERTIES_GENERATION = HEADER + 24;
/** First free byte of each text arena. */
export const HEADER_TOPIC_ARENA_NEXT = HEADER + 28;
export const HEADER_PROPERTIES_ARENA_NEXT = HEADER + 32;

// ---- tables the host writes once ----
/** What to do with a packet, by its first byte: one of the KIND_ codes. */
export const FIRST_BYTE_KINDS = 2048;
/** How to check a property of a PUBLISH, by its identifier: one of the PROPERTY_ codes. */
export const PROPERTY_KINDS = 2304;
export const PROPERTY_KINDS_SIZE = 64;
/** 48 bytes of ones, then 48 of zeros: three loads from 48 - n on mask the first n bytes of 48. */
export const TEXT_MASKS = 2368;
/** The same for one load: from 16 - n on it masks the first n bytes of 16. */
export const BYTE_MASKS = TEXT_MASKS + 32;
/** Random words that key the hash, one per 4 bytes of text; then one for the length, and an odd multiplier. */
export const HASH_KEYS = 2496;
export const HASH_KEYS_SIZE = 512 + 16;
export const HASH_LENGTH_KEY = HASH_KEYS + 512;
export const HASH_MULTIPLIER = HASH_KEYS + 516;

// ---- what a scan writes ----
/** One row of 8 words per packet that is not in the acknowledgement list, in wire order. */
export const ROWS = 4096;
export const ROW_SIZE = 32;
export const ROW_LIMIT = 2048;
export const ROWS_END = ROWS + ROW_SIZE * ROW_LIMIT;
/** Words of a row, as byte offsets. All positions count from the chunk's start. */
export const ROW_FIRST_BYTE = 0;
export const ROW_START = 4;
export const ROW_END = 8;
export const ROW_PACKET_IDENTIFIER = 12;
/** Topic id, or -1 when the topic name is not interned. */
export const ROW_TOPIC = 16;
/** 0 without properties, 1 + id of the property block, or -1 when it is not interned or not looked at. */
export const ROW_PROPERTIES = 20;
export const ROW_PAYLOAD_START = 24;
/** Where the property block starts, after its length; it ends where the payload starts. */
export const ROW_PROPERTIES_START = 28;
/** Rows for the packet that a reader is at, when it is none of the rows above: one that TypeScript decodes, ... */
export const HOST_ROW = 3584;
/** ... or one of the acknowledgement list; it has neither topic nor properties. */
export const ACK_ROW = HOST_ROW + ROW_SIZE;
/** One word per acknowledgement or ping: packet identifier, packet type << 16, rows that precede it << 20. */
export const ACKS = ROWS_END;
export const ACK_LIMIT = 16384;
export const ACKS_END = ACKS + 4 * ACK_LIMIT;
export const ACK_TYPE_SHIFT = 16;
export const ACK_ROW_SHIFT = 20;

// ---- interned text: slots of 64 bytes ----
/**
 * Word 0 is the hash; word 1, the tag: length (10 bits), id or id and flags (14 bits), generation (8 bits). Then comes
 * the text if it has 48 bytes or fewer, filled up with zeros; else the address of the text in the arena.
 */
export const SLOT_SHIFT = 6;
export const SLOT_TEXT = 8;
export const SLOT_INLINE_LENGTH = 48;
export const TAG_ID_SHIFT = 10;
export const TAG_ID_MASK = 0x3fff;
export const TAG_GENERATION_SHIFT = 24;
/** Longer texts are not interned. */
export const INTERN_LENGTH_LIMIT = 512;

export const TOPIC_LIMIT = 16384;
export const TOPIC_SLOTS = ACKS_END;
export const TOPIC_SLOT_COUNT = 32768;
/** Address and length of each topic name, by id. */
export const TOPIC_TEXTS = TOPIC_SLOTS + TOPIC_SLOT_COUNT * 64;
export const TOPIC_TEXTS_END = TOPIC_TEXTS + TOPIC_LIMIT * 8;

export const PROPERTIES_LIMIT = 2048;
export const PROPERTIES_SLOTS = TOPIC_TEXTS_END;
export const PROPERTIES_SLOT_COUNT = 4096;
/** Address and length of each property block, by id. */
export const PROPERTIES_TEXTS = PROPERTIES_SLOTS + PROPERTIES_SLOT_COUNT * 64;
export const PROPERTIES_TEXTS_END = PROPERTIES_TEXTS + PROPERTIES_LIMIT * 8;
/** Flags of a property block, in the low bits of its tag's id. */
export const PROPERTIES_ID_SHIFT = 3;
export const PROPERTIES_HAVE_TOPIC_ALIAS = 1;
export const PROPERTIES_HAVE_SUBSCRIPTION_IDENTIFIER = 2;
/** The payload format indicator is 1. */
export const PROPERTIES_PROMISE_UTF8 = 4;
/** Only while checking: a block with binary data is rarely seen twice, and not kept. */
export const PROPERTIES_HAVE_BINARY_DATA = 8;

// ---- the chunk being scanned ----
/** What is left of the packet that straddles two chunks ends where the chunk starts. */
export const CARRY_LIMIT = 16384;
export const CHUNK = PROPERTIES_TEXTS_END + CARRY_LIMIT;
export const CHUNK_LIMIT = 65536;

// ---- arenas; behind the chunk, so that reads past its end stay inside the memory ----
export const TOPIC_ARENA = CHUNK + CHUNK_LIMIT + 64;
export const TOPIC_ARENA_END = TOPIC_ARENA + 1048576;
export const PROPERTIES_ARENA = TOPIC_ARENA_END;
export const PROPERTIES_ARENA_END = PROPERTIES_ARENA + 262144;
export const MEMORY_END = PROPERTIES_ARENA_END + 64;

// ---- codes ----
/** The bytes end inside a packet, or exactly after one. */
export const SCAN_NEED_MORE = 0;
/** A list is full: read the rows, then scan on. */
export const SCAN_LIST_FULL = 1;
/** A table of interned text is full: read the rows, flush it, then scan on. */
export const SCAN_TOPICS_FULL = 2;
export const SCAN_PROPERTIES_FULL = 3;
/** The next packet is complete, but one for TypeScript: a control packet, or one the kernel will not vouch for. */
export const SCAN_HOST = 4;

export const KIND_HOST = 0;
export const KIND_PUBLISH = 1;
/** PUBACK, PUBREC, PUBCOMP: in the list when the remaining length is 2. */
export const KIND_ACK = 2;
/** PUBREL: a row, when the remaining length is 2, because it keeps its order with PUBLISH. */
export const KIND_PUBREL = 3;
export const KIND_PING = 4;
/** CONNACK, SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, DISCONNECT: a row; TypeScript decodes the body when it is read. */
export const KIND_CONTROL = 5;

/** Packet types of rows other than PUBLISH whose body starts with a packet identifier, as bits. */
export const IDENTIFIED_TYPES = 0x0f40;

export const PROPERTY_NOT_ALLOWED = 0;
export const PROPERTY_BOOLEAN = 1;
/** Not 0; in a PUBLISH it is the topic alias. The boolean is the payload format indicator. */
export const PROPERTY_UINT16 = 2;
export const PROPERTY_UINT32 = 3;
/** Not 0 and repeatable; in a PUBLISH it is the subscription identifier. */
export const PROPERTY_VARIABLE = 4;
export const PROPERTY_STRING = 5;
export const PROPERTY_TOPIC_NAME = 6;
export const PROPERTY_BINARY = 7;
export const PROPERTY_PAIR = 8;

/** Options of a scan, as bits. */
export const OPTION_VERSION_5 = 1;
/** Leave a PUBLISH with a subscription identifier to TypeScript: a client may not send it. */
export const OPTION_NO_SUBSCRIPTION_IDENTIFIER = 2;
/** Leave a PUBLISH whose payload is promised to be UTF-8 to TypeScript, which looks whether it is. */
export const OPTION_CHECK_PAYLOAD = 4;
/** Packet types that may not be sent in this direction, as bits from here on: TypeScript refuses them. */
export const OPTION_REFUSED_TYPES_SHIFT = 16;

/** What interning can answer besides an id. */
export const INTERN_NOT_KEPT = -1;
export const INTERN_FULL = -2;
export const INTERN_REFUSED = -3;
