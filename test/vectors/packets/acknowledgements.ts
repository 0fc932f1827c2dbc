import { head, type PacketVector } from '../types.ts';

/** PUBACK, PUBREC, PUBREL and PUBCOMP of every version and length. */
export const ACKNOWLEDGEMENT_PACKETS: readonly PacketVector[] = [
  {
    name: 'PUBACK of MQTT 3.1',
    clauses: ['MQTT-2.3.1-6'],
    version: 3,
    bytes: `
      40 02 // PUBACK, remaining length 2
      00 01 // packet identifier 1
    `,
    packet: { ...head('puback', 2), messageId: 1 },
  },
  {
    name: 'PUBACK',
    clauses: ['MQTT-2.3.1-6'],
    version: 4,
    bytes: `
      40 02 // PUBACK, remaining length 2
      ff ff // packet identifier 65535
    `,
    packet: { ...head('puback', 2), messageId: 65535 },
  },
  {
    name: 'PUBACK of MQTT 5.0 without a reason code',
    clauses: ['MQTT5 section 3.4.2.1'],
    version: 5,
    bytes: `
      40 02 // PUBACK, remaining length 2
      00 02 // packet identifier 2
    `,
    packet: { ...head('puback', 2), messageId: 2, reasonCode: 0 },
  },
  {
    name: 'PUBACK of MQTT 5.0 without a property length',
    clauses: ['MQTT5 section 3.4.2.1', 'MQTT-3.4.2-1'],
    version: 5,
    bytes: `
      40 03 // PUBACK, remaining length 3
      00 02 // packet identifier 2
      10    // reason code
    `,
    packet: { ...head('puback', 3), messageId: 2, reasonCode: 16 },
  },
  {
    name: 'PUBACK with a reason code of 0 that could be left out',
    clauses: ['MQTT5 section 3.4.2.1'],
    version: 5,
    bytes: `
      40 04 // PUBACK, remaining length 4
      00 02 // packet identifier 2
      00    // reason code
      00    // property length 0
    `,
    packet: { ...head('puback', 4), messageId: 2, reasonCode: 0 },
    canonical: false,
  },
  {
    name: 'PUBACK with properties',
    clauses: ['MQTT5 section 3.4.2.2'],
    version: 5,
    bytes: `
      40 12             // PUBACK, remaining length 18
      00 02             // packet identifier 2
      10                // reason code
      0e                // property length 14
      1f
      00 04 74 65 73 74 // reason string 'test'
      26
      00 01 6b          // user property 'k'
      00 01 76          // 'v'
    `,
    packet: {
      ...head('puback', 18),
      messageId: 2,
      reasonCode: 16,
      properties: { reasonString: 'test', userProperties: { k: 'v' } },
    },
  },
  {
    name: 'PUBREC of MQTT 3.1',
    clauses: ['MQTT-2.3.1-6'],
    version: 3,
    bytes: `
      50 02 // PUBREC, remaining length 2
      00 01 // packet identifier 1
    `,
    packet: { ...head('pubrec', 2), messageId: 1 },
  },
  {
    name: 'PUBREC',
    clauses: ['MQTT-2.3.1-6'],
    version: 4,
    bytes: `
      50 02 // PUBREC, remaining length 2
      ff ff // packet identifier 65535
    `,
    packet: { ...head('pubrec', 2), messageId: 65535 },
  },
  {
    name: 'PUBREC of MQTT 5.0 without a reason code',
    clauses: ['MQTT5 section 3.5.2.1'],
    version: 5,
    bytes: `
      50 02 // PUBREC, remaining length 2
      00 02 // packet identifier 2
    `,
    packet: { ...head('pubrec', 2), messageId: 2, reasonCode: 0 },
  },
  {
    name: 'PUBREC of MQTT 5.0 without a property length',
    clauses: ['MQTT5 section 3.5.2.1', 'MQTT-3.5.2-1'],
    version: 5,
    bytes: `
      50 03 // PUBREC, remaining length 3
      00 02 // packet identifier 2
      10    // reason code
    `,
    packet: { ...head('pubrec', 3), messageId: 2, reasonCode: 16 },
  },
  {
    name: 'PUBREC with a reason code of 0 that could be left out',
    clauses: ['MQTT5 section 3.5.2.1'],
    version: 5,
    bytes: `
      50 04 // PUBREC, remaining length 4
      00 02 // packet identifier 2
      00    // reason code
      00    // property length 0
    `,
    packet: { ...head('pubrec', 4), messageId: 2, reasonCode: 0 },
    canonical: false,
  },
  {
    name: 'PUBREC with properties',
    clauses: ['MQTT5 section 3.5.2.2'],
    version: 5,
    bytes: `
      50 12             // PUBREC, remaining length 18
      00 02             // packet identifier 2
      10                // reason code
      0e                // property length 14
      1f
      00 04 74 65 73 74 // reason string 'test'
      26
      00 01 6b          // user property 'k'
      00 01 76          // 'v'
    `,
    packet: {
      ...head('pubrec', 18),
      messageId: 2,
      reasonCode: 16,
      properties: { reasonString: 'test', userProperties: { k: 'v' } },
    },
  },
  {
    name: 'PUBREL of MQTT 3.1',
    clauses: ['MQTT-3.6.1-1'],
    version: 3,
    bytes: `
      62 02 // PUBREL, remaining length 2
      00 01 // packet identifier 1
    `,
    packet: { ...head('pubrel', 2, 1), messageId: 1 },
  },
  {
    name: 'PUBREL',
    clauses: ['MQTT-3.6.1-1'],
    version: 4,
    bytes: `
      62 02 // PUBREL, remaining length 2
      ff ff // packet identifier 65535
    `,
    packet: { ...head('pubrel', 2, 1), messageId: 65535 },
  },
  {
    name: 'PUBREL of MQTT 5.0 without a reason code',
    clauses: ['MQTT5 section 3.6.2.1'],
    version: 5,
    bytes: `
      62 02 // PUBREL, remaining length 2
      00 02 // packet identifier 2
    `,
    packet: { ...head('pubrel', 2, 1), messageId: 2, reasonCode: 0 },
  },
  {
    name: 'PUBREL of MQTT 5.0 without a property length',
    clauses: ['MQTT5 section 3.6.2.1', 'MQTT-3.6.2-1'],
    version: 5,
    bytes: `
      62 03 // PUBREL, remaining length 3
      00 02 // packet identifier 2
      92    // reason code
    `,
    packet: { ...head('pubrel', 3, 1), messageId: 2, reasonCode: 146 },
  },
  {
    name: 'PUBREL with a reason code of 0 that could be left out',
    clauses: ['MQTT5 section 3.6.2.1'],
    version: 5,
    bytes: `
      62 04 // PUBREL, remaining length 4
      00 02 // packet identifier 2
      00    // reason code
      00    // property length 0
    `,
    packet: { ...head('pubrel', 4, 1), messageId: 2, reasonCode: 0 },
    canonical: false,
  },
  {
    name: 'PUBREL with properties',
    clauses: ['MQTT5 section 3.6.2.2'],
    version: 5,
    bytes: `
      62 12             // PUBREL, remaining length 18
      00 02             // packet identifier 2
      92                // reason code
      0e                // property length 14
      1f
      00 04 74 65 73 74 // reason string 'test'
      26
      00 01 6b          // user property 'k'
      00 01 76          // 'v'
    `,
    packet: {
      ...head('pubrel', 18, 1),
      messageId: 2,
      reasonCode: 146,
      properties: { reasonString: 'test', userProperties: { k: 'v' } },
    },
  },
  {
    name: 'PUBCOMP of MQTT 3.1',
    clauses: ['MQTT-2.3.1-6'],
    version: 3,
    bytes: `
      70 02 // PUBCOMP, remaining length 2
      00 01 // packet identifier 1
    `,
    packet: { ...head('pubcomp', 2), messageId: 1 },
  },
  {
    name: 'PUBCOMP',
    clauses: ['MQTT-2.3.1-6'],
    version: 4,
    bytes: `
      70 02 // PUBCOMP, remaining length 2
      ff ff // packet identifier 65535
    `,
    packet: { ...head('pubcomp', 2), messageId: 65535 },
  },
  {
    name: 'PUBCOMP of MQTT 5.0 without a reason code',
    clauses: ['MQTT5 section 3.7.2.1'],
    version: 5,
    bytes: `
      70 02 // PUBCOMP, remaining length 2
      00 02 // packet identifier 2
    `,
    packet: { ...head('pubcomp', 2), messageId: 2, reasonCode: 0 },
  },
  {
    name: 'PUBCOMP of MQTT 5.0 without a property length',
    clauses: ['MQTT5 section 3.7.2.1', 'MQTT-3.7.2-1'],
    version: 5,
    bytes: `
      70 03 // PUBCOMP, remaining length 3
      00 02 // packet identifier 2
      92    // reason code
    `,
    packet: { ...head('pubcomp', 3), messageId: 2, reasonCode: 146 },
  },
  {
    name: 'PUBCOMP with a reason code of 0 that could be left out',
    clauses: ['MQTT5 section 3.7.2.1'],
    version: 5,
    bytes: `
      70 04 // PUBCOMP, remaining length 4
      00 02 // packet identifier 2
      00    // reason code
      00    // property length 0
    `,
    packet: { ...head('pubcomp', 4), messageId: 2, reasonCode: 0 },
    canonical: false,
  },
  {
    name: 'PUBCOMP with properties',
    clauses: ['MQTT5 section 3.7.2.2'],
    version: 5,
    bytes: `
      70 12             // PUBCOMP, remaining length 18
      00 02             // packet identifier 2
      92                // reason code
      0e                // property length 14
      1f
      00 04 74 65 73 74 // reason string 'test'
      26
      00 01 6b          // user property 'k'
      00 01 76          // 'v'
    `,
    packet: {
      ...head('pubcomp', 18),
      messageId: 2,
      reasonCode: 146,
      properties: { reasonString: 'test', userProperties: { k: 'v' } },
    },
  },
  {
    name: 'PUBREL of MQTT 3.1 that is sent again',
    clauses: ['MQTT-3.6.1-1'],
    version: 3,
    bytes: `
      6a 02 // PUBREL, DUP, remaining length 2
      00 01 // packet identifier 1
    `,
    packet: { ...head('pubrel', 2, 1), dup: true, messageId: 1 },
    canonical: false,
  },
  // accepted at a lower strictness
  {
    name: 'PUBACK with packet identifier 0',
    clauses: ['MQTT-2.2.1-3'],
    version: 5,
    strictness: 'compat',
    bytes: `
      40 02 // PUBACK, remaining length 2
      00 00 // packet identifier 0
    `,
    packet: { ...head('puback', 2), messageId: 0, reasonCode: 0 },
    canonical: false,
  },
  {
    name: 'PUBACK with a surplus byte before MQTT 5.0',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    strictness: 'compat',
    bytes: `
      40 03 // PUBACK, remaining length 3
      00 01 // packet identifier 1
      00    // surplus
    `,
    packet: { ...head('puback', 3), messageId: 1 },
    canonical: false,
  },
];
