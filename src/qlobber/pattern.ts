import type { Language } from './language.ts';

/** A filter as its words. */
export class Pattern {
  readonly words: readonly string[];
  /** Whether no word but perhaps the last stands for any number of words. */
  readonly isSimple: boolean;
  readonly endsWithSome: boolean;

  constructor(words: readonly string[], { wildcardSome }: Language) {
    const first = words.indexOf(wildcardSome);
    this.words = words;
    this.endsWithSome = words.at(-1) === wildcardSome;
    this.isSimple = first < 0 || first === words.length - 1;
  }
}

/**
 * In how many ways the pattern matches the words of a topic: qlobber lists a value once for each, `#.a.#` matches `a.a`
 * in two.
 */
export function waysToMatch(pattern: Pattern, topic: readonly string[], language: Language): number {
  const { words, isSimple, endsWithSome } = pattern;
  if (!isSimple) return countWays(words, topic, language);
  const length = endsWithSome ? words.length - 1 : words.length;
  if (endsWithSome ? topic.length < length : topic.length !== length) return 0;
  for (let i = 0; i < length; i++) if (!matchesWord(words[i], topic[i], language)) return 0;
  return 1;
}

function matchesWord(word: string, topicWord: string, language: Language): boolean {
  if (word === language.wildcardOne) return topicWord !== '' || language.matchEmptyWords;
  return word === topicWord;
}

function countWays(words: readonly string[], topic: readonly string[], language: Language): number {
  // at i: the ways in which the words so far match the first i words of the topic
  let ways = new Array<number>(topic.length + 1).fill(0);
  ways[0] = 1;
  for (const word of words) {
    const next = new Array<number>(topic.length + 1).fill(0);
    if (word === language.wildcardSome) {
      let sum = 0;
      ways.forEach((count, i) => {
        next[i] = sum += count;
      });
    } else {
      for (let i = 0; i < topic.length; i++) if (matchesWord(word, topic[i], language)) next[i + 1] = ways[i];
    }
    ways = next;
  }
  return ways[topic.length];
}
