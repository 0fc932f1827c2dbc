import * as v from 'valibot';
import { explain, type Field } from '../broker/option-fields.ts';
import { type ConfigurationFile, type FileListener, readConfiguration } from './config-file.ts';
import {
  flagOf,
  LIMIT_SETTINGS,
  SETTING_NAMES,
  SETTINGS,
  type SettingName,
  type Values,
  variableOf,
} from './settings.ts';
import { UsageError } from './usage-error.ts';

/** What was typed: text, and booleans of flags without a value. */
export type Flags = { readonly [name in SettingName]?: string | boolean };

export type Environment = { readonly [name: string]: string | undefined };

/** What the user wants. */
export interface Configuration {
  readonly values: Values;
  /** Settings that were given by a flag or a variable. */
  readonly asked: ReadonlySet<SettingName>;
  /** Of the configuration file. */
  readonly listeners: readonly FileListener[] | undefined;
}

/** A flag comes before its environment variable, that before the configuration file, that before the default. */
export function resolve(flags: Flags, environment: Environment): Configuration {
  const asked = new Map<SettingName, unknown>();
  for (const name of SETTING_NAMES) {
    const value = fromFlag(name, flags[name]) ?? fromVariable(name, environment[variableOf(name)]);
    if (value !== undefined) asked.set(name, value);
  }
  const fileName = asked.get('config') as string | undefined;
  const file: ConfigurationFile = fileName === undefined ? {} : readConfiguration(fileName);
  const values = Object.fromEntries(
    SETTING_NAMES.map((name) => [name, asked.get(name) ?? file.values?.[name] ?? defaultOf(name)]),
  ) as unknown as Values;
  return { values, asked: new Set(asked.keys()), listeners: file.listeners };
}

function defaultOf(name: SettingName): unknown {
  return name in LIMIT_SETTINGS ? undefined : SETTINGS[name].field.default;
}

function fromFlag(name: SettingName, value: string | boolean | undefined): unknown {
  if (value === undefined || typeof value === 'boolean') return value;
  return validated(name, value, flagOf(name));
}

function fromVariable(name: SettingName, value: string | undefined): unknown {
  if (value === undefined || value === '') return undefined;
  // Kubernetes sets WASMQTT_PORT to a URL where there is a service called wasmqtt
  if (name === 'port' && /^(tcp|udp|sctp):\/\//.test(value)) return undefined;
  return validated(name, value, variableOf(name));
}

function validated(name: SettingName, written: string, source: string): unknown {
  const field: Field<unknown> = SETTINGS[name].field;
  const { success, output, issues } = v.safeParse(field.schema, read(field, written), { abortEarly: true });
  if (success) return output;
  throw new UsageError(`${source}: ${explain(issues[0])}`);
}

/** The value that is written; what is none is left as it is, for the message. */
function read({ kind, values }: Field<unknown>, written: string): unknown {
  if (kind === 'boolean') return { true: true, false: false }[written] ?? written;
  if (kind === 'choice') return values?.find((value) => String(value) === written) ?? written;
  return kind === 'number' && /^\d+(\.\d+)?$/.test(written) ? Number(written) : written;
}
