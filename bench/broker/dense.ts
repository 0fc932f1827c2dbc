import { cycleOf } from './cycle.ts';
import { DensePublisher } from './dense-publisher.ts';
import { DenseSubscriber } from './dense-subscriber.ts';
import { type Address, Link } from './link.ts';
import { openOthers } from './other-subscriptions.ts';
import type { DensePlan, LoadResult } from './plan.ts';
import { LoadRun } from './run.ts';

export class Dense {
  readonly #publishers: readonly DensePublisher[];

  private constructor(publishers: readonly DensePublisher[]) {
    this.#publishers = publishers;
  }

  static async open(address: Address, plan: DensePlan): Promise<Dense> {
    const { qos, protocolVersion, fanOut, otherSubscriptions = 0 } = plan;
    await openOthers(address, protocolVersion, otherSubscriptions);
    const publishers: DensePublisher[] = [];
    for (let i = 0; i < plan.publishers; i++) {
      const cycle = cycleOf(plan, i);
      const common = { ...address, protocolVersion, qos };
      const link = await Link.open({ ...common, clientId: `publisher ${i}`, filters: [] });
      const publisher = new DensePublisher(link, cycle, plan);
      const subscribers = Array.from({ length: fanOut }, (_, k) => ({
        ...common,
        clientId: `subscriber ${i}/${k}`,
        filters: cycle.topics,
      }));
      for (const subscriber of await Link.openAll(subscribers)) {
        new DenseSubscriber(subscriber, cycle, qos, publisher);
      }
      publishers.push(publisher);
    }
    return new Dense(publishers);
  }

  /** Sends for so long; resolves when everything has arrived and is acknowledged. */
  async run(seconds: number): Promise<LoadResult> {
    const run = new LoadRun(seconds);
    await Promise.all(this.#publishers.map((publisher) => publisher.send(run)));
    return run.result();
  }
}
