import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { programFile } from '../built.ts';
import type { FiguresCase, Findings, Subject } from '../suite.ts';

/** Each is filled in a process of its own, which has nothing else on its heap. */
function filling(name: string, count: number): Subject {
  const whose = name === 'control' ? 'index wasm' : name;
  const node = ['--expose-gc', programFile('build-filters'), whose, String(count)];
  const run = async (): Promise<Findings> => {
    const { stdout } = await promisify(execFile)(process.execPath, node);
    return JSON.parse(stdout) as Findings;
  };
  return { name, run };
}

const GROUP = 'building 1,000,000 filters';

const cell = (column: string, unit: string) => ({ group: GROUP, column, unit });

export const building: FiguresCase = {
  measure: 'figures',
  group: GROUP,
  column: 'all',
  cells: {
    time: cell('time', 'ms'),
    pause: cell('longest pause', 'ms'),
    fullCollections: cell('full collections', 'times'),
    heap: cell('heap per filter', 'bytes'),
    total: cell('heap and tables', 'bytes'),
    highWater: cell('at most', 'bytes'),
    reserved: cell('reserved', 'bytes'),
  },
  rounds: 3,
  warmUps: 0,
  prepare: (quick) =>
    ['qlobber', 'string cache', 'index wasm', 'index js', 'control'].map((name) =>
      filling(name, quick ? 2000 : 1_000_000),
    ),
};
