/** A variable byte integer in its shortest form, or in at least `size` bytes. */
export function variableByteInteger(value: number, size = 1): Uint8Array {
  const digits: number[] = [];
  do {
    digits.push(value % 128);
    value = Math.floor(value / 128);
  } while (value > 0 || digits.length < size);
  return Uint8Array.from(digits, (digit, i) => (i < digits.length - 1 ? digit + 128 : digit));
}

export function join(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A packet with this first byte and body. */
export function packet(firstByte: number, body: Uint8Array): Uint8Array {
  return join(Uint8Array.of(firstByte), variableByteInteger(body.length), body);
}

/** Bytes with their two-byte length in front. */
export function field(bytes: Uint8Array): Uint8Array {
  return join(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes);
}

const NOTHING = new Uint8Array(0);

/** A PUBLISH of QoS 0 in MQTT 3.1.1. */
export function publish(topic: Uint8Array | string, payload: Uint8Array = NOTHING): Uint8Array {
  return packet(0x30, join(field(typeof topic === 'string' ? utf8(topic) : topic), payload));
}

/** A PUBLISH of QoS 0 in MQTT 5.0 with a property block, given without its length. */
export function publish5(
  topic: Uint8Array | string,
  block: Uint8Array,
  payload: Uint8Array = NOTHING,
): Uint8Array {
  const name = field(typeof topic === 'string' ? utf8(topic) : topic);
  return packet(0x30, join(name, variableByteInteger(block.length), block, payload));
}
