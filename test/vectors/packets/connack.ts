import { hex } from '../hex.ts';
import { head, type PacketVector } from '../types.ts';

/** CONNACK of every version. */
export const CONNACK_PACKETS: readonly PacketVector[] = [
  {
    name: 'CONNACK of MQTT 3.1: accepted',
    clauses: ['MQTT-3.1.4-4'],
    version: 3,
    bytes: `
      20 02 // CONNACK, remaining length 2
      00    // flags
      00    // return code
    `,
    packet: { ...head('connack', 2), sessionPresent: false, returnCode: 0 },
  },
  {
    name: 'CONNACK: accepted',
    clauses: ['MQTT-3.1.4-4', 'MQTT-3.2.2-1'],
    version: 4,
    bytes: `
      20 02 // CONNACK, remaining length 2
      00    // flags
      00    // return code
    `,
    packet: { ...head('connack', 2), sessionPresent: false, returnCode: 0 },
  },
  {
    name: 'CONNACK: session present',
    clauses: ['MQTT-3.2.2-2'],
    version: 4,
    bytes: `
      20 02 // CONNACK, remaining length 2
      01    // flags: session present
      00    // return code
    `,
    packet: { ...head('connack', 2), sessionPresent: true, returnCode: 0 },
  },
  {
    name: 'CONNACK: unacceptable protocol version',
    clauses: ['MQTT311 section 3.2.2.3'],
    version: 4,
    bytes: `
      20 02 // CONNACK, remaining length 2
      00    // flags
      01    // return code: unacceptable protocol version
    `,
    packet: { ...head('connack', 2), sessionPresent: false, returnCode: 1 },
  },
  {
    name: 'CONNACK: identifier rejected',
    clauses: ['MQTT311 section 3.2.2.3'],
    version: 4,
    bytes: `
      20 02 // CONNACK, remaining length 2
      00    // flags
      02    // return code: identifier rejected
    `,
    packet: { ...head('connack', 2), sessionPresent: false, returnCode: 2 },
  },
  {
    name: 'CONNACK: server unavailable',
    clauses: ['MQTT311 section 3.2.2.3'],
    version: 4,
    bytes: `
      20 02 // CONNACK, remaining length 2
      00    // flags
      03    // return code: server unavailable
    `,
    packet: { ...head('connack', 2), sessionPresent: false, returnCode: 3 },
  },
  {
    name: 'CONNACK: bad user name or password',
    clauses: ['MQTT311 section 3.2.2.3'],
    version: 4,
    bytes: `
      20 02 // CONNACK, remaining length 2
      00    // flags
      04    // return code: bad user name or password
    `,
    packet: { ...head('connack', 2), sessionPresent: false, returnCode: 4 },
  },
  {
    name: 'CONNACK: not authorized',
    clauses: ['MQTT311 section 3.2.2.3'],
    version: 4,
    bytes: `
      20 02 // CONNACK, remaining length 2
      00    // flags
      05    // return code: not authorized
    `,
    packet: { ...head('connack', 2), sessionPresent: false, returnCode: 5 },
  },
  {
    name: 'CONNACK of MQTT 5.0: success',
    clauses: ['MQTT-3.1.4-5', 'MQTT-3.2.2-8'],
    version: 5,
    bytes: `
      20 03 // CONNACK, remaining length 3
      00    // flags
      00    // reason code
      00    // property length 0
    `,
    packet: { ...head('connack', 3), sessionPresent: false, reasonCode: 0 },
  },
  {
    name: 'CONNACK of MQTT 5.0: session present',
    clauses: ['MQTT-3.2.2-3'],
    version: 5,
    bytes: `
      20 03 // CONNACK, remaining length 3
      01    // flags: session present
      00    // reason code
      00    // property length 0
    `,
    packet: { ...head('connack', 3), sessionPresent: true, reasonCode: 0 },
  },
  {
    name: 'CONNACK with every property',
    clauses: ['MQTT5 section 3.2.2.3'],
    version: 5,
    bytes: `
      20 57             // CONNACK, remaining length 87
      00                // flags
      00                // reason code
      54                // property length 84
      11 00 00 04 d2    // session expiry interval 1234 s
      21 01 b0          // receive maximum 432
      24 01             // maximum QoS 1
      25 01             // retain available
      27 00 00 00 64    // maximum packet size 100
      12
      00 04 74 65 73 74 // assigned client identifier 'test'
      22 01 c8          // topic alias maximum 456
      1f
      00 04 74 65 73 74 // reason string 'test'
      26
      00 04 74 65 73 74 // user property 'test'
      00 04 74 65 73 74 // 'test'
      28 01             // wildcard subscription available
      29 01             // subscription identifiers available
      2a 00             // shared subscription not available
      13 04 d2          // server keep alive 1234 s
      1a
      00 04 74 65 73 74 // response information 'test'
      1c
      00 04 74 65 73 74 // server reference 'test'
      15
      00 04 74 65 73 74 // authentication method 'test'
      16
      00 04 01 02 03 04 // authentication data
    `,
    packet: {
      ...head('connack', 87),
      sessionPresent: false,
      reasonCode: 0,
      properties: {
        sessionExpiryInterval: 1234,
        receiveMaximum: 432,
        maximumQoS: 1,
        retainAvailable: true,
        maximumPacketSize: 100,
        assignedClientIdentifier: 'test',
        topicAliasMaximum: 456,
        reasonString: 'test',
        userProperties: { test: 'test' },
        wildcardSubscriptionAvailable: true,
        subscriptionIdentifiersAvailable: true,
        sharedSubscriptionAvailable: false,
        serverKeepAlive: 1234,
        responseInformation: 'test',
        serverReference: 'test',
        authenticationMethod: 'test',
        authenticationData: hex('01 02 03 04'),
      },
    },
  },
  {
    name: 'CONNACK: maximum QoS 0, retain not available',
    clauses: ['MQTT5 section 3.2.2.3.4', 'MQTT5 section 3.2.2.3.5'],
    version: 5,
    bytes: `
      20 07 // CONNACK, remaining length 7
      00    // flags
      00    // reason code
      04    // property length 4
      24 00 // maximum QoS 0
      25 00 // retain not available
    `,
    packet: {
      ...head('connack', 7),
      sessionPresent: false,
      reasonCode: 0,
      properties: { maximumQoS: 0, retainAvailable: false },
    },
  },
  {
    name: 'CONNACK: not authorized, with a reason string',
    clauses: ['MQTT-3.2.2-8'],
    version: 5,
    bytes: `
      20 08       // CONNACK, remaining length 8
      00          // flags
      87          // reason code: not authorized
      05          // property length 5
      1f
      00 02 6e 6f // reason string 'no'
    `,
    packet: {
      ...head('connack', 8),
      sessionPresent: false,
      reasonCode: 135,
      properties: { reasonString: 'no' },
    },
  },
  {
    name: 'CONNACK: bad authentication method',
    clauses: ['MQTT-3.2.2-8'],
    version: 5,
    bytes: `
      20 03 // CONNACK, remaining length 3
      00    // flags
      8c    // reason code: bad authentication method
      00    // property length 0
    `,
    packet: { ...head('connack', 3), sessionPresent: false, reasonCode: 140 },
  },
  // accepted at a lower strictness
  {
    name: 'CONNACK of MQTT 5.0 without a property length',
    clauses: ['MQTT-2.2.2-1'],
    version: 5,
    strictness: 'compat',
    bytes: `
      20 02 // CONNACK, remaining length 2
      00    // flags
      8c    // reason code
    `,
    packet: { ...head('connack', 2), sessionPresent: false, reasonCode: 140 },
    canonical: false,
  },
  {
    name: 'CONNACK with which a server of MQTT 3.1.1 refuses a client of MQTT 5.0',
    clauses: ['MQTT-2.2.2-1'],
    version: 5,
    strictness: 'compat',
    bytes: `
      20 02 // CONNACK, remaining length 2
      00    // flags
      01    // return code: unacceptable protocol version
    `,
    packet: { ...head('connack', 2), sessionPresent: false, reasonCode: 1 },
    canonical: false,
  },
  {
    name: 'CONNACK of MQTT 5.0 without a reason code',
    clauses: ['MQTT-2.2.2-1'],
    version: 5,
    strictness: 'compat',
    bytes: `
      20 01 // CONNACK, remaining length 1
      01    // flags: session present
    `,
    packet: { ...head('connack', 1), sessionPresent: true, reasonCode: 0 },
    canonical: false,
  },
  {
    name: 'CONNACK: maximum QoS 2',
    clauses: ['MQTT5 section 3.2.2.3.4'],
    version: 5,
    strictness: 'compat',
    bytes: `
      20 05 // CONNACK, remaining length 5
      00    // flags
      00    // reason code
      02    // property length 2
      24 02 // maximum QoS 2
    `,
    packet: { ...head('connack', 5), sessionPresent: false, reasonCode: 0, properties: { maximumQoS: 2 } },
    canonical: false,
  },
  {
    name: 'CONNACK with a reserved return code',
    clauses: ['MQTT311 section 3.2.2.3'],
    version: 4,
    strictness: 'compat',
    bytes: `
      20 02 // CONNACK, remaining length 2
      00    // flags
      06    // return code
    `,
    packet: { ...head('connack', 2), sessionPresent: false, returnCode: 6 },
    canonical: false,
  },
  {
    name: 'CONNACK that refuses with session present',
    clauses: ['MQTT-3.2.2-4'],
    version: 4,
    strictness: 'compat',
    bytes: `
      20 02 // CONNACK, remaining length 2
      01    // flags: session present
      05    // return code
    `,
    packet: { ...head('connack', 2), sessionPresent: true, returnCode: 5 },
    canonical: false,
  },
  {
    name: 'CONNACK with a surplus byte',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    strictness: 'compat',
    bytes: `
      20 03 // CONNACK, remaining length 3
      00    // flags
      00    // return code
      00    // surplus
    `,
    packet: { ...head('connack', 3), sessionPresent: false, returnCode: 0 },
    canonical: false,
  },
];
