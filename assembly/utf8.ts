import { BYTE_MASKS } from './layout';

const NOT_UTF8: u32 = 1;
const NULL: u32 = 2;
const CONTROL_CHARACTER: u32 = 4;
const WILDCARD: u32 = 8;

// A topic name is clean when no strictness objects to any of its characters, and a property string when it is free
// of all but the wildcards. 16 bytes at a time as long as they are printable ASCII, which most text is throughout.

// @ts-ignore: decorator
@inline
function suspicious(v: v128): bool {
  const control = i8x16.lt_u(v, i8x16.splat(0x20));
  const del = i8x16.ge_u(v, i8x16.splat(0x7f));
  const plus = i8x16.eq(v, i8x16.splat(0x2b));
  const hash = i8x16.eq(v, i8x16.splat(0x23));
  return v128.any_true(v128.or(v128.or(control, del), v128.or(plus, hash)));
}

/** Whether the text holds nothing but printable ASCII other than + and #. May read 15 bytes past its end. */
// @ts-ignore: decorator
@inline
function isPlain(p: usize, length: u32): bool {
  const end = p + length;
  while (p + 16 <= end) {
    if (suspicious(v128.load(p))) return false;
    p += 16;
  }
  if (p == end) return true;
  const inside = v128.load(<usize>BYTE_MASKS + 16 - (end - p));
  return !suspicious(v128.bitselect(v128.load(p), i8x16.splat(0x61), inside));
}

/** Whether the text may stand as a topic name at every strictness. */
export function isCleanTopicName(p: usize, length: u32): bool {
  return isPlain(p, length) || faults(p, p + length) == 0;
}

/** Whether the text may stand as any other string at every strictness. */
export function isCleanString(p: usize, length: u32): bool {
  return isPlain(p, length) || (faults(p, p + length) & ~WILDCARD) == 0;
}

/** The faults of an MQTT UTF-8 encoded string as bits (MQTT-1.5.4-1, MQTT-1.5.4-2); nothing is read past `end`. */
function faults(p: usize, end: usize): u32 {
  let found: u32 = 0;
  while (p < end) {
    const a: u32 = load<u8>(p++);
    if (a < 0x80) {
      if (a < 0x20) found |= a == 0 ? NULL : CONTROL_CHARACTER;
      else if (a == 0x2b || a == 0x23) found |= WILDCARD;
      else if (a == 0x7f) found |= CONTROL_CHARACTER;
      continue;
    }
    if (a < 0xc2 || a > 0xf4 || p >= end) return found | NOT_UTF8;
    const b: u32 = load<u8>(p++);
    if ((b & 0xc0) != 0x80) return found | NOT_UTF8;
    if (a < 0xe0) {
      if (a == 0xc2 && b < 0xa0) found |= CONTROL_CHARACTER;
      continue;
    }
    if (p >= end) return found | NOT_UTF8;
    const c: u32 = load<u8>(p++);
    if ((c & 0xc0) != 0x80) return found | NOT_UTF8;
    if (a < 0xf0) {
      // overlong forms and surrogates
      if ((a == 0xe0 && b < 0xa0) || (a == 0xed && b > 0x9f)) return found | NOT_UTF8;
      // U+FDD0 to U+FDEF, U+FFFE and U+FFFF
      if (a == 0xef && ((b == 0xb7 && c >= 0x90 && c <= 0xaf) || (b == 0xbf && c >= 0xbe))) found |= CONTROL_CHARACTER;
      continue;
    }
    if (p >= end) return found | NOT_UTF8;
    const d: u32 = load<u8>(p++);
    if ((d & 0xc0) != 0x80) return found | NOT_UTF8;
    // overlong forms and code points above U+10FFFF
    if ((a == 0xf0 && b < 0x90) || (a == 0xf4 && b > 0x8f)) return found | NOT_UTF8;
    // the last two code points of every plane
    if ((b & 0x0f) == 0x0f && c == 0xbf && d >= 0xbe) found |= CONTROL_CHARACTER;
  }
  return found;
}
