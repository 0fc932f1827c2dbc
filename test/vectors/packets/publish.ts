import { hex, utf8 } from '../hex.ts';
import { head, type PacketVector } from '../types.ts';

/** PUBLISH of every version, quality of service and property. */
export const PUBLISH_PACKETS: readonly PacketVector[] = [
  {
    name: 'PUBLISH of MQTT 3.1, QoS 0',
    clauses: ['MQTT-3.3.2-1'],
    version: 3,
    bytes: `
      30 07          // PUBLISH, remaining length 7
      00 03 61 2f 62 // topic 'a/b'
      68 69          // payload 'hi'
    `,
    packet: { ...head('publish', 7), topic: 'a/b', payload: utf8('hi') },
  },
  {
    name: 'PUBLISH, QoS 0: no packet identifier',
    clauses: ['MQTT-2.3.1-5', 'MQTT-3.3.2-1'],
    version: 4,
    bytes: `
      30 07          // PUBLISH, remaining length 7
      00 03 61 2f 62 // topic 'a/b'
      68 69          // payload 'hi'
    `,
    packet: { ...head('publish', 7), topic: 'a/b', payload: utf8('hi') },
  },
  {
    name: 'PUBLISH without a payload',
    clauses: ['MQTT-3.3.1-10'],
    version: 4,
    bytes: `
      30 05          // PUBLISH, remaining length 5
      00 03 61 2f 62 // topic 'a/b'
    `,
    packet: { ...head('publish', 5), topic: 'a/b', payload: utf8('') },
  },
  {
    name: 'PUBLISH with a retained message',
    clauses: ['MQTT-3.3.1-5'],
    version: 4,
    bytes: `
      31 07          // PUBLISH, RETAIN, remaining length 7
      00 03 61 2f 62 // topic 'a/b'
      68 69          // payload 'hi'
    `,
    packet: { ...head('publish', 7), retain: true, topic: 'a/b', payload: utf8('hi') },
  },
  {
    name: 'PUBLISH, QoS 1',
    clauses: ['MQTT-2.3.1-1'],
    version: 4,
    bytes: `
      32 09          // PUBLISH, QoS 1, remaining length 9
      00 03 61 2f 62 // topic 'a/b'
      00 0a          // packet identifier 10
      68 69          // payload 'hi'
    `,
    packet: { ...head('publish', 9, 1), topic: 'a/b', payload: utf8('hi'), messageId: 10 },
  },
  {
    name: 'PUBLISH, QoS 2, sent again, retained, largest packet identifier',
    clauses: ['MQTT-3.3.1-1'],
    version: 4,
    bytes: `
      3d 09          // PUBLISH, DUP, QoS 2, RETAIN, remaining length 9
      00 03 61 2f 62 // topic 'a/b'
      ff ff          // packet identifier 65535
      68 69          // payload 'hi'
    `,
    packet: {
      ...head('publish', 9, 2),
      dup: true,
      retain: true,
      topic: 'a/b',
      payload: utf8('hi'),
      messageId: 65535,
    },
  },
  {
    name: 'PUBLISH, QoS 1, without a payload',
    clauses: ['MQTT-2.3.1-1'],
    version: 4,
    bytes: `
      32 07          // PUBLISH, QoS 1, remaining length 7
      00 03 61 2f 62 // topic 'a/b'
      01 00          // packet identifier 256
    `,
    packet: { ...head('publish', 7, 1), topic: 'a/b', payload: utf8(''), messageId: 256 },
  },
  {
    name: 'PUBLISH with a payload that is not text',
    clauses: ['MQTT-3.3.2-1'],
    version: 4,
    bytes: `
      30 07       // PUBLISH, remaining length 7
      00 01 74    // topic 't'
      00 ff c0 80 // payload
    `,
    packet: { ...head('publish', 7), topic: 't', payload: hex('00 ff c0 80') },
  },
  {
    name: 'PUBLISH to a topic that starts with U+FEFF',
    clauses: ['MQTT-1.5.3-3'],
    version: 4,
    bytes: `
      30 06             // PUBLISH, remaining length 6
      00 04 ef bb bf 61 // topic U+FEFF a
    `,
    packet: { ...head('publish', 6), topic: '\ufeffa', payload: utf8('') },
  },
  {
    name: 'PUBLISH to a topic with a space, empty levels and characters of up to four bytes',
    clauses: ['MQTT-4.7.3-1', 'MQTT-1.5.3-1'],
    version: 4,
    bytes: `
      30 11                                    // PUBLISH, remaining length 17
      00 0f 2f c3 a4 20 62 2f 2f e2 82 ac 2f f0 9d 84 9e // topic
    `,
    packet: { ...head('publish', 17), topic: '/ä b//€/𝄞', payload: utf8('') },
  },
  {
    name: 'PUBLISH to a topic of the server',
    clauses: ['MQTT-4.7.2-1'],
    version: 4,
    bytes: `
      30 0e                                  // PUBLISH, remaining length 14
      00 0b 24 53 59 53 2f 75 70 74 69 6d 65 // topic '$SYS/uptime'
      39                                     // payload '9'
    `,
    packet: { ...head('publish', 14), topic: '$SYS/uptime', payload: utf8('9') },
  },
  {
    name: 'PUBLISH with a control character in the topic',
    clauses: ['MQTT311 section 1.5.3'],
    version: 4,
    bytes: `
      30 05          // PUBLISH, remaining length 5
      00 03 61 01 7f // topic
    `,
    packet: { ...head('publish', 5), topic: 'a\x01\x7f', payload: utf8('') },
  },
  {
    name: 'PUBLISH with a remaining length of 127',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    bytes: `
      30 7f                                    // PUBLISH, remaining length 127
      00 01 74                                 // topic 't'
      2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d // payload
      2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d
      2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d
      2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d
      2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d
      2d 2d 2d 2d
    `,
    packet: { ...head('publish', 127), topic: 't', payload: utf8('-'.repeat(124)) },
  },
  {
    name: 'PUBLISH with a remaining length of 128',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    bytes: `
      30 80 01                                 // PUBLISH, remaining length 128
      00 01 74                                 // topic 't'
      2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d // payload
      2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d
      2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d
      2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d
      2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d 2d
      2d 2d 2d 2d 2d
    `,
    packet: { ...head('publish', 128), topic: 't', payload: utf8('-'.repeat(125)) },
  },
  {
    name: 'PUBLISH with a remaining length in more bytes than it needs, which MQTT 3.1.1 does not forbid',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    bytes: `
      30          // PUBLISH
      84 80 80 00 // remaining length
      00 01 74    // topic 't'
      78          // payload 'x'
    `,
    packet: { ...head('publish', 4), topic: 't', payload: utf8('x') },
    canonical: false,
  },
  // MQTT 5.0
  {
    name: 'PUBLISH of MQTT 5.0 without properties',
    clauses: ['MQTT-2.2.2-1', 'MQTT-2.2.1-2'],
    version: 5,
    bytes: `
      30 08          // PUBLISH, remaining length 8
      00 03 61 2f 62 // topic 'a/b'
      00             // property length 0
      68 69          // payload 'hi'
    `,
    packet: { ...head('publish', 8), topic: 'a/b', payload: utf8('hi') },
  },
  {
    name: 'PUBLISH of MQTT 5.0 without properties, QoS 2',
    clauses: ['MQTT-2.2.1-3'],
    version: 5,
    bytes: `
      34 08          // PUBLISH, QoS 2, remaining length 8
      00 03 61 2f 62 // topic 'a/b'
      00 07          // packet identifier 7
      00             // property length 0
    `,
    packet: { ...head('publish', 8, 2), topic: 'a/b', payload: utf8(''), messageId: 7 },
  },
  {
    name: 'PUBLISH with every property a client may send',
    clauses: ['MQTT5 section 3.3.2.3'],
    version: 5,
    sender: 'client',
    bytes: `
      3d 40                               // PUBLISH, DUP, QoS 2, RETAIN, remaining length 64
      00 04 74 65 73 74                   // topic 'test'
      00 0a                               // packet identifier 10
      33                                  // property length 51
      01 01                               // payload format: UTF-8
      02 00 00 10 e1                      // message expiry interval 4321 s
      23 00 64                            // topic alias 100
      08
      00 05 74 6f 70 69 63                // response topic 'topic'
      09
      00 04 01 02 03 04                   // correlation data
      26
      00 04 74 65 73 74                   // user property 'test'
      00 04 74 65 73 74                   // 'test'
      03
      00 0a 74 65 78 74 2f 70 6c 61 69 6e // content type 'text/plain'
      74 65 73 74                         // payload 'test'
    `,
    packet: {
      ...head('publish', 64, 2),
      dup: true,
      retain: true,
      topic: 'test',
      payload: utf8('test'),
      messageId: 10,
      properties: {
        payloadFormatIndicator: true,
        messageExpiryInterval: 4321,
        topicAlias: 100,
        responseTopic: 'topic',
        correlationData: hex('01 02 03 04'),
        userProperties: { test: 'test' },
        contentType: 'text/plain',
      },
    },
  },
  {
    name: 'PUBLISH with a topic alias in place of the topic',
    clauses: ['MQTT5 section 3.3.2.1'],
    version: 5,
    bytes: `
      30 07    // PUBLISH, remaining length 7
      00 00    // topic ''
      03       // property length 3
      23 00 01 // topic alias 1
      78       // payload 'x'
    `,
    packet: { ...head('publish', 7), topic: '', payload: utf8('x'), properties: { topicAlias: 1 } },
  },
  {
    name: 'PUBLISH with the largest topic alias',
    clauses: ['MQTT-3.3.2-10'],
    version: 5,
    bytes: `
      30 09          // PUBLISH, remaining length 9
      00 03 61 2f 62 // topic 'a/b'
      03             // property length 3
      23 ff ff       // topic alias 65535
    `,
    packet: { ...head('publish', 9), topic: 'a/b', payload: utf8(''), properties: { topicAlias: 65_535 } },
  },
  {
    name: 'PUBLISH with one subscription identifier',
    clauses: ['MQTT-3.3.4-3'],
    version: 5,
    sender: 'server',
    bytes: `
      30 09          // PUBLISH, remaining length 9
      00 03 61 2f 62 // topic 'a/b'
      02             // property length 2
      0b 01          // subscription identifier 1
      78             // payload 'x'
    `,
    packet: {
      ...head('publish', 9),
      topic: 'a/b',
      payload: utf8('x'),
      properties: { subscriptionIdentifier: 1 },
    },
  },
  {
    name: 'PUBLISH with three subscription identifiers',
    clauses: ['MQTT-3.3.4-4'],
    version: 5,
    sender: 'server',
    bytes: `
      30 11          // PUBLISH, remaining length 17
      00 03 61 2f 62 // topic 'a/b'
      0a             // property length 10
      0b 01          // subscription identifier 1
      0b ff ff ff 7f // subscription identifier 268435455
      0b 80 01       // subscription identifier 128
      78             // payload 'x'
    `,
    packet: {
      ...head('publish', 17),
      topic: 'a/b',
      payload: utf8('x'),
      properties: { subscriptionIdentifier: [1, 268_435_455, 128] },
    },
  },
  {
    name: 'PUBLISH whose payload is said to be unspecified bytes',
    clauses: ['MQTT5 section 3.3.2.3.2'],
    version: 5,
    strictness: 'strict',
    bytes: `
      30 0c          // PUBLISH, remaining length 12
      00 01 74       // topic 't'
      07             // property length 7
      01 00          // payload format: unspecified
      02 ff ff ff ff // message expiry interval 4294967295 s
      ff             // payload
    `,
    packet: {
      ...head('publish', 12),
      topic: 't',
      payload: hex('ff'),
      properties: { payloadFormatIndicator: false, messageExpiryInterval: 4_294_967_295 },
    },
  },
  {
    name: 'PUBLISH whose payload is said to be UTF-8',
    clauses: ['MQTT5 section 3.3.2.3.2'],
    version: 5,
    strictness: 'strict',
    bytes: `
      30 09    // PUBLISH, remaining length 9
      00 01 74 // topic 't'
      02       // property length 2
      01 01    // payload format: UTF-8
      c3 a9 00 // payload
    `,
    packet: {
      ...head('publish', 9),
      topic: 't',
      payload: utf8('é\0'),
      properties: { payloadFormatIndicator: true },
    },
  },
  {
    name: 'PUBLISH whose payload is said to be UTF-8 and is not',
    clauses: ['MQTT5 section 3.3.2.3.2'],
    version: 5,
    bytes: `
      30 07    // PUBLISH, remaining length 7
      00 01 74 // topic 't'
      02       // property length 2
      01 01    // payload format: UTF-8
      ff       // payload
    `,
    packet: {
      ...head('publish', 7),
      topic: 't',
      payload: hex('ff'),
      properties: { payloadFormatIndicator: true },
    },
  },
  {
    name: 'PUBLISH with user properties in the order of arrival',
    clauses: ['MQTT-3.3.2-18'],
    version: 5,
    bytes: `
      30 19    // PUBLISH, remaining length 25
      00 01 74 // topic 't'
      15       // property length 21
      26
      00 01 61 // user property 'a'
      00 01 31 // '1'
      26
      00 01 62 // user property 'b'
      00 01 32 // '2'
      26
      00 01 61 // user property 'a'
      00 01 31 // '1'
    `,
    packet: {
      ...head('publish', 25),
      topic: 't',
      payload: utf8(''),
      properties: { userProperties: { a: ['1', '1'], b: '2' } },
    },
    canonical: false,
  },
  {
    name: 'PUBLISH with properties that are longer than 127 bytes',
    clauses: ['MQTT5 section 1.5.5'],
    version: 5,
    bytes: `
      30 88 01 // PUBLISH, remaining length 136
      00 01 74 // topic 't'
      83 01    // property length 131
      03 00 80 // content type
      78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78
      78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78
      78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78
      78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78
      78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78
      78 78 78 78 78 78 78 78
    `,
    packet: {
      ...head('publish', 136),
      topic: 't',
      payload: utf8(''),
      properties: { contentType: 'x'.repeat(128) },
    },
  },
  {
    name: 'PUBLISH with U+FEFF and an empty string in properties',
    clauses: ['MQTT-1.5.4-3'],
    version: 5,
    bytes: `
      30 0d          // PUBLISH, remaining length 13
      00 01 74       // topic 't'
      09             // property length 9
      03
      00 03 ef bb bf // content type U+FEFF
      09
      00 00          // correlation data
    `,
    packet: {
      ...head('publish', 13),
      topic: 't',
      payload: utf8(''),
      properties: { contentType: '\ufeff', correlationData: utf8('') },
    },
  },
  // accepted at a lower strictness
  {
    name: 'PUBLISH with packet identifier 0',
    clauses: ['MQTT-2.3.1-1'],
    version: 4,
    strictness: 'compat',
    bytes: `
      32 06    // PUBLISH, QoS 1, remaining length 6
      00 01 61 // topic 'a'
      00 00    // packet identifier 0
      78       // payload 'x'
    `,
    packet: { ...head('publish', 6, 1), topic: 'a', payload: utf8('x'), messageId: 0 },
    canonical: false,
  },
  {
    name: 'PUBLISH with a wildcard in the topic',
    clauses: ['MQTT-3.3.2-2'],
    version: 4,
    strictness: 'compat',
    bytes: `
      30 06          // PUBLISH, remaining length 6
      00 03 61 2f 23 // topic 'a/#'
      78             // payload 'x'
    `,
    packet: { ...head('publish', 6), topic: 'a/#', payload: utf8('x') },
    canonical: false,
  },
  {
    name: 'PUBLISH with a will delay interval',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    strictness: 'compat',
    bytes: `
      30 0a          // PUBLISH, remaining length 10
      00 01 61       // topic 'a'
      05             // property length 5
      18 00 00 00 05 // will delay interval 5 s
      78             // payload 'x'
    `,
    packet: {
      ...head('publish', 10),
      topic: 'a',
      payload: utf8('x'),
      properties: { willDelayInterval: 5 } as object,
    },
    canonical: false,
  },
  {
    name: 'PUBLISH from a client with a subscription identifier',
    clauses: ['MQTT-3.3.4-6'],
    version: 5,
    strictness: 'compat',
    sender: 'client',
    bytes: `
      30 07    // PUBLISH, remaining length 7
      00 01 61 // topic 'a'
      02       // property length 2
      0b 05    // subscription identifier 5
      78       // payload 'x'
    `,
    packet: {
      ...head('publish', 7),
      topic: 'a',
      payload: utf8('x'),
      properties: { subscriptionIdentifier: 5 },
    },
  },
  {
    name: 'PUBLISH of MQTT 5.0 with a remaining length in more bytes than it needs',
    clauses: ['MQTT-1.5.5-1'],
    version: 5,
    strictness: 'compat',
    bytes: `
      30       // PUBLISH
      85 00    // remaining length
      00 01 74 // topic 't'
      00       // property length 0
      78       // payload 'x'
    `,
    packet: { ...head('publish', 5), topic: 't', payload: utf8('x') },
    canonical: false,
  },
  {
    name: 'PUBLISH with a property length in more bytes than it needs',
    clauses: ['MQTT-1.5.5-1'],
    version: 5,
    strictness: 'compat',
    bytes: `
      30 06    // PUBLISH, remaining length 6
      00 01 74 // topic 't'
      80 00    // property length 0
      78       // payload 'x'
    `,
    packet: { ...head('publish', 6), topic: 't', payload: utf8('x') },
    canonical: false,
  },
  {
    name: 'PUBLISH whose response topic has a wildcard',
    clauses: ['MQTT-3.3.2-14'],
    version: 5,
    strictness: 'compat',
    bytes: `
      30 0a          // PUBLISH, remaining length 10
      00 01 74       // topic 't'
      06             // property length 6
      08
      00 03 61 2f 23 // response topic 'a/#'
    `,
    packet: { ...head('publish', 10), topic: 't', payload: utf8(''), properties: { responseTopic: 'a/#' } },
    canonical: false,
  },
];
