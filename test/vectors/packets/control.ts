import { hex } from '../hex.ts';
import { head, type PacketVector } from '../types.ts';

/** PINGREQ, PINGRESP, DISCONNECT and AUTH of every version. */
export const CONTROL_PACKETS: readonly PacketVector[] = [
  {
    name: 'PINGREQ of version 3',
    clauses: ['MQTT-3.12.4-1'],
    version: 3,
    bytes: `
      c0 00 // PINGREQ, remaining length 0
    `,
    packet: { ...head('pingreq', 0) },
  },
  {
    name: 'PINGRESP of version 3',
    clauses: ['MQTT-3.12.4-1'],
    version: 3,
    bytes: `
      d0 00 // PINGRESP, remaining length 0
    `,
    packet: { ...head('pingresp', 0) },
  },
  {
    name: 'PINGREQ of version 4',
    clauses: ['MQTT-3.12.4-1'],
    version: 4,
    bytes: `
      c0 00 // PINGREQ, remaining length 0
    `,
    packet: { ...head('pingreq', 0) },
  },
  {
    name: 'PINGRESP of version 4',
    clauses: ['MQTT-3.12.4-1'],
    version: 4,
    bytes: `
      d0 00 // PINGRESP, remaining length 0
    `,
    packet: { ...head('pingresp', 0) },
  },
  {
    name: 'PINGREQ of version 5',
    clauses: ['MQTT-3.12.4-1'],
    version: 5,
    bytes: `
      c0 00 // PINGREQ, remaining length 0
    `,
    packet: { ...head('pingreq', 0) },
  },
  {
    name: 'PINGRESP of version 5',
    clauses: ['MQTT-3.12.4-1'],
    version: 5,
    bytes: `
      d0 00 // PINGRESP, remaining length 0
    `,
    packet: { ...head('pingresp', 0) },
  },
  {
    name: 'DISCONNECT of MQTT 3.1',
    clauses: ['MQTT-3.14.1-1'],
    version: 3,
    bytes: `
      e0 00 // DISCONNECT, remaining length 0
    `,
    packet: { ...head('disconnect', 0) },
  },
  {
    name: 'DISCONNECT',
    clauses: ['MQTT-3.14.1-1'],
    version: 4,
    bytes: `
      e0 00 // DISCONNECT, remaining length 0
    `,
    packet: { ...head('disconnect', 0) },
  },
  {
    name: 'DISCONNECT of MQTT 5.0 without a reason code',
    clauses: ['MQTT5 section 3.14'],
    version: 5,
    bytes: `
      e0 00 // DISCONNECT, remaining length 0
    `,
    packet: { ...head('disconnect', 0), reasonCode: 0 },
  },
  {
    name: 'DISCONNECT without a property length',
    clauses: ['MQTT5 section 3.14'],
    version: 5,
    sender: 'client',
    bytes: `
      e0 01 // DISCONNECT, remaining length 1
      04    // reason code: with will message
    `,
    packet: { ...head('disconnect', 1), reasonCode: 4 },
  },
  {
    name: 'DISCONNECT with a reason code of 0 that could be left out',
    clauses: ['MQTT5 section 3.14'],
    version: 5,
    bytes: `
      e0 02 // DISCONNECT, remaining length 2
      00    // reason code
      00    // property length 0
    `,
    packet: { ...head('disconnect', 2), reasonCode: 0 },
    canonical: false,
  },
  {
    name: 'DISCONNECT from a server with every property it may send',
    clauses: ['MQTT5 section 3.14.2.2', 'MQTT-3.14.2-1'],
    version: 5,
    sender: 'server',
    bytes: `
      e0 23                               // DISCONNECT, remaining length 35
      9d                                  // reason code: server moved
      21                                  // property length 33
      1f
      00 04 74 65 73 74                   // reason string 'test'
      26
      00 04 74 65 73 74                   // user property 'test'
      00 04 74 65 73 74                   // 'test'
      1c
      00 0a 6f 74 68 65 72 3a 31 38 38 33 // server reference 'other:1883'
    `,
    packet: {
      ...head('disconnect', 35),
      reasonCode: 157,
      properties: { reasonString: 'test', userProperties: { test: 'test' }, serverReference: 'other:1883' },
    },
  },
  {
    name: 'DISCONNECT from a client with a session expiry interval',
    clauses: ['MQTT5 section 3.14.2.2.2'],
    version: 5,
    sender: 'client',
    bytes: `
      e0 07          // DISCONNECT, remaining length 7
      00             // reason code
      05             // property length 5
      11 00 00 00 91 // session expiry interval 145 s
    `,
    packet: { ...head('disconnect', 7), reasonCode: 0, properties: { sessionExpiryInterval: 145 } },
  },
  {
    name: 'AUTH: success, everything left out',
    clauses: ['MQTT5 section 3.15.2.1'],
    version: 5,
    sender: 'server',
    bytes: `
      f0 00 // AUTH, remaining length 0
    `,
    packet: { ...head('auth', 0), reasonCode: 0 },
  },
  {
    name: 'AUTH with every property',
    clauses: ['MQTT-3.15.2-1', 'MQTT5 section 3.15.2.2'],
    version: 5,
    bytes: `
      f0 24             // AUTH, remaining length 36
      18                // reason code: continue authentication
      22                // property length 34
      15
      00 04 74 65 73 74 // authentication method 'test'
      16
      00 04 00 01 02 03 // authentication data
      1f
      00 04 74 65 73 74 // reason string 'test'
      26
      00 04 74 65 73 74 // user property 'test'
      00 04 74 65 73 74 // 'test'
    `,
    packet: {
      ...head('auth', 36),
      reasonCode: 24,
      properties: {
        authenticationMethod: 'test',
        authenticationData: hex('00 01 02 03'),
        reasonString: 'test',
        userProperties: { test: 'test' },
      },
    },
  },
  {
    name: 'AUTH from a client: re-authenticate',
    clauses: ['MQTT-3.15.2-1'],
    version: 5,
    sender: 'client',
    bytes: `
      f0 06    // AUTH, remaining length 6
      19       // reason code: re-authenticate
      04       // property length 4
      15
      00 01 6d // authentication method 'm'
    `,
    packet: { ...head('auth', 6), reasonCode: 25, properties: { authenticationMethod: 'm' } },
  },
  {
    name: 'AUTH from a server: success',
    clauses: ['MQTT-3.15.2-1'],
    version: 5,
    sender: 'server',
    bytes: `
      f0 06    // AUTH, remaining length 6
      00       // reason code: success
      04       // property length 4
      15
      00 01 6d // authentication method 'm'
    `,
    packet: { ...head('auth', 6), reasonCode: 0, properties: { authenticationMethod: 'm' } },
  },
  // accepted at a lower strictness
  {
    name: 'PINGREQ with a surplus byte',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    strictness: 'compat',
    bytes: `
      c0 01 // PINGREQ, remaining length 1
      00    // surplus
    `,
    packet: { ...head('pingreq', 1) },
    canonical: false,
  },
  {
    name: 'DISCONNECT with a surplus byte before MQTT 5.0',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    strictness: 'compat',
    bytes: `
      e0 01 // DISCONNECT, remaining length 1
      00    // surplus
    `,
    packet: { ...head('disconnect', 1) },
    canonical: false,
  },
  {
    name: 'AUTH without a method',
    clauses: ['MQTT5 section 3.15.2.2.2'],
    version: 5,
    strictness: 'compat',
    bytes: `
      f0 02 // AUTH, remaining length 2
      18    // reason code
      00    // property length 0
    `,
    packet: { ...head('auth', 2), reasonCode: 24 },
    canonical: false,
  },
  {
    name: 'AUTH without a property length',
    clauses: ['MQTT5 section 3.15.2.2.2'],
    version: 5,
    strictness: 'compat',
    bytes: `
      f0 01 // AUTH, remaining length 1
      18    // reason code
    `,
    packet: { ...head('auth', 1), reasonCode: 24 },
    canonical: false,
  },
  {
    name: 'DISCONNECT from a server with a session expiry interval',
    clauses: ['MQTT-3.14.2-2'],
    version: 5,
    strictness: 'compat',
    sender: 'server',
    bytes: `
      e0 07          // DISCONNECT, remaining length 7
      00             // reason code
      05             // property length 5
      11 00 00 00 91 // session expiry interval 145 s
    `,
    packet: { ...head('disconnect', 7), reasonCode: 0, properties: { sessionExpiryInterval: 145 } },
    canonical: false,
  },
];
