/** The first stages of this project's broker by themselves: the same code that reads and frames in it. */
import type { Socket } from 'node:net';
import { CHUNK, CHUNK_LIMIT } from '../../assembly/layout.ts';
import { ROW_WORDS } from '../../src/decode/rows.ts';
import { viewBytes } from '../../src/decode/views.ts';
import { ForwardingDecoder } from '../../src/forward/forwarding-decoder.ts';
import { type ReceptionListener, receive } from '../../src/forward/reception.ts';
import { encode } from '../../src/index.ts';
import { createForwardKernel } from '../../src/kernel/forward/choice.ts';
import type { ForwardKernel } from '../../src/kernel/forward/forward-kernel.ts';
import type { KernelName } from '../../src/kernel/kernel.ts';
import { listen } from '../programs/parts/listen.ts';
import { burstOf } from './burst.ts';
import type { Work } from './plan.ts';
import { type StageProgram, sumOf } from './serve-stage.ts';

export const CONNACK = encode({ cmd: 'connack', returnCode: 0, sessionPresent: false });
export const PINGRESP = encode({ cmd: 'pingresp' });

const ROW_BYTES = ROW_WORDS * 4;

/** What is done with the bytes of one connection, which are at the start of the area; `answer` sends something back. */
type Take = (length: number, answer: (bytes: Uint8Array) => void) => void;

/** What a connection counts in, and how long its bursts are. */
interface Reader {
  readonly counts: { packets: number };
  readonly burstBytes: number;
}

/** Sockets that read in place, as those of the broker do, into the memory of a kernel of their own. */
function reading(name: KernelName, takerOf: (kernel: ForwardKernel, reader: Reader) => Take): StageProgram {
  const kernel = createForwardKernel(name);
  const area = viewBytes(kernel.memory.bytes, CHUNK, CHUNK + CHUNK_LIMIT);
  const streams: Socket[] = [];
  const counts = { packets: 0 };
  const open = (socket: Socket, reader: Reader): void => {
    const take = takerOf(kernel, reader);
    const answer = (bytes: Uint8Array): void => void stream.write(bytes);
    const listener: ReceptionListener = {
      bytesInPlace: (length) => take(length, answer),
      chunk: () => {
        throw new Error('does not read in place');
      },
      end: () => stream.end(),
      error: (error) => {
        throw error;
      },
      close: () => {},
    };
    const { stream } = receive(socket, area, listener);
    streams.push(stream as Socket);
  };
  return {
    listen: ({ plan }) => {
      // all publishers send as much
      const burstBytes = burstOf(plan, 0).bytes.length;
      return listen((socket) => open(socket, { counts, burstBytes }));
    },
    work: () => ({ ...workOfSockets(streams), packets: counts.packets }),
    sinks: [],
  };
}

/** What went through sockets of publishers, those of subscribers aside. */
export function workOfSockets(
  publishers: readonly Socket[],
  subscribers: readonly Socket[] = [],
): Pick<Work, 'read' | 'answered' | 'written' | 'returned'> {
  return {
    read: sumOf(publishers, ({ bytesRead }) => bytesRead),
    answered: sumOf(publishers, ({ bytesWritten }) => bytesWritten),
    written: sumOf(subscribers, ({ bytesWritten }) => bytesWritten),
    returned: sumOf(subscribers, ({ bytesRead }) => bytesRead),
  };
}

/** Counts bytes: they begin with a CONNECT in a chunk of its own, and each burst is answered as if PINGREQ had been seen. */
export class BurstCounter {
  readonly #burstBytes: number;
  #bytes = -1;

  constructor(burstBytes: number) {
    this.#burstBytes = burstBytes;
  }

  take(length: number, answer: (bytes: Uint8Array) => void): void {
    if (this.#bytes < 0) {
      this.#bytes = 0;
      answer(CONNACK);
      return;
    }
    this.#bytes += length;
    for (; this.#bytes >= this.#burstBytes; this.#bytes -= this.#burstBytes) answer(PINGRESP);
  }
}

/** Reads and does nothing with it. */
export function ourReading(kernel: KernelName): StageProgram {
  return reading(kernel, (_, { burstBytes }) => {
    const counter = new BurstCounter(burstBytes);
    return (length, answer) => counter.take(length, answer);
  });
}

/** Lets the kernel list the packets of each chunk. Those with QoS 0 are passed on as rows, the others one by one. */
export function ourFraming(kernel: KernelName, qos: 0 | 1): StageProgram {
  return reading(kernel, (itsKernel, { counts }) => {
    const options = { sender: 'client', copyPayload: true } as const;
    const decoder = new ForwardingDecoder(options, itsKernel, (_, row, end) => {
      if (qos > 0) return row;
      counts.packets += (end - row) / ROW_BYTES;
      return end;
    });
    return (length, answer) => {
      decoder.pushInPlace(length);
      while (decoder.next()) {
        const { command } = decoder;
        if (command === 'publish') counts.packets++;
        else if (command === 'connect') answer(CONNACK);
        else if (command === 'pingreq') answer(PINGRESP);
      }
    };
  });
}
