/** The packages that are measured or needed: which suite needs which, where they are, and in what version. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { devDependencies, version } from '../package.json';
import { mosquittoVersion } from './broker/broker-process.ts';

/** What a suite cannot do without. Those that load whole brokers measure whoever is there. */
const NEEDED: Readonly<Record<string, readonly PackageName[]>> = {
  decode: ['mqtt-packet'],
  encode: ['mqtt-packet'],
  'drop-in': ['mqtt-packet', 'aedes', 'mqtt'],
  match: ['mqtt-packet', 'qlobber', 'mqtt-pattern', 'mqtt-match'],
  forward: ['mqtt-packet'],
  sockets: ['mqtt-packet'],
  memory: ['mqtt-packet'],
};

const RIVALS = ['mqtt-packet', 'aedes', 'mqtt', 'qlobber', 'mqtt-pattern', 'mqtt-match'] as const;

type PackageName = (typeof RIVALS)[number] | 'echarts';

/** The version that is installed, if one is: where a file in `from` would find it. */
export function installed(name: PackageName, from: string = import.meta.url): string | undefined {
  for (const folder of createRequire(from).resolve.paths(name) ?? []) {
    const file = join(folder, name, 'package.json');
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  }
  return undefined;
}

/** What a suite needs and does not find. */
export function missingFor(suite: string, from?: string): PackageName[] {
  return (NEEDED[suite] ?? []).filter((name) => installed(name, from) === undefined);
}

/** Installs packages in the major versions that are tested. */
export function installCommand(names: readonly PackageName[]): string {
  const specifiers = names.map((name) => `${name}@${/\d+/.exec(devDependencies[name])![0]}`);
  return `npm install ${specifiers.join(' ')}`;
}

/** Of this package, of the rivals that are there, and of mosquitto if it is. */
export function versions(): Record<string, string> {
  const found = [
    ['wasmqtt', version],
    ...RIVALS.map((name) => [name, installed(name)]),
    ['mosquitto', mosquittoVersion()],
  ];
  return Object.fromEntries(found.filter(([, one]) => one !== undefined));
}
