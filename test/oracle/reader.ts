/** Why a packet is not valid, as a sentence. */
export class Invalid extends Error {}

export function demand(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Invalid(sentence);
}

/** Takes the data types of MQTT 5.0 section 1.5 off the front of some bytes, one slice at a time. */
export class Reader {
  rest: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.rest = bytes;
  }

  get empty(): boolean {
    return this.rest.length === 0;
  }

  take(count: number): Uint8Array {
    demand(this.rest.length >= count, `${count} bytes wanted, ${this.rest.length} left`);
    const taken = this.rest.slice(0, count);
    this.rest = this.rest.subarray(count);
    return taken;
  }

  byte(): number {
    return this.take(1)[0];
  }

  uint16(): number {
    const [high, low] = this.take(2);
    return high * 256 + low;
  }

  uint32(): number {
    return this.uint16() * 65536 + this.uint16();
  }

  /** Four bytes at most, and no more of them than the value needs unless `padded` is allowed. */
  variableByteInteger(padded: boolean): number {
    const digits: number[] = [];
    let byte: number;
    do {
      demand(digits.length < 4, 'variable byte integer of five bytes');
      byte = this.byte();
      digits.push(byte % 128);
    } while (byte >= 128);
    demand(padded || digits.length === 1 || digits[digits.length - 1] !== 0, 'padded variable byte integer');
    return digits.reduceRight((value, digit) => value * 128 + digit, 0);
  }

  binary(): Uint8Array {
    return this.take(this.uint16());
  }

  string(): string {
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.binary());
    } catch (error) {
      if (error instanceof Invalid) throw error;
      throw new Invalid('ill-formed UTF-8');
    }
    demand(!text.includes('\0'), 'U+0000 in a string');
    return text;
  }
}
