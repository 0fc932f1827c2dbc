const SYS_PREFIX = '$SYS/';
const SLASH = 0x2f;

/** Whether clients may not publish to a topic: because it is the broker's own, or has too many levels. */
export function isRefusedTopic(topic: string, maxLevels: number): boolean {
  return isOwnTopic(topic) || hasMoreLevels(topic, maxLevels);
}

export function isOwnTopic(topic: string): boolean {
  return topic.startsWith(SYS_PREFIX);
}

export function hasMoreLevels(topic: string, maxLevels: number): boolean {
  if (topic.length < maxLevels) return false;
  let levels = 1;
  for (let i = 0; i < topic.length; i++)
    if (topic.charCodeAt(i) === SLASH && ++levels > maxLevels) return true;
  return false;
}
