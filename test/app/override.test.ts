import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { devDependencies, name, version } from '../../package.json';
import { startBroker } from '../broker/harness.ts';
import { appFolder, install, type Manifest, packPackage } from './install.ts';

const run = promisify(execFile);
const TIMEOUT_MS = 180_000;
const STOCK: Manifest = {
  type: 'module',
  private: true,
  dependencies: { aedes: '1.2.0', mqtt: '5.16.0', ws: '8.23.0' },
  // MQTT.js asks for any version of the types of Node; this keeps what is compiled the same.
  devDependencies: { '@types/node': devDependencies['@types/node'] },
};

/** Makes something for the first test that needs it. A failure is not kept: it may be that test's being skipped. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: T | undefined;
  return async () => (made ??= await make());
}

/** Installations of the same app with mqtt-packet and qlobber, and with this package in their place. */
const stock = once(() => install(STOCK));
const ours = once(async () => {
  await stock();
  const tarball = `file:${await packPackage()}`;
  const overrides = { 'mqtt-packet': tarball, qlobber: tarball };
  return install({ ...STOCK, overrides });
});

function manifest(folder: string): { name: string; version: string } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** Paths of all installed packages with that folder name, nested ones included. */
function installed(modules: string, wanted: string): string[] {
  return readdirSync(modules, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.name === wanted && entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => existsSync(join(path, 'package.json')));
}

interface Dependency {
  version?: string;
  dependencies?: Record<string, Dependency>;
}

function versions(tree: Dependency, wanted: string): string[] {
  return Object.entries(tree.dependencies ?? {}).flatMap(([key, dependency]) => [
    ...(key === wanted ? [dependency.version ?? 'missing'] : []),
    ...versions(dependency, wanted),
  ]);
}

interface Environment {
  flags?: string[];
  kernel: 'wasm' | 'auto';
}

/** What the clients and the brokers of the app print about the packets that they saw. */
async function transcript(installation: string, { flags = [], kernel }: Environment): Promise<string> {
  const { port } = await startBroker({ maxPacketSize: 4_194_304 });
  const env = { ...process.env, WASMQTT_KERNEL: kernel, WASMQTT_BROKER_URL: `mqtt://127.0.0.1:${port}` };
  const { stdout } = await run(process.execPath, [...flags, 'exchange.mjs'], {
    cwd: appFolder(installation),
    env,
    maxBuffer: 64_000_000,
  });
  return stdout;
}

async function kernelName(installation: string, { flags = [], kernel }: Environment): Promise<string> {
  const code = `
    import { Decoder } from 'mqtt-packet';
    console.log(new Decoder().kernelName);
  `;
  const { stdout } = await run(process.execPath, [...flags, '--input-type=module', '--eval', code], {
    cwd: appFolder(installation),
    env: { ...process.env, WASMQTT_KERNEL: kernel },
  });
  return stdout.trim();
}

const expectedTranscript = once(async () => transcript(await stock(), { kernel: 'auto' }));

describe('an app of aedes and MQTT.js whose package.json puts this package in the place of mqtt-packet and qlobber', () => {
  test.each([
    // aedes itself, its aedes-packet and MQTT.js
    ['mqtt-packet', 3],
    // aedes' mqemitter and aedes-persistence
    ['qlobber', 2],
  ])('has one %s, and it is this package', { timeout: TIMEOUT_MS }, async (replaced, dependents) => {
    const folder = await ours();
    const found = installed(join(folder, 'node_modules'), replaced);
    expect(found).toEqual([join(folder, 'node_modules', replaced)]);
    expect(manifest(found[0]!)).toMatchObject({ name, version });
    const { stdout } = await run('npm', ['ls', replaced, '--all', '--json', '--loglevel=error'], {
      cwd: folder,
    });
    const listed = versions(JSON.parse(stdout) as Dependency, replaced);
    expect(listed).toHaveLength(dependents);
    expect(new Set(listed)).toEqual(new Set([version]));
  });

  test('behaves as with mqtt-packet, on the WebAssembly kernel', { timeout: TIMEOUT_MS }, async () => {
    const expected = await expectedTranscript();
    expect(expected.match(/^# .*$/gm)).toEqual([
      '# mqtt-packet',
      '# aedes over tcp, MQTT 3.1',
      '# aedes over tcp, MQTT 3.1.1',
      '# aedes over tcp, MQTT 5.0',
      '# aedes over ws, MQTT 3.1',
      '# aedes over ws, MQTT 3.1.1',
      '# aedes over ws, MQTT 5.0',
      '# malformed bytes',
      '# MQTT 5.0',
    ]);
    const environment: Environment = { kernel: 'wasm' };
    expect(await kernelName(await ours(), environment)).toBe('wasm');
    expect(await transcript(await ours(), environment)).toBe(expected);
  });

  test('behaves as with mqtt-packet in an engine without WebAssembly', { timeout: TIMEOUT_MS }, async () => {
    const environment: Environment = { flags: ['--jitless'], kernel: 'auto' };
    expect(await kernelName(await ours(), environment)).toBe('js');
    expect(await transcript(await ours(), environment)).toBe(await expectedTranscript());
  });

  test.each([
    ['mqtt-packet', stock],
    ['this package', ours],
  ])('compiles against the declarations of %s', { timeout: TIMEOUT_MS }, async (_name, installation) => {
    const folder = appFolder(await installation());
    const compilerOptions = {
      target: 'es2022',
      module: 'nodenext',
      strict: true,
      noEmit: true,
      // Every declaration file is checked, ours included.
      skipLibCheck: false,
      types: ['node'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
    const compiler = createRequire(import.meta.url).resolve('typescript/lib/tsc.js');
    const { stdout } = await run(process.execPath, [compiler, '--project', folder]).catch((error) => error);
    expect(stdout).toBe('');
  });
});
