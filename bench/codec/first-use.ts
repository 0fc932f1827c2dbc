import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { CODEC_FILE } from '../built.ts';
import type { Contest, Run } from '../suite.ts';

/** The function whose first result is waited for. */
export type FirstUse = 'generate' | 'parser';

const PACKET =
  "{ cmd: 'publish', topic: 'site/17/line/4', payload: Buffer.from('0123'), qos: 0, retain: false }";

const USES: Readonly<Record<FirstUse, string>> = {
  generate: `for (const byte of codec.generate(${PACKET})) sum = (Math.imul(sum, 31) + byte) | 0;`,
  parser: `
    const parser = codec.parser();
    parser.on('packet', ({ topic, payload }) => { sum += topic.length * 100 + payload.length; });
    parser.parse(Buffer.from('3014000e736974652f31372f6c696e652f3430313233', 'hex'));`,
};

/** CPU time from `require` to the first packet. Plain JavaScript: a loader of TypeScript would be measured too. */
function program(use: FirstUse): string {
  return `
    const file = process.argv[1];
    let sum = 0;
    const began = performance.now();
    const before = process.cpuUsage();
    const codec = require(file);
    ${USES[use]}
    const { user, system } = process.cpuUsage(before);
    const wall = performance.now() - began;
    console.log(JSON.stringify({ figure: (user + system) / 1000, wall, sums: { packet: sum } }));`;
}

/** Every run is a process of its own. */
export function firstUse(use: FirstUse): Contest {
  const files = {
    'mqtt-packet': createRequire(import.meta.url).resolve('mqtt-packet'),
    wasmqtt: CODEC_FILE,
    control: CODEC_FILE,
  };
  const competitors = Object.entries(files).map(([name, file]) => ({
    name,
    run: async (): Promise<Run> => {
      const { stdout } = await promisify(execFile)(process.execPath, ['-e', program(use), file]);
      return JSON.parse(stdout) as Run;
    },
  }));
  return { packets: 1, competitors, stop: () => {} };
}
