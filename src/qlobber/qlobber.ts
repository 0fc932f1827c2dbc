import { QlobberBase } from './base.ts';

/** Filters with any number of values each, the same value as often as it was added: npm qlobber's `Qlobber`. */
export class Qlobber<Value = unknown> extends QlobberBase<Value, Value[]> {
  /** The values of the filters that match, duplicates included, as a new array. */
  match(topic: string): Value[] {
    const found: Value[] = [];
    for (const { values } of this.matching(topic)) for (const value of values) found.push(value);
    return found;
  }

  test_values(values: Value[], value: Value): boolean {
    return values.indexOf(value) >= 0;
  }

  protected _initial_value(value: Value): Value[] {
    return [value];
  }

  protected _add_value(values: Value[], value: Value): void {
    values.push(value);
  }

  protected _remove_value(values: Value[], value: Value | undefined): boolean {
    if (value === undefined) return true;
    const index = values.lastIndexOf(value);
    if (index >= 0) values.splice(index, 1);
    return values.length === 0;
  }

  protected _iter_values(values: Value[]): Iterable<Value> {
    return values;
  }
}
