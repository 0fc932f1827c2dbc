import { importOptional } from '../broker/optional-package.ts';
import type { Logger } from '../broker/options.ts';
import type { Values } from './settings.ts';

const LEVELS = ['error', 'warn', 'info', 'debug'] as const;
type Level = (typeof LEVELS)[number];

const STDERR = 2;

/** Writes to stderr: readable lines, or with pino one JSON object a line. Rejects if pino is asked for and not there. */
export async function createLogger({ logLevel, logFormat }: Values): Promise<Logger> {
  if (logFormat === 'text') return textLogger(logLevel, (line) => process.stderr.write(line));
  const { pino } = await importOptional('pino', 'JSON logs', () => import('pino'));
  const logger: Logger = pino(
    { level: logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination(STDERR),
  );
  return logger;
}

/** `2026-01-31T12:00:00.000Z info  message name=value name="value with blanks"`. */
export function textLogger(
  least: Level,
  write: (line: string) => void,
  now: () => Date = () => new Date(),
): Logger {
  const logAt = (level: Level) => {
    if (LEVELS.indexOf(level) > LEVELS.indexOf(least)) return () => {};
    return (fields: object, message: string) => {
      const parts = [now().toISOString(), level.padEnd(5), harmless(message)];
      for (const [name, value] of Object.entries(fields)) {
        if (value !== undefined) parts.push(`${name}=${written(value)}`);
      }
      write(`${parts.join(' ')}\n`);
    };
  };
  return { error: logAt('error'), warn: logAt('warn'), info: logAt('info'), debug: logAt('debug') };
}

function written(value: unknown): string {
  if (value instanceof Error) return written(value.message);
  if (typeof value === 'string' && /^[\w.:/@+#$*-]+$/.test(value)) return value;
  return harmless(JSON.stringify(value) ?? String(value));
}

/** What clients say may be in it: no control character may forge another line, or control a terminal. */
function harmless(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
