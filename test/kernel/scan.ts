import {
  ACK_ROW_SHIFT,
  ACK_TYPE_SHIFT,
  ACKS,
  CHUNK,
  CHUNK_LIMIT,
  HEADER_ACK_COUNT,
  HEADER_NEXT,
  HEADER_STATUS,
  OPTION_VERSION_5,
  PROPERTIES_TEXTS,
  ROW_SIZE,
  ROWS,
  SCAN_HOST,
  SCAN_NEED_MORE,
  SCAN_PROPERTIES_FULL,
  SCAN_TOPICS_FULL,
  TOPIC_TEXTS,
} from '../../assembly/layout.ts';
import { createJsKernel } from '../../src/kernel/js/index.ts';
import type { Kernel, KernelName } from '../../src/kernel/kernel.ts';
import { createWasmKernel, hasWebAssembly } from '../../src/kernel/wasm.ts';
import { MAX_PACKET_SIZE } from '../../src/protocol/limits.ts';

/** The kernels that run here. */
export const KERNELS: readonly KernelName[] = hasWebAssembly() ? ['wasm', 'js'] : ['js'];

export function createKernel(name: KernelName, keys?: Uint32Array): Kernel {
  return name === 'wasm' ? createWasmKernel(keys) : createJsKernel(keys);
}

export interface ScanSettings {
  /** Protocol version. Default 4. */
  version?: number;
  /** OPTION_ bits; default: those of the version. */
  options?: number;
  /** Bytes that are in the kernel at a time; what lies behind them is within `limit` only. Default: all it takes. */
  window?: number;
  /** The first so many bytes are placed before the chunk. Default 0. */
  carried?: number;
  /** Largest packet in bytes. Default: the protocol's own limit. */
  maximum?: number;
  /** What lies behind the window in the kernel's memory. Default 0. */
  garbage?: number;
  /** Keeps the topics and property blocks of earlier runs; else ids count from 0. */
  keepTexts?: boolean;
}

/** A packet as the kernel has seen it, positions counted from the first byte of all. */
export interface ScannedPacket {
  list: 'row' | 'acknowledgement' | 'host';
  firstByte: number;
  start: number;
  end: number;
  packetIdentifier: number;
  topicId: number;
  /** Text of the topic id in hex. */
  topic: string | undefined;
  /** The row's word: 0 for none, 1 + id of the property block, or -1. */
  properties: number;
  /** The property block of the id in hex. */
  block: string | undefined;
  payloadStart: number;
  propertiesStart: number;
}

/** What one scan has left in the memory, as it is. */
export interface ScanReport {
  status: number;
  next: number;
  rows: number[][];
  acknowledgements: number[];
  /** Text of each topic id and property block of the rows, in hex. */
  topics: (string | undefined)[];
  blocks: (string | undefined)[];
}

export interface ScanRun {
  scans: ScanReport[];
  /** All packets in wire order. */
  packets: ScannedPacket[];
  /** Position of the first byte that belongs to none of them. */
  next: number;
}

/**
 * Lets a kernel scan all of `bytes`, window by window, and follows what it says: flushes full tables, skips the
 * packets that are the host's. Stops at an incomplete packet, or at a remaining length of five bytes.
 */
export function runScan(kernel: Kernel, bytes: Uint8Array, settings: ScanSettings = {}): ScanRun {
  const { version = 4, window = CHUNK_LIMIT, carried = 0, maximum = MAX_PACKET_SIZE } = settings;
  const options = settings.options ?? (version === 5 ? OPTION_VERSION_5 : 0);
  const scans: ScanReport[] = [];
  const packets: ScannedPacket[] = [];
  let windowStart = carried;
  let from = -carried;
  let size = 0;
  const load = (wanted: number) => {
    size = Math.min(wanted, CHUNK_LIMIT, bytes.length - windowStart);
    loadWindow(kernel, bytes, windowStart, size, from, settings.garbage ?? 0);
  };
  const host = (position: number): boolean => {
    const end = packetEnd(bytes, position);
    if (end === undefined) return false;
    packets.push({ ...EMPTY, list: 'host', firstByte: bytes[position], start: position, end });
    from = end - windowStart;
    return true;
  };
  if (!settings.keepTexts) {
    kernel.flushTopics();
    kernel.flushProperties();
  }
  load(window);
  for (;;) {
    const count = kernel.scan(from, size, bytes.length - windowStart, options, maximum);
    const report = readReport(kernel, count);
    const { status, next } = report;
    const isFull = status !== SCAN_NEED_MORE && status !== SCAN_HOST;
    const stuck = isFull && next === from && status === scans.at(-1)?.status;
    if (stuck) throw new Error(`status ${status} again at ${windowStart + next}`);
    scans.push(report);
    packets.push(...inWireOrder(report, windowStart, windowStart + from));
    from = next;
    if (status === SCAN_TOPICS_FULL) kernel.flushTopics();
    else if (status === SCAN_PROPERTIES_FULL) kernel.flushProperties();
    else if (status === SCAN_HOST) {
      if (!host(windowStart + from)) break;
    } else if (status === SCAN_NEED_MORE) {
      const position = windowStart + from;
      if (position === bytes.length || windowStart + size === bytes.length) break;
      if (position > windowStart) {
        windowStart = position;
        from = 0;
        load(window);
      } else if (size < CHUNK_LIMIT) {
        load(CHUNK_LIMIT);
      } else if (!host(position)) break;
    }
  }
  return { scans, packets, next: windowStart + from };
}

function loadWindow(
  kernel: Kernel,
  bytes: Uint8Array,
  windowStart: number,
  size: number,
  from: number,
  garbage: number,
): void {
  const { memory } = kernel;
  if (from < 0) memory.bytes.set(bytes.subarray(windowStart + from, windowStart), CHUNK + from);
  kernel.write(bytes.subarray(windowStart, windowStart + size), 0);
  // to the end of the region and its slack
  memory.bytes.fill(garbage, CHUNK + size, CHUNK + CHUNK_LIMIT + 64);
}

/** Position after the packet at `position`, or `undefined` if it is incomplete or its length has five bytes. */
export function packetEnd(bytes: Uint8Array, position: number): number | undefined {
  let length = 0;
  for (let i = 0; i < 4; i++) {
    const byte = bytes[position + 1 + i];
    if (byte === undefined) return undefined;
    length += (byte % 128) * 128 ** i;
    if (byte >= 128) continue;
    const end = position + 2 + i + length;
    return end <= bytes.length ? end : undefined;
  }
  return undefined;
}

/** The hex of the text that a table holds for an id. */
export function textOf(kernel: Kernel, table: number, id: number): string {
  const { bytes, words } = kernel.memory;
  const start = words[(table >> 2) + id * 2];
  return toHex(bytes.subarray(start, start + words[(table >> 2) + id * 2 + 1]));
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

export function readReport(kernel: Kernel, count: number): ScanReport {
  const { words } = kernel.memory;
  const rows = Array.from({ length: count }, (_, i) => {
    const row = (ROWS + i * ROW_SIZE) >> 2;
    // only a PUBLISH has properties
    return Array.from(words.subarray(row, row + (words[row] >> 4 === 3 ? 8 : 7)));
  });
  return {
    status: words[HEADER_STATUS >> 2],
    next: words[HEADER_NEXT >> 2],
    rows,
    acknowledgements: Array.from(words.subarray(ACKS >> 2, (ACKS >> 2) + words[HEADER_ACK_COUNT >> 2])),
    topics: rows.map((row) => (row[4] < 0 ? undefined : textOf(kernel, TOPIC_TEXTS, row[4]))),
    blocks: rows.map((row) => (row[5] <= 0 ? undefined : textOf(kernel, PROPERTIES_TEXTS, row[5] - 1))),
  };
}

const EMPTY = {
  packetIdentifier: 0,
  topicId: -1,
  topic: undefined,
  properties: 0,
  block: undefined,
  payloadStart: 0,
  propertiesStart: 0,
};

/** Rows and acknowledgements merged; `start` is where the scan began. */
function inWireOrder(report: ScanReport, windowStart: number, start: number): ScannedPacket[] {
  const packets: ScannedPacket[] = [];
  let row = 0;
  const takeRows = (stop: number) => {
    for (; row < stop; row++) {
      const [firstByte, first, end, packetIdentifier, topicId, properties, payloadStart, propertiesStart] =
        report.rows[row];
      packets.push({
        list: 'row',
        firstByte,
        start: windowStart + first,
        end: windowStart + end,
        packetIdentifier,
        topicId,
        topic: report.topics[row],
        properties,
        block: report.blocks[row],
        payloadStart: windowStart + payloadStart,
        propertiesStart: windowStart + (propertiesStart ?? payloadStart),
      });
    }
  };
  for (const word of report.acknowledgements) {
    takeRows(word >>> ACK_ROW_SHIFT);
    const type = (word >> ACK_TYPE_SHIFT) & 15;
    const first: number = packets.at(-1)?.end ?? start;
    const packetIdentifier = word & 0xffff;
    const end = first + (type >= 12 ? 2 : 4);
    packets.push({
      ...EMPTY,
      list: 'acknowledgement',
      firstByte: type << 4,
      start: first,
      end,
      packetIdentifier,
    });
  }
  takeRows(report.rows.length);
  return packets;
}
