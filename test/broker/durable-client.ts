import { connect, type Socket } from 'node:net';
import {
  generate,
  type IConnackPacket,
  type IPublishPacket,
  type Packet,
  parser,
  type QoS,
} from 'mqtt-packet';
import { atTheEnd } from './cleanup.ts';

/** A message as the application of a client gets it. */
export interface Received {
  readonly topic: string;
  readonly payload: string;
  readonly qos: QoS;
  readonly dup: boolean;
}

export interface DurableOptions {
  readonly id: string;
  readonly port: number;
  readonly version: 4 | 5;
  /** Where connections break: a number in [0, 1) for each packet. */
  readonly random?: () => number;
  /** How many of the packets break the connection. Default 0. */
  readonly breaks?: number;
}

interface Sending {
  readonly packet: IPublishPacket & { messageId: number };
  released: boolean;
}

/** Messages with QoS 1 and 2 under way in either direction. */
const WINDOW = 20;
const DEADLINE_MS = 20_000;

/**
 * A client whose session survives its connections (MQTT5 sections 4.1, 4.3 and 4.4), on mqtt-packet, not on this project's
 * codec. It connects again whenever its connection is gone, and notes where the broker breaks the protocol.
 */
export class DurableClient {
  readonly id: string;
  readonly received: Received[] = [];
  readonly violations: string[] = [];
  connections = 0;
  /** See `DurableOptions`; may be changed at any time. */
  breaks: number;
  readonly #options: DurableOptions;
  readonly #waiting: Omit<IPublishPacket, 'cmd' | 'dup' | 'retain'>[] = [];
  readonly #sending = new Map<number, Sending>();
  /** Packet identifiers of QoS 2 that came and were not released yet. */
  readonly #unreleased = new Set<number>();
  readonly #checks = new Set<() => void>();
  readonly #givingUp = new Set<() => void>();
  #subscribing: Packet | undefined;
  #socket: Socket | undefined;
  #accepted = false;
  #hadSession = false;
  #isStopped = false;
  #isSuspended = false;
  #lastId = 0;
  #pongs = 0;

  constructor(options: DurableOptions) {
    this.#options = options;
    this.id = options.id;
    this.breaks = options.breaks ?? 0;
    atTheEnd(() => this.stop());
    this.#open();
  }

  async subscribe(filters: readonly string[], qos: QoS): Promise<void> {
    const subscriptions = filters.map((topic) => ({ topic, qos }));
    this.#subscribing = { cmd: 'subscribe', messageId: this.#newId(), subscriptions };
    if (this.#accepted) this.#write(this.#subscribing);
    await this.until(() => this.#subscribing === undefined);
  }

  publish(topic: string, payload: string, qos: QoS): void {
    this.#waiting.push({ topic, payload, qos });
    this.#pump();
  }

  /** All that was published has left, and is acknowledged completely. */
  settled(): Promise<void> {
    return this.until(() => this.#waiting.length === 0 && this.#sending.size === 0);
  }

  /** What the broker sent before is here. */
  async quiet(): Promise<void> {
    await this.until(() => this.#accepted);
    const before = this.#pongs;
    this.#write({ cmd: 'pingreq' });
    await this.until(() => this.#pongs > before);
  }

  /** Resolves when `condition` is true, or too late: say afterwards what you expect. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#checks.delete(check);
        this.#givingUp.delete(done);
        resolve();
      };
      const check = () => {
        if (condition()) done();
      };
      const timer = setTimeout(done, DEADLINE_MS);
      this.#checks.add(check);
      this.#givingUp.add(done);
      check();
    });
  }

  /** Breaks the connection; it connects again. */
  cut(): void {
    this.#socket?.destroy();
    this.#accepted = false;
  }

  /** Breaks the connection until `go`. */
  suspend(): void {
    this.#isSuspended = true;
    this.cut();
  }

  go(): void {
    this.#isSuspended = false;
    this.#open();
  }

  stop(): void {
    this.#isStopped = true;
    for (const giveUp of this.#givingUp) giveUp();
    this.#socket?.destroy();
  }

  #open(): void {
    if (this.#isStopped || this.#isSuspended || this.#socket?.destroyed === false) return;
    const { port, version } = this.#options;
    const socket = connect(port, '127.0.0.1');
    const parse = parser({ protocolVersion: version });
    this.#socket = socket;
    socket.setNoDelay();
    socket.on('connect', () => this.#greet());
    socket.on('data', (chunk) => parse.parse(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#accepted = false;
      setTimeout(() => this.#open(), 5);
    });
    parse.on('error', (error: Error) => this.#complain(`sends what is not MQTT: ${error.message}`));
    parse.on('packet', (packet) => {
      // a connection that broke within a chunk takes the rest of it along
      if (socket.destroyed) return;
      if (this.#random() < this.breaks) {
        this.cut();
      } else {
        this.#take(packet);
        for (const check of this.#checks) check();
        if (this.#random() < this.breaks) this.cut();
      }
    });
  }

  #greet(): void {
    const { id, version } = this.#options;
    this.connections++;
    this.#write({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: version,
      clientId: id,
      clean: false,
      keepalive: 0,
      ...(version === 5 && { properties: { sessionExpiryInterval: 3600, receiveMaximum: WINDOW } }),
    });
  }

  #take(packet: Packet): void {
    const messageId = packet.messageId ?? 0;
    if (packet.cmd === 'connack') this.#resume(packet);
    else if (packet.cmd === 'suback') this.#subscribing = undefined;
    else if (packet.cmd === 'publish') this.#deliver(packet, messageId);
    else if (packet.cmd === 'puback') this.#acknowledged(messageId, 1);
    else if (packet.cmd === 'pubrec') this.#acknowledged(messageId, 2);
    else if (packet.cmd === 'pubcomp') this.#completed(messageId);
    else if (packet.cmd === 'pingresp') this.#pongs++;
    else if (packet.cmd === 'pubrel') {
      this.#unreleased.delete(messageId);
      this.#write({ cmd: 'pubcomp', messageId });
    } else this.#complain(`sends ${packet.cmd} ${'reasonCode' in packet ? packet.reasonCode : ''}`);
  }

  #resume({ sessionPresent, reasonCode, returnCode }: IConnackPacket): void {
    const code = reasonCode ?? returnCode;
    if (code !== 0) this.#complain(`refuses to connect: ${code}`);
    // the first CONNACK may have been lost
    if (this.#hadSession && !sessionPresent) this.#complain('has lost the session');
    this.#hadSession = true;
    this.#accepted = true;
    if (this.#subscribing) this.#write(this.#subscribing);
    // in the order in which they were sent (MQTT-4.4.0-1, MQTT-4.6.0-1)
    for (const [messageId, { packet, released }] of this.#sending) {
      this.#write(released ? { cmd: 'pubrel', messageId } : { ...packet, dup: true });
    }
    this.#pump();
  }

  #deliver({ topic, payload, qos, dup }: IPublishPacket, messageId: number): void {
    if (qos === 2) {
      const known = this.#unreleased.has(messageId);
      if (known && !dup) this.#complain(`sends ${messageId} again, neither released nor DUP`);
      this.#unreleased.add(messageId);
      if (this.#unreleased.size > WINDOW && this.#options.version === 5) {
        this.#complain('sends more than the receive maximum');
      }
      this.#write({ cmd: 'pubrec', messageId });
      if (known) return;
    } else if (qos === 1) {
      this.#write({ cmd: 'puback', messageId });
    } else if (dup) {
      this.#complain('sends DUP with QoS 0');
    }
    this.received.push({ topic, payload: String(payload), qos, dup });
  }

  #acknowledged(messageId: number, qos: QoS): void {
    const sending = this.#sending.get(messageId);
    if (sending?.packet.qos !== qos) {
      this.#complain(`acknowledges ${messageId} as QoS ${qos}`);
    } else if (qos === 2) {
      sending.released = true;
      this.#write({ cmd: 'pubrel', messageId });
    } else {
      this.#sending.delete(messageId);
      this.#pump();
    }
  }

  #completed(messageId: number): void {
    if (this.#sending.get(messageId)?.released !== true) this.#complain(`completes ${messageId} unasked`);
    this.#sending.delete(messageId);
    this.#pump();
  }

  #pump(): void {
    while (this.#accepted && this.#waiting.length > 0 && this.#sending.size < WINDOW) {
      const { topic, payload, qos } = this.#waiting.shift()!;
      const packet: IPublishPacket = { cmd: 'publish', topic, payload, qos, dup: false, retain: false };
      if (qos > 0) {
        const messageId = this.#newId();
        const sending = { ...packet, messageId };
        this.#sending.set(messageId, { packet: sending, released: false });
        this.#send(sending);
      } else {
        this.#send(packet);
      }
    }
    for (const check of this.#checks) check();
  }

  /** Sends a PUBLISH, or only a part of it. */
  #send(packet: Packet): void {
    if (this.#random() < this.breaks) {
      const bytes = generate(packet, { protocolVersion: this.#options.version });
      this.#socket?.write(bytes.subarray(0, Math.floor(this.#random() * bytes.length)));
      this.cut();
    } else this.#write(packet);
  }

  #write(packet: Packet): void {
    if (!this.#socket?.destroyed) {
      this.#socket?.write(generate(packet, { protocolVersion: this.#options.version }));
    }
  }

  #newId(): number {
    do this.#lastId = (this.#lastId % 65_535) + 1;
    while (this.#sending.has(this.#lastId));
    return this.#lastId;
  }

  #random(): number {
    return this.#options.random?.() ?? 1;
  }

  #complain(what: string): void {
    this.violations.push(`to ${this.id} the broker ${what}`);
  }
}
