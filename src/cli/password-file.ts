import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type Verify, verifierOf } from './password-hash.ts';
import { UsageError } from './usage-error.ts';

/** A line is a user name, a colon and a hash; empty lines and those that begin with # say nothing. */
function userOf(line: string): { readonly name: string; readonly hash: string } | undefined {
  if (line.trim() === '' || line.startsWith('#')) return undefined;
  const colon = line.indexOf(':');
  return { name: line.slice(0, Math.max(colon, 0)), hash: line.slice(colon + 1).trim() };
}

/** Users and how to verify their passwords. Throws UsageError, which names the file and the line. */
export function readPasswordFile(file: string): Map<string, Verify> {
  const users = new Map<string, Verify>();
  read(file)
    .split('\n')
    .forEach((line, index) => {
      const user = userOf(line);
      if (user === undefined) return;
      const at = `${file}, line ${index + 1}`;
      const verify = verifierOf(user.hash);
      if (user.name === '') throw new UsageError(`${at}: must be a user name, a colon and a hash`);
      if (verify === undefined) {
        throw new UsageError(`${at}: the hash must be made by wasmqtt passwd or mosquitto_passwd`);
      }
      if (users.has(user.name)) throw new UsageError(`${at}: user ${user.name} is there twice`);
      users.set(user.name, verify);
    });
  return users;
}

/** Sets the password of a user, adds the user, or with no hash removes it; returns whether it was there. */
export function changePasswordFile(file: string, name: string, hash: string | undefined): boolean {
  const lines = read(file, '').split('\n');
  const index = lines.findIndex((line) => userOf(line)?.name === name);
  const isThere = index >= 0;
  const line = hash === undefined ? [] : [`${name}:${hash}`];
  if (isThere) lines.splice(index, 1, ...line);
  else lines.splice(lines[lines.length - 1] === '' ? lines.length - 1 : lines.length, 0, ...line);
  const content = lines.join('\n');
  // a broker that starts meanwhile reads the old file or the new one
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, content === '' || content.endsWith('\n') ? content : `${content}\n`, {
    mode: 0o600,
  });
  renameSync(temporary, file);
  return isThere;
}

function read(file: string, ifMissing?: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && ifMissing !== undefined) return ifMissing;
    throw new UsageError(`cannot read the password file: ${message}`);
  }
}
