import { demand } from './reader.ts';

export function demandTopicName(topic: string, compat: boolean): void {
  demand(compat || topic !== '', 'empty topic name');
  demand(compat || !/[+#]/.test(topic), 'wildcard in a topic name');
}

/** MQTT 4.7.1 word for word: what each level may be. */
function demandLevels(filter: string): void {
  const levels = filter.split('/');
  levels.forEach((level, i) => {
    if (level.includes('#')) demand(level === '#' && i === levels.length - 1, '# not alone and last');
    if (level.includes('+')) demand(level === '+', '+ not alone in its level');
  });
}

export function demandTopicFilter(filter: string, version: number): void {
  demand(filter !== '', 'empty topic filter');
  const [share, name, ...rest] = filter.split('/');
  if (version === 5 && share === '$share' && name !== undefined) {
    demand(name !== '' && !/[+#]/.test(name), 'bad share name');
    demand(rest.join('/') !== '', 'no topic filter after the share name');
    demandLevels(rest.join('/'));
  } else {
    demandLevels(filter);
  }
}
