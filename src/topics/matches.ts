const DOLLAR = 0x24;
const HASH = 0x23;
const PLUS = 0x2b;
const SLASH = 0x2f;

/**
 * Whether the topic filter matches the topic name (MQTT 4.7): `+` stands for one level, `#` for any number of levels
 * at the end, the parent level included, and a filter that begins with a wildcard does not match a topic that begins
 * with `$` (MQTT-4.7.2-1). Empty levels count, case matters, and nothing is normalised (MQTT-4.7.3-4).
 *
 * Both must be valid: `topicFilterFault` and `topicNameFault` tell. Walks both strings once and allocates nothing.
 */
export function matches(filter: string, topic: string): boolean {
  const filterLength = filter.length;
  const topicLength = topic.length;
  let f = 0;
  let t = 0;
  if (topicLength > 0 && filterLength > 0 && topic.charCodeAt(0) === DOLLAR) {
    const first = filter.charCodeAt(0);
    if (first === PLUS || first === HASH) return false;
  }
  while (f < filterLength) {
    const c = filter.charCodeAt(f);
    if (c === PLUS) {
      f++;
      while (t < topicLength && topic.charCodeAt(t) !== SLASH) t++;
    } else if (c === HASH) {
      return true;
    } else if (t < topicLength) {
      if (c !== topic.charCodeAt(t)) return false;
      f++;
      t++;
    } else {
      // the topic ends here: what is left of the filter may only be /#, which takes in the parent level
      return c === SLASH && f + 2 === filterLength && filter.charCodeAt(f + 1) === HASH;
    }
  }
  return t === topicLength;
}
