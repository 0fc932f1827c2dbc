/** The runs that documents quote: the files of `bench/record`. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedSuite, RecordFile } from '../html/data.ts';
import { readRecord } from '../read-record.ts';

export interface Run extends RecordFile {
  /** Its file, from the root of the repository. */
  readonly file: string;
}

const FOLDER = 'bench/record';

/** All recorded runs, the latest first. */
export function recordedRuns(root: string): Run[] {
  const files = readdirSync(join(root, FOLDER)).filter((name) => name.endsWith('.json'));
  return latestFirst(
    files.map((name) => {
      const file = `${FOLDER}/${name}`;
      return { ...readRecord(join(root, file)), file };
    }),
  );
}

/** Without smoke runs, whose figures mean nothing. */
export function latestFirst(runs: readonly Run[]): Run[] {
  const real = runs.filter(({ environment }) => !environment.quick);
  return real.sort((a, b) => (a.environment.date < b.environment.date ? 1 : -1));
}

/** What a generated text says, and what it is taken from. */
export interface Passage {
  readonly text: string;
  readonly sources: readonly Source[];
}

/** The suite of a run that a figure was taken from. */
export interface Source {
  readonly run: Run;
  readonly suite: RecordedSuite['name'];
}

/** Machine, Node, command, date and commit of the runs that figures come from, and who was compared with. */
export function sourcesText(sources: readonly Source[], linkTo: (file: string) => string): string {
  const machines = new Map<string, Set<Run>>();
  for (const { run } of sources) {
    const machine = machineOf(run);
    machines.set(machine, (machines.get(machine) ?? new Set()).add(run));
  }
  const lines = [...machines].map(([machine, runs]) => {
    const each = latestFirst([...runs]).map((run) => {
      const { date, commit } = run.environment;
      const when = commit === undefined ? date.slice(0, 10) : `${date.slice(0, 10)}, commit ${commit}`;
      const suites = sources.filter((source) => source.run === run).map(({ suite }) => suite);
      return `\`${commandOf(run, suites)}\` (${when}, [every round](${linkTo(run.file)}))`;
    });
    return `*${machine}: ${each.join('; ')}.*`;
  });
  return lines.join('\n\n');
}

function machineOf({ environment: { node, cpu, cpus, platform, versions = {} } }: Run): string {
  const others = Object.entries(versions).map(([name, version]) => `, ${name} ${version}`);
  return `Node ${node.replace(/^v/, '')}, ${cpu.replaceAll('(R)', '')} (${cpus}), ${platform}${others.join('')}`;
}

/** Options that say where the figures go, not which. */
const OUTPUTS = / --(?:json|html|compare|with)(?:=| )\S+| --(?:record|verbose)\b/g;

/** What made a run; of runs that do not say, what would make the suites. */
function commandOf({ environment: { command } }: Run, suites: readonly string[]): string {
  if (command === undefined) return `npm run bench -- ${[...new Set(suites)].join(' ')}`;
  return command
    .replaceAll(OUTPUTS, '')
    .replace(/ --$/, '')
    .replace(/^wasmqtt /, 'npx wasmqtt ');
}
