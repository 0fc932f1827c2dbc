import { build, type Histogram } from 'hdr-histogram-js';
import { type Address, fail, Link } from './link.ts';
import { frameOf, payloadOf } from './messages.ts';
import type { ChurnPlan, ChurnResult } from './plan.ts';
import { sourceAddresses } from './source-addresses.ts';

const PROTOCOL_VERSION = 4;

/** Clients that come and go. */
export class Churn {
  readonly #address: Address;
  readonly #plan: ChurnPlan;
  readonly #sourceOf: (connection: number) => string | undefined;
  /** Cycles that have begun. */
  #begun = 0;

  constructor(address: Address, plan: ChurnPlan) {
    this.#address = address;
    this.#plan = plan;
    this.#sourceOf = sourceAddresses(address.host);
  }

  /** Lets so many clients come and go; resolves when all are gone. */
  async run(cycles: number): Promise<ChurnResult> {
    const histogram = build({
      lowestDiscernibleValue: 1,
      highestTrackableValue: 60_000_000,
      numberOfSignificantValueDigits: 3,
    });
    const begin = performance.now();
    const cpu = process.cpuUsage();
    const end = this.#begun + cycles;
    const work = async (): Promise<void> => {
      while (this.#begun < end) await this.#cycle(this.#begun++, histogram);
    };
    await Promise.all(Array.from({ length: this.#plan.atOnce }, work));
    const { user, system } = process.cpuUsage(cpu);
    return {
      seconds: (performance.now() - begin) / 1000,
      cpuSeconds: (user + system) / 1e6,
      p99: histogram.getValueAtPercentile(99),
    };
  }

  async #cycle(number: number, histogram: Histogram): Promise<void> {
    const topic = `churn/${number}/state`;
    const link = await Link.open({
      ...this.#address,
      clientId: `churn ${number}`,
      protocolVersion: PROTOCOL_VERSION,
      qos: 0,
      filters: [topic],
      localAddress: this.#sourceOf(number),
      onConnack: (milliseconds) => histogram.recordValue(Math.round(milliseconds * 1000)),
    });
    await publishToItself(link, topic, payloadOf(this.#plan.payload, number));
    await link.end();
  }
}

/** Resolves when the message is back. Nothing may come after it. */
function publishToItself(link: Link, topic: string, payload: Buffer): Promise<void> {
  const frame = frameOf({ topic, qos: 0, protocolVersion: PROTOCOL_VERSION, messageId: 0, payload });
  return new Promise((resolve) => {
    let isBack = false;
    link.read = (bytes, start, end) => {
      if (end - start < frame.length && !isBack) return start;
      if (isBack || end - start > frame.length || frame.compare(bytes, start, end) !== 0) {
        fail(`not the message to ${topic}`, bytes, start, end);
      }
      isBack = true;
      resolve();
      return end;
    };
    link.socket.write(frame);
  });
}
