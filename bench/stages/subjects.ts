import type { Program } from '../process.ts';
import type { Findings, Subject } from '../suite.ts';
import { acknowledges, STAGES, type Stage, type StagePlan } from './plan.ts';
import { type StageContestant, stageLoad, Variant, type VariantRun } from './variant.ts';

/** Bytes of PINGREQ, which each burst ends with, and of its answer: not those of any message. */
const PING_BYTES = 2;

export interface SubjectOptions {
  readonly plan: StagePlan;
  /** That each variant is loaded for in a run. */
  readonly seconds: number;
  /** That it is loaded for before that: until then the compiler takes more than what is measured. */
  readonly warmUp: number;
  readonly peerCpu: number | undefined;
}

/** All variants of a contestant and their clients, which are started when they run for the first time. */
abstract class StageSubject implements Subject {
  readonly name: StageContestant;
  readonly #options: SubjectOptions;
  readonly #isCounting: boolean;
  #load: Program | undefined;
  #variants: ReadonlyMap<Stage, Variant> | undefined;
  #runs = 0;

  constructor(name: StageContestant, options: SubjectOptions, isCounting: boolean) {
    this.name = name;
    this.#options = options;
    this.#isCounting = isCounting;
  }

  async run(): Promise<Findings> {
    const { plan, seconds } = this.#options;
    const variants = await this.#open();
    const runs = new Map<Stage, VariantRun>();
    // in turn forwards and backwards, so that a machine that gets slower meanwhile is no stage
    for (const stage of this.#runs++ % 2 === 0 ? STAGES : [...STAGES].reverse()) {
      runs.set(stage, await variants.get(stage)!.run(seconds));
    }
    return { figures: this.figures(plan, (stage) => runs.get(stage)!), sums: {} };
  }

  stop(): void {
    this.#load?.stop();
    for (const variant of this.#variants?.values() ?? []) variant.stop();
  }

  protected abstract figures(plan: StagePlan, runOf: (stage: Stage) => VariantRun): Record<string, number>;

  async #open(): Promise<ReadonlyMap<Stage, Variant>> {
    if (this.#variants !== undefined) return this.#variants;
    const { plan, peerCpu, warmUp } = this.#options;
    const load = stageLoad(peerCpu);
    this.#load = load;
    const common = { contestant: this.name, plan, isCounting: this.#isCounting };
    const variants = new Map(STAGES.map((stage) => [stage, new Variant({ ...common, stage }, load)]));
    this.#variants = variants;
    for (const variant of variants.values()) await variant.open(warmUp);
    return variants;
  }
}

/** CPU nanoseconds of one message by stage: what a variant takes longer than the one before it. */
export class TimedSubject extends StageSubject {
  constructor(name: StageContestant, options: SubjectOptions) {
    super(name, options, false);
  }

  protected override figures(_: StagePlan, runOf: (stage: Stage) => VariantRun): Record<string, number> {
    const times = STAGES.map((stage) => {
      const { count, microseconds, work } = runOf(stage);
      return (microseconds * 1000 - work.sinks) / count.messages;
    });
    const stages = STAGES.map((stage, i) => [stage, times[i]! - (times[i - 1] ?? 0)] as const);
    return { ...Object.fromEntries(stages), total: times.at(-1)! };
  }
}

/** Bytes of one message that are copied, by stage. */
export class CountedSubject extends StageSubject {
  constructor(name: StageContestant, options: SubjectOptions) {
    super(name, options, true);
  }

  protected override figures(plan: StagePlan, runOf: (stage: Stage) => VariantRun): Record<string, number> {
    const each = (stage: Stage, bytes: (run: VariantRun) => number): number => {
      const run = runOf(stage);
      return bytes(run) / run.count.messages;
    };
    /** What JavaScript copies more than in the variant before. */
    const copied = (stage: Stage, before?: Stage): number =>
      each(
        stage,
        ({ count, work }) => work.copied - (answersInOutboxes(stage) ? PING_BYTES * count.bursts : 0),
      ) - (before === undefined ? 0 : copied(before));
    // aedes hands on what it has; a kernel copies it into its outboxes, where JavaScript does not see it
    const isOurs = this.name !== 'aedes';
    const answersInOutboxes = (stage: Stage): boolean => isOurs && stage !== 'read' && stage !== 'frame';
    const composed = isOurs ? each('append', ({ work }) => work.appended) : 0;
    const answered = acknowledges('route', plan)
      ? each('route', ({ count, work }) => work.answered - PING_BYTES * count.bursts)
      : 0;
    const stages: Record<Stage, number> = {
      // the whole broker joins more than one that is never late
      read:
        each('read', ({ count, work }) => work.read - PING_BYTES * count.bursts) +
        copied('read') +
        each('write', ({ work }) => work.joined),
      frame: copied('frame', 'read'),
      route: copied('route', 'frame') + answered,
      append: copied('append', 'route') + composed,
      write: copied('write', 'append') + each('write', ({ work }) => work.written + work.returned),
    };
    // fractions of a byte only tell where chunks happen to be cut, each time elsewhere
    const whole = STAGES.map((stage) => [stage, Math.round(stages[stage]) + 0] as const);
    const total = whole.reduce((sum, [, bytes]) => sum + bytes, 0);
    return { ...Object.fromEntries(whole), total };
  }
}
