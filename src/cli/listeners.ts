import { readFileSync } from 'node:fs';
import type { ListenOptions } from '../broker/listeners/listener.ts';
import type { FileListener, TlsFiles } from './config-file.ts';
import type { Configuration } from './resolve.ts';
import { flagOf, type SettingName } from './settings.ts';
import { UsageError } from './usage-error.ts';

/** A place to listen at. */
export interface Place {
  readonly options: ListenOptions;
  /** How the user says the port, or the path: `--port`, or the place in the configuration file. */
  readonly source: string;
}

const PLACES = ['port', 'tlsPort', 'websocketPort', 'websocketTlsPort', 'unix'] as const;

/**
 * Those that were asked for by flags and variables; if there are none, those of the file, or else the default port.
 * Throws UsageError.
 */
export function places({ values, asked, listeners }: Configuration): Place[] {
  const names = PLACES.filter((name) => asked.has(name));
  const isFile = names.length === 0 && listeners !== undefined;
  const isTls = names.includes('tlsPort') || names.includes('websocketTlsPort');
  for (const name of ['cert', 'key', 'cafile'] as const) {
    if (asked.has(name) && !isTls) {
      throw new UsageError(`${flagOf(name)} needs --tls-port or --websocket-tls-port`);
    }
  }
  if (!isFile) return (names.length === 0 ? [PLACES[0]] : names).map((name) => placeOf(name, values));
  const host = asked.has('host') ? values.host : undefined;
  const { config } = values;
  return listeners.map((listener, i) => {
    const source = `listeners[${i}].${listener.path === undefined ? 'port' : 'path'} in ${config}`;
    return { source, options: fromFile(listener, host, `${config}: listeners[${i}]`) };
  });
}

function placeOf(name: (typeof PLACES)[number], values: Configuration['values']): Place {
  const source = flagOf(name);
  const { host, unix, cert, key, cafile } = values;
  if (name === 'unix') return { source, options: { path: unix } };
  const isTls = name === 'tlsPort' || name === 'websocketTlsPort';
  const webSocket = name === 'websocketPort' || name === 'websocketTlsPort';
  if (isTls && (cert === undefined || key === undefined))
    throw new UsageError(`${source} needs --cert and --key`);
  const tls =
    isTls && cert !== undefined && key !== undefined
      ? readTls({ cert, key, ca: cafile }, flagFor)
      : undefined;
  return { source, options: { port: values[name], host, webSocket, tls } };
}

function fromFile(listener: FileListener, host: string | undefined, at: string): ListenOptions {
  const { tls, ...options } = listener;
  return {
    ...options,
    host: options.path === undefined ? (host ?? options.host) : undefined,
    tls: tls && readTls(tls, (name) => `${at}.tls.${name}`),
  };
}

function flagFor(name: keyof TlsFiles): string {
  return flagOf(
    ({ cert: 'cert', key: 'key', ca: 'cafile' } satisfies Record<keyof TlsFiles, SettingName>)[name],
  );
}

function readTls(files: TlsFiles, nameOf: (name: keyof TlsFiles) => string): ListenOptions['tls'] {
  const read = (name: keyof TlsFiles): Buffer | undefined => {
    const file = files[name];
    if (file === undefined) return undefined;
    try {
      return readFileSync(file);
    } catch (error) {
      throw new UsageError(`${nameOf(name)}: ${(error as Error).message}`);
    }
  };
  const ca = read('ca');
  const authentication = ca && { ca, requestCert: true, rejectUnauthorized: true };
  return { cert: read('cert'), key: read('key'), ...authentication };
}
