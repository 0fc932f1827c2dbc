import { within } from '../../broker/deadline.ts';

let fail: (error: Error) => void;
/** Clients throw when they get what they should not, in the middle of whatever they read. */
const failure = new Promise<never>((_, reject) => {
  fail = reject;
});
failure.catch(() => {});
process.on('uncaughtException', (error) => fail(error));

/** What clients do, which fails if one of them throws meanwhile, or if it takes longer than so many seconds. */
export function checked<Result>(seconds: number, what: string, work: Promise<Result>): Promise<Result> {
  return within(seconds, what, Promise.race([work, failure]));
}
