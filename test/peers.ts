import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { TestRunner } from 'vitest';

/** Debian's package of each program that tests talk to. */
const PACKAGES = {
  mosquitto: 'mosquitto',
  mosquitto_pub: 'mosquitto-clients',
  mosquitto_sub: 'mosquitto-clients',
} as const;

export type Peer = keyof typeof PACKAGES;

// Debian puts the broker into sbin, which is not on every PATH.
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin'];

function find(name: Peer): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const reported = new Set<string>();

/**
 * Path of a program. If it is not installed, the current test is skipped, or fails where WASMQTT_REQUIRE_PEERS=1
 * promises that it is.
 */
export function peer(name: Peer): string {
  const file = find(name);
  if (file !== undefined) return file;
  const message = `${name} is not installed: apt-get install ${PACKAGES[name]}`;
  const test = TestRunner.getCurrentTest();
  if (process.env.WASMQTT_REQUIRE_PEERS === '1' || test === undefined) throw new Error(message);
  if (!reported.has(message)) console.warn(`skipped: ${message}`);
  reported.add(message);
  return test.context.skip(message);
}
