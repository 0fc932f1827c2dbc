/** Measures one case in this process and writes the result as JSON. Started by `index.ts`. */
import { writeSync } from 'node:fs';
import { measureHeap, WARM_UP_PACKETS } from './heap.ts';
import { FULL, measureTime, QUICK } from './measure.ts';
import { caseName, SUITES } from './suite.ts';

const [suiteName = '', wanted = '', mode = '', firstRound = '', rounds = ''] = process.argv.slice(2);
const suite = await SUITES[suiteName]!();
const found = suite.cases.find((one) => caseName(suite, one) === wanted);
if (found === undefined) throw new Error(`no case ${wanted}`);
const quick = mode === 'quick';
const contestants = found.prepare(quick);
const settings = { firstRound: Number(firstRound), rounds: Number(rounds), ...(quick ? QUICK : FULL) };
const measurements =
  suite.measure === 'time'
    ? measureTime(contestants, settings)
    : await measureHeap(contestants, settings.rounds, quick ? 0 : WARM_UP_PACKETS);
// The checksums go out with the result, so that all that was computed was computed for somebody.
const checksums = Object.assign({}, ...contestants.map((contestant) => contestant.sums()));
writeSync(1, JSON.stringify({ packets: contestants[0]!.packets, checksums, measurements }));
