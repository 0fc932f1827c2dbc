import { describe, expect, it } from 'vitest';
import { hex } from '../vectors/hex.ts';
import { oracleDecode, oracleRows } from './index.ts';

// CONNECT of MQTT 5.0 with client identifier c, then a PUBLISH of QoS 1 with a property, then a PUBACK.
const STREAM = hex(`
  10 0E 0004 4D515454 05 02 003C 00 0001 63
  32 0A 0001 74 0102 02 01 01 6869  // payload format indicator 1, payload hi
  40 02 0102
`);

describe('the oracle', () => {
  it('follows the version of a CONNECT', () => {
    const { packets, error, rest } = oracleDecode(STREAM, { version: 4 });
    expect({ error, rest }).toEqual({ error: false, rest: 0 });
    expect(packets).toMatchObject([
      { cmd: 'connect', protocolVersion: 5, clientId: 'c', clean: true, keepalive: 60, length: 14 },
      {
        cmd: 'publish',
        topic: 't',
        messageId: 258,
        properties: { payloadFormatIndicator: true },
        payload: hex('6869'),
      },
      { cmd: 'puback', messageId: 258, reasonCode: 0 },
    ]);
  });

  it('names the packet at fault and keeps those before it', () => {
    const result = oracleDecode(hex('C0 00 30 03 0001 2B C0 00'), { version: 4 });
    expect(result).toMatchObject({
      packets: [{ cmd: 'pingreq' }],
      error: true,
      errorAt: 1,
      reason: 'wildcard in a topic name',
    });
    expect(oracleDecode(hex('30 03 0001 2B'), { version: 4, strictness: 'compat' }).error).toBe(false);
  });

  it('counts the bytes of an incomplete last packet', () => {
    expect(oracleDecode(hex('C0 00 30 05 0001'), { version: 4 })).toMatchObject({ error: false, rest: 4 });
    expect(oracleDecode(hex('30 FFFFFF'), { version: 4 })).toMatchObject({ error: false, rest: 4 });
    expect(oracleDecode(hex('30 FFFFFFFF'), { version: 4 })).toMatchObject({ error: true, header: true });
  });

  it('knows where the fields lie', () => {
    const rows = oracleRows(STREAM, 4).map((row) => ({ ...row, topic: String.fromCharCode(...row.topic) }));
    expect(rows).toEqual([
      {
        firstByte: 0x10,
        start: 0,
        end: 16,
        messageId: 0,
        topic: '',
        payloadStart: 16,
        propertiesStart: 16,
        propertiesLength: 0,
      },
      {
        firstByte: 0x32,
        start: 16,
        end: 28,
        messageId: 258,
        topic: 't',
        payloadStart: 26,
        propertiesStart: 24,
        propertiesLength: 2,
      },
      {
        firstByte: 0x40,
        start: 28,
        end: 32,
        messageId: 258,
        topic: '',
        payloadStart: 32,
        propertiesStart: 32,
        propertiesLength: 0,
      },
    ]);
    expect(oracleRows(hex('30 04 0001 74 78'), 4)).toMatchObject([
      { payloadStart: 5, propertiesStart: 5, propertiesLength: 0 },
    ]);
  });
});
