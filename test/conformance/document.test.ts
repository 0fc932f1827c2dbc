import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AREAS } from './areas.ts';
import { BROKER_AREAS } from './broker/areas.ts';
import type { BrokerRow } from './broker/row.ts';
import { CLIENT_SIDE } from './client-side.ts';
import { clientSide, conformanceDocument, coveredBy } from './document.ts';
import { parseStatements } from './statements.ts';

const csv = readFileSync('test/conformance/normative.csv', 'utf8');
const statements = parseStatements(csv);
const known = new Set(statements.map(({ id, version }) => `${id} (${version})`));

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

  it('has a case for every statement, of the codec or of the broker, or a reason why it is for clients', () => {
    const gaps = statements.filter((statement) => coveredBy(statement) === undefined);
    expect(gaps.map(({ id, version }) => `${id} (${version})`)).toEqual([]);
  });

  it('has every statement that a case claims to cover', () => {
    const claimed = [...Object.values(AREAS), ...Object.values(BROKER_AREAS)].flatMap((rows) =>
      rows.map(({ id, version }) => `${id} (${version})`),
    );
    expect([...claimed, ...Object.keys(CLIENT_SIDE)].filter((name) => !known.has(name))).toEqual([]);
  });

  it('has every part of a statement that a row names', () => {
    const rows = [...Object.values(AREAS), ...Object.values(BROKER_AREAS)].flat();
    const unmatched = rows.filter(
      (row) =>
        !statements.some(
          ({ id, version, statement }) =>
            id === row.id && version === row.version && statement.includes(row.statement ?? ''),
        ),
    );
    expect(unmatched.map(({ id, version, statement }) => `${id} (${version}): ${statement}`)).toEqual([]);
  });

  it('gives a reason only where there is nothing to test', () => {
    const excused = statements.filter((statement) => clientSide(statement) !== undefined);
    expect(excused.filter(({ layer }) => layer === 'codec')).toEqual([]);
  });
});

describe('the rows about the broker', () => {
  it('are all listed under the test file that runs them', async () => {
    const folder = 'test/conformance/broker';
    const sources = Object.keys(BROKER_AREAS).map((testFile) => ({
      source: readFileSync(`test/conformance/${testFile}`, 'utf8'),
      listed: BROKER_AREAS[testFile],
    }));
    for (const file of readdirSync(`${folder}/rows`)) {
      const name = file.replace(/\.ts$/, '');
      const { rows } = (await import(`./broker/rows/${name}.ts`)) as { rows: BrokerRow[] };
      const runners = sources.filter(({ source }) => source.includes(`'./rows/${name}.ts'`));
      expect([name, runners.length]).toEqual([name, 1]);
      for (const row of rows) expect(runners[0].listed).toContain(row);
    }
  });
});

describe('docs/conformance.md', () => {
  it('is up to date (npm run conformance)', () => {
    expect(readFileSync('docs/conformance.md', 'utf8')).toBe(conformanceDocument(statements));
  });
});
