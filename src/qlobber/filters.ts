import type { KernelChoice } from '../kernel/choice.ts';
import { MqttError } from '../protocol/errors.ts';
import { LARGEST_MAX_LEVELS, LARGEST_MAX_VISITED_NODES } from '../topics/index-options.ts';
import { TopicIndex } from '../topics/topic-index.ts';
import type { Language } from './language.ts';
import { ESCAPE, indexFilter, indexTopic } from './mqtt-text.ts';
import { Pattern, waysToMatch } from './pattern.ts';
import { compareFurther } from './shape.ts';

/** A filter with the values that were added to it. */
export class Filter<Values> {
  readonly text: string;
  values: Values;
  /** Its words, as long as it is not in the topic index. */
  pattern: Pattern | undefined = undefined;
  readonly rank: number;

  constructor(text: string, values: Values, rank: number) {
    this.text = text;
    this.values = values;
    this.rank = rank;
  }
}

/** So few filters are compared one by one: quicker than an index, and most of what is made to test one filter. */
const UNINDEXED = 12;
/** As large as a topic index takes: the limits of qlobber are checked before. */
const LIMITS = {
  maxLevels: LARGEST_MAX_LEVELS,
  maxSingleLevelWildcards: LARGEST_MAX_LEVELS,
  maxVisitedNodes: LARGEST_MAX_VISITED_NODES,
};

/** Distinct filters, most of them in a topic index; those it cannot hold are compared one by one. */
export class Filters<Values> {
  readonly #language: Language;
  readonly #kernel: KernelChoice | undefined;
  readonly #byText = new Map<string, Filter<Values>>();
  #index: TopicIndex<Filter<Values>> | undefined = undefined;
  /** Whether a filter in the index has escaped characters. */
  #escapes = false;
  readonly #others = new Set<Filter<Values>>();

  constructor(language: Language, kernel: KernelChoice | undefined) {
    this.#language = language;
    this.#kernel = kernel;
  }

  get(text: string): Filter<Values> | undefined {
    return this.#byText.get(text);
  }

  add(text: string, values: Values, rank: number): void {
    const filter = new Filter(text, values, rank);
    if (!this.#subscribe(filter)) {
      filter.pattern = this.#patternOf(filter);
      this.#others.add(filter);
    }
    this.#byText.set(text, filter);
    if (this.#index === undefined && this.#others.size > UNINDEXED) this.#build();
  }

  delete(filter: Filter<Values>): void {
    this.#byText.delete(filter.text);
    if (!this.#others.delete(filter)) this.#index!.unsubscribe(this.#indexFilter(filter)!, filter);
  }

  clear(): void {
    this.#byText.clear();
    this.#others.clear();
    this.#index?.clear();
    this.#escapes = false;
  }

  /** The filters that match, each as many times as it does, in qlobber's order. */
  match(topic: string): Filter<Values>[] {
    const found = this.#find(topic);
    if (found.length > 1) {
      found.sort((a, b) => a.rank - b.rank || (a === b ? 0 : compareFurther(a.text, b.text, this.#language)));
    }
    return found;
  }

  #find(topic: string): Filter<Values>[] {
    let found: Filter<Values>[] = [];
    const index = this.#index;
    const language = this.#language;
    let others: Iterable<Filter<Values>> = this.#others;
    if (index !== undefined) {
      const text = this.#indexTopic(topic);
      if (text === undefined) {
        others = this.#byText.values();
      } else if (language.matchEmptyWords || !language.hasEmptyWord(topic)) {
        found = index.subscribers(text);
      } else {
        // the index takes a wildcard for any word
        const words = language.split(topic);
        index.match(text, (filter) => {
          if (this.#ways(filter, words) > 0) found.push(filter);
        });
      }
      if (others === this.#others && this.#others.size === 0) return found;
    }
    const words = language.split(topic);
    for (const filter of others) for (let i = this.#ways(filter, words); i > 0; i--) found.push(filter);
    return found;
  }

  #ways(filter: Filter<Values>, words: readonly string[]): number {
    return waysToMatch(filter.pattern ?? this.#patternOf(filter), words, this.#language);
  }

  #indexFilter({ text }: Filter<Values>): string | undefined {
    const filter = this.#language.toMqtt(text);
    return filter === undefined ? undefined : indexFilter(filter);
  }

  #indexTopic(topic: string): string | undefined {
    const text = this.#language.toMqtt(topic);
    return text === undefined ? undefined : indexTopic(text, this.#escapes);
  }

  #patternOf({ text }: Filter<Values>): Pattern {
    return new Pattern(this.#language.split(text), this.#language);
  }

  #build(): void {
    this.#index = new TopicIndex({ kernel: this.#kernel, hideDollarTopics: false, ...LIMITS });
    for (const filter of this.#others) {
      if (!this.#subscribe(filter)) continue;
      filter.pattern = undefined;
      this.#others.delete(filter);
    }
  }

  /** Puts a filter into the index, if there is one that can hold it. */
  #subscribe(filter: Filter<Values>): boolean {
    const text = this.#index && this.#indexFilter(filter);
    if (text === undefined) return false;
    try {
      this.#index!.subscribe(text, filter);
      this.#escapes ||= text.includes(ESCAPE);
      return true;
    } catch (error) {
      if (error instanceof MqttError) return false;
      throw error;
    }
  }
}
