import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type EncodeOptions, encode, type PublishDelivery, PublishTemplate } from '../../src/encode/index.ts';
import { MAX_REMAINING_LENGTH } from '../../src/protocol/limits.ts';
import type { EncodablePublish, QoS } from '../../src/protocol/packets.ts';
import { packetIdentifier, packetOfType } from '../arbitraries.ts';
import { hex } from '../vectors/hex.ts';
import { errorOf } from './errors.ts';
import { PROPERTY_REFUSALS } from './refusals/properties.ts';
import { PUBLISH_REFUSALS } from './refusals/publish.ts';

const VERSIONS = [3, 4, 5] as const;

function publish(payload: Uint8Array | string, topic = 't'): EncodablePublish {
  return { cmd: 'publish', topic, payload };
}

/** Every combination of QoS, DUP and RETAIN that there is, QoS 1 and 2 with the packet identifier. */
function deliveries(messageId: number): PublishDelivery[] {
  const flags = [false, true];
  return ([0, 1, 2] as const).flatMap((qos) =>
    flags.flatMap((retain) =>
      (qos === 0 ? [false] : flags).map((dup) =>
        qos === 0 ? { qos, dup, retain } : { qos, dup, retain, messageId },
      ),
    ),
  );
}

/** Checks all that a template makes for one delivery against `encode`. */
function expectSameAsEncode(
  template: PublishTemplate,
  packet: EncodablePublish,
  delivery: PublishDelivery,
  options: EncodeOptions,
): void {
  const { cmd, topic, payload, properties } = packet;
  const expected = encode({ cmd, topic, payload, properties, ...delivery }, options);
  expect(template.length(delivery.qos)).toBe(expected.length);
  expect(Buffer.compare(template.bytes(delivery), expected)).toBe(0);
  expect(Buffer.compare(Buffer.concat([template.header(delivery), template.payload]), expected)).toBe(0);

  const target = new Uint8Array(expected.length + 5).fill(0xee);
  expect(template.writeInto(target, 3, delivery)).toBe(expected.length + 3);
  expect(Buffer.compare(target.subarray(3, -2), expected)).toBe(0);
  expect([...target.subarray(0, 3), ...target.subarray(-2)]).toEqual([0xee, 0xee, 0xee, 0xee, 0xee]);

  target.fill(0xee);
  const headerLength = expected.length - template.payloadLength;
  expect(template.writeHeaderInto(target, 3, delivery)).toBe(headerLength + 3);
  expect(Buffer.compare(target.subarray(3, 3 + headerLength), expected.subarray(0, headerLength))).toBe(0);
  expect(target.subarray(3 + headerLength).every((byte) => byte === 0xee)).toBe(true);
}

describe('a template makes the bytes that encode makes', () => {
  it.each(VERSIONS)('version %i, every QoS, DUP and RETAIN, in any order', (protocolVersion) => {
    fc.assert(
      fc.property(
        packetOfType('publish', protocolVersion),
        packetIdentifier.chain((id) => fc.shuffledSubarray(deliveries(id), { minLength: 10 })),
        (packet, order) => {
          const template = new PublishTemplate(packet as EncodablePublish, { protocolVersion });
          for (const delivery of order) {
            expectSameAsEncode(template, packet as EncodablePublish, delivery, { protocolVersion });
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('the packet identifier stands between topic name and properties (MQTT5 section 3.3.2)', () => {
    const packet = { ...publish('hi', 'a/b'), properties: { topicAlias: 2 } };
    const template = new PublishTemplate(packet, { protocolVersion: 5 });
    expect(template.bytes()).toEqual(hex('30 0b 0003 612f62 03 230002 6869'));
    const delivery = { qos: 2, dup: true, retain: true, messageId: 0x0708 } as const;
    expect(template.bytes(delivery)).toEqual(hex('3d 0d 0003 612f62 0708 03 230002 6869'));
  });

  it('where the two bytes of the packet identifier lengthen the remaining length [MQTT-1.5.5-1]', () => {
    for (const limit of [128, 16_384, 2_097_152]) {
      for (let length = limit - 4; length < limit + 2; length++) {
        const bytes = new Uint8Array(length - 3).fill(0x7a);
        for (const payload of [bytes, 'z'.repeat(bytes.length)]) {
          const template = new PublishTemplate(publish(payload));
          for (const delivery of [{}, { qos: 1, messageId: 9 } as const]) {
            const expected = encode({ ...publish(payload), ...delivery });
            expect(Buffer.compare(template.bytes(delivery), expected)).toBe(0);
          }
        }
      }
    }
  });

  it('text whose bytes are more than its characters, as topic and as payload', () => {
    for (const size of [1, 30, 6_000]) {
      const packet = publish('€'.repeat(size), 'é😀');
      const template = new PublishTemplate(packet);
      for (const delivery of deliveries(1)) expectSameAsEncode(template, packet, delivery, {});
    }
  });

  it('without a payload', () => {
    const packet: EncodablePublish = { cmd: 'publish', topic: Buffer.from('t') };
    expectSameAsEncode(new PublishTemplate(packet), packet, { qos: 1, messageId: 1 }, {});
    expect(new PublishTemplate(packet).payload.length).toBe(0);
  });

  it('without Buffer', async () => {
    vi.resetModules();
    const { Buffer } = globalThis;
    let web: typeof import('../../src/encode/index.ts');
    try {
      (globalThis as { Buffer?: unknown }).Buffer = undefined;
      web = await import('../../src/encode/index.ts');
    } finally {
      globalThis.Buffer = Buffer;
    }
    for (const payload of ['é', 'é'.repeat(20_000), new Uint8Array(20_000)]) {
      const template = new web.PublishTemplate(publish(payload));
      for (const delivery of deliveries(77)) {
        const bytes = template.bytes(delivery);
        expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
        expect(Buffer.compare(bytes, encode({ ...publish(payload), ...delivery }))).toBe(0);
      }
    }
  });
});

describe('what belongs to one delivery', () => {
  it('is not taken from the packet [MQTT-3.3.1-3]', () => {
    const received = { ...publish('p'), qos: 2, dup: true, retain: true, messageId: 5 } as const;
    expect(new PublishTemplate(received).bytes()).toEqual(hex('30 04 0001 74 70'));
    const error = errorOf(() => new PublishTemplate(received).bytes({ qos: 1 }));
    expect(error).toMatchObject({ code: 'FIELD_INVALID', packetType: 'publish' });
  });
});

describe('memory', () => {
  it('a payload of 16,384 bytes is not copied, a smaller one is', () => {
    const large = new Uint8Array(16_384).fill(1);
    expect(new PublishTemplate(publish(large)).payload).toBe(large);
    const small = large.slice(1);
    const template = new PublishTemplate(publish(small));
    small.fill(2);
    expect(template.payload.every((byte) => byte === 1)).toBe(true);
  });

  it('the header of a large packet is small', () => {
    for (const payload of [new Uint8Array(1e6), 'x'.repeat(1e6)]) {
      const template = new PublishTemplate(publish(payload));
      expect(template.header({ qos: 1, messageId: 1 }).length).toBe(9);
      expect(template.payload.length).toBe(1e6);
    }
  });

  it('packets of one template share none', () => {
    const template = new PublishTemplate(publish('payload'));
    const first = template.bytes({ qos: 1, messageId: 1 });
    const second = template.bytes({ qos: 1, messageId: 2 });
    const copy = Buffer.from(second);
    first.fill(0);
    expect(Buffer.compare(second, copy)).toBe(0);
    expect(Buffer.compare(template.bytes({ qos: 1, messageId: 2 }), copy)).toBe(0);
  });
});

describe('refuses what encode refuses', () => {
  const groups = [...PUBLISH_REFUSALS, ...PROPERTY_REFUSALS].filter(
    ({ packet }) => (packet as { cmd: string }).cmd === 'publish',
  );

  it('there are refusals of properties among them', () => {
    expect(groups.length).toBeGreaterThan(PUBLISH_REFUSALS.length);
  });

  describe.each(groups)('$packet with $options', ({ packet, options, refusals }) => {
    it.each(refusals)('%s', (_, fields) => {
      const bad = { ...packet, ...fields } as EncodablePublish;
      const expected = errorOf(() => encode(bad, options));
      expect(errorOf(() => new PublishTemplate(bad, options).bytes(bad))).toEqual(expected);
      expect(expected).toBeInstanceOf(Error);
    });
  });

  it('a large payload that is no UTF-8 although the properties promise it [MQTT5 section 3.3.2.3.2]', () => {
    const payload = new Uint8Array(20_000).fill(0xff);
    const packet = { ...publish(payload), properties: { payloadFormatIndicator: true } };
    const options = { protocolVersion: 5, strictness: 'strict' } as const;
    expect(errorOf(() => new PublishTemplate(packet, options))).toEqual(
      errorOf(() => encode(packet, options)),
    );
  });

  it.each([[null], [undefined], ['publish'], [{}], [{ cmd: 'puback', messageId: 1 }], [{ cmd: 'PUBLISH' }]])(
    '%j, which is no PUBLISH',
    (value) => {
      const error = errorOf(() => new PublishTemplate(value as unknown as EncodablePublish));
      expect(error).toMatchObject({ code: 'NOT_A_PACKET', packetType: undefined });
    },
  );

  it('options that are none', () => {
    for (const options of [{ protocolVersion: 6 }, { strictness: 'x' }, { maxPacketSize: -1 }]) {
      const expected = errorOf(() => encode(publish(''), options as EncodeOptions));
      expect(errorOf(() => new PublishTemplate(publish(''), options as EncodeOptions))).toEqual(expected);
    }
  });

  it.each([3, 4, -1, '1', null])('length(%j)', (qos) => {
    const template = new PublishTemplate(publish(''));
    expect(errorOf(() => template.length(qos as QoS))).toEqual(
      errorOf(() => encode({ ...publish(''), qos: qos as QoS, messageId: 1 })),
    );
  });

  it('more bytes than maxPacketSize, for each QoS by itself', () => {
    for (const payload of ['12345', new Uint8Array(20_000)]) {
      const { length } = encode(publish(payload));
      const template = new PublishTemplate(publish(payload), { maxPacketSize: length });
      expect(template.bytes().length).toBe(length);
      const code = 'PACKET_TOO_LARGE';
      expect(errorOf(() => template.bytes({ qos: 1, messageId: 1 }))).toMatchObject({ code });
      expect(errorOf(() => template.header({ qos: 1, messageId: 1 }))).toMatchObject({ code });
      const maxPacketSize = length - 1;
      expect(errorOf(() => new PublishTemplate(publish(payload), { maxPacketSize }))).toEqual(
        errorOf(() => encode(publish(payload), { maxPacketSize })),
      );
    }
  });

  it('more bytes than a packet can have', () => {
    const payload = Buffer.alloc(MAX_REMAINING_LENGTH - 2);
    expect(errorOf(() => new PublishTemplate(publish(payload)))).toMatchObject({ code: 'PACKET_TOO_LARGE' });
    const template = new PublishTemplate(publish(payload.subarray(1)));
    expect(template.header()).toEqual(hex('30 ffffff7f 0001 74'));
    expect(errorOf(() => template.header({ qos: 1, messageId: 1 }))).toMatchObject({
      code: 'PACKET_TOO_LARGE',
    });
  });

  it('too little room, and leaves the bytes as they were', () => {
    for (const payload of ['payload', new Uint8Array(20_000)]) {
      const template = new PublishTemplate(publish(payload));
      for (const delivery of deliveries(1)) {
        const room = new Uint8Array(template.length(delivery.qos) - 1).fill(0xee);
        const error = errorOf(() => template.writeInto(room, 0, delivery));
        expect(error).toMatchObject({ code: 'BUFFER_TOO_SMALL', packetType: 'publish' });
        expect(room.every((byte) => byte === 0xee)).toBe(true);
      }
    }
  });

  it.each([
    ['no bytes', undefined, 0],
    ['16-bit numbers', new Uint16Array(40), 0],
    ['a negative offset', new Uint8Array(40), -1],
    ['half an offset', new Uint8Array(40), 0.5],
  ])('%s', (_, bytes, offset) => {
    const template = new PublishTemplate(publish(''));
    const run = () => template.writeInto(bytes as Uint8Array, offset);
    expect(errorOf(run)).toMatchObject({ code: 'FIELD_INVALID' });
  });
});
