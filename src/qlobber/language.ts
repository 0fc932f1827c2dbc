import type { QlobberOptions } from './options.ts';

const MQTT = ['/', '+', '#'];
const HALF_CHARACTER = /[\ud800-\udfff]/;
/** How filters and topics are written: the separator and the two wildcards. */
export class Language {
  readonly separator: string;
  readonly wildcardOne: string;
  readonly wildcardSome: string;
  readonly matchEmptyWords: boolean;
  /** Characters that change places to make it MQTT's language; `undefined` if none do, or that is impossible. */
  readonly #swaps: Map<string, string> | undefined;
  readonly #swapped: RegExp | undefined;
  readonly #isTranslatable: boolean;

  constructor({ separator, wildcard_one, wildcard_some, match_empty_levels }: QlobberOptions) {
    this.separator = separator || '.';
    this.wildcardOne = wildcard_one || '*';
    this.wildcardSome = wildcard_some || '#';
    this.matchEmptyWords = Boolean(match_empty_levels);
    const own = [this.separator, this.wildcardOne, this.wildcardSome];
    this.#isTranslatable =
      own.every((text) => text.length === 1 && !HALF_CHARACTER.test(text)) && new Set(own).size === 3;
    if (this.#isTranslatable && own.some((character, i) => character !== MQTT[i])) {
      this.#swaps = swaps(own, MQTT);
      const codes = [...this.#swaps.keys()].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
      this.#swapped = new RegExp(`[${codes.join('')}]`, 'g');
    }
  }

  split(text: string): string[] {
    return text.split(this.separator);
  }

  /** The filter or topic with MQTT's characters; `undefined` if this language cannot be brought to that. */
  toMqtt(text: string): string | undefined {
    if (!this.#isTranslatable) return undefined;
    const swaps = this.#swaps;
    return swaps === undefined ? text : text.replace(this.#swapped!, (character) => swaps.get(character)!);
  }

  /** Whether there is an empty word. */
  hasEmptyWord(topic: string): boolean {
    const { separator } = this;
    return (
      topic.length === 0 ||
      topic.startsWith(separator) ||
      topic.endsWith(separator) ||
      topic.includes(separator + separator)
    );
  }
}

/** A permutation of characters that turns each of `from` into that of `to`. */
function swaps(from: string[], to: string[]): Map<string, string> {
  const map = new Map([...from, ...to].map((character) => [character, character]));
  from.forEach((character, i) => {
    for (const [other, image] of map) if (image === to[i]) map.set(other, map.get(character)!);
    map.set(character, to[i]);
  });
  return map;
}
