import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { missing } from '../peers.ts';

const run = promisify(execFile);
const repository = join(import.meta.dirname, '../..');
// Outside the repository and kept, so that only the first of several runs installs.
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'wasmqtt-ci/app');
const KEPT_FOR_MS = 7 * 24 * 3600 * 1000;
const BUILT_FROM = ['src', 'assembly', 'scripts', 'package.json', 'tsup.config.ts', 'tsconfig.json'];
const PACKED_WITH = ['LICENSE', 'README.md', 'CHANGELOG.md'];
const GENERATED = ['src/kernel/wasm-bytes.ts', 'src/kernel/filters/wasm-bytes.ts'].map((file) =>
  join(repository, file),
);
const UNREACHABLE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED/;

export interface Manifest {
  type: 'module';
  private: true;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  overrides?: Record<string, string>;
}

/** A folder that the operating system's cleaner would find too, removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wasmqtt-app-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function modified(path: string, choose: (...times: number[]) => number): number {
  if (GENERATED.includes(path)) return choose();
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  return choose(...readdirSync(path).map((name) => modified(join(path, name), choose)));
}

/** Whether everything in dist/ is newer than all that it is built from. */
function isBuilt(): boolean {
  const dist = join(repository, 'dist');
  if (!existsSync(join(dist, 'index.d.cts'))) return false;
  const newest = Math.max(...BUILT_FROM.map((name) => modified(join(repository, name), Math.max)));
  return modified(dist, Math.min) > newest;
}

/** A copy of the repository, because a build empties dist/, which another test may be reading. */
async function builtCopy(): Promise<string> {
  const folder = temporaryFolder();
  for (const name of [...BUILT_FROM, ...PACKED_WITH]) {
    const source = join(repository, name);
    if (existsSync(source)) cpSync(source, join(folder, name), { recursive: true });
  }
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  await run('npm', ['run', '--silent', 'build'], { cwd: folder });
  return folder;
}

/** Packs this package as npm would publish it; returns the path of the tarball, which names its content. */
export async function packPackage(): Promise<string> {
  const source = isBuilt() ? repository : await builtCopy();
  const folder = temporaryFolder();
  const { stdout } = await run(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--loglevel=error', '--pack-destination', folder],
    { cwd: source },
  );
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  const bytes = readFileSync(join(folder, filename));
  mkdirSync(cache, { recursive: true });
  const tarball = join(cache, `wasmqtt-${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.tgz`);
  writeFileSync(tarball, bytes);
  return tarball;
}

/** Removes what no run has used for a week. */
function tidy(): void {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (Date.now() - statSync(path).mtimeMs > KEPT_FOR_MS) rmSync(path, { recursive: true, force: true });
  }
}

let unreachable = false;

function withoutRegistry(): never {
  unreachable = true;
  return missing('the npm registry cannot be reached to install the app');
}

/** A folder in which npm has installed this manifest. Without a registry the current test is skipped. */
export async function install(manifest: Manifest): Promise<string> {
  const text = JSON.stringify(manifest, null, 2);
  const folder = join(cache, createHash('sha256').update(text).digest('hex').slice(0, 16));
  if (existsSync(folder)) {
    utimesSync(folder, new Date(), new Date());
    return folder;
  }
  if (unreachable) withoutRegistry();
  mkdirSync(cache, { recursive: true });
  tidy();
  // Renamed when it is complete, so that an interrupted run leaves nothing half installed under the final name.
  const unfinished = mkdtempSync(`${folder}-`);
  writeFileSync(join(unfinished, 'package.json'), text);
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  const patience = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-timeout=20000'];
  try {
    await run('npm', ['install', ...options, ...patience], { cwd: unfinished });
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another run was faster.
    if (existsSync(folder)) return folder;
    const { stderr = '' } = error as { stderr?: string };
    if (!UNREACHABLE.test(stderr)) throw error;
    withoutRegistry();
  }
  return folder;
}

/** A folder with the files of the app and the modules of an installation. */
export function appFolder(installation: string): string {
  const folder = temporaryFolder();
  const source = join(import.meta.dirname, 'app');
  for (const name of readdirSync(source)) copyFileSync(join(source, name), join(folder, name));
  copyFileSync(join(installation, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(installation, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
