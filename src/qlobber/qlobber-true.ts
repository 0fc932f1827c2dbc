import { QlobberBase } from './base.ts';

const ONLY_TRUE = [true] as const;

/** Filters without values, for asking whether any matches: npm qlobber's `QlobberTrue`. Values are not looked at. */
export class QlobberTrue extends QlobberBase<unknown, true> {
  override add(filter: string, value?: unknown): this {
    return super.add(filter, value);
  }

  /** Whether a filter matches the topic. */
  match(topic: string): boolean {
    return this.test(topic);
  }

  test_values(): true {
    return true;
  }

  protected _initial_value(): true {
    return true;
  }

  protected _add_value(): void {}

  protected _remove_value(): true {
    return true;
  }

  protected _iter_values(): Iterable<true> {
    return ONLY_TRUE;
  }
}
