import { isBytes } from './bytes.ts';
import { describe, fail } from './fail.ts';
import type { PacketContext } from './options.ts';

/** Throws FIELD_INVALID unless `bytes` and `offset` name a place to write to. */
export function checkTarget(bytes: unknown, offset: unknown, context: PacketContext): void {
  if (!isBytes(bytes)) fail('FIELD_INVALID', context, `bytes is ${describe(bytes)}`);
  if (!Number.isInteger(offset) || (offset as number) < 0) {
    fail('FIELD_INVALID', context, `offset is ${describe(offset)}`);
  }
}

/** Throws BUFFER_TOO_SMALL for a packet that would end behind `bytes`. */
export function failTooSmall(bytes: Uint8Array, offset: number, end: number, context: PacketContext): never {
  fail('BUFFER_TOO_SMALL', context, `${end - offset} bytes at ${offset} of ${bytes.length}`);
}

/** Throws PACKET_TOO_LARGE; sizes in bytes. */
export function failTooLarge(size: number, limit: number, context: PacketContext): never {
  fail('PACKET_TOO_LARGE', context, `${size} bytes, ${limit} allowed`);
}
