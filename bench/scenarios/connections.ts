import { type Address, Link } from '../broker/link.ts';
import { sourceAddresses } from '../broker/source-addresses.ts';
import { Clock, Schedule } from './due.ts';
import { ANSWER_SECONDS, type ConnectionsPlan, type ConnectionsResult } from './plan.ts';
import { Tally } from './tally.ts';

/** Opens connections that subscribe to nothing and stay. */
export async function openConnections(address: Address, plan: ConnectionsPlan): Promise<ConnectionsResult> {
  const { connections, protocolVersion, rate, inflight } = plan;
  const sourceOf = sourceAddresses(address.host);
  const latency = new Tally();
  const late = new Tally();
  const open = async (i: number, due: number): Promise<void> => {
    await Link.open({
      ...address,
      clientId: `bench-${i}`,
      protocolVersion,
      filters: [],
      qos: 0,
      localAddress: sourceOf(i),
      answerSeconds: ANSWER_SECONDS,
    });
    latency.record(performance.now() - due);
  };
  const cpu = process.cpuUsage();
  const begin = performance.now();
  let waited = 0;
  if (rate === undefined) {
    let next = 0;
    const openSome = async (): Promise<void> => {
      while (next < connections) await open(next++, performance.now());
    };
    await Promise.all(Array.from({ length: Math.min(inflight, connections) }, openSome));
  } else {
    const schedule = new Schedule(connections, rate, begin);
    const opened: Promise<void>[] = [];
    await new Promise<void>((resolve, reject) => {
      const clock = new Clock(schedule, (from, to, now) => {
        for (let i = from; i < to; i++) {
          late.record(now - schedule.at(i));
          const one = open(i, schedule.at(i));
          one.catch(reject);
          opened.push(one.then(() => clock.worked()));
        }
        if (to < connections) return;
        waited = clock.waited;
        resolve(Promise.all(opened).then(() => {}));
      });
      clock.start();
    });
  }
  const { user, system } = process.cpuUsage(cpu);
  return {
    seconds: (performance.now() - begin) / 1000,
    cpuSeconds: (user + system) / 1e6 - waited / 1000,
    latency: latency.percentiles(),
    late: late.percentiles(),
  };
}
