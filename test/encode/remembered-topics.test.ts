import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it, vi } from 'vitest';

/** An encoder that remembers nothing yet. */
let encode: typeof import('../../src/encode/index.ts').encode;

beforeEach(async () => {
  vi.resetModules();
  ({ encode } = await import('../../src/encode/index.ts'));
});

function bytesOf(topic: string): string {
  const bytes = Buffer.from(topic);
  return Buffer.concat([Buffer.of(0x30, bytes.length + 2, 0, bytes.length), bytes]).toString('hex');
}

function encoded(topic: string): string {
  return Buffer.from(encode({ cmd: 'publish', topic })).toString('hex');
}

describe('topic names that come back', () => {
  it('are encoded as they were, however many there are', () => {
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 6000; i++) {
        const topic = `plant/${i % 50}/é${i}`;
        expect(encoded(topic)).toBe(bytesOf(topic));
      }
    }
    // the same few, so that they are remembered again
    for (let i = 0; i < 5000; i++) expect(encoded(`few/${i % 5}`)).toBe(bytesOf(`few/${i % 5}`));
  });

  it('differ in a byte order mark [MQTT-1.5.4-3]', () => {
    for (const topic of ['\ufeffa', 'a', '\ufeff\ufeffa', '\ufeffa', 'a'])
      expect(encoded(topic)).toBe(bytesOf(topic));
  });

  it('are judged at each strictness', () => {
    for (const topic of ['a\u0001', 'a/#', 'plain']) {
      for (let i = 0; i < 3; i++) encode({ cmd: 'publish', topic }, { strictness: 'compat' });
    }
    expect(() => encode({ cmd: 'publish', topic: 'a\u0001' }, { strictness: 'strict' })).toThrow(/control/);
    expect(() => encode({ cmd: 'publish', topic: 'a/#' })).toThrow(/wildcard/);
    expect(encode({ cmd: 'publish', topic: 'plain' }, { strictness: 'strict' }).length).toBe(9);
  });

  it('do not keep the text they were cut from in memory', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 40; i++) {
      const text = new Array(200_000).fill(`no topic ${i};`).join('');
      encode({ cmd: 'publish', topic: text.slice(1000, 1030) });
    }
    collect();
    // all of it would be 80 MB
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000);
  });
});
