/**
 * Where a `PacketWriter` writes to: what it needs of a Node `Writable`. `net.Socket`, `tls.TLSSocket` and the duplex
 * streams of WebSocket libraries have it.
 */
export interface PacketSink {
  write(chunk: Uint8Array, callback?: (error?: Error | null) => void): boolean;
  end(): unknown;
  destroy(error?: Error): unknown;
  cork?(): void;
  uncork?(): void;
  /** Bytes that were written and not taken yet. */
  readonly writableLength?: number;
  readonly writableHighWaterMark?: number;
  readonly writableNeedDrain?: boolean;
  readonly writable?: boolean;
  readonly destroyed?: boolean;
}

const DEFAULT_HIGH_WATER_MARK = 16_384;

/** Whether the stream has ended, was destroyed or is broken. */
export function isClosed(sink: PacketSink): boolean {
  return sink.writable === false || sink.destroyed === true;
}

/** Whether to write no more before the event `drain`, which will come. */
export function needsDrain(sink: PacketSink): boolean {
  const { writableNeedDrain } = sink;
  if (writableNeedDrain !== undefined) return writableNeedDrain;
  // streams of other libraries, without that property
  return (sink.writableLength ?? 0) >= (sink.writableHighWaterMark ?? DEFAULT_HIGH_WATER_MARK);
}

/**
 * Whether bytes that the stream calls written are out of its hands. So they are with a socket of the operating system,
 * which copies them; a PassThrough calls them written while it holds them for its reader.
 */
export function copiesBytes(sink: PacketSink): boolean {
  const { setNoDelay } = sink as { setNoDelay?: unknown };
  return typeof setNoDelay === 'function';
}
