import { type EncodeOptions, encode, encodedLength, encodeInto } from '../../src/encode/index.ts';
import { MqttError } from '../../src/protocol/errors.ts';
import type { EncodablePacket } from '../../src/protocol/packets.ts';

/** What the functions are given when nobody checks the types. */
export function untyped(packet: unknown): EncodablePacket {
  return packet as EncodablePacket;
}

export function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** The error that `encode`, `encodedLength` and `encodeInto` all throw; fails unless they agree. */
export function refusalOf(packet: unknown, options?: EncodeOptions): MqttError {
  const target = new Uint8Array(400_000);
  const errors = [
    errorOf(() => encode(untyped(packet), options)),
    errorOf(() => encodedLength(untyped(packet), options)),
    errorOf(() => encodeInto(untyped(packet), target, 0, options)),
  ];
  for (const error of errors) {
    if (!(error instanceof MqttError)) throw new Error(`not refused with an MqttError: ${error}`);
    if (error.message !== (errors[0] as MqttError).message) throw new Error(`${error} but ${errors[0]}`);
  }
  return errors[0] as MqttError;
}
