import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** The path of a new file, which is gone at the end of the test. */
export function temporaryFile(name: string, content?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'wasmqtt-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, name);
  if (content !== undefined) writeFileSync(file, content);
  return file;
}

export function configFile(content: unknown): string {
  return temporaryFile('wasmqtt.json', typeof content === 'string' ? content : JSON.stringify(content));
}
