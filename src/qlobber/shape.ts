import type { Language } from './language.ts';

/** Words that a rank tells apart: two bits each, in an integer that takes no memory of its own. */
const RANKED_WORDS = 15;

// qlobber tries at each word: any number of words, the end, the word itself, any one word
const SOME = 0;
const END = 1;
const LITERAL = 2;
const ONE = 3;

/** What a filter looks like. */
export interface Shape {
  readonly words: number;
  /** How many of the words are `wildcard_some`. */
  readonly somes: number;
  /**
   * Where the filter comes among those that match the same topic, by 15 of its words. qlobber's users have come to rely
   * on its order. Filters that match the same topic can only differ in their wildcards, and in where they end.
   */
  readonly rank: number;
}

/** The shape of a filter; its rank by the words from `first` on. */
export function shapeOf(filter: string, first: number, language: Language): Shape {
  const { separator, wildcardOne, wildcardSome } = language;
  let words = 0;
  let somes = 0;
  let rank = 0;
  for (let start = 0, end = 0; end < filter.length || words === 0; start = end + separator.length, words++) {
    end = filter.indexOf(separator, start);
    if (end < 0) end = filter.length;
    const kind = isWord(filter, start, end, wildcardSome)
      ? SOME
      : isWord(filter, start, end, wildcardOne)
        ? ONE
        : LITERAL;
    if (kind === SOME) somes++;
    if (words >= first && words < first + RANKED_WORDS) rank = rank * 4 + kind;
  }
  for (let i = Math.max(words, first); i < first + RANKED_WORDS; i++) rank = rank * 4 + END;
  return { words, somes, rank };
}

/** Compares filters of the same rank by the words that it does not tell apart. */
export function compareFurther(a: string, b: string, language: Language): number {
  for (let first = RANKED_WORDS; ; first += RANKED_WORDS) {
    const left = shapeOf(a, first, language);
    const right = shapeOf(b, first, language);
    if (left.rank !== right.rank || first > left.words) return left.rank - right.rank;
  }
}

function isWord(text: string, start: number, end: number, word: string): boolean {
  return end - start === word.length && text.startsWith(word, start);
}
