import type { FaultVector } from '../types.ts';

/** PUBLISH that is refused for its topic, payload or sender. */
export const PUBLISH_FAULTS: readonly FaultVector[] = [
  {
    name: 'topic with #',
    clauses: ['MQTT-3.3.2-2', 'MQTT-4.7.1-1'],
    version: 4,
    bytes: `
      30 05          // PUBLISH, remaining length 5
      00 03 61 2f 23 // topic 'a/#'
    `,
    code: 'TOPIC_NAME_WILDCARD',
    reasonCode: 0x90,
    offset: 2,
  },
  {
    name: 'topic with +',
    clauses: ['MQTT-3.3.2-2', 'MQTT-4.7.1-1'],
    version: 3,
    bytes: `
      30 07                // PUBLISH, remaining length 7
      00 05 61 2f 2b 2f 62 // topic 'a/+/b'
    `,
    code: 'TOPIC_NAME_WILDCARD',
    reasonCode: 0x90,
    offset: 2,
  },
  {
    name: 'topic with # inside a level',
    clauses: ['MQTT-3.3.2-2', 'MQTT-4.7.0-1'],
    version: 5,
    bytes: `
      30 06          // PUBLISH, remaining length 6
      00 03 61 23 62 // topic 'a#b'
      00             // property length 0
    `,
    code: 'TOPIC_NAME_WILDCARD',
    reasonCode: 0x90,
    offset: 2,
  },
  {
    name: 'empty topic',
    clauses: ['MQTT-4.7.3-1'],
    version: 4,
    bytes: `
      30 03 // PUBLISH, remaining length 3
      00 00 // topic ''
      78    // payload 'x'
    `,
    code: 'TOPIC_NAME_EMPTY',
    reasonCode: 0x82,
    offset: 2,
  },
  {
    name: 'empty topic in MQTT 3.1',
    clauses: ['MQTT-4.7.3-1'],
    version: 3,
    bytes: `
      30 02 // PUBLISH, remaining length 2
      00 00 // topic ''
    `,
    code: 'TOPIC_NAME_EMPTY',
    reasonCode: 0x82,
    offset: 2,
  },
  {
    name: 'empty topic and no topic alias',
    clauses: ['MQTT5 section 3.3.2.1'],
    version: 5,
    bytes: `
      30 04 // PUBLISH, remaining length 4
      00 00 // topic ''
      00    // property length 0
      78    // payload 'x'
    `,
    code: 'TOPIC_NAME_EMPTY_WITHOUT_ALIAS',
    reasonCode: 0x82,
    offset: 2,
  },
  {
    name: 'empty topic and other properties than a topic alias',
    clauses: ['MQTT5 section 3.3.2.1'],
    version: 5,
    bytes: `
      30 05 // PUBLISH, remaining length 5
      00 00 // topic ''
      02    // property length 2
      01 01 // payload format: UTF-8
    `,
    code: 'TOPIC_NAME_EMPTY_WITHOUT_ALIAS',
    reasonCode: 0x82,
    offset: 2,
  },
  {
    name: 'topic alias 0',
    clauses: ['MQTT-3.3.2-8'],
    version: 5,
    bytes: `
      30 09          // PUBLISH, remaining length 9
      00 03 61 2f 62 // topic 'a/b'
      03             // property length 3
      23             // topic alias
      00 00
    `,
    code: 'TOPIC_ALIAS_ZERO',
    reasonCode: 0x94,
    offset: 9,
  },
  {
    name: 'payload that is said to be UTF-8 and is not',
    clauses: ['MQTT5 section 3.3.2.3.2'],
    version: 5,
    strictness: 'strict',
    bytes: `
      30 07    // PUBLISH, remaining length 7
      00 01 74 // topic 't'
      02       // property length 2
      01 01    // payload format: UTF-8
      ff       // payload
    `,
    code: 'PAYLOAD_NOT_UTF8',
    reasonCode: 0x99,
    offset: 8,
  },
  {
    name: 'subscription identifier from a client',
    clauses: ['MQTT-3.3.4-6'],
    version: 5,
    sender: 'client',
    bytes: `
      30 06    // PUBLISH, remaining length 6
      00 01 74 // topic 't'
      02       // property length 2
      0b 05    // subscription identifier 5
    `,
    code: 'SUBSCRIPTION_IDENTIFIER_FROM_CLIENT',
    reasonCode: 0x82,
    offset: 5,
  },
  {
    name: 'response topic with a wildcard',
    clauses: ['MQTT-3.3.2-14'],
    version: 5,
    bytes: `
      30 0a    // PUBLISH, remaining length 10
      00 01 74 // topic 't'
      06       // property length 6
      08       // response topic
      00 03 61 2f 23
    `,
    code: 'TOPIC_NAME_WILDCARD',
    reasonCode: 0x90,
    offset: 7,
  },
  {
    name: 'empty response topic',
    clauses: ['MQTT-4.7.3-1'],
    version: 5,
    bytes: `
      30 07    // PUBLISH, remaining length 7
      00 01 74 // topic 't'
      03       // property length 3
      08       // response topic
      00 00
    `,
    code: 'TOPIC_NAME_EMPTY',
    reasonCode: 0x82,
    offset: 7,
  },
  {
    name: 'response topic that is not UTF-8',
    clauses: ['MQTT-3.3.2-13'],
    version: 5,
    bytes: `
      30 08    // PUBLISH, remaining length 8
      00 01 74 // topic 't'
      04       // property length 4
      08       // response topic
      00 01 ff
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 7,
  },
  {
    name: 'response topic with U+0000',
    clauses: ['MQTT-4.7.3-2'],
    version: 5,
    bytes: `
      30 0a    // PUBLISH, remaining length 10
      00 01 74 // topic 't'
      06       // property length 6
      08       // response topic
      00 03 61 00 62
    `,
    code: 'STRING_HAS_NULL',
    reasonCode: 0x81,
    offset: 7,
  },
  {
    name: 'content type that is not UTF-8',
    clauses: ['MQTT-3.3.2-19'],
    version: 5,
    bytes: `
      30 09    // PUBLISH, remaining length 9
      00 01 74 // topic 't'
      05       // property length 5
      03       // content type
      00 02 c0 80
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 7,
  },
  {
    name: 'will delay interval',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      30 09          // PUBLISH, remaining length 9
      00 01 74       // topic 't'
      05             // property length 5
      18 00 00 00 05 // will delay interval 5 s
    `,
    code: 'WILL_PROPERTY_IN_PUBLISH',
    reasonCode: 0x81,
    offset: 6,
  },
];
