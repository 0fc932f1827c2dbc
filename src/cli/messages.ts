import type { AddressInfo } from 'node:net';
import type { ListenOptions } from '../broker/listeners/listener.ts';
import type { Place } from './listeners.ts';

const ALL_INTERFACES = ['0.0.0.0', '::'];

/** A place where the broker listens. */
export interface Open {
  readonly options: ListenOptions;
  readonly address: AddressInfo | string;
}

/** What is said once the broker listens. */
export interface Started {
  readonly version: string;
  readonly kernelName: string;
  readonly listeners: readonly Open[];
  readonly metrics: string | undefined;
  /** Clients need a user name. */
  readonly isProtected: boolean;
}

export function banner({ version, kernelName, listeners, metrics, isProtected }: Started): string {
  const lines = [
    `wasmqtt ${version}, an MQTT 3.1, 3.1.1 and 5.0 broker`,
    ...row('kernel', [kernelName]),
    ...row('listening', listeners.map(urlOf)),
    ...row('metrics', metrics === undefined ? [] : [metrics]),
    ...row('access', isProtected || !listeners.some(isOpenToOthers) ? [] : [WARNING]),
    ...row('try it', examples(listeners, isProtected)),
  ];
  return `${lines.join('\n')}\n`;
}

const WARNING = 'everybody who reaches it may publish and subscribe; --password-file asks for user names';

function row(name: string, values: readonly string[]): string[] {
  return values.map((value, i) => `${(i === 0 ? `${name}:` : '').padEnd(10)} ${value}`);
}

/** Where clients connect to. */
export function urlOf({ options, address }: Open): string {
  const { tls, webSocket } = options;
  const protocol = webSocket ? (tls ? 'wss' : 'ws') : tls ? 'mqtts' : 'mqtt';
  if (typeof address === 'string') return `${webSocket || tls ? `${protocol}+unix` : 'unix'}:${address}`;
  const path = typeof webSocket === 'object' ? (webSocket.path ?? '') : '';
  return `${protocol}://${authority(address)}${path}`;
}

export function authority({ address, family, port }: AddressInfo): string {
  return `${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function isOpenToOthers({ address }: Open): boolean {
  return typeof address !== 'string' && !/^(127\.|::1$|::ffff:127\.)/.test(address.address);
}

function examples(listeners: readonly Open[], isProtected: boolean): string[] {
  const plain = listeners.find(({ options }) => !options.tls && !options.webSocket);
  if (plain === undefined) return [];
  const where = `${destination(plain.address)}${isProtected ? ' -u <user name> -P <password>' : ''}`;
  return [`mosquitto_sub ${where} -t 'test/#' -v`, `mosquitto_pub ${where} -t test/hello -m world`];
}

function destination(address: AddressInfo | string): string {
  if (typeof address === 'string') return `--unix ${address}`;
  const host = ALL_INTERFACES.includes(address.address) ? 'localhost' : address.address;
  return `-h ${host} -p ${address.port}`;
}

/** Why the broker cannot listen, and what helps. */
export function listenFailure(error: NodeJS.ErrnoException, { options, source }: Place): string {
  const { path, tls } = options;
  if (tls && /^ERR_(OSSL|SSL|TLS|CRYPTO)/.test(error.code ?? '')) {
    return `cannot use the certificate or the key of ${source}: ${error.message}`;
  }
  if (path !== undefined) return pathFailure(error, path, source);
  return portFailure(error, options.host ?? '127.0.0.1', options.port ?? 1883, source);
}

function pathFailure(error: NodeJS.ErrnoException, path: string, source: string): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `${path} is already in use, perhaps by another broker.\nStop that program, or choose another path: ${source}`;
    case 'EACCES': // Node says so of a folder that is missing, too
    case 'EPERM':
    case 'ENOENT':
      return `cannot make ${path}: no permission, or no such folder. Choose another path: ${source}`;
    default:
      return otherFailure(error, path);
  }
}

function portFailure(error: NodeJS.ErrnoException, host: string, port: number, source: string): string {
  const other = (number: number): string => (source.startsWith('--') ? `${source} ${number}` : source);
  switch (error.code) {
    case 'EADDRINUSE':
      return (
        `port ${port} on ${host} is already in use, perhaps by another broker.\n` +
        `Stop that program, or choose another port: ${other(port < 65_535 ? port + 1 : port - 1)}`
      );
    case 'EACCES':
      return `no permission to listen on port ${port}. Choose a port above 1023: ${other(1883)}`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is no address of this machine. Listen on all of its addresses: ${hostFlag(source)} 0.0.0.0`;
    default:
      return otherFailure(error, `${host}, port ${port}`);
  }
}

function hostFlag(source: string): string {
  return source === '--metrics-port' ? '--metrics-host' : '--host';
}

/** What the operating system says, or what is missing before it is asked. */
function otherFailure(error: NodeJS.ErrnoException, where: string): string {
  return error.syscall === undefined ? error.message : `cannot listen on ${where}: ${error.message}`;
}
