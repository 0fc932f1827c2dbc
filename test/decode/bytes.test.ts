import { expect, test } from 'vitest';
import { Decoder } from '../../src/decode/decoder.ts';
import { hex } from '../vectors/hex.ts';
import { PACKETS } from '../vectors/packets.ts';

// `decoder.bytes`: the current packet as it came, however it was cut.

test('the bytes of each packet, cut at each place', () => {
  for (const { bytes, name, sender, strictness, version } of PACKETS) {
    const packet = hex(bytes);
    if (packet.length > 2000) continue;
    const stream = Buffer.concat([packet, packet]);
    const decoder = new Decoder({ sender, strictness, protocolVersion: version });
    for (let cut = 0; cut <= packet.length; cut++) {
      const got: Uint8Array[] = [];
      for (const chunk of [stream.subarray(0, cut), stream.subarray(cut)]) {
        // what is handed out must not change with the chunk
        const mine = Buffer.from(chunk);
        decoder.push(mine);
        while (decoder.next()) got.push(decoder.bytes);
        mine.fill(0xff);
      }
      expect(
        got.map((one) => Buffer.from(one).toString('hex')),
        `${name}, cut at ${cut}`,
      ).toEqual([packet.toString('hex'), packet.toString('hex')]);
      decoder.reset();
      decoder.protocolVersion = version;
    }
  }
});
