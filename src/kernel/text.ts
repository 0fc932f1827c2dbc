/** What `textFaults` found; 0 is text that every strictness accepts, in a topic name too. */
export const TEXT_NOT_UTF8 = 1;
export const TEXT_NULL = 2;
export const TEXT_CONTROL_CHARACTER = 4;
export const TEXT_WILDCARD = 8;

const PLUS = 0x2b;
const HASH = 0x23;

/**
 * Looks at the bytes `start` to `end` as an MQTT UTF-8 encoded string: well-formed by the Unicode standard, that is
 * no overlong form, no surrogate, nothing above U+10FFFF, no sequence cut short (MQTT-1.5.4-1); U+0000
 * (MQTT-1.5.4-2); control characters and non-characters (MQTT5 section 1.5.4); the wildcards + and #.
 * Returns the faults as bits. After TEXT_NOT_UTF8 the rest is not looked at.
 */
export function textFaults(bytes: Uint8Array, start: number, end: number): number {
  let faults = 0;
  let p = start;
  while (p < end) {
    const a = bytes[p++];
    if (a < 0x80) {
      if (a < 0x20) faults |= a === 0 ? TEXT_NULL : TEXT_CONTROL_CHARACTER;
      else if (a === PLUS || a === HASH) faults |= TEXT_WILDCARD;
      else if (a === 0x7f) faults |= TEXT_CONTROL_CHARACTER;
      continue;
    }
    if (a < 0xc2 || a > 0xf4 || p >= end) return faults | TEXT_NOT_UTF8;
    const b = bytes[p++];
    if ((b & 0xc0) !== 0x80) return faults | TEXT_NOT_UTF8;
    if (a < 0xe0) {
      if (a === 0xc2 && b < 0xa0) faults |= TEXT_CONTROL_CHARACTER;
      continue;
    }
    if (p >= end) return faults | TEXT_NOT_UTF8;
    const c = bytes[p++];
    if ((c & 0xc0) !== 0x80) return faults | TEXT_NOT_UTF8;
    if (a < 0xf0) {
      if ((a === 0xe0 && b < 0xa0) || (a === 0xed && b > 0x9f)) return faults | TEXT_NOT_UTF8;
      // U+FDD0 to U+FDEF, U+FFFE and U+FFFF
      if (a === 0xef && ((b === 0xb7 && c >= 0x90 && c <= 0xaf) || (b === 0xbf && c >= 0xbe))) {
        faults |= TEXT_CONTROL_CHARACTER;
      }
      continue;
    }
    if (p >= end) return faults | TEXT_NOT_UTF8;
    const d = bytes[p++];
    if ((d & 0xc0) !== 0x80) return faults | TEXT_NOT_UTF8;
    if ((a === 0xf0 && b < 0x90) || (a === 0xf4 && b > 0x8f)) return faults | TEXT_NOT_UTF8;
    // the last two code points of every plane
    if ((b & 0x0f) === 0x0f && c === 0xbf && d >= 0xbe) faults |= TEXT_CONTROL_CHARACTER;
  }
  return faults;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether a string has no surrogate without its other half, and so can be written as UTF-8. */
export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

/** Length of well-formed text in UTF-8 bytes. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    // three bytes for a unit of its own, four for the two units of a surrogate pair
    if (c >= 0x80) length += c < 0x800 || (c >= 0xd800 && c < 0xe000) ? 1 : 2;
  }
  return length;
}
