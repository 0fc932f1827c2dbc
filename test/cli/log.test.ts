import { describe, expect, test } from 'vitest';
import { textLogger } from '../../src/cli/log.ts';

const NOW = () => new Date(Date.UTC(2026, 0, 31, 12));

function logged(fields: object, message: string): string {
  const lines: string[] = [];
  textLogger('debug', (line) => lines.push(line), NOW).warn(fields, message);
  return lines.join('');
}

describe('lines of the log', () => {
  test('begin with time and level, and end with the fields', () => {
    expect(logged({ clientId: 'c1', address: '::1', port: 7, err: undefined }, 'it rains')).toBe(
      '2026-01-31T12:00:00.000Z warn  it rains clientId=c1 address=::1 port=7\n',
    );
  });

  test('show errors by their message', () => {
    expect(logged({ err: new Error('read ECONNRESET') }, 'lost')).toMatch(/ lost err="read ECONNRESET"\n$/);
  });

  test.each([
    ['a blank', 'a b', '"a b"'],
    ['nothing', '', '""'],
    ['quotes', 'a="b"', '"a=\\"b\\""'],
    ['a new line', 'a\n2026-01-31 error all is lost', '"a\\n2026-01-31 error all is lost"'],
    ['an escape sequence', '\u001b[2J', '"\\u001b[2J"'],
    ['a control character of eight bits', '\u009b2J', '"\\u009b2J"'],
    ['text that runs backwards', '\u202eabc', '"\\u202eabc"'],
    ['half a character', '\ud800', '"\\ud800"'],
  ])('cannot be forged by a client identifier with %s', (_, clientId, written) => {
    expect(logged({ clientId }, 'connected')).toBe(
      `2026-01-31T12:00:00.000Z warn  connected clientId=${written}\n`,
    );
    expect(logged({}, `it says ${clientId}`).split('\n')).toHaveLength(2);
  });

  test('are only those that are important enough', () => {
    const lines: string[] = [];
    const logger = textLogger('warn', (line) => lines.push(line), NOW);
    for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level]({}, level);
    expect(lines.map((line) => line.split(' ')[1])).toEqual(['warn', 'error']);
  });
});
