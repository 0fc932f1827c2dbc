/** Records of earlier runs, by whatever version they were written. */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { UsageError } from '../src/cli/usage-error.ts';
import type { Definition, RecordFile } from './html/data.ts';
import { missingFor } from './packages.ts';
import { loadSuite, SUITE_NAMES } from './suites.ts';

const MEASUREMENT = v.looseObject({ name: v.string(), rounds: v.array(v.nullable(v.number())) });
const CELL = v.looseObject({
  group: v.string(),
  column: v.string(),
  unit: v.string(),
  measurements: v.array(MEASUREMENT),
});
const RECORD = v.looseObject({
  environment: v.looseObject({ date: v.string(), node: v.string() }),
  suites: v.array(v.looseObject({ name: v.string(), reference: v.string(), cases: v.array(CELL) })),
});

/** Throws UsageError, which names the file, if it cannot be read or is something else. */
export function readRecord(file: string): RecordFile {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`cannot read the record ${file}: ${(error as Error).message}`);
  }
  const { success, issues } = v.safeParse(RECORD, value, { abortEarly: true });
  if (success) return value as RecordFile;
  const at = v.getDotPath(issues[0]);
  throw new UsageError(
    `${file} is no record of this benchmark: ${at === null ? '' : `${at}: `}${issues[0].message}`,
  );
}

/** The definitions of suites whose records lack their comparisons, as they are now. */
export async function missingDefinitions(
  records: readonly RecordFile[],
): Promise<Record<string, Definition>> {
  const definitions: Record<string, Definition> = {};
  for (const { name, comparisons } of records.flatMap(({ suites }) => suites)) {
    const isLacking = comparisons === undefined && definitions[name] === undefined;
    if (isLacking && SUITE_NAMES.includes(name) && missingFor(name).length === 0) {
      definitions[name] = await loadSuite(name, {});
    }
  }
  return definitions;
}
