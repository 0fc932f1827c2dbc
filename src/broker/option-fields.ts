import * as v from 'valibot';

/** What one option may be. Validation, command line, environment variables and help are made of it. */
export interface Field<T> {
  readonly kind: 'number' | 'boolean' | 'choice' | 'text';
  /** Completes the sentence "must be ...". */
  readonly expected: string;
  readonly default: T;
  /** Of a choice. */
  readonly values?: readonly (string | number)[];
  readonly schema: v.GenericSchema<unknown>;
}

export function wholeNumber(otherwise: number, minimum: number, maximum: number): Field<number> {
  const expected = `a whole number from ${minimum} to ${maximum}`;
  const message = mustBe(expected);
  const schema = v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(minimum, message),
    v.maxValue(maximum, message),
  );
  return { kind: 'number', expected, default: otherwise, schema };
}

/** Fractions too; `zero`: 0 is allowed though it is less than the minimum. */
export function seconds(otherwise: number, minimum: number, maximum: number, zero?: 'or 0'): Field<number> {
  const expected = `a number of seconds from ${minimum} to ${maximum}${zero === undefined ? '' : ', or 0'}`;
  const message = mustBe(expected);
  const range = v.pipe(v.number(message), v.minValue(minimum, message), v.maxValue(maximum, message));
  const schema = zero === undefined ? range : v.union([v.literal(0), range], message);
  return { kind: 'number', expected, default: otherwise, schema };
}

export function oneOf<const T extends string | number>(otherwise: T, values: readonly T[]): Field<T> {
  const expected = values.join(', ').replace(/, ([^,]*)$/, ' or $1');
  return {
    kind: 'choice',
    expected,
    default: otherwise,
    values,
    schema: v.picklist(values, mustBe(expected)),
  };
}

export function yesOrNo<const T extends boolean | undefined>(otherwise: T): Field<T | boolean> {
  const expected = 'true or false';
  return { kind: 'boolean', expected, default: otherwise, schema: v.boolean(mustBe(expected)) };
}

/** A function, or none. */
export const hook = v.optional(v.function(mustBe('a function')));

/** An object with all of these methods. */
export function objectWith(article: string, methods: readonly string[]): v.GenericSchema<unknown> {
  const has = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    methods.every((name) => typeof Reflect.get(value, name) === 'function');
  return v.custom(has, mustBe(`${article} with the methods ${methods.join(', ')}`));
}

/** The message of a value that is not as expected. */
export function mustBe(expected: string): (issue: v.BaseIssue<unknown>) => string {
  return ({ input }) => `must be ${expected}, not ${describe(input)}`;
}

/** The messages of an object: it is none, something is in it that should not be, or something is missing. */
export function objectFault(what: string, expected: string): (issue: v.BaseIssue<unknown>) => string {
  return (issue) => {
    if (issue.expected === 'never') return `is no ${what}`;
    return issue.expected?.startsWith('"') ? 'is missing' : mustBe(expected)(issue);
  };
}

/** What is wrong, begun with where: `listeners[0].port: must be ...`. */
export function explain(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? [])
    .map(({ type, key }) => (type === 'array' ? `[${String(key)}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}

/** As it is repeated in messages: not at length. */
export function describe(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** A number without a default. */
export function optionalWholeNumber(minimum: number, maximum: number): Field<number | undefined> {
  return { ...wholeNumber(minimum, minimum, maximum), default: undefined };
}

export function text<T extends string | undefined = undefined>(
  expected: string,
  otherwise?: T,
): Field<string | T> {
  const message = mustBe(expected);
  const schema = v.pipe(v.string(message), v.nonEmpty(message));
  return { kind: 'text', expected, default: otherwise as T, schema };
}
