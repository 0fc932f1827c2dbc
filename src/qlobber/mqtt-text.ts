/**
 * In a topic index a first word `$share` would make a shared subscription; here it is a word like any other, and gets
 * another name there.
 */
const SHARE = /^\$share\$*(?=\/|$)/;

/** Begins the two characters that stand for one that a filter of MQTT cannot have in a word, and for itself. */
export const ESCAPE = '\ue000';
// U+FFFD is what half a surrogate pair becomes in UTF-8, from which it must be told apart
const ESCAPED = [ESCAPE, '+', '#', '\0', '\ufffd'];
const SPECIAL = /[\ue000+#\0\ufffd]/;
const ALL_SPECIAL = /[\ue000+#\0\ufffd]/g;

/** The most bytes of a topic name (MQTT-4.7.3-3), and how many a UTF-16 unit may take. */
const MAX_BYTES = 65_535;
const BYTES_PER_UNIT = 3;

/** A filter for a topic index: words keep their meaning whatever their characters are. It may be invalid. */
export function indexFilter(filter: string): string {
  const text = rename(filter);
  if (!SPECIAL.test(text)) return text;
  const words = text.split('/');
  return words.map((word) => (word === '+' || word === '#' ? word : escaped(word))).join('/');
}

/**
 * A topic for a topic index, or `undefined` if it is too long for one. `escapes` says whether a filter has any: without
 * them no filter has such a character, and it makes no difference to the topic.
 */
export function indexTopic(topic: string, escapes: boolean): string | undefined {
  const renamed = rename(topic);
  const text = escapes && SPECIAL.test(renamed) ? escaped(renamed) : renamed;
  const isShort = text.length * BYTES_PER_UNIT <= MAX_BYTES;
  return isShort || new TextEncoder().encode(text).length <= MAX_BYTES ? text : undefined;
}

function rename(text: string): string {
  return text.startsWith('$share') ? text.replace(SHARE, '$&$$') : text;
}

function escaped(text: string): string {
  return text.replace(ALL_SPECIAL, (character) => ESCAPE + ESCAPED.indexOf(character));
}
