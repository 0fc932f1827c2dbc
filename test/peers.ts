import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { TestRunner } from 'vitest';

/** Debian's package of each program that tests talk to. */
const PACKAGES = {
  mosquitto: 'mosquitto',
  mosquitto_pub: 'mosquitto-clients',
  mosquitto_rr: 'mosquitto-clients',
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
 * Skips the current test, with one line that says why, or fails it where WASMQTT_REQUIRE_PEERS=1 promises that
 * everything the tests need is there.
 */
export function missing(message: string): never {
  const test = TestRunner.getCurrentTest();
  if (process.env.WASMQTT_REQUIRE_PEERS === '1' || test === undefined) throw new Error(message);
  if (!reported.has(message)) console.warn(`skipped: ${message}`);
  reported.add(message);
  return test.context.skip(message);
}

/** Path of a program that has to be installed. */
export function peer(name: Peer): string {
  return find(name) ?? missing(`${name} is not installed: apt-get install ${PACKAGES[name]}`);
}
