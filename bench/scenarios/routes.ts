/** Which topics a scenario has, who publishes to them and who gets them. */
import { UsageError } from '../../src/cli/usage-error.ts';
import type { TrafficKind } from './name.ts';

export interface RoutesPlan {
  readonly kind: TrafficKind;
  readonly publishers: number;
  readonly subscribers: number;
  /** In which `%i` is the number of a topic. */
  readonly topic: string;
}

const SHARE = '$share/bench/';

/** A level that is nothing but the number, so that `+` can stand for it. */
const LEVEL = /(^|\/)%i(?=\/|$)/g;

export class Routes {
  readonly topics: readonly string[];
  readonly #plan: RoutesPlan;

  constructor(plan: RoutesPlan) {
    this.#plan = plan;
    const { kind, publishers, subscribers } = plan;
    const count = kind === 'p2p' ? Math.max(publishers, subscribers) : publishers;
    this.topics = Array.from({ length: count }, (_, i) => plan.topic.replaceAll('%i', String(i)));
  }

  /** Subscribers that get each message. */
  get fanOut(): number {
    return this.#plan.kind === 'fanout' ? this.#plan.subscribers : 1;
  }

  /** Topics of a publisher, which it publishes to in turn: `publisher`, and with p2p every so many more. */
  topicsOf(publisher: number): number {
    const { kind, publishers } = this.#plan;
    return kind === 'p2p' ? Math.ceil((this.topics.length - publisher) / publishers) : 1;
  }

  /** What a subscriber subscribes to. */
  filtersOf(subscriber: number): string[] {
    const { kind, publishers, subscribers, topic } = this.#plan;
    if (kind === 'p2p') return this.topics.filter((_, i) => i % subscribers === subscriber);
    const all = publishers === 1 ? this.topics[0]! : topic.replaceAll(LEVEL, '$1+');
    return [kind === 'sharedsub' ? SHARE + all : all];
  }
}

/** Throws unless the clients of a scenario can find each other by such topics. */
export function checkTopic({ kind, publishers, subscribers, topic }: RoutesPlan): void {
  const wrong = (why: string): never => {
    throw new UsageError(`topic ${topic}: ${why}`);
  };
  if (topic === '') wrong('must not be empty');
  if (/[+#\0]/.test(topic)) wrong('must be one that can be published to, without + and #');
  if (topic.startsWith('$')) wrong('must not begin with $');
  if (kind === 'p2p') {
    const isAlone = publishers === 1 && subscribers === 1;
    if (!isAlone && !topic.includes('%i')) wrong('needs %i, because every pair has a topic of its own');
  } else if (publishers > 1 && topic.replaceAll(LEVEL, '').includes('%i')) {
    wrong('%i must be a level of its own, because subscribers have + in its place');
  }
}
