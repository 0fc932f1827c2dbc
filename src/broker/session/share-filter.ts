import { SHARE_PREFIX } from '../../topics/names.ts';

/** The parts of the topic filter of a shared subscription, or `undefined` if it is none (MQTT5 section 4.8.2). */
export function splitShare(topicFilter: string): { shareName: string; filter: string } | undefined {
  if (!topicFilter.startsWith(SHARE_PREFIX)) return undefined;
  const slash = topicFilter.indexOf('/', SHARE_PREFIX.length);
  if (slash < 0) return undefined;
  return { shareName: topicFilter.slice(SHARE_PREFIX.length, slash), filter: topicFilter.slice(slash + 1) };
}
