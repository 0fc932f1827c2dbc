import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import type { KernelChoice } from '../../src/kernel/choice.ts';
import { Qlobber, type QlobberOptions } from '../../src/qlobber/index.ts';
import { KERNELS } from '../fuzz/support.ts';

const require = createRequire(import.meta.url);

interface Emitter {
  on(topic: string, listener: Listener, done?: () => void): this;
  removeListener(topic: string, listener: Listener, done?: () => void): this;
  removeAllListeners(topic: string, done?: () => void): this;
  emit(message: { topic: string }, done?: (error?: Error) => void): this;
}
type Listener = (message: { topic: string }, done: () => void) => void;
type Build = (options?: object) => Emitter;

/** What a test of mqemitter's may use of node:test's context. */
interface Context {
  plan(count: number): void;
  fail(message: string): void;
  assert: typeof assert;
}
type Suite = (options: {
  builder: Build;
  test: (name: string, run: (t: Context) => unknown) => void;
}) => void;

const path = require.resolve('mqemitter');
const runSuite = require('mqemitter/abstractTest.js') as Suite;

/** npm mqemitter, with `Qlobber` in the place of that of npm qlobber. */
function mqemitterWith(kernel: KernelChoice): Build {
  class WithKernel extends Qlobber {
    constructor(options: QlobberOptions) {
      super({ ...options, kernel });
    }
  }
  const load = createRequire(path);
  const module = { exports: undefined as unknown as Build };
  const replaced = (name: string) => (name === 'qlobber' ? { Qlobber: WithKernel } : load(name));
  new Function('require', 'module', readFileSync(path, 'utf8'))(replaced, module);
  return module.exports;
}

/** The same with so many listeners that their topics are in a topic index. */
function crowded(build: Build): Build {
  return (options) => {
    const emitter = build(options);
    for (let i = 0; i < 50; i++) emitter.on(`listener ${i}`, (_message, done) => done());
    return emitter;
  };
}

/** node:test's context for a test of vitest: counts what is asserted. */
function contextOf(run: (t: Context) => unknown): () => Promise<void> {
  return async () => {
    let planned: number | undefined;
    let asserted = 0;
    const counting = new Proxy(assert, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...values: unknown[]) => void;
        return (...values: unknown[]) => {
          asserted++;
          method(...values);
        };
      },
    });
    await run({
      plan: (count) => {
        planned = count;
      },
      fail: (message) => expect.fail(message),
      assert: counting,
    });
    expect(asserted).toBe(planned ?? asserted);
  };
}

describe.each(KERNELS)('on the kernel %s', (kernel) => {
  const build = mqemitterWith(kernel);

  describe.each([
    ['few topics', build],
    ['many topics', crowded(build)],
  ])("mqemitter's own tests, with %s", (_name, builder) => {
    runSuite({ builder, test: (name, run) => test(name, contextOf(run)) });
  });

  test('listeners are called as by mqemitter with npm qlobber, in the same order', async () => {
    const filters = ['a/b', 'a/+', '+/b', '#', 'a/#', '+/+', 'a/b/#', '+/#', 'a', '/', '+', '$SYS/#', 'a//b'];
    const topics = ['a/b', 'a', 'a/', '/', 'a//b', '$SYS/x', 'b/b', 'c'];
    const calls = await Promise.all(
      [crowded(build), require('mqemitter') as Build].map(async (builder) => {
        const emitter = builder();
        const called: string[] = [];
        const listeners = filters.map(
          (filter): Listener =>
            (message, done) => {
              called.push(`${filter} ${message.topic}`);
              setImmediate(done);
            },
        );
        const emitAll = async () => {
          for (const topic of topics) await new Promise<unknown>((done) => emitter.emit({ topic }, done));
        };
        // each twice
        for (const round of [0, 1]) {
          for (const [i, filter] of filters.entries()) emitter.on(filter, listeners[i]);
          if (round === 0) await emitAll();
        }
        await emitAll();
        for (const i of [0, 3, 5, 11]) {
          await new Promise<void>((done) => emitter.removeListener(filters[i], listeners[i], done));
        }
        await emitAll();
        emitter.removeAllListeners('a/#').removeAllListeners('+/b');
        await emitAll();
        return called;
      }),
    );
    expect(calls[0].length).toBeGreaterThan(100);
    expect(calls[0]).toEqual(calls[1]);
  });

  test('a topic of more words than qlobber takes is emitted', async () => {
    const emitter = crowded(build)();
    const topic = 'a'.repeat(200).split('').join('/');
    const received = new Promise((resolve) => {
      emitter.on('a/#', (message, done) => {
        resolve(message.topic);
        done();
      });
    });
    emitter.emit({ topic });
    expect(await received).toBe(topic);
  });
});
