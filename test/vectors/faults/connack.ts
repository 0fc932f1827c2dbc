import type { FaultVector } from '../types.ts';

/** CONNACK that is refused. */
export const CONNACK_FAULTS: readonly FaultVector[] = [
  {
    name: 'reserved acknowledge flags',
    clauses: ['MQTT311 section 3.2.2.1'],
    version: 4,
    bytes: `
      20 02 // CONNACK, remaining length 2
      02    // flags
      00    // return code
    `,
    code: 'CONNACK_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'reserved acknowledge flags in MQTT 5.0',
    clauses: ['MQTT-3.2.2-1'],
    version: 5,
    bytes: `
      20 03 // CONNACK, remaining length 3
      80    // flags
      00    // reason code
      00    // property length 0
    `,
    code: 'CONNACK_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'reserved return code',
    clauses: ['MQTT311 section 3.2.2.3'],
    version: 4,
    bytes: `
      20 02 // CONNACK, remaining length 2
      00    // flags
      06    // return code
    `,
    code: 'CONNACK_RETURN_CODE',
    reasonCode: 0x82,
    offset: 3,
  },
  {
    name: 'reserved return code 255 in MQTT 3.1',
    clauses: ['MQTT311 section 3.2.2.3'],
    version: 3,
    bytes: `
      20 02 // CONNACK, remaining length 2
      00    // flags
      ff    // return code
    `,
    code: 'CONNACK_RETURN_CODE',
    reasonCode: 0x82,
    offset: 3,
  },
  {
    name: 'session present in a refusal',
    clauses: ['MQTT-3.2.2-4'],
    version: 4,
    bytes: `
      20 02 // CONNACK, remaining length 2
      01    // flags: session present
      05    // return code: not authorized
    `,
    code: 'SESSION_PRESENT_WITH_ERROR',
    reasonCode: 0x82,
    offset: 2,
  },
  {
    name: 'session present in a refusal of MQTT 5.0',
    clauses: ['MQTT-3.2.2-6'],
    version: 5,
    bytes: `
      20 03 // CONNACK, remaining length 3
      01    // flags: session present
      87    // reason code: not authorized
      00    // property length 0
    `,
    code: 'SESSION_PRESENT_WITH_ERROR',
    reasonCode: 0x82,
    offset: 2,
  },
  {
    name: 'CONNACK of MQTT 5.0 without a reason code',
    clauses: ['MQTT-2.2.2-1'],
    version: 5,
    bytes: `
      20 01 // CONNACK, remaining length 1
      00    // flags
            // reason code is missing
    `,
    code: 'CONNACK_SHORT',
    reasonCode: 0x81,
    offset: 3,
  },
  {
    name: 'CONNACK of MQTT 5.0 without a property length',
    clauses: ['MQTT-2.2.2-1'],
    version: 5,
    bytes: `
      20 02 // CONNACK, remaining length 2
      00    // flags
      00    // reason code
            // property length is missing
    `,
    code: 'CONNACK_SHORT',
    reasonCode: 0x81,
    offset: 4,
  },
  {
    name: 'CONNACK with a surplus byte',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    bytes: `
      20 03 // CONNACK, remaining length 3
      00    // flags
      00    // return code
      00    // surplus
    `,
    code: 'TRAILING_BYTES',
    reasonCode: 0x81,
    offset: 4,
  },
  {
    name: 'CONNACK of MQTT 5.0 with a surplus byte',
    clauses: ['MQTT5 section 2.1.4'],
    version: 5,
    bytes: `
      20 04 // CONNACK, remaining length 4
      00    // flags
      00    // reason code
      00    // property length 0
      00    // surplus
    `,
    code: 'TRAILING_BYTES',
    reasonCode: 0x81,
    offset: 5,
  },
  {
    name: 'maximum QoS 2',
    clauses: ['MQTT5 section 3.2.2.3.4'],
    version: 5,
    bytes: `
      20 05 // CONNACK, remaining length 5
      00    // flags
      00    // reason code
      02    // property length 2
      24    // maximum QoS
      02
    `,
    code: 'MAXIMUM_QOS_VALUE',
    reasonCode: 0x82,
    offset: 6,
  },
  {
    name: 'retain available 2',
    clauses: ['MQTT5 section 3.2.2.3.5'],
    version: 5,
    bytes: `
      20 05 // CONNACK, remaining length 5
      00    // flags
      00    // reason code
      02    // property length 2
      25    // retain available
      02
    `,
    code: 'PROPERTY_VALUE',
    reasonCode: 0x82,
    offset: 6,
  },
  {
    name: 'CONNACK whose properties run past its end',
    clauses: ['MQTT5 section 2.2.2.1'],
    version: 5,
    bytes: `
      20 05 // CONNACK, remaining length 5
      00    // flags
      00    // reason code
      05    // property length 5
      24 01 // maximum QoS 1
    `,
    code: 'PROPERTY_LENGTH',
    reasonCode: 0x81,
    offset: 4,
  },
];
