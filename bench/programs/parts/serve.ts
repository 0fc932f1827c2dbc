import type { Question, Reply } from '../../process.ts';

type Answers = Readonly<Record<string, (argument: any) => unknown>>;

let before = process.cpuUsage();

/** What every measured program answers. */
const CPU_TIME: Answers = {
  start: () => {
    // What the last run left is not paid for by this one.
    globalThis.gc?.({ type: 'minor' });
    before = process.cpuUsage();
  },
  /** CPU microseconds, user and system, since the start. */
  used: () => {
    const { user, system } = process.cpuUsage(before);
    return user + system;
  },
};

/** Answers the questions of the process that started this one, and ends with it. */
export function serve(own: Answers): void {
  const answers: Answers = { ...CPU_TIME, ...own };
  process.on('message', async ({ id, question, argument }: Question) => {
    const reply = await answer(answers, question, argument);
    process.send?.({ id, ...reply });
  });
  process.on('disconnect', () => process.exit());
}

async function answer(answers: Answers, question: string, argument: unknown): Promise<Omit<Reply, 'id'>> {
  try {
    return { answer: await answers[question]!(argument) };
  } catch (error) {
    return { failure: (error as Error).stack ?? String(error) };
  }
}
