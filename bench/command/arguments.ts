/** Values on the command line. What cannot be understood throws; commander names the option. */
import { InvalidArgumentError } from 'commander';
import type { ExternalBroker } from '../settings.ts';

const DEFAULT_PORT = 1883;
const SUFFIXES: Readonly<Record<string, number>> = { '': 0, K: 1, M: 2 };

/** A whole number, with `K` and `M` behind it for so many times `base` and its square. */
export function amount(from: number, to: number, base = 1000): (text: string) => number {
  return (text) => {
    const [, digits = '', suffix = ''] = /^(\d+)([KM]?)$/i.exec(text) ?? [];
    const value = digits === '' ? Number.NaN : Number(digits) * base ** SUFFIXES[suffix.toUpperCase()]!;
    if (value >= from && value <= to) return value;
    const range = `${from.toLocaleString('en')} to ${to.toLocaleString('en')}`;
    throw new InvalidArgumentError(`It must be a whole number from ${range}.`);
  };
}

/** Seconds, with a fraction if it must be. */
export function seconds(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (value >= from && value <= to) return value;
    throw new InvalidArgumentError(`It must be ${from} to ${to.toLocaleString('en')} seconds.`);
  };
}

/** One of several words. */
export function oneOf<Value>(words: Readonly<Record<string, Value>>): (text: string) => Value {
  return (text) => {
    if (Object.hasOwn(words, text)) return words[text]!;
    throw new InvalidArgumentError(`It must be ${listed(Object.keys(words), 'or')}.`);
  };
}

/** "a, b or c". */
export function listed(words: readonly string[], last: 'or' | 'and'): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

export function regularExpression(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}

/** A topic to publish to. */
export function topicName(text: string): string {
  const isTopic = text !== '' && Buffer.byteLength(text) <= 65_535 && !/[+#\0]/.test(text);
  if (isTopic) return text;
  throw new InvalidArgumentError('It must be a topic of 1 to 65,535 bytes without + and #.');
}

/** `host:port`, `host`, and both with `mqtt://` before it. */
export function brokerAddress(text: string): ExternalBroker {
  const url = /^[a-z][\w+.-]*:\/\//i.test(text) ? text : `mqtt://${text}`;
  const isComplete = URL.canParse(url);
  const { protocol, hostname, port, pathname, search, hash, username, password } = new URL(
    isComplete ? url : 'none:',
  );
  if (isComplete && protocol !== 'mqtt:' && protocol !== 'tcp:') {
    throw new InvalidArgumentError(`Load comes over TCP only (mqtt://), not ${protocol}//.`);
  }
  const hasMore = /^\/?$/.test(pathname) === false || [search, hash, username, password].join('') !== '';
  if (!isComplete || hostname === '' || hasMore || port === '0') {
    throw new InvalidArgumentError('It must be host:port.');
  }
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? DEFAULT_PORT : Number(port) };
}
