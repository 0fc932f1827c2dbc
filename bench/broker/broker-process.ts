/** Whole brokers: those that can be measured here, and how each is started and asked what it has used. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { CodecName } from '../built.ts';
import { Program } from '../process.ts';
import type { ExternalBroker, LoadSettings } from '../settings.ts';
import { within } from './deadline.ts';
import { type CpuReading, cpuBetween, readCpu, readResident } from './process-usage.ts';

export const OURS = 'wasmqtt';
export const CONTROL = 'control';
export const RELAY = 'relay';
export const MOSQUITTO = 'mosquitto';
export const AEDES = 'aedes';
/** aedes with our codec in the place of mqtt-packet, as one line of `overrides` in a package.json has it. */
export const AEDES_WITH_OURS = 'aedes with wasmqtt';

/** The program of each broker, and what it imports as mqtt-packet. */
const PROGRAMS: Readonly<Record<string, readonly [program: string, codec?: CodecName]>> = {
  [MOSQUITTO]: ['mosquitto-broker'],
  [AEDES]: ['aedes-server', 'mqtt-packet'],
  [AEDES_WITH_OURS]: ['aedes-server', 'wasmqtt'],
  [RELAY]: ['relay-broker'],
  [OURS]: ['wasmqtt-broker'],
  [CONTROL]: ['wasmqtt-broker'],
};

const START_SECONDS = 30;
const CONNECT_SECONDS = 5;

export interface BrokerSet {
  /** The one that all others are compared with. */
  readonly reference: string;
  /** All others that are nobody of ours. */
  readonly rivals: readonly string[];
  /** In the order of the tables, the reference first; with `wasmqtt` and `control`. */
  readonly names: readonly string[];
}

let mosquitto: { version: string | undefined } | undefined;

/** Version of the mosquitto that is installed, if one is. */
export function mosquittoVersion(): string | undefined {
  if (mosquitto === undefined) {
    const { stdout } = spawnSync('mosquitto', ['-h'], { encoding: 'utf8' });
    mosquitto = { version: /mosquitto version (\S+)/.exec(stdout ?? '')?.[1] };
  }
  return mosquitto.version;
}

/** Version of the aedes that its program would import, if there is one. */
export function aedesVersion(): string | undefined {
  for (const folder of createRequire(import.meta.url).resolve.paths('aedes') ?? []) {
    const file = join(folder, 'aedes', 'package.json');
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  }
  return undefined;
}

export function externalName({ host, port }: ExternalBroker): string {
  return `${host}:${port}`;
}

/** Who can be measured here: those of ours, mosquitto and aedes if they are installed, and the one of `--broker`. */
export function brokersFor({ broker }: LoadSettings, protocolVersion: 4 | 5): BrokerSet {
  const others: string[] = [];
  if (mosquittoVersion() !== undefined) others.push(MOSQUITTO);
  // aedes does not know 5.0
  if (protocolVersion === 4 && aedesVersion() !== undefined) others.push(AEDES, AEDES_WITH_OURS);
  if (broker !== undefined) others.push(externalName(broker));
  if (others.length === 0) others.push(RELAY);
  const [reference = '', ...rivals] = others;
  return { reference, rivals, names: [...others, OURS, CONTROL] };
}

/** Throws unless the broker of `--broker` can be measured. */
export async function checkExternal({ host, port, pid }: ExternalBroker): Promise<void> {
  const socket = connect({ host, port });
  try {
    await within(CONNECT_SECONDS, 'connection', once(socket, 'connect'));
    if (pid !== undefined) readCpu(pid);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ECONNREFUSED' ? 'nobody listens there' : message || code;
    throw new Error(`broker ${host}:${port}: ${reason}`);
  } finally {
    socket.destroy();
  }
}

/** A broker, started in a process of its own, or the one of `--broker`. */
export class BrokerProcess {
  readonly name: string;
  readonly #process: Pick<BrokerProcess, 'listen' | 'codec' | 'start' | 'used' | 'resident' | 'stop'>;

  /** Of `brokersFor`, or `relay`. */
  constructor(name: string, { broker }: LoadSettings) {
    this.name = name;
    const program = PROGRAMS[name];
    if (program !== undefined) this.#process = new StartedBroker(name, ...program);
    else if (broker !== undefined && externalName(broker) === name) this.#process = new FoundBroker(broker);
    else throw new Error(`no broker ${name}`);
  }

  listen(): Promise<{ host: string; port: number }> {
    return this.#process.listen();
  }

  /** The codec that it has loaded as mqtt-packet, of those that load one and are started here. */
  codec(): Promise<CodecName | undefined> {
    return this.#process.codec();
  }

  /** CPU time is counted from here. */
  start(): Promise<void> {
    return this.#process.start();
  }

  /** CPU microseconds since the start, user and system, of all threads; `undefined` if its process is not known. */
  used(): Promise<number | undefined> {
    return this.#process.used();
  }

  /** Bytes of resident memory, of our own programs and others in Node without their garbage if that is collected. */
  resident(isCollecting: boolean): Promise<number | undefined> {
    return this.#process.resident(isCollecting);
  }

  stop(): void {
    this.#process.stop();
  }
}

class StartedBroker {
  readonly #program: Program;
  readonly #name: string;
  readonly #codec: CodecName | undefined;

  constructor(name: string, program: string, codec?: CodecName) {
    this.#program = new Program(program, { codec });
    this.#name = name;
    this.#codec = codec;
  }

  async listen(): Promise<{ host: string; port: number }> {
    const listening = this.#program.ask<number>('listen');
    const port = await within(START_SECONDS, `start of ${this.#name}`, listening);
    const codec = await this.codec();
    // who silently is another one would be measured under the wrong name
    if (codec !== this.#codec) throw new Error(`${this.#name} uses ${codec}`);
    return { host: '127.0.0.1', port };
  }

  async codec(): Promise<CodecName | undefined> {
    return this.#codec === undefined ? undefined : this.#program.ask('codec');
  }

  start(): Promise<void> {
    return this.#program.ask('start');
  }

  used(): Promise<number> {
    return this.#program.ask('used');
  }

  resident(isCollecting: boolean): Promise<number> {
    return this.#program.ask('resident', isCollecting);
  }

  stop(): void {
    this.#program.stop();
  }
}

class FoundBroker {
  readonly #broker: ExternalBroker;
  #before: CpuReading | undefined;

  constructor(broker: ExternalBroker) {
    this.#broker = broker;
  }

  async listen(): Promise<{ host: string; port: number }> {
    await checkExternal(this.#broker);
    const { host, port } = this.#broker;
    return { host, port };
  }

  async codec(): Promise<undefined> {}

  async start(): Promise<void> {
    const { pid } = this.#broker;
    if (pid !== undefined) this.#before = readCpu(pid);
  }

  async used(): Promise<number | undefined> {
    const { pid } = this.#broker;
    if (pid === undefined || this.#before === undefined) return undefined;
    return cpuBetween(this.#before, readCpu(pid));
  }

  async resident(): Promise<number | undefined> {
    const { pid } = this.#broker;
    return pid === undefined ? undefined : readResident(pid);
  }

  /** It is somebody else's, who also ends it. */
  stop(): void {}
}
