import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Contestant } from '../suite.ts';
import { checkEqual, type Measurement } from './time.ts';

/** Flags for a young generation that is large enough for a whole pass, so that nothing is collected meanwhile. */
export const HEAP_FLAGS = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256'];

/** Packets each contestant handles before it is measured, so that what is measured is optimised code. */
export const WARM_UP_PACKETS = 200_000;

/** Measures bytes allocated on the JavaScript heap per packet, dead or alive. Needs `HEAP_FLAGS`. */
export async function measureHeap(
  contestants: readonly Contestant[],
  rounds: number,
  warmUpPackets: number,
): Promise<Measurement[]> {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('measuring the heap needs --expose-gc');
  checkEqual(contestants);
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().filter((entry) => !isForced(entry)).length;
  });
  observer.observe({ entryTypes: ['gc'] });
  const measurements: Measurement[] = [];
  for (const { name, packets, pass } of contestants) {
    for (let done = 0; done < warmUpPackets; done += packets) pass();
    const figures: number[] = [];
    while (figures.length < rounds) {
      collect();
      await delivered();
      collections = 0;
      const before = getHeapStatistics().used_heap_size;
      pass();
      const after = getHeapStatistics().used_heap_size;
      await delivered();
      if (collections > 0) throw new Error(`${name}: garbage was collected while the heap was measured`);
      figures.push(Math.max(0, after - before) / packets);
    }
    measurements.push({ name, rounds: figures });
  }
  observer.disconnect();
  return measurements;
}

function isForced(entry: PerformanceEntry): boolean {
  const { flags } = (entry as PerformanceEntry & { detail: { flags: number } }).detail;
  return (flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0;
}

/** The observer hears of a collection in a later turn of the event loop. */
function delivered(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
