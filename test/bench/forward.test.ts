import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CyclicStream } from '../../bench/forward/client.ts';
import { PlainForwarder } from '../../bench/forward/plain-forwarder.ts';
import {
  chunksOf,
  MESSAGE_KINDS,
  type Message,
  type MessageKind,
  messagesOf,
  routesOf,
  subscriptionsOf,
  type Version,
} from '../../bench/forward/traffic.ts';
import { Decoder, encode } from '../../src/index.ts';

/** What a receiver of that protocol version is sent, by way of packet objects. */
function expectedBytes(
  messages: readonly Message[],
  topics: readonly string[],
  from: Version,
  to: Version,
): string {
  const decoder = new Decoder({ protocolVersion: from });
  decoder.push(
    Buffer.concat(messages.filter(({ topic }) => topics.includes(topic)).map(({ frame }) => frame)),
  );
  const frames: Uint8Array[] = [];
  while (decoder.next()) frames.push(encode(decoder.read() as never, { protocolVersion: to }));
  return Buffer.concat(frames).toString('hex');
}

describe('traffic to forward', () => {
  const messages = messagesOf('16 B', 200_000);
  const routes = routesOf(messages, 512, 10);

  it('fills what it is given with whole packets of QoS 0', () => {
    for (const kind of Object.keys(MESSAGE_KINDS) as MessageKind[]) {
      const decoder = new Decoder({ protocolVersion: MESSAGE_KINDS[kind].protocolVersion });
      const some = messagesOf(kind, 20_000, 'a/');
      const chunks = chunksOf(some, 999);
      expect(chunks.slice(0, -1).every(({ length }) => length === 999)).toBe(true);
      const topics: string[] = [];
      for (const chunk of chunks) {
        decoder.push(chunk);
        while (decoder.next()) {
          expect([decoder.packetType, decoder.qos]).toEqual([3, 0]);
          topics.push(decoder.topic);
        }
      }
      expect(topics).toEqual(some.map(({ topic }) => topic));
      expect(topics.every((topic) => topic.startsWith('a/'))).toBe(true);
      const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
      expect(bytes).toBeLessThanOrEqual(20_000);
      expect(bytes).toBeGreaterThan(20_000 - 400);
    }
  });

  it('goes to as many receivers as wanted, the same in every run', () => {
    expect(new Set(messages.map(({ topic }) => topic))).toEqual(new Set(routes.keys()));
    for (const list of routes.values()) {
      expect(new Set(list).size).toBe(10);
      expect(list.every((receiver) => receiver >= 0 && receiver < 512)).toBe(true);
    }
    expect(new Set([...routes.values()].flat()).size).toBe(512);
    expect(routesOf(messages, 512, 10)).toEqual(routes);
    const subscriptions = subscriptionsOf(routes, 512);
    expect(subscriptions.flat()).toHaveLength(routes.size * 10);
    for (const [topic, list] of routes) {
      for (const receiver of list) expect(subscriptions[receiver]).toContain(topic);
    }
  });
});

describe('forwarding in plain JavaScript', () => {
  const versions: [MessageKind, Version][] = [
    ['16 B', 4],
    ['256 B', 4],
    ['3 properties', 5],
    ['3 properties', 4],
  ];

  it.each(versions)('sends %s to receivers of version %d as packet objects would be', (kind, to) => {
    const from = MESSAGE_KINDS[kind].protocolVersion;
    const messages = messagesOf(kind, 4000);
    const subscriptions = subscriptionsOf(routesOf(messages, 5, 2), 5);
    const expected = subscriptions.map((topics) => expectedBytes(messages, topics, from, to));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.boolean(), (size, isSlow) => {
        const targets = subscriptions.map(() => ({
          written: [] as Buffer[],
          writableLength: isSlow ? 1 : 0,
          write(bytes: Buffer): void {
            // what is slow keeps the memory, what is not has copied it
            this.written.push(isSlow ? bytes : Buffer.from(bytes));
          },
        }));
        let waiting = 0;
        const forwarder = new PlainForwarder(from, to, () => waiting++);
        subscriptions.forEach((topics, i) => {
          for (const topic of topics) forwarder.subscribe(topic, targets[i]!);
        });
        const controls: Buffer[] = [];
        const ping = Buffer.from(encode({ cmd: 'pingreq' }));
        let rest: Buffer | undefined;
        const input = [...messages.slice(0, 3), { topic: '', frame: ping }, ...messages.slice(3)];
        for (const chunk of chunksOf(input, size)) {
          const before = waiting;
          rest = forwarder.read(chunk, rest, (frame) => controls.push(Buffer.from(frame)));
          if (waiting > before) forwarder.flush();
        }
        expect(rest).toBeUndefined();
        expect(controls).toEqual([ping]);
        expect(targets.map(({ written }) => Buffer.concat(written).toString('hex'))).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('knows as many topics as there are', () => {
    const written: Buffer[] = [];
    const target = { writableLength: 0, write: (bytes: Buffer) => written.push(Buffer.from(bytes)) };
    const forwarder = new PlainForwarder(4, 4, () => {});
    const topics = Array.from({ length: 20_000 }, (_, i) => `topic/${i}`);
    for (const topic of topics) forwarder.subscribe(topic, target);
    const frames = topics.map((topic) => encode({ cmd: 'publish', topic, payload: 'x', qos: 0 }));
    for (const frame of frames) forwarder.read(Buffer.from(frame), undefined, () => {});
    forwarder.flush();
    expect(Buffer.concat(written).equals(Buffer.concat(frames))).toBe(true);
  });

  it('sends nothing of a topic without subscribers', () => {
    const forwarder = new PlainForwarder(4, 4, () => {
      throw new Error('something was written');
    });
    forwarder.read(Buffer.concat(messagesOf('16 B', 1000).map(({ frame }) => frame)), undefined, () => {});
  });
});

describe('what clients of a measured broker expect', () => {
  it('is what was sent, however often and in whatever pieces it comes', () => {
    const cycle = Buffer.from('abcdefg');
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 })), (lengths) => {
        const all = Buffer.alloc(
          lengths.reduce((sum, length) => sum + length, 0),
          cycle,
        );
        const stream = new CyclicStream(cycle);
        let at = 0;
        for (const length of lengths) stream.take(all.subarray(at, (at += length)));
        expect(stream.received).toBe(all.length);
      }),
    );
  });

  it.each(['abcdefgabX', 'abdefg', 'aabcdefg', 'bcdefg'])('is not %s', (text) => {
    expect(() => new CyclicStream(Buffer.from('abcdefg')).take(Buffer.from(text))).toThrow(
      'not what was sent',
    );
  });
});
