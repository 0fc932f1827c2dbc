import { version } from '../../../package.json';
import { LoadAverages, PERIODS } from './load-averages.ts';
import type { BrokerStatistics } from './statistics.ts';

export interface SysTopicsOptions {
  /** Seconds between updates; 0: none at all. */
  readonly interval: number;
  readonly statistics: () => BrokerStatistics;
  /** Publishes a retained message. */
  readonly publish: (topic: string, payload: string) => void;
}

type Value = (statistics: BrokerStatistics) => number;

const sum = (counts: { readonly [name: string]: number }) => Object.values(counts).reduce((a, b) => a + b, 0);
const storedMessages: Value = ({ retained, messages }) => retained.count + messages.queued;

/** Below `$SYS/broker/`, named as Mosquitto does, the names that it keeps for old times' sake included. */
const NUMBERS: { readonly [topic: string]: Value } = {
  'clients/total': ({ clients }) => clients.total,
  'clients/connected': ({ clients }) => clients.connected,
  'clients/active': ({ clients }) => clients.connected,
  'clients/disconnected': ({ clients }) => clients.disconnected,
  'clients/inactive': ({ clients }) => clients.disconnected,
  'clients/maximum': ({ clients }) => clients.maximum,
  'clients/expired': ({ clients }) => clients.expired,
  'messages/received': ({ packets }) => sum(packets.received),
  'messages/sent': ({ packets }) => sum(packets.sent),
  'messages/inflight': ({ messages }) => messages.inflight,
  'messages/stored': storedMessages,
  'store/messages/count': storedMessages,
  'store/messages/bytes': ({ retained, messages }) => retained.bytes + messages.queuedBytes,
  'publish/messages/received': ({ messages }) => messages.received,
  'publish/messages/sent': ({ messages }) => messages.sent,
  'publish/messages/dropped': ({ messages }) => messages.dropped,
  'bytes/received': ({ bytes }) => bytes.received,
  'bytes/sent': ({ bytes }) => bytes.sent,
  'retained messages/count': ({ retained }) => retained.count,
  'subscriptions/count': ({ subscriptions }) => subscriptions.count,
  'shared_subscriptions/count': ({ subscriptions }) => subscriptions.shared,
};

/** Below `$SYS/broker/load/`: what grows, of which there are averages. */
const LOADS: { readonly [topic: string]: Value } = {
  'messages/received': NUMBERS['messages/received'],
  'messages/sent': NUMBERS['messages/sent'],
  'publish/received': NUMBERS['publish/messages/received'],
  'publish/sent': NUMBERS['publish/messages/sent'],
  'publish/dropped': NUMBERS['publish/messages/dropped'],
  'bytes/received': NUMBERS['bytes/received'],
  'bytes/sent': NUMBERS['bytes/sent'],
  sockets: ({ connections }) => connections.opened,
  connections: ({ packets }) => packets.received.connect,
};

/** What a timer of Node takes. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** Publishes what the broker counts to `$SYS/broker/...`: all at the start, then what has changed. */
export class SysTopics {
  readonly #options: SysTopicsOptions;
  readonly #published = new Map<string, string>();
  readonly #loads = Object.keys(LOADS).map((topic) => ({ topic, averages: new LoadAverages() }));
  #before: BrokerStatistics | undefined;
  #heapMaximum = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SysTopicsOptions) {
    this.#options = options;
  }

  /** Publishes at once, and every `interval` seconds from now on. Does not keep the process alive. */
  start(): void {
    const { interval } = this.#options;
    if (interval === 0 || this.#timer !== undefined) return;
    this.#update();
    this.#timer = setInterval(() => this.#update(), Math.min(interval * 1000, LONGEST_DELAY));
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #update(): void {
    const statistics = this.#options.statistics();
    this.#publish('version', `wasmqtt version ${version}`);
    this.#publish('uptime', `${Math.floor(statistics.uptime)} seconds`);
    for (const [topic, value] of Object.entries(NUMBERS)) this.#publish(topic, `${value(statistics)}`);
    this.#publishLoads(statistics);
    this.#publishHeap();
  }

  #publishLoads(statistics: BrokerStatistics): void {
    const before = this.#before ?? statistics;
    this.#before = statistics;
    const seconds = statistics.uptime - before.uptime;
    for (const { topic, averages } of this.#loads) {
      const value = LOADS[topic];
      if (seconds > 0) averages.add(value(statistics) - value(before), seconds);
      PERIODS.forEach((minutes, i) => {
        this.#publish(`load/${topic}/${minutes}min`, averages.values[i].toFixed(2));
      });
    }
  }

  /** JavaScript's heap and what belongs to its objects outside of it: buffers, and the memory of the kernels. */
  #publishHeap(): void {
    const { heapUsed, external } = process.memoryUsage();
    const heap = heapUsed + external;
    this.#heapMaximum = Math.max(this.#heapMaximum, heap);
    this.#publish('heap/current', `${heap}`);
    this.#publish('heap/maximum', `${this.#heapMaximum}`);
  }

  #publish(name: string, payload: string): void {
    if (this.#published.get(name) === payload) return;
    this.#published.set(name, payload);
    this.#options.publish(`$SYS/broker/${name}`, payload);
  }
}
