import type { KernelChoice } from '../kernel/choice.ts';

/** Options of npm qlobber, and `kernel`. */
export interface QlobberOptions {
  /** What separates words. Default `.`; in MQTT `/`. */
  separator?: string | undefined;
  /** The word that stands for exactly one word. Default `*`; in MQTT `+`. */
  wildcard_one?: string | undefined;
  /** The word that stands for any number of words, none included. Default `#`, as in MQTT. */
  wildcard_some?: string | undefined;
  /** Whether `wildcard_one` also stands for an empty word. Default false; in MQTT true. */
  match_empty_levels?: boolean | undefined;
  /** A Map that is to hold each filter that was added, with its values. Filters are always found quickly. */
  cache_adds?: boolean | Map<string, unknown> | undefined;
  /** Has no effect: topics are not split. */
  cache_splits?: number | undefined;
  /** Most words of a filter; `add` throws beyond. Topics may have any number. Default 100. */
  max_words?: number | undefined;
  /** Most words of a filter that are `wildcard_some`; `add` throws beyond. Default 3. */
  max_wildcard_somes?: number | undefined;
  /** Kernel of the topic index. Default `auto`. */
  kernel?: KernelChoice | undefined;
}
