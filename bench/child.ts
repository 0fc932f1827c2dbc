/** Measures one case in this process, or processes of its own, and writes the result as JSON. Started by `main.ts`. */
import { writeSync } from 'node:fs';
import { measureHeap, WARM_UP_PACKETS } from './measuring/heap.ts';
import { measureFigures, measureRuns } from './measuring/runs.ts';
import { FULL, measureTime, QUICK } from './measuring/time.ts';
import type { LoadSettings } from './settings.ts';
import { type Case, caseName, type FiguresCase, type LoopCase, type ProcessCase } from './suite.ts';
import { loadSuite } from './suites.ts';

const [
  suiteName = '',
  wanted = '',
  mode = '',
  firstRound = '',
  rounds = '',
  peerCpu = '',
  settingsText = '{}',
] = process.argv.slice(2);
const suite = await loadSuite(suiteName, JSON.parse(settingsText) as LoadSettings);
const found = suite.cases.find((one) => caseName(suite, one) === wanted);
if (found === undefined) throw new Error(`no case ${wanted}`);
const quick = mode === 'quick';
const peer = peerCpu === '' ? undefined : Number(peerCpu);
const settings = { firstRound: Number(firstRound), rounds: Number(rounds) };
writeSync(1, JSON.stringify(await measure(found)));

function measure(one: Case): Promise<object> {
  if (one.measure === 'figures') return measureFiguresOf(one);
  return one.measure === 'processes' ? measureProcesses(one) : measureLoops(one);
}

async function measureLoops(one: LoopCase): Promise<object> {
  const contestants = one.prepare(quick);
  const measurements =
    one.measure === 'time'
      ? measureTime(contestants, { ...settings, ...(quick ? QUICK : FULL) })
      : await measureHeap(contestants, settings.rounds, quick ? 0 : WARM_UP_PACKETS);
  // The checksums go out with the result, so that all that was computed was computed for somebody.
  const checksums = Object.assign({}, ...contestants.map((contestant) => contestant.sums()));
  return { packets: contestants[0]!.packets, checksums, measurements };
}

async function measureFiguresOf({ prepare, warmUps, isThereAndBack }: FiguresCase): Promise<object> {
  const subjects = prepare(quick, peer);
  try {
    return await measureFigures(subjects, { ...settings, warmUps: quick ? 0 : warmUps, isThereAndBack });
  } finally {
    for (const subject of subjects) subject.stop?.();
  }
}

async function measureProcesses(one: ProcessCase): Promise<object> {
  const contest = await one.start(quick, peer);
  try {
    const measured = await measureRuns(contest, { ...settings, warmUps: quick ? 1 : 6 });
    return { packets: contest.packets, ...measured };
  } finally {
    contest.stop();
  }
}
