import { describe, expect, test } from 'vitest';
import { decodePacket } from '../../src/decode/packet.ts';
import { MqttError } from '../../src/protocol/errors.ts';
import { COMMAND_BY_TYPE } from '../../src/protocol/packet-types.ts';
import { RULES, type RuleCode, type Strictness } from '../../src/protocol/rules.ts';
import { FAULTS } from '../vectors/faults.ts';
import { hex } from '../vectors/hex.ts';
import { PACKETS } from '../vectors/packets.ts';
import type { FaultVector } from '../vectors/types.ts';
import { settingsOf } from './settings.ts';

/** Rules about what is not one complete packet, about encoding, or about a topic index. */
const NOT_IN_A_PACKET: RuleCode[] = [
  'PACKET_TOO_LARGE',
  'PACKET_INCOMPLETE',
  'CLIENT_IDENTIFIER_EMPTY',
  'NOT_A_PACKET',
  'FIELD_INVALID',
  'STRING_TOO_LONG',
  'BUFFER_TOO_SMALL',
  'FILTER_LEVELS',
  'FILTER_WILDCARDS',
  'FILTER_VISITS',
  'INDEX_FULL',
  'TOPIC_ALIAS_TOO_LARGE',
  'TOPIC_ALIAS_UNKNOWN',
  'BACKLOG_FULL',
  'RECEIVERS_FULL',
];

function faultOf(vector: FaultVector, strictness: Strictness = vector.strictness ?? 'spec'): unknown {
  const bytes = hex(vector.bytes);
  try {
    decodePacket(bytes, 0, bytes.length, { ...settingsOf(vector), strictness });
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('the vectors', () => {
  test('have names of their own', () => {
    expect(new Set(FAULTS.map((vector) => vector.name)).size).toBe(FAULTS.length);
  });

  test('cover every rule that a packet can break', () => {
    const covered = new Set<string>([...FAULTS.map((vector) => vector.code), ...NOT_IN_A_PACKET]);
    expect([...covered].sort()).toEqual(Object.keys(RULES).sort());
  });
});

describe.each(FAULTS.map((vector) => [`${vector.name} [${vector.clauses.join(', ')}]`, vector] as const))(
  '%s',
  (_name, vector) => {
    test('is refused with the rule, the clause and the place', () => {
      const error = faultOf(vector);
      expect(error).toBeInstanceOf(MqttError);
      const { code, clause, reasonCode, offset, packetType } = error as MqttError;
      expect({ code, clause, reasonCode, offset }).toEqual({
        code: vector.code,
        clause: vector.clauses[0],
        reasonCode: vector.reasonCode,
        offset: vector.offset,
      });
      expect(packetType).toBe(COMMAND_BY_TYPE[hex(vector.bytes)[0] >> 4]);
    });

    test('is refused from the level of the rule on', () => {
      const level = RULES[vector.code].level;
      const stricter: Strictness[] = ['compat', 'spec', 'strict'];
      // the length form is a SHOULD before MQTT 5.0 and a MUST from then on
      const from = vector.strictness ?? level;
      for (const strictness of stricter) {
        const error = faultOf(vector, strictness) as MqttError | undefined;
        const refused = error?.code === vector.code;
        expect(refused, strictness).toBe(stricter.indexOf(strictness) >= stricter.indexOf(from));
      }
    });
  },
);

test('every packet accepted at compat only is refused at spec', () => {
  const tolerated = PACKETS.filter((vector) => vector.strictness === 'compat');
  expect(tolerated.length).toBeGreaterThan(20);
  for (const vector of tolerated) {
    const bytes = hex(vector.bytes);
    const decode = () => decodePacket(bytes, 0, bytes.length, { ...settingsOf(vector), strictness: 'spec' });
    expect(decode, vector.name).toThrow(MqttError);
  }
});
