/** Whoever passes messages on to null sinks. Bundled for each contestant anew, see `contestants.ts`. */
import { Forwarder, type Receiver } from '../../src/forward/index.ts';
import { encode } from '../../src/index.ts';
import type { KernelName } from '../../src/kernel/kernel.ts';
import { TopicIndex } from '../../src/topics/index.ts';
import { PacketForwarder, type PacketWriting } from './packet-forwarder.ts';
import { PlainForwarder } from './plain-forwarder.ts';
import { DuplexSink, Sink } from './sink.ts';
import type { Version } from './traffic.ts';

export interface Task {
  readonly from: Version;
  readonly to: Version;
  readonly chunks: readonly Buffer[];
  /** After so many chunks what waits is sent. */
  readonly chunksPerTurn: number;
  /** Of each receiver its topics. */
  readonly subscriptions: ReadonlyArray<readonly string[]>;
}

export type Sums = Readonly<Record<'bytes' | 'content', number>>;

export interface Entrant {
  /** Reads all chunks; returns a checksum of how many bytes each receiver got. */
  pass(): number;
  /** Reads all chunks and sums up every byte that each receiver got. */
  check(): Sums;
}

interface Engine {
  readonly sinks: readonly Sink[];
  read(chunk: Buffer): void;
  flush(): void;
}

/** Large enough that nothing is dropped in a turn. */
const BACKLOG = { maxBacklogBytes: 2 ** 29, maxBacklogMessages: 2 ** 29 };

function forwarder(kernel: KernelName, { from, to, subscriptions }: Task): Engine {
  const index = new TopicIndex<Receiver>();
  // `flush` is called at the end of every turn as it is
  const forwarder = new Forwarder({ index, kernel, ...BACKLOG, schedule: () => {} });
  const connect = (protocolVersion: Version) => {
    const sink = new DuplexSink();
    const connection = forwarder.attach(sink as never, {
      packet: (one, packet) => {
        if (packet.packetType === 1) one.receiver.connect(one);
      },
      error: (_, error) => {
        throw error;
      },
    });
    sink.emit(
      'data',
      Buffer.from(encode({ cmd: 'connect', clientId: 'client', clean: true, keepalive: 0, protocolVersion })),
    );
    return { sink, connection };
  };
  const receivers = subscriptions.map((topics) => {
    const made = connect(to);
    for (const topic of topics) index.subscribe(topic, made.connection.receiver, { qos: 0 });
    return made;
  });
  const { sink: source } = connect(from);
  return {
    sinks: receivers.map(({ sink }) => sink),
    read: (chunk) => source.emit('data', chunk),
    flush: () => forwarder.flush(),
  };
}

function mqttPacket(writing: PacketWriting, { from, to, subscriptions }: Task): Engine {
  const packets = new PacketForwarder(writing, to);
  const sinks = subscriptions.map((topics) => {
    const sink = new Sink();
    for (const topic of topics) packets.subscribe(topic, sink as never);
    return sink;
  });
  const parser = packets.parser(from, () => {});
  return { sinks, read: (chunk) => parser.parse(chunk), flush: () => {} };
}

function plain({ from, to, subscriptions }: Task): Engine {
  const forwarder = new PlainForwarder(from, to, () => {});
  const sinks = subscriptions.map((topics) => {
    const sink = new Sink();
    for (const topic of topics) forwarder.subscribe(topic, sink);
    return sink;
  });
  let rest: Buffer | undefined;
  const control = (): void => {};
  return {
    sinks,
    read: (chunk) => {
      rest = forwarder.read(chunk, rest, control);
    },
    flush: () => forwarder.flush(),
  };
}

const ENGINES = {
  'mqtt-packet': (task: Task) => mqttPacket('writeToStream', task),
  'mqtt-packet, generate': (task: Task) => mqttPacket('generate', task),
  'plain JS': plain,
  'forward wasm': (task: Task) => forwarder('wasm', task),
  'forward js': (task: Task) => forwarder('js', task),
};

export type EntrantName = keyof typeof ENGINES;

export function enter(name: EntrantName, task: Task): Entrant {
  const { sinks, read, flush } = ENGINES[name](task);
  const { chunks, chunksPerTurn } = task;
  const sum = (field: 'bytes' | 'content'): number => {
    let result = 0;
    for (let i = 0; i < sinks.length; i++) result = (Math.imul(result, 31) + sinks[i]![field]) | 0;
    return result;
  };
  const pass = (): number => {
    for (let i = 0; i < sinks.length; i++) sinks[i]!.bytes = 0;
    for (let i = 0; i < chunks.length; ) {
      const end = Math.min(chunks.length, i + chunksPerTurn);
      for (; i < end; i++) read(chunks[i]!);
      flush();
    }
    return sum('bytes');
  };
  const check = (): Sums => {
    for (const sink of sinks) sink.isChecking = true;
    const bytes = pass();
    for (const sink of sinks) sink.isChecking = false;
    return { bytes, content: sum('content') };
  };
  return { pass, check };
}
