import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AREAS } from './areas.ts';
import { conformanceDocument, coveredBy } from './document.ts';
import { parseStatements } from './statements.ts';

const csv = readFileSync('test/conformance/normative.csv', 'utf8');
const statements = parseStatements(csv);

describe('the table of normative statements', () => {
  it('has every line of the file, with a layer that is known', () => {
    expect(statements).toHaveLength(395);
    for (const { id, version, layer, statement } of statements) {
      expect(id).toMatch(/^MQTT/);
      expect(version).toMatch(/^(3\.1\.1|5)$/);
      expect(layer).toMatch(/^(codec|session|broker|transport)$/);
      expect(statement).not.toBe('');
    }
  });

  it('has a case for every statement about the codec, and a case or a reason for every other', () => {
    const gaps = statements.filter((statement) => coveredBy(statement) === undefined);
    expect(gaps.map(({ id, version }) => `${id} (${version})`)).toEqual([]);
  });

  it('has every statement that a case claims to cover', () => {
    const known = new Set(statements.map(({ id, version }) => `${id} (${version})`));
    const claimed = Object.values(AREAS).flatMap((rows) =>
      rows.map(({ id, version }) => `${id} (${version})`),
    );
    expect(claimed.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('docs/conformance.md', () => {
  it('is up to date (npm run conformance)', () => {
    expect(readFileSync('docs/conformance.md', 'utf8')).toBe(conformanceDocument(statements));
  });
});
