import type { KernelChoice } from '../../src/decode/options.ts';
import { MqttError } from '../../src/protocol/errors.ts';
import type { ProtocolVersion } from '../../src/protocol/packet-types.ts';
import type { Packet } from '../../src/protocol/packets.ts';

/** A number of runs, multiplied by the environment variable WASMQTT_FUZZ_RUNS. */
export function runs(count: number): number {
  return Math.ceil(count * Number(process.env['WASMQTT_FUZZ_RUNS'] ?? 1));
}

export const VERSIONS: readonly ProtocolVersion[] = [3, 4, 5];

/** The kernels that run here; both are judged. */
export const KERNELS: readonly KernelChoice[] = typeof WebAssembly === 'object' ? ['wasm', 'js'] : ['js'];

/** Everything about a packet as text: its keys in their order, bytes as hex, and which object has no prototype. */
export function plain(packet: Packet): string {
  return write(packet);
}

function write(value: unknown): string {
  if (value instanceof Uint8Array) return `<${Buffer.from(value).toString('hex')}>`;
  if (Array.isArray(value)) return `[${value.map(write).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? String(value);
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}:${write(field)}`);
  return `${Object.getPrototypeOf(value) === null ? 'bare' : ''}{${fields.join()}}`;
}

/** What an error says, as text. Anything that is not an `MqttError` is thrown on: it must not happen. */
export function describeError(error: unknown): string {
  if (!(error instanceof MqttError)) throw error;
  return `${error.code} at ${error.offset}: ${error.message}`;
}

export { MqttError };
