import { type Filter, Filters } from './filters.ts';
import { Language } from './language.ts';
import type { QlobberOptions } from './options.ts';
import { shapeOf } from './shape.ts';

const DEFAULT_MAX_WORDS = 100;
const DEFAULT_MAX_WILDCARD_SOMES = 3;

/**
 * Filters with values, found by topic, as npm qlobber 8 has it. What a filter holds, and what a match gives, is up to
 * the methods that begin with an underscore, by the names that qlobber's subclasses override.
 */
export abstract class QlobberBase<Value, Values, Context = undefined, Item = Value> {
  readonly #language: Language;
  readonly #filters: Filters<Values>;
  readonly #maxWords: number;
  readonly #maxWildcardSomes: number;
  /** The caller's Map of filters. */
  readonly #added: Map<string, unknown> | undefined;

  /** The options are read once. */
  constructor(options: QlobberOptions = {}) {
    this.#language = new Language(options);
    this.#filters = new Filters(this.#language, options.kernel);
    this.#maxWords = options.max_words || DEFAULT_MAX_WORDS;
    this.#maxWildcardSomes = options.max_wildcard_somes || DEFAULT_MAX_WILDCARD_SOMES;
    this.#added = options.cache_adds instanceof Map ? options.cache_adds : undefined;
  }

  /**
   * Adds a value to a filter. Throws an Error when the filter has more words, or more of them that are `wildcard_some`,
   * than the options allow.
   */
  add(filter: string, value: Value): this {
    const known = this.#filters.get(filter);
    if (known !== undefined) {
      this._add_value(known.values, value);
      return this;
    }
    const { words, somes, rank } = shapeOf(filter, 0, this.#language);
    if (words > this.#maxWords) throw new Error('too many words');
    if (somes > this.#maxWildcardSomes) throw new Error('too many wildcard somes');
    const values = this._initial_value(value);
    this.#filters.add(filter, values, rank);
    this.#added?.set(filter, values);
    return this;
  }

  /** Removes a value from a filter, once, or the filter with all its values when there is no value. */
  remove(filter: string, value?: Value): this {
    const known = this.#filters.get(filter);
    if (known !== undefined && this._remove_value(known.values, value)) {
      this.#filters.delete(known);
      this.#added?.delete(filter);
    }
    return this;
  }

  /** The values of the filters that match, one at a time, with duplicates. */
  *match_iter(topic: string, context?: Context): Generator<Item> {
    for (const { values } of this.#filters.match(topic)) yield* this._iter_values(values, context);
  }

  /** Whether a filter that matches the topic has the value. */
  test(topic: string, value?: Value): boolean {
    return this.#filters.match(topic).some(({ values }) => this.test_values(values, value));
  }

  /** Removes all filters. */
  clear(): this {
    this.#filters.clear();
    this.#added?.clear();
    return this;
  }

  /** The filters that match, each as many times as it does. */
  protected matching(topic: string): Filter<Values>[] {
    return this.#filters.match(topic);
  }

  /** Whether `value` is among `values`; may be overridden. */
  abstract test_values(values: Values, value: Value | undefined): boolean;
  /** What a filter holds with its first value. */
  protected abstract _initial_value(value: Value): Values;
  protected abstract _add_value(values: Values, value: Value): void;
  /** Removes a value, or all if there is none; whether the filter is to go. */
  protected abstract _remove_value(values: Values, value: Value | undefined): boolean;
  protected abstract _iter_values(values: Values, context?: Context): Iterable<Item>;
}
