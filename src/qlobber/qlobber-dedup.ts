import { QlobberBase } from './base.ts';

/** Filters with distinct values: npm qlobber's `QlobberDedup`. */
export class QlobberDedup<Value = unknown> extends QlobberBase<Value, Set<Value>> {
  /** The values of the filters that match, each once, as a new Set. */
  match(topic: string): Set<Value> {
    const found = new Set<Value>();
    for (const { values } of this.matching(topic)) for (const value of values) found.add(value);
    return found;
  }

  test_values(values: Set<Value>, value: Value): boolean {
    return values.has(value);
  }

  protected _initial_value(value: Value): Set<Value> {
    return new Set([value]);
  }

  protected _add_value(values: Set<Value>, value: Value): void {
    values.add(value);
  }

  protected _remove_value(values: Set<Value>, value: Value | undefined): boolean {
    if (value === undefined) return true;
    values.delete(value);
    return values.size === 0;
  }

  protected _iter_values(values: Set<Value>): Iterable<Value> {
    return values;
  }
}
