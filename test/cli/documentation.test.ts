import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../src/broker/options.ts';
import { readConfiguration } from '../../src/cli/config-file.ts';
import { createProgram } from '../../src/cli/program.ts';
import { flagOf, SETTING_NAMES } from '../../src/cli/settings.ts';
import { configFile } from './files.ts';

const documentation = readFileSync('docs/broker.md', 'utf8');

function withCommas(text: unknown): string {
  return String(text).replace(/\d{4,}/g, (digits) => Number(digits).toLocaleString('en-US'));
}

describe('docs/broker.md', () => {
  test('has an example of a configuration file that is valid', () => {
    const [, example] = /```json\n([^`]*"listeners"[^`]*)```/.exec(documentation) ?? [];
    expect(readConfiguration(configFile(example)).listeners?.length).toBeGreaterThan(1);
  });

  test.each(Object.entries(LIMITS))(
    'says default and range of %s',
    (name, { default: value, expected, values }) => {
      const [, row] = new RegExp(`^\\| \`${name}\` \\|(.*)$`, 'm').exec(documentation) ?? [];
      const [documentedDefault, range] = (row ?? '')
        .replaceAll('`', '')
        .split(' | ')
        .map((cell) => cell.trim());
      expect(documentedDefault).toBe(withCommas(value));
      if (values !== undefined) expect(range).toBe(values.join(', '));
      else
        expect(withCommas(expected).replace(/, or 0$/, '')).toMatch(
          new RegExp(`${range.replace(/^0, /, '')}$`),
        );
    },
  );

  test('names no flag that there is not', () => {
    const others = ['--help', '--verbose', '--delete'];
    const known = SETTING_NAMES.flatMap((name) => [flagOf(name), flagOf(name).replace('--', '--no-')]);
    const [aboutFlags] = documentation.split('\n## Limits');
    const named = aboutFlags.match(/--[a-z][a-z-]+/g) ?? [];
    expect(named.length).toBeGreaterThan(10);
    expect([...known, ...others]).toEqual(expect.arrayContaining(named));
  });
});

describe('wasmqtt --help', () => {
  test('explains each setting in one line', () => {
    const help = createProgram(async () => {}).commands[0].helpInformation();
    for (const name of SETTING_NAMES) {
      expect(help).toMatch(
        new RegExp(`^ +(-\\w, )?(${flagOf(name)}|${flagOf(name).replace('--', '--no-')})\\b.* {2}\\S`, 'm'),
      );
    }
  });
});
