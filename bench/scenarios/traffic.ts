/** The publishers and subscribers of a scenario, and what they do in one run. */
import { type Address, Link } from '../broker/link.ts';
import { sourceAddresses } from '../broker/source-addresses.ts';
import { Clock, Schedule } from './due.ts';
import { Frames, type Head, Outbox } from './frames.ts';
import { NOT_DUE, type Order, orderOf } from './order.ts';
import { ANSWER_SECONDS, type TrafficPlan, type TrafficResult, type TrafficRun } from './plan.ts';
import { MOST_SLOTS, Publisher, type PublisherOwner } from './publisher.ts';
import { Routes } from './routes.ts';
import { Subscriber, type SubscriberOwner } from './subscriber.ts';
import { Tally } from './tally.ts';

/** Messages under way of each publisher in a closed loop. */
const DEFAULT_WINDOW = 10;
/** Packet identifiers of all publishers together in an open loop. */
const ALL_SLOTS = 1 << 22;
const DEFAULT_DRAIN = 1;
/** Milliseconds: how often it is looked whether anything moves, and for how long nothing must if nothing does. */
const WATCH = 20;
const QUIET = 250;

/** What a run has counted. */
interface Progress {
  readonly begin: number;
  /** When nothing more is due. */
  readonly end: number;
  readonly drain: number;
  readonly schedule: Schedule | undefined;
  readonly clock: Clock | undefined;
  readonly latency: Tally;
  readonly late: Tally;
  readonly resolve: (isComplete: boolean) => void;
  readonly reject: (error: Error) => void;
  sent: number;
  arrived: number;
  lost: number;
  acknowledged: number;
  released: number;
  lastArrival: number;
  lastHeard: number;
}

export class Traffic implements PublisherOwner, SubscriberOwner {
  readonly #plan: TrafficPlan;
  readonly #fanOut: number;
  readonly #order: Order;
  readonly #heads: readonly (readonly Head[])[];
  readonly #links: readonly Link[];
  readonly #publishers: readonly Publisher[];
  /** Publishers that may have something to send, in this turn of the event loop. */
  #listed: Publisher[] = [];
  #isFlushing = false;
  #run: Progress | undefined;

  private constructor(plan: TrafficPlan, routes: Routes, links: readonly Link[]) {
    const { publishers, qos, protocolVersion } = plan;
    const frames = new Frames(plan);
    const outbox = new Outbox(frames.tail);
    this.#plan = plan;
    this.#fanOut = routes.fanOut;
    this.#order = orderOf(plan, routes);
    this.#heads = Array.from({ length: publishers }, (_, i) =>
      Array.from({ length: routes.topicsOf(i) }, (_, k) =>
        frames.head(routes.topics[i + k * publishers]!, i),
      ),
    );
    this.#links = links;
    this.#publishers = links.slice(0, publishers).map((link, i) => {
      return new Publisher({ link, heads: this.#heads[i]!, qos, outbox, owner: this });
    });
    links.slice(publishers).forEach((link, number) => {
      new Subscriber({ link, number, qos, protocolVersion, tail: frames.tail, owner: this });
    });
  }

  static async open(address: Address, plan: TrafficPlan): Promise<Traffic> {
    const { publishers, subscribers, protocolVersion, qos } = plan;
    const routes = new Routes(plan);
    const sourceOf = sourceAddresses(address.host);
    const options = Array.from({ length: publishers + subscribers }, (_, i) => ({
      ...address,
      clientId: i < publishers ? `bench-publisher-${i}` : `bench-subscriber-${i - publishers}`,
      filters: i < publishers ? [] : routes.filtersOf(i - publishers),
      protocolVersion,
      qos,
      localAddress: sourceOf(i),
      answerSeconds: ANSWER_SECONDS,
    }));
    return new Traffic(plan, routes, await Link.openAll(options));
  }

  /** Sends for so long; resolves when everything has arrived and is acknowledged, or when that takes too long. */
  async run({ seconds, rate, drain = DEFAULT_DRAIN }: TrafficRun): Promise<TrafficResult> {
    const cpu = process.cpuUsage();
    const begin = performance.now();
    const total = rate === undefined ? 0 : Math.max(1, Math.round(rate * seconds));
    const schedule = rate === undefined ? undefined : new Schedule(total, rate, begin);
    this.#order.reset();
    const isComplete = await new Promise<boolean>((resolve, reject) => {
      const clock = schedule && new Clock(schedule, (from, to, now) => this.#offer(from, to, now));
      this.#run = {
        ...{ begin, end: begin + seconds * 1000, drain: drain * 1000, schedule, clock, resolve, reject },
        ...{
          latency: new Tally(),
          late: new Tally(),
          sent: 0,
          arrived: 0,
          lost: 0,
          acknowledged: 0,
          released: 0,
        },
        ...{ lastArrival: begin, lastHeard: begin },
      };
      this.#begin();
    });
    const run = this.#run!;
    this.#run = undefined;
    if (!isComplete) {
      this.#countMissing(run);
      for (const link of this.#links) link.abandon();
    }
    const { user, system } = process.cpuUsage(cpu);
    const lastOne = rate === undefined ? run.lastArrival : Math.max(run.lastArrival, run.end);
    return {
      offered: schedule?.total ?? run.sent,
      messages: run.arrived,
      lost: run.lost,
      seconds: Math.max(lastOne - begin, 1) / 1000,
      cpuSeconds: (user + system) / 1e6 - (run.clock?.waited ?? 0) / 1000,
      latency: run.latency.percentiles(),
      late: run.late.percentiles(),
      isComplete,
    };
  }

  /** Resolves when everything has come that the broker has sent: nothing must have, now that all is done. */
  async settle(): Promise<void> {
    await Promise.all(this.#links.map((link) => link.ping()));
  }

  close(): void {
    for (const link of this.#links) link.close();
  }

  headOf(publisher: number, sequence: number): Head | undefined {
    const heads = this.#heads[publisher];
    return heads?.[sequence % heads.length];
  }

  arrived(subscriber: number, publisher: number, sequence: number, now: number): boolean {
    const run = this.#run;
    const sender = this.#publishers[publisher]!;
    if (run === undefined || sequence >= sender.sent) return false;
    const before = this.#order.take(subscriber, publisher, sequence);
    if (before === NOT_DUE) return false;
    if (before > 0)
      this.#miss(run, sender, sequence - before * this.#order.step(publisher), sequence, publisher);
    run.arrived++;
    run.lastArrival = now;
    const since =
      run.schedule === undefined ? sender.arrived(sequence) : this.#dueAt(run.schedule, publisher, sequence);
    run.latency.record(now - since);
    return true;
  }

  released(): void {
    this.#run!.released++;
  }

  sent(messages: number): void {
    this.#run!.sent += messages;
  }

  acknowledged(): void {
    this.#run!.acknowledged++;
  }

  mayPublish(publisher: Publisher): void {
    if (publisher.isListed) return;
    publisher.isListed = true;
    this.#listed.push(publisher);
    this.#flushLater();
  }

  heard(): void {
    const run = this.#run;
    if (run === undefined) return;
    run.lastHeard = performance.now();
    run.clock?.worked();
    this.#flushLater();
  }

  #begin(): void {
    const run = this.#run!;
    const { publishers, inflight } = this.#plan;
    const most = inflight ?? Math.max(16, Math.min(MOST_SLOTS, Math.floor(ALL_SLOTS / publishers)));
    for (const publisher of this.#publishers) {
      if (run.schedule !== undefined) publisher.beginRate(most);
      else publisher.beginWindow(inflight ?? DEFAULT_WINDOW, this.#fanOut);
      if (run.schedule === undefined) this.mayPublish(publisher);
    }
    run.clock?.start();
    this.#watch();
  }

  /** The messages of all publishers with these numbers are due. */
  #offer(from: number, to: number, now: number): void {
    const { late, schedule } = this.#run!;
    for (let i = from; i < to; i++) late.record(now - schedule!.at(i));
    const publishers = this.#publishers;
    for (let i = Math.max(from, to - publishers.length); i < to; i++) {
      const publisher = publishers[i % publishers.length]!;
      publisher.offer(Math.floor(i / publishers.length) + 1);
      publisher.publish();
    }
  }

  #dueAt(schedule: Schedule, publisher: number, sequence: number): number {
    return schedule.at(sequence * this.#publishers.length + publisher);
  }

  /** Messages that the broker has left out. */
  #miss(run: Progress, sender: Publisher, from: number, to: number, publisher: number): void {
    if (this.#plan.qos > 0)
      throw new Error(`message ${from} of publisher ${publisher} is lost: ${to} came instead`);
    for (let i = from; i < to; i += this.#order.step(publisher)) {
      run.lost++;
      if (run.schedule === undefined) sender.arrived(i);
    }
  }

  #flushLater(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    setImmediate(() => this.#flush());
  }

  /** After all reads of a turn: one write per socket. */
  #flush(): void {
    this.#isFlushing = false;
    const run = this.#run;
    const listed = this.#listed;
    this.#listed = [];
    const now = performance.now();
    const isOver = run === undefined || this.#isOver(run, now);
    for (const publisher of listed) {
      publisher.isListed = false;
      if (!isOver || run?.schedule !== undefined) publisher.publish();
    }
    if (run !== undefined && isOver) this.#finish(run);
  }

  /** Whether nothing more becomes due. Something always has, even if this process had to wait for longer than the run takes. */
  #isOver({ end, arrived, clock }: Progress, now: number): boolean {
    return clock === undefined ? now >= end && arrived > 0 : clock.isOver;
  }

  #finish(run: Progress): void {
    if (run.schedule === undefined) for (const publisher of this.#publishers) publisher.stop();
    else if (run.sent < run.schedule.total) return;
    const { qos } = this.#plan;
    const { sent, arrived, lost, acknowledged, released } = run;
    if (arrived + lost < sent * this.#fanOut || (qos > 0 && acknowledged < sent)) return;
    if (qos === 2 && released < arrived) return;
    run.resolve(true);
  }

  /** Sees to it that a run ends. */
  #watch(): void {
    const watch = setInterval(() => {
      const run = this.#run;
      if (run === undefined) return clearInterval(watch);
      this.#flushLater();
      const now = performance.now();
      const quiet = now - run.lastHeard;
      // what does not move any more with a higher QoS is not late but lost
      const isMoving = this.#plan.qos === 0 || quiet < QUIET;
      const isOverdue = run.schedule !== undefined && now > run.end + run.drain && isMoving;
      const isLost = quiet > this.#plan.patience * 1000 && now > run.end;
      if (!isOverdue && !isLost) return;
      clearInterval(watch);
      run.clock?.stop();
      if (isOverdue || this.#plan.qos === 0) run.resolve(false);
      else run.reject(new Error(this.#loss(run)));
    }, WATCH);
  }

  #loss({ sent, arrived, acknowledged }: Progress): string {
    const deliveries = sent * this.#fanOut;
    const what =
      arrived < deliveries
        ? `${deliveries - arrived} of ${deliveries} messages are lost`
        : `${sent - acknowledged} of ${sent} messages are not acknowledged`;
    return `${what}: for ${this.#plan.patience} seconds nothing has come`;
  }

  /** What has not come takes at least as long as it has been waited for. */
  #countMissing(run: Progress): void {
    const now = performance.now();
    const { schedule } = run;
    const { length } = this.#publishers;
    const sent = (publisher: number): number =>
      schedule === undefined
        ? this.#publishers[publisher]!.sent
        : Math.ceil((schedule.total - publisher) / length);
    this.#order.missing(sent, (publisher, sequence) => {
      run.lost++;
      if (schedule !== undefined) run.latency.record(now - this.#dueAt(schedule, publisher, sequence));
    });
  }
}
