/** Plain words for what suites and contestants are called in records. */

const SUITES: Readonly<Record<string, string>> = {
  decode: 'decoding',
  encode: 'encoding',
  'drop-in': 'drop-in for mqtt-packet',
  match: 'topic index',
  forward: 'data plane in one process',
  sockets: 'data plane over TCP',
  broker: 'broker',
  latency: 'latency of the broker',
  scale: 'broker with many clients',
  memory: 'memory while decoding',
};

const CONTESTANTS: Readonly<Record<string, string>> = {
  'mqtt-packet, generate': 'mqtt-packet that encodes once and writes the same Buffer to all',
  'plain JS': 'a loop by hand that checks nothing',
  net: 'a loop by hand on `net`, a write per message',
  'net, gathered': 'a loop by hand on `net`, a write per turn',
  'map trie': 'a trie of Maps',
  'string cache': 'a Map of results before a trie',
  'string cache, strings reused': 'a Map of results before a trie',
  'qlobber, strings reused': 'qlobber',
  'mqtt-packet + qlobber': 'mqtt-packet and qlobber',
  'index wasm': 'the index',
  'index wasm, packets': 'the index, on PUBLISH packets',
  'index wasm, bytes': 'the index, on topics as bytes',
  'index wasm, strings reused': 'the index, on the same string objects again',
  'forward wasm': '`Forwarder`',
  forward: '`Forwarder`',
  'cursor wasm': '`Decoder`, fields only',
  'objects wasm': '`Decoder`, packet objects',
};

export const suiteWords = (name: string): string => SUITES[name] ?? name;
export const contestantWords = (name: string): string => CONTESTANTS[name] ?? name;

/** A cell by its group and column. */
export function cellWords(suite: string, group: string, column: string): string {
  const isFilters = suite === 'match' && /^[\d,]+$/.test(column);
  const words = isFilters ? `${column} filters` : column.replace(/^RSS\b/, 'resident memory');
  return words === '' ? group : `${group}, ${words}`;
}
