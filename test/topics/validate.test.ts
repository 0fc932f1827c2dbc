import { describe, expect, test } from 'vitest';
import { MqttError } from '../../src/protocol/errors.ts';
import { validateTopicFilter, validateTopicName } from '../../src/topics/index.ts';

describe('validateTopicName', () => {
  test.each([
    'a',
    '/',
    '//',
    '$SYS/x',
    'a b',
    'é/\u{1f600}',
    '\ufeff',
    'a'.repeat(65_535),
    '\u20ac'.repeat(21_845),
  ])('%# is one', (topic) => expect(validateTopicName(topic)).toBeUndefined());

  test.each([
    ['', 'TOPIC_NAME_EMPTY', 'MQTT-4.7.3-1', 0x82],
    ['a/+', 'TOPIC_NAME_WILDCARD', 'MQTT-3.3.2-2', 0x90],
    ['a#b', 'TOPIC_NAME_WILDCARD', 'MQTT-3.3.2-2', 0x90],
    ['a\0', 'STRING_HAS_NULL', 'MQTT-4.7.3-2', 0x81],
    ['\ud83d', 'STRING_NOT_UTF8', 'MQTT-1.5.4-1', 0x81],
    ['\ude00\ud83d', 'STRING_NOT_UTF8', 'MQTT-1.5.4-1', 0x81],
    ['a'.repeat(65_536), 'STRING_TOO_LONG', 'MQTT-4.7.3-3', 0x82],
    [`${'\u20ac'.repeat(21_845)}a`, 'STRING_TOO_LONG', 'MQTT-4.7.3-3', 0x82],
    ['\u{1f600}'.repeat(16_384), 'STRING_TOO_LONG', 'MQTT-4.7.3-3', 0x82],
    [7, 'FIELD_INVALID', 'MQTT5 section 1.5', 0x82],
    [null, 'FIELD_INVALID', 'MQTT5 section 1.5', 0x82],
  ])('%# is none', (topic, code, clause, reasonCode) => {
    const error = validateTopicName(topic as string);
    expect(error).toBeInstanceOf(MqttError);
    expect(error).toMatchObject({ code, clause, reasonCode, packetType: 'publish' });
  });
});

describe('validateTopicFilter', () => {
  test.each([
    'a',
    '#',
    '+',
    '/+/#',
    '+/+',
    'a//b',
    '$share/g/#',
    '$share/g//',
    '$share',
    '$SYS/#',
    '\u{1f600}'.repeat(16_383),
  ])('%# is one', (filter) => expect(validateTopicFilter(filter)).toBeUndefined());

  test.each([
    ['', 'TOPIC_FILTER_EMPTY', 'MQTT-4.7.3-1', 0x8f],
    ['a#', 'TOPIC_FILTER_MULTI_LEVEL_WILDCARD', 'MQTT-4.7.1-1', 0x8f],
    ['#/a', 'TOPIC_FILTER_MULTI_LEVEL_WILDCARD', 'MQTT-4.7.1-1', 0x8f],
    ['++', 'TOPIC_FILTER_SINGLE_LEVEL_WILDCARD', 'MQTT-4.7.1-2', 0x8f],
    ['$share//a', 'SHARE_NAME_EMPTY', 'MQTT-4.8.2-1', 0x8f],
    ['$share/#/a', 'SHARE_NAME_INVALID', 'MQTT-4.8.2-2', 0x8f],
    ['$share/g', 'SHARE_NAME_INVALID', 'MQTT-4.8.2-2', 0x8f],
    ['a/\0', 'STRING_HAS_NULL', 'MQTT-4.7.3-2', 0x81],
    ['+/\ud83d', 'STRING_NOT_UTF8', 'MQTT-1.5.4-1', 0x81],
    [`${'a/'.repeat(32_767)}+/`, 'STRING_TOO_LONG', 'MQTT-4.7.3-3', 0x82],
    [{}, 'FIELD_INVALID', 'MQTT5 section 1.5', 0x82],
  ])('%# is none', (filter, code, clause, reasonCode) => {
    const error = validateTopicFilter(filter as string);
    expect(error).toBeInstanceOf(MqttError);
    expect(error).toMatchObject({ code, clause, reasonCode, packetType: 'subscribe' });
  });

  test('before version 5 there are no shared subscriptions, and other numbers of clauses', () => {
    expect(validateTopicFilter('$share/g', 4)).toBeUndefined();
    expect(validateTopicFilter('$share//a', 3)).toBeUndefined();
    expect(validateTopicFilter('$share/g', 5)).toBeDefined();
    expect(validateTopicFilter('a#', 4)).toMatchObject({ clause: 'MQTT-4.7.1-2' });
    expect(validateTopicFilter('a+', 4)).toMatchObject({ clause: 'MQTT-4.7.1-3' });
    expect(validateTopicFilter('\ud83d', 4)).toMatchObject({ clause: 'MQTT-1.5.3-1' });
  });
});
