import { describe, expect, it } from 'vitest';
import type { EncodeOptions } from '../../src/encode/index.ts';
import { RULES, type RuleCode } from '../../src/protocol/rules.ts';
import { refusalOf } from './errors.ts';
import { CONNECT_REFUSALS } from './refusals/connect.ts';
import { OTHER_REFUSALS } from './refusals/others.ts';
import { PROPERTY_REFUSALS } from './refusals/properties.ts';
import { PUBLISH_REFUSALS } from './refusals/publish.ts';

const GROUPS = [...CONNECT_REFUSALS, ...PUBLISH_REFUSALS, ...OTHER_REFUSALS, ...PROPERTY_REFUSALS];

/** What only bytes can be wrong about, or what depends on who sends them. */
const ONLY_DECODED: readonly RuleCode[] = [
  'REMAINING_LENGTH_MALFORMED',
  'REMAINING_LENGTH_NOT_MINIMAL',
  'PACKET_SENDER',
  'HEADER_FLAGS_RESERVED',
  'PACKET_TRUNCATED',
  'TRAILING_BYTES',
  'PACKET_INCOMPLETE',
  'VARIABLE_BYTE_INTEGER_MALFORMED',
  'VARIABLE_BYTE_INTEGER_NOT_MINIMAL',
  'PROPERTY_LENGTH',
  'PROPERTY_TRUNCATED',
  'SUBSCRIPTION_IDENTIFIER_FROM_CLIENT',
  'SESSION_EXPIRY_FROM_SERVER',
  'CONNECT_FLAG_RESERVED',
  'WILL_QOS_WITHOUT_WILL',
  'WILL_RETAIN_WITHOUT_WILL',
  'CONNACK_FLAGS_RESERVED',
  'CONNACK_SHORT',
  'SUBSCRIPTION_OPTIONS_RESERVED',
];

/** What a topic index refuses. */
const ONLY_SUBSCRIBED: readonly RuleCode[] = [
  'FILTER_LEVELS',
  'FILTER_WILDCARDS',
  'FILTER_VISITS',
  'INDEX_FULL',
];

/** What a data plane refuses. */
const ONLY_FORWARDED: readonly RuleCode[] = [
  'TOPIC_ALIAS_TOO_LARGE',
  'TOPIC_ALIAS_UNKNOWN',
  'BACKLOG_FULL',
  'RECEIVERS_FULL',
];

/** Rules about what is no packet at all, and about room. */
const ELSEWHERE_HERE: readonly RuleCode[] = ['NOT_A_PACKET', 'PACKET_TOO_LARGE', 'BUFFER_TOO_SMALL'];

describe.each(GROUPS)('$packet.cmd with $options', ({ packet, options, refusals }) => {
  it.each(refusals)('%s: %j', (_, fields, code, clause) => {
    const error = refusalOf({ ...packet, ...fields }, options);
    const { cmd } = packet as { cmd: string };
    const ruleClause =
      (options.protocolVersion === 5 && RULES[code].v5) || RULES[code].v311 || RULES[code].v5;
    expect(error).toMatchObject({ code, clause: clause ?? ruleClause, packetType: cmd, offset: -1 });
    expect(error.reasonCode).toBe(RULES[code].reasonCode);
    expect(error.message.startsWith(`${cmd.toUpperCase()}: ${RULES[code].message}`)).toBe(true);
  });
});

describe('the table of refusals', () => {
  it('has every rule that a packet to encode can break', () => {
    const covered = new Set<string>([
      ...ONLY_DECODED,
      ...ONLY_SUBSCRIBED,
      ...ONLY_FORWARDED,
      ...ELSEWHERE_HERE,
    ]);
    for (const { refusals } of GROUPS) for (const [, , code] of refusals) covered.add(code);
    expect(Object.keys(RULES).filter((code) => !covered.has(code))).toEqual([]);
  });
});

describe('what is no packet', () => {
  it.each([
    ['null', null],
    ['undefined', undefined],
    ['a string', 'publish'],
    ['a function', () => undefined],
    ['no cmd', {}],
    ['cmd constructor', { cmd: 'constructor' }],
    ['cmd __proto__', { cmd: '__proto__' }],
    ['cmd PUBLISH', { cmd: 'PUBLISH', topic: 't' }],
    ['cmd 3', { cmd: 3, topic: 't' }],
    ['cmd of no packet type', { cmd: 'none' }],
    ['cmd a symbol', { cmd: Symbol('publish') }],
    ['cmd with a toString of its own', { cmd: { toString: () => 'publish' }, topic: 't' }],
    ['a list', ['publish']],
  ])('%s', (_, packet) => {
    expect(refusalOf(packet)).toMatchObject({ code: 'NOT_A_PACKET', packetType: undefined, offset: -1 });
  });
});

describe('options', () => {
  it.each([
    ['version 6', { protocolVersion: 6 }, 'PROTOCOL_VERSION'],
    ["version '5'", { protocolVersion: '5' }, 'PROTOCOL_VERSION'],
    ['version null', { protocolVersion: null }, 'PROTOCOL_VERSION'],
    ['strictness', { strictness: 'constructor' }, 'FIELD_INVALID'],
    ['maximum packet size NaN', { maxPacketSize: Number.NaN }, 'FIELD_INVALID'],
    ['maximum packet size -1', { maxPacketSize: -1 }, 'FIELD_INVALID'],
    ["maximum packet size '10'", { maxPacketSize: '10' }, 'FIELD_INVALID'],
  ])('%s', (_, options, code) => {
    expect(refusalOf({ cmd: 'pingreq' }, options as EncodeOptions)).toMatchObject({ code });
  });
});
