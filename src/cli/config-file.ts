import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { explain, mustBe, objectFault, text, wholeNumber } from '../broker/option-fields.ts';
import { SETTINGS, type SettingName, type Values } from './settings.ts';
import { UsageError } from './usage-error.ts';

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string | undefined;
}

/** Where to listen, as a configuration file says it. */
export interface FileListener {
  readonly port?: number | undefined;
  readonly host?: string | undefined;
  readonly path?: string | undefined;
  readonly webSocket?: boolean | { readonly path?: string | undefined } | undefined;
  readonly tls?: TlsFiles | undefined;
}

/** What is in a configuration file. */
export interface ConfigurationFile {
  readonly values?: Partial<Values>;
  readonly listeners?: readonly FileListener[] | undefined;
}

const fileName = text('a file name').schema as v.GenericSchema<string>;

const LISTENER = v.pipe(
  v.strictObject(
    {
      port: v.optional(wholeNumber(0, 0, 65_535).schema as v.GenericSchema<number>),
      host: v.optional(text('a name or an address').schema as v.GenericSchema<string>),
      path: v.optional(text('a path').schema as v.GenericSchema<string>),
      webSocket: v.optional(
        v.union(
          [v.boolean(), v.strictObject({ path: v.optional(v.pipe(v.string(), v.startsWith('/'))) })],
          mustBe('true, false or { "path": "/..." }'),
        ),
      ),
      tls: v.optional(
        v.strictObject(
          { cert: fileName, key: fileName, ca: v.optional(fileName) },
          objectFault('setting of TLS', 'an object with "cert" and "key"'),
        ),
      ),
    },
    objectFault('setting of a listener', 'an object'),
  ),
  v.check(
    ({ port, path, host }) =>
      (port === undefined) !== (path === undefined) && (path === undefined || host === undefined),
    'must have either "port" (and "host") or "path"',
  ),
);

const FILE = v.strictObject(
  {
    listeners: v.optional(
      v.pipe(v.array(LISTENER, mustBe('a list of listeners')), v.nonEmpty('must have at least one listener')),
    ),
    ...Object.fromEntries(
      Object.entries(SETTINGS)
        .filter(([, { inFile }]) => inFile)
        .map(([name, { field }]) => [name, v.optional(field.schema)]),
    ),
  },
  objectFault('setting', 'an object'),
);

/** Reads and validates a file. File names in it are relative to it. Throws UsageError, which names the file and the field. */
export function readConfiguration(file: string): ConfigurationFile {
  const { success, output, issues } = v.safeParse(FILE, readJson(file), { abortEarly: true });
  if (!success) throw new UsageError(`${file}: ${explain(issues[0])}`);
  const { listeners, ...values } = output as { listeners?: FileListener[] } & {
    -readonly [Name in SettingName]?: Values[Name];
  };
  const here = (name: string): string => resolve(dirname(file), name);
  if (values.passwordFile !== undefined) values.passwordFile = here(values.passwordFile);
  return { values, listeners: listeners?.map((listener) => ({ ...listener, ...located(listener, here) })) };
}

function located({ tls, path }: FileListener, here: (name: string) => string): Partial<FileListener> {
  return {
    path: path === undefined ? undefined : here(path),
    tls: tls && { cert: here(tls.cert), key: here(tls.key), ca: tls.ca && here(tls.ca) },
  };
}

function readJson(file: string): unknown {
  let json: string;
  let value: unknown;
  try {
    json = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read the configuration file: ${(error as Error).message}`);
  }
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${(error as Error).message}`);
  }
  if (Array.isArray(value)) throw new UsageError(`${file}: must be an object, not a list`);
  return value;
}
