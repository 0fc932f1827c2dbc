import type { FaultVector } from '../types.ts';

/** Reason codes that a packet, or its sender, may not use, and what DISCONNECT and AUTH need. */
export const REASON_FAULTS: readonly FaultVector[] = [
  {
    name: 'CONNACK with reason code 1',
    clauses: ['MQTT-3.2.2-8'],
    version: 5,
    bytes: `
      20 03 // CONNACK, remaining length 3
      00    // flags
      01    // reason code
      00    // property length 0
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 3,
  },
  {
    name: 'PUBACK with reason code 0xff',
    clauses: ['MQTT-3.4.2-1'],
    version: 5,
    bytes: `
      40 03 // PUBACK, remaining length 3
      00 01 // packet identifier 1
      ff    // reason code
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 4,
  },
  {
    name: 'PUBACK with reason code 0x92',
    clauses: ['MQTT-3.4.2-1'],
    version: 5,
    bytes: `
      40 03 // PUBACK, remaining length 3
      00 01 // packet identifier 1
      92    // reason code
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 4,
  },
  {
    name: 'PUBREC with reason code 0x01',
    clauses: ['MQTT-3.5.2-1'],
    version: 5,
    bytes: `
      50 03 // PUBREC, remaining length 3
      00 01 // packet identifier 1
      01    // reason code
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 4,
  },
  {
    name: 'PUBREL with reason code 0x91',
    clauses: ['MQTT-3.6.2-1'],
    version: 5,
    bytes: `
      62 03 // PUBREL, remaining length 3
      00 01 // packet identifier 1
      91    // reason code
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 4,
  },
  {
    name: 'PUBREL with reason code 0x80',
    clauses: ['MQTT-3.6.2-1'],
    version: 5,
    bytes: `
      62 03 // PUBREL, remaining length 3
      00 01 // packet identifier 1
      80    // reason code
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 4,
  },
  {
    name: 'PUBCOMP with reason code 0x10',
    clauses: ['MQTT-3.7.2-1'],
    version: 5,
    bytes: `
      70 03 // PUBCOMP, remaining length 3
      00 01 // packet identifier 1
      10    // reason code
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 4,
  },
  {
    name: 'PUBACK with an undefined reason code and properties',
    clauses: ['MQTT-3.4.2-1'],
    version: 5,
    bytes: `
      40 08    // PUBACK, remaining length 8
      00 01    // packet identifier 1
      20       // reason code
      04       // property length 4
      1f
      00 01 78 // reason string 'x'
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 4,
  },
  {
    name: 'DISCONNECT with reason code 0x01',
    clauses: ['MQTT-3.14.2-1'],
    version: 5,
    bytes: `
      e0 01 // DISCONNECT, remaining length 1
      01    // reason code
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 2,
  },
  {
    name: 'DISCONNECT with reason code 0x05',
    clauses: ['MQTT-3.14.2-1'],
    version: 5,
    bytes: `
      e0 01 // DISCONNECT, remaining length 1
      05    // reason code
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 2,
  },
  {
    name: 'DISCONNECT with reason code 0x91',
    clauses: ['MQTT-3.14.2-1'],
    version: 5,
    bytes: `
      e0 01 // DISCONNECT, remaining length 1
      91    // reason code
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 2,
  },
  {
    name: 'DISCONNECT with reason code 0xff',
    clauses: ['MQTT-3.14.2-1'],
    version: 5,
    bytes: `
      e0 01 // DISCONNECT, remaining length 1
      ff    // reason code
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 2,
  },
  {
    name: 'DISCONNECT from a server with will message',
    clauses: ['MQTT-3.14.2-1'],
    version: 5,
    sender: 'server',
    bytes: `
      e0 01 // DISCONNECT, remaining length 1
      04    // reason code: with will message
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 2,
  },
  {
    name: 'DISCONNECT from a client: server busy',
    clauses: ['MQTT-3.14.2-1'],
    version: 5,
    sender: 'client',
    bytes: `
      e0 02 // DISCONNECT, remaining length 2
      89    // reason code: server busy
      00    // property length 0
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 2,
  },
  {
    name: 'DISCONNECT from a client: session taken over',
    clauses: ['MQTT-3.14.2-1'],
    version: 5,
    sender: 'client',
    bytes: `
      e0 01 // DISCONNECT, remaining length 1
      8e    // reason code: session taken over
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 2,
  },
  {
    name: 'DISCONNECT from a server with a session expiry interval',
    clauses: ['MQTT-3.14.2-2'],
    version: 5,
    sender: 'server',
    bytes: `
      e0 07          // DISCONNECT, remaining length 7
      00             // reason code
      05             // property length 5
      11 00 00 00 91 // session expiry interval 145 s
    `,
    code: 'SESSION_EXPIRY_FROM_SERVER',
    reasonCode: 0x82,
    offset: 3,
  },
  {
    name: 'DISCONNECT whose properties run past its end',
    clauses: ['MQTT5 section 2.2.2.1'],
    version: 5,
    bytes: `
      e0 02 // DISCONNECT, remaining length 2
      00    // reason code
      05    // property length 5
    `,
    code: 'PROPERTY_LENGTH',
    reasonCode: 0x81,
    offset: 3,
  },
  {
    name: 'AUTH with reason code 1',
    clauses: ['MQTT-3.15.2-1'],
    version: 5,
    bytes: `
      f0 06    // AUTH, remaining length 6
      01       // reason code
      04       // property length 4
      15
      00 01 6d // authentication method 'm'
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 2,
  },
  {
    name: 'AUTH from a client: success',
    clauses: ['MQTT-3.15.2-1'],
    version: 5,
    sender: 'client',
    bytes: `
      f0 06    // AUTH, remaining length 6
      00       // reason code: success
      04       // property length 4
      15
      00 01 6d // authentication method 'm'
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 2,
  },
  {
    name: 'AUTH from a client: success, everything left out',
    clauses: ['MQTT-3.15.2-1'],
    version: 5,
    sender: 'client',
    bytes: `
      f0 00 // AUTH, remaining length 0
            // reason code 0 is implied
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 2,
  },
  {
    name: 'AUTH from a server: re-authenticate',
    clauses: ['MQTT-3.15.2-1'],
    version: 5,
    sender: 'server',
    bytes: `
      f0 06    // AUTH, remaining length 6
      19       // reason code: re-authenticate
      04       // property length 4
      15
      00 01 6d // authentication method 'm'
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 2,
  },
  {
    name: 'AUTH without an authentication method',
    clauses: ['MQTT5 section 3.15.2.2.2'],
    version: 5,
    bytes: `
      f0 02 // AUTH, remaining length 2
      18    // reason code
      00    // property length 0
    `,
    code: 'AUTHENTICATION_METHOD_MISSING',
    reasonCode: 0x82,
    offset: 3,
  },
  {
    name: 'AUTH with data and without a method',
    clauses: ['MQTT5 section 3.15.2.2.2'],
    version: 5,
    bytes: `
      f0 06    // AUTH, remaining length 6
      18       // reason code
      04       // property length 4
      16
      00 01 78 // authentication data
    `,
    code: 'AUTHENTICATION_METHOD_MISSING',
    reasonCode: 0x82,
    offset: 3,
  },
  {
    name: 'AUTH that ends after the reason code',
    clauses: ['MQTT5 section 3.15.2.2.2'],
    version: 5,
    bytes: `
      f0 01 // AUTH, remaining length 1
      18    // reason code
            // property length is missing
    `,
    code: 'AUTHENTICATION_METHOD_MISSING',
    reasonCode: 0x82,
    offset: 3,
  },
];
