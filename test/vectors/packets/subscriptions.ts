import { head, type PacketVector } from '../types.ts';

/** SUBSCRIBE, SUBACK, UNSUBSCRIBE and UNSUBACK of every version. */
export const SUBSCRIPTION_PACKETS: readonly PacketVector[] = [
  {
    name: 'SUBSCRIBE of MQTT 3.1',
    clauses: ['MQTT-3.8.3-1'],
    version: 3,
    bytes: `
      82 06    // SUBSCRIBE, remaining length 6
      00 01    // packet identifier 1
      00 01 61 // topic filter 'a'
      00       // QoS 0
    `,
    packet: { ...head('subscribe', 6, 1), subscriptions: [{ topic: 'a', qos: 0 }], messageId: 1 },
  },
  {
    name: 'SUBSCRIBE of MQTT 3.1 that is sent again',
    clauses: ['MQTT-3.8.1-1'],
    version: 3,
    bytes: `
      8a 06    // SUBSCRIBE, DUP, remaining length 6
      00 01    // packet identifier 1
      00 01 61 // topic filter 'a'
      00       // QoS 0
    `,
    packet: { ...head('subscribe', 6, 1), dup: true, subscriptions: [{ topic: 'a', qos: 0 }], messageId: 1 },
    canonical: false,
  },
  {
    name: 'SUBSCRIBE with filters of each QoS',
    clauses: ['MQTT-3.8.3-1', 'MQTT-3.8.3-3'],
    version: 4,
    bytes: `
      82 14                // SUBSCRIBE, remaining length 20
      00 06                // packet identifier 6
      00 03 61 2f 62       // topic filter 'a/b'
      00                   // QoS 0
      00 05 61 2f 2b 2f 63 // topic filter 'a/+/c'
      01                   // QoS 1
      00 01 23             // topic filter '#'
      02                   // QoS 2
    `,
    packet: {
      ...head('subscribe', 20, 1),
      subscriptions: [
        { topic: 'a/b', qos: 0 },
        { topic: 'a/+/c', qos: 1 },
        { topic: '#', qos: 2 },
      ],
      messageId: 6,
    },
  },
  {
    name: 'SUBSCRIBE with wildcards in every place they may have',
    clauses: ['MQTT-4.7.1-2', 'MQTT-4.7.1-3'],
    version: 4,
    bytes: `
      82 17                // SUBSCRIBE, remaining length 23
      00 06                // packet identifier 6
      00 01 2b             // topic filter '+'
      00                   // QoS 0
      00 02 2f 2b          // topic filter '/+'
      00                   // QoS 0
      00 05 2b 2f 2b 2f 23 // topic filter '+/+/#'
      00                   // QoS 0
      00 01 2f             // topic filter '/'
      00                   // QoS 0
    `,
    packet: {
      ...head('subscribe', 23, 1),
      subscriptions: [
        { topic: '+', qos: 0 },
        { topic: '/+', qos: 0 },
        { topic: '+/+/#', qos: 0 },
        { topic: '/', qos: 0 },
      ],
      messageId: 6,
    },
  },
  {
    name: 'SUBSCRIBE to what looks like a shared subscription, before they existed',
    clauses: ['MQTT-3.8.3-1'],
    version: 4,
    bytes: `
      82 0e                            // SUBSCRIBE, remaining length 14
      00 06                            // packet identifier 6
      00 09 24 73 68 61 72 65 2f 2f 61 // topic filter '$share//a'
      00                               // QoS 0
    `,
    packet: { ...head('subscribe', 14, 1), subscriptions: [{ topic: '$share//a', qos: 0 }], messageId: 6 },
  },
  {
    name: 'SUBSCRIBE of MQTT 5.0',
    clauses: ['MQTT-2.2.2-1', 'MQTT-3.8.3-1'],
    version: 5,
    bytes: `
      82 0a             // SUBSCRIBE, remaining length 10
      00 06             // packet identifier 6
      00                // property length 0
      00 04 74 65 73 74 // topic filter 'test'
      00                // QoS 0
    `,
    packet: {
      ...head('subscribe', 10, 1),
      subscriptions: [{ topic: 'test', qos: 0, nl: false, rap: false, rh: 0 }],
      messageId: 6,
    },
  },
  {
    name: 'SUBSCRIBE with all subscription options',
    clauses: ['MQTT5 section 3.8.3.1'],
    version: 5,
    bytes: `
      82 0f    // SUBSCRIBE, remaining length 15
      00 06    // packet identifier 6
      00       // property length 0
      00 01 61 // topic filter 'a'
      18       // retain handling 1, retain as published
      00 01 62 // topic filter 'b'
      25       // retain handling 2, no local, QoS 1
      00 01 63 // topic filter 'c'
      2e       // retain handling 2, retain as published, no local, QoS 2
    `,
    packet: {
      ...head('subscribe', 15, 1),
      subscriptions: [
        { topic: 'a', qos: 0, nl: false, rap: true, rh: 1 },
        { topic: 'b', qos: 1, nl: true, rap: false, rh: 2 },
        { topic: 'c', qos: 2, nl: true, rap: true, rh: 2 },
      ],
      messageId: 6,
    },
  },
  {
    name: 'SUBSCRIBE with a shared subscription',
    clauses: ['MQTT-4.8.2-1', 'MQTT-4.8.2-2'],
    version: 5,
    bytes: `
      82 18                                    // SUBSCRIBE, remaining length 24
      00 06                                    // packet identifier 6
      00                                       // property length 0
      00 12 24 73 68 61 72 65 2f 67 72 6f 75 70 2f 2b 2f 78 2f 23 // topic filter '$share/group/+/x/#'
      01                                       // QoS 1
    `,
    packet: {
      ...head('subscribe', 24, 1),
      subscriptions: [{ topic: '$share/group/+/x/#', qos: 1, nl: false, rap: false, rh: 0 }],
      messageId: 6,
    },
  },
  {
    name: 'SUBSCRIBE with every property',
    clauses: ['MQTT5 section 3.8.2.1'],
    version: 5,
    bytes: `
      82 1a             // SUBSCRIBE, remaining length 26
      00 06             // packet identifier 6
      10                // property length 16
      0b 91 01          // subscription identifier 145
      26
      00 04 74 65 73 74 // user property 'test'
      00 04 74 65 73 74 // 'test'
      00 04 74 65 73 74 // topic filter 'test'
      00                // QoS 0
    `,
    packet: {
      ...head('subscribe', 26, 1),
      subscriptions: [{ topic: 'test', qos: 0, nl: false, rap: false, rh: 0 }],
      messageId: 6,
      properties: { subscriptionIdentifier: 145, userProperties: { test: 'test' } },
    },
  },
  {
    name: 'SUBSCRIBE with the largest subscription identifier',
    clauses: ['MQTT5 section 3.8.2.1.2'],
    version: 5,
    bytes: `
      82 0c          // SUBSCRIBE, remaining length 12
      ff ff          // packet identifier 65535
      05             // property length 5
      0b ff ff ff 7f // subscription identifier 268435455
      00 01 74       // topic filter 't'
      02             // QoS 2
    `,
    packet: {
      ...head('subscribe', 12, 1),
      subscriptions: [{ topic: 't', qos: 2, nl: false, rap: false, rh: 0 }],
      messageId: 65535,
      properties: { subscriptionIdentifier: 268_435_455 },
    },
  },
  {
    name: 'SUBACK of MQTT 3.1',
    clauses: ['MQTT-3.9.3-1'],
    version: 3,
    bytes: `
      90 03 // SUBACK, remaining length 3
      00 01 // packet identifier 1
      01    // granted QoS 1
    `,
    packet: { ...head('suback', 3), granted: [1], messageId: 1 },
  },
  {
    name: 'SUBACK with every return code',
    clauses: ['MQTT-3.9.3-1', 'MQTT-3.9.3-2'],
    version: 4,
    bytes: `
      90 06       // SUBACK, remaining length 6
      00 06       // packet identifier 6
      00 01 02 80 // return codes
    `,
    packet: { ...head('suback', 6), granted: [0, 1, 2, 128], messageId: 6 },
  },
  {
    name: 'SUBACK of MQTT 5.0',
    clauses: ['MQTT-3.9.3-1', 'MQTT-3.9.3-2'],
    version: 5,
    bytes: `
      90 0f                               // SUBACK, remaining length 15
      00 06                               // packet identifier 6
      00                                  // property length 0
      00 01 02 80 83 87 8f 91 97 9e a1 a2 // every reason code
    `,
    packet: {
      ...head('suback', 15),
      granted: [0, 1, 2, 128, 131, 135, 143, 145, 151, 158, 161, 162],
      messageId: 6,
    },
  },
  {
    name: 'SUBACK with properties',
    clauses: ['MQTT5 section 3.9.2.1'],
    version: 5,
    bytes: `
      90 12             // SUBACK, remaining length 18
      00 06             // packet identifier 6
      0e                // property length 14
      1f
      00 04 74 65 73 74 // reason string 'test'
      26
      00 01 6b          // user property 'k'
      00 01 76          // 'v'
      00                // granted QoS 0
    `,
    packet: {
      ...head('suback', 18),
      granted: [0],
      messageId: 6,
      properties: { reasonString: 'test', userProperties: { k: 'v' } },
    },
  },
  {
    name: 'UNSUBSCRIBE of MQTT 3.1',
    clauses: ['MQTT-3.10.3-1'],
    version: 3,
    bytes: `
      a2 05    // UNSUBSCRIBE, remaining length 5
      00 07    // packet identifier 7
      00 01 74 // topic filter 't'
    `,
    packet: { ...head('unsubscribe', 5, 1), unsubscriptions: ['t'], messageId: 7 },
  },
  {
    name: 'UNSUBSCRIBE of MQTT 3.1 that is sent again',
    clauses: ['MQTT-3.10.1-1'],
    version: 3,
    bytes: `
      aa 05    // UNSUBSCRIBE, DUP, remaining length 5
      00 07    // packet identifier 7
      00 01 74 // topic filter 't'
    `,
    packet: { ...head('unsubscribe', 5, 1), dup: true, unsubscriptions: ['t'], messageId: 7 },
    canonical: false,
  },
  {
    name: 'UNSUBSCRIBE',
    clauses: ['MQTT-3.10.3-1', 'MQTT-3.10.3-2'],
    version: 4,
    bytes: `
      a2 0d             // UNSUBSCRIBE, remaining length 13
      00 07             // packet identifier 7
      00 04 74 66 73 74 // topic filter 'tfst'
      00 03 61 2f 23    // topic filter 'a/#'
    `,
    packet: { ...head('unsubscribe', 13, 1), unsubscriptions: ['tfst', 'a/#'], messageId: 7 },
  },
  {
    name: 'UNSUBSCRIBE of MQTT 5.0',
    clauses: ['MQTT-2.2.2-1'],
    version: 5,
    bytes: `
      a2 0f                               // UNSUBSCRIBE, remaining length 15
      00 07                               // packet identifier 7
      00                                  // property length 0
      00 0a 24 73 68 61 72 65 2f 67 2f 74 // topic filter '$share/g/t'
    `,
    packet: { ...head('unsubscribe', 15, 1), unsubscriptions: ['$share/g/t'], messageId: 7 },
  },
  {
    name: 'UNSUBSCRIBE with a user property',
    clauses: ['MQTT5 section 3.10.2.1'],
    version: 5,
    bytes: `
      a2 13             // UNSUBSCRIBE, remaining length 19
      00 07             // packet identifier 7
      0d                // property length 13
      26
      00 04 74 65 73 74 // user property 'test'
      00 04 74 65 73 74 // 'test'
      00 01 74          // topic filter 't'
    `,
    packet: {
      ...head('unsubscribe', 19, 1),
      unsubscriptions: ['t'],
      messageId: 7,
      properties: { userProperties: { test: 'test' } },
    },
  },
  {
    name: 'UNSUBACK of MQTT 3.1',
    clauses: ['MQTT-3.10.4-4'],
    version: 3,
    bytes: `
      b0 02 // UNSUBACK, remaining length 2
      00 08 // packet identifier 8
    `,
    packet: { ...head('unsuback', 2), messageId: 8 },
  },
  {
    name: 'UNSUBACK',
    clauses: ['MQTT-3.10.4-4'],
    version: 4,
    bytes: `
      b0 02 // UNSUBACK, remaining length 2
      ff ff // packet identifier 65535
    `,
    packet: { ...head('unsuback', 2), messageId: 65535 },
  },
  {
    name: 'UNSUBACK of MQTT 5.0',
    clauses: ['MQTT-3.11.3-1', 'MQTT-3.11.3-2'],
    version: 5,
    bytes: `
      b0 0a                // UNSUBACK, remaining length 10
      00 08                // packet identifier 8
      00                   // property length 0
      00 11 80 83 87 8f 91 // every reason code
    `,
    packet: { ...head('unsuback', 10), messageId: 8, granted: [0, 17, 128, 131, 135, 143, 145] },
  },
  {
    name: 'UNSUBACK with properties',
    clauses: ['MQTT5 section 3.11.2.1'],
    version: 5,
    bytes: `
      b0 12             // UNSUBACK, remaining length 18
      00 08             // packet identifier 8
      0e                // property length 14
      1f
      00 04 74 65 73 74 // reason string 'test'
      26
      00 01 6b          // user property 'k'
      00 01 76          // 'v'
      00                // success
    `,
    packet: {
      ...head('unsuback', 18),
      messageId: 8,
      properties: { reasonString: 'test', userProperties: { k: 'v' } },
      granted: [0],
    },
  },
  // accepted at a lower strictness
  {
    name: 'SUBSCRIBE with packet identifier 0',
    clauses: ['MQTT-2.3.1-1'],
    version: 4,
    strictness: 'compat',
    bytes: `
      82 06    // SUBSCRIBE, remaining length 6
      00 00    // packet identifier 0
      00 01 61 // topic filter 'a'
      00       // QoS 0
    `,
    packet: { ...head('subscribe', 6, 1), subscriptions: [{ topic: 'a', qos: 0 }], messageId: 0 },
    canonical: false,
  },
  {
    name: 'SUBSCRIBE with invalid filters',
    clauses: ['MQTT-4.7.1-2', 'MQTT-4.7.1-3', 'MQTT-4.7.3-1'],
    version: 4,
    strictness: 'compat',
    bytes: `
      82 12                // SUBSCRIBE, remaining length 18
      00 01                // packet identifier 1
      00 00                // topic filter ''
      00                   // QoS 0
      00 05 61 2f 23 2f 62 // topic filter 'a/#/b'
      00                   // QoS 0
      00 02 61 2b          // topic filter 'a+'
      00                   // QoS 0
    `,
    packet: {
      ...head('subscribe', 18, 1),
      subscriptions: [
        { topic: '', qos: 0 },
        { topic: 'a/#/b', qos: 0 },
        { topic: 'a+', qos: 0 },
      ],
      messageId: 1,
    },
    canonical: false,
  },
  {
    name: 'SUBSCRIBE with no local on a shared subscription',
    clauses: ['MQTT-3.8.3-4'],
    version: 5,
    strictness: 'compat',
    bytes: `
      82 10                               // SUBSCRIBE, remaining length 16
      00 01                               // packet identifier 1
      00                                  // property length 0
      00 0a 24 73 68 61 72 65 2f 67 2f 61 // topic filter '$share/g/a'
      04                                  // no local
    `,
    packet: {
      ...head('subscribe', 16, 1),
      subscriptions: [{ topic: '$share/g/a', qos: 0, nl: true, rap: false, rh: 0 }],
      messageId: 1,
    },
    canonical: false,
  },
  {
    name: 'UNSUBACK with a surplus byte before MQTT 5.0',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    strictness: 'compat',
    bytes: `
      b0 03 // UNSUBACK, remaining length 3
      00 01 // packet identifier 1
      00    // surplus
    `,
    packet: { ...head('unsuback', 3), messageId: 1 },
    canonical: false,
  },
];
