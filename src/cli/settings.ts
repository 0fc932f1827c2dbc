import {
  type Field,
  oneOf,
  optionalWholeNumber,
  text,
  wholeNumber,
  yesOrNo,
} from '../broker/option-fields.ts';
import { type BrokerLimits, LIMITS } from '../broker/options.ts';
import { LIMIT_HELP } from './limit-help.ts';

/** Something that the user decides: by a flag, by an environment variable, mostly in the configuration file as well. */
export interface Setting<T> {
  readonly field: Field<T>;
  readonly help: string;
  /** What stands for the value in the help, without brackets; empty if the flag has none. */
  readonly argument: string;
  readonly short?: string;
  /** Not where the file has a better way to say it, or where it would be too late. */
  readonly inFile: boolean;
}

const LARGEST_PORT = 65_535;
const listener = { inFile: false };

export const LISTENER_SETTINGS = {
  port: {
    field: wholeNumber(1883, 0, LARGEST_PORT),
    help: 'TCP port; 0 takes a free one, here and below',
    argument: 'port',
    short: '-p',
    ...listener,
  },
  host: {
    field: text('a name or an address', '127.0.0.1'),
    help: 'interface to listen on; 0.0.0.0: all of them',
    argument: 'name or address',
    ...listener,
  },
  tlsPort: {
    field: optionalWholeNumber(0, LARGEST_PORT),
    help: 'TLS port, usually 8883; needs --cert and --key',
    argument: 'port',
    ...listener,
  },
  websocketPort: {
    field: optionalWholeNumber(0, LARGEST_PORT),
    help: 'WebSocket port, usually 8083',
    argument: 'port',
    ...listener,
  },
  websocketTlsPort: {
    field: optionalWholeNumber(0, LARGEST_PORT),
    help: 'WebSocket port with TLS, usually 8084; needs --cert and --key',
    argument: 'port',
    ...listener,
  },
  unix: {
    field: text('a path'),
    help: 'Unix domain socket',
    argument: 'path',
    ...listener,
  },
  cert: {
    field: text('a file name'),
    help: 'certificate of the broker and its chain (PEM)',
    argument: 'file',
    ...listener,
  },
  key: { field: text('a file name'), help: 'private key of it (PEM)', argument: 'file', ...listener },
  cafile: {
    field: text('a file name'),
    help: 'clients need a certificate that is signed by one of these (PEM)',
    argument: 'file',
    ...listener,
  },
} satisfies { [name: string]: Setting<unknown> };

export const ACCESS_SETTINGS = {
  username: {
    field: text('a user name'),
    help: 'user name that clients need; with --password',
    argument: 'name',
    inFile: false,
  },
  password: {
    field: text('a password'),
    help: 'others see it in the list of processes: better in WASMQTT_PASSWORD',
    argument: 'password',
    inFile: false,
  },
  passwordFile: {
    field: text('a file name'),
    help: 'user names and passwords, made with wasmqtt passwd or mosquitto_passwd',
    argument: 'file',
    inFile: true,
  },
  allowAnonymous: {
    field: yesOrNo(undefined),
    help: 'clients without a user name may connect (default: only if there are no user names)',
    argument: '',
    inFile: true,
  },
} satisfies { [name: string]: Setting<unknown> };

export const OPERATION_SETTINGS = {
  config: {
    field: text('a file name'),
    help: 'configuration file (JSON)',
    argument: 'file',
    short: '-c',
    inFile: false,
  },
  logLevel: {
    field: oneOf('info', ['error', 'warn', 'info', 'debug']),
    help: 'least important messages that are written to stderr',
    argument: 'error|warn|info|debug',
    inFile: true,
  },
  logFormat: {
    field: oneOf('text', ['text', 'json']),
    help: 'json needs the package pino',
    argument: 'text|json',
    inFile: true,
  },
  metricsPort: {
    field: optionalWholeNumber(0, LARGEST_PORT),
    help: 'HTTP port for Prometheus, usually 9100; needs the package prom-client',
    argument: 'port',
    inFile: true,
  },
  metricsHost: {
    field: text('a name or an address', '127.0.0.1'),
    help: 'interface of it',
    argument: 'name or address',
    inFile: true,
  },
} satisfies { [name: string]: Setting<unknown> };

type LimitSettings = { [Name in keyof BrokerLimits]-?: Setting<(typeof LIMITS)[Name]['default']> };

export const LIMIT_SETTINGS = Object.fromEntries(
  Object.entries(LIMITS).map(([name, field]) => {
    const [help, argument] = LIMIT_HELP[name as keyof BrokerLimits];
    return [name, { field, help, argument, inFile: true }];
  }),
) as unknown as LimitSettings;

export const SETTINGS = {
  ...LISTENER_SETTINGS,
  ...ACCESS_SETTINGS,
  ...OPERATION_SETTINGS,
  ...LIMIT_SETTINGS,
};

export type SettingName = keyof typeof SETTINGS;

/** The value of each setting. Those of the broker are `undefined` if nothing is said of them: it has the defaults itself. */
export type Values = {
  readonly [Name in SettingName]: (typeof SETTINGS)[Name]['field']['default'] | NoneIfLimit<Name>;
};
type NoneIfLimit<Name> = Name extends keyof BrokerLimits ? undefined : never;

export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];

/** `maxPacketSize` is `--max-packet-size`. */
export function flagOf(name: string): string {
  return `--${words(name).join('-')}`;
}

/** `maxPacketSize` is `WASMQTT_MAX_PACKET_SIZE`. */
export function variableOf(name: string): string {
  return `WASMQTT_${words(name).join('_').toUpperCase()}`;
}

function words(name: string): string[] {
  return name
    .replace('QoS', 'Qos')
    .split(/(?=[A-Z])/)
    .map((word) => word.toLowerCase());
}
