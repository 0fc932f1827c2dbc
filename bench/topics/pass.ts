import { type Contestant, compile } from '../suite.ts';
import type { Traffic } from './traffic.ts';

/** Adds up the values of all subscribers to the topics of a slice, as a 32-bit integer. */
export type SumOfSlice = (slice: number) => number;

/** What was found in each slice by whoever came there first; all contestants of a case share it. */
export type Expected = Map<number, number>;

/** Slices that everybody must agree on before anything is timed; the others are compared as they come by. */
const CHECKED_SLICES = 8;

/** A contestant whose passes take one slice after the other. */
export function slicedContestant(
  name: string,
  traffic: Traffic,
  expected: Expected,
  sumOfSlice: SumOfSlice,
): Contestant {
  let next = 0;
  const check = (slice: number): void => {
    const sum = sumOfSlice(slice);
    const agreed = expected.get(slice);
    if (agreed === undefined) expected.set(slice, sum);
    else if (agreed !== sum) throw new Error(`${name}: others find other subscribers in slice ${slice}`);
  };
  const checked = Math.min(CHECKED_SLICES, traffic.slices);
  let isFirst = true;
  return {
    name,
    packets: traffic.topics,
    pass: () => {
      if (isFirst) {
        for (let slice = 0; slice < checked; slice++) check(slice);
        isFirst = false;
      } else {
        check(next);
        next = next + 1 === traffic.slices ? 0 : next + 1;
      }
      // compared already
      return 0;
    },
    sums: () => ({ first: expected.get(0)!, last: expected.get(checked - 1)! }),
  };
}

/** Compiles a loop over something of each slice: `body` uses `item` and adds to `sum`. */
export function compileSlices<Item>(
  bindings: Readonly<Record<string, unknown>>,
  slices: readonly (readonly Item[])[],
  declarations: string,
  body: string,
): SumOfSlice {
  return compile<SumOfSlice>(
    { ...bindings, slices },
    `${declarations}
    let sum = 0;
    return function sumOfSlice(slice) {
      sum = 0;
      const items = slices[slice];
      for (let i = 0; i < items.length; i++) {
        const item = items[i];
        ${body}
      }
      return sum;
    };`,
  );
}
