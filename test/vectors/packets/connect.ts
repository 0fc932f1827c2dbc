import { hex, utf8 } from '../hex.ts';
import { head, type PacketVector } from '../types.ts';

/** CONNECT of every version, with every field present and absent. */
export const CONNECT_PACKETS: readonly PacketVector[] = [
  // MQTT 3.1
  {
    name: 'CONNECT of MQTT 3.1 with nothing optional',
    clauses: ['MQTT-3.1.3-3'],
    version: 3,
    bytes: `
      10 0f                   // CONNECT, remaining length 15
      00 06 4d 51 49 73 64 70 // protocol name MQIsdp
      03                      // protocol version
      02                      // connect flags: clean
      00 3c                   // keep alive 60 s
      00 01 63                // client identifier 'c'
    `,
    packet: {
      ...head('connect', 15),
      protocolId: 'MQIsdp',
      protocolVersion: 3,
      clean: true,
      keepalive: 60,
      clientId: 'c',
    },
  },
  {
    name: 'CONNECT of MQTT 3.1 with every field',
    clauses: ['MQTT-3.1.3-1'],
    version: 3,
    bytes: `
      10 36                         // CONNECT, remaining length 54
      00 06 4d 51 49 73 64 70       // protocol name MQIsdp
      03                            // protocol version
      f6                            // connect flags: user name, password, will retain, will QoS 2, will, clean
      00 1e                         // keep alive 30 s
      00 04 74 65 73 74             // client identifier 'test'
      00 05 74 6f 70 69 63          // will topic 'topic'
      00 07 70 61 79 6c 6f 61 64    // will payload 'payload'
      00 08 75 73 65 72 6e 61 6d 65 // user name 'username'
      00 08 70 61 73 73 77 6f 72 64 // password 'password'
    `,
    packet: {
      ...head('connect', 54),
      protocolId: 'MQIsdp',
      protocolVersion: 3,
      will: { retain: true, qos: 2, topic: 'topic', payload: utf8('payload') },
      clean: true,
      keepalive: 30,
      clientId: 'test',
      username: 'username',
      password: utf8('password'),
    },
  },
  {
    name: 'CONNECT of a bridge that speaks MQTT 3.1',
    clauses: ['MQTT-3.1.2-2'],
    version: 3,
    bytes: `
      10 0f                   // CONNECT, remaining length 15
      00 06 4d 51 49 73 64 70 // protocol name MQIsdp
      83                      // protocol version
      02                      // connect flags: clean
      00 3c                   // keep alive 60 s
      00 01 63                // client identifier 'c'
    `,
    packet: {
      ...head('connect', 15),
      protocolId: 'MQIsdp',
      protocolVersion: 3,
      bridgeMode: true,
      clean: true,
      keepalive: 60,
      clientId: 'c',
    },
  },
  // MQTT 3.1.1
  {
    name: 'CONNECT with nothing optional',
    clauses: ['MQTT-3.1.2-1', 'MQTT-3.1.2-2', 'MQTT-3.1.3-3'],
    version: 4,
    bytes: `
      10 0d             // CONNECT, remaining length 13
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
    `,
    packet: {
      ...head('connect', 13),
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 60,
      clientId: 'c',
    },
  },
  {
    name: 'CONNECT with every field',
    clauses: ['MQTT-3.1.3-1', 'MQTT-3.1.2-9', 'MQTT-3.1.2-19', 'MQTT-3.1.2-21'],
    version: 4,
    bytes: `
      10 38                                    // CONNECT, remaining length 56
      00 04 4d 51 54 54                        // protocol name MQTT
      04                                       // protocol version
      ee                                       // connect flags: user name, password, will retain, will QoS 1, will, clean
      01 2c                                    // keep alive 300 s
      00 08 64 65 76 69 63 65 2d 31            // client identifier 'device-1'
      00 0f 73 74 61 74 75 73 2f 64 65 76 69 63 65 2d 31 // will topic 'status/device-1'
      00 04 67 6f 6e 65                        // will payload 'gone'
      00 03 61 6e 6e                           // user name 'ann'
      00 06 73 33 63 72 65 74                  // password 's3cret'
    `,
    packet: {
      ...head('connect', 56),
      protocolId: 'MQTT',
      protocolVersion: 4,
      will: { retain: true, qos: 1, topic: 'status/device-1', payload: utf8('gone') },
      clean: true,
      keepalive: 300,
      clientId: 'device-1',
      username: 'ann',
      password: utf8('s3cret'),
    },
  },
  {
    name: 'CONNECT that resumes a session, keep alive off',
    clauses: ['MQTT-3.1.2-4'],
    version: 4,
    bytes: `
      10 10             // CONNECT, remaining length 16
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      00                // connect flags: none
      00 00             // keep alive 0 s
      00 04 6b 65 70 74 // client identifier 'kept'
    `,
    packet: {
      ...head('connect', 16),
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: false,
      keepalive: 0,
      clientId: 'kept',
    },
  },
  {
    name: 'CONNECT with the longest keep alive and an empty client identifier',
    clauses: ['MQTT-3.1.3-6'],
    version: 4,
    bytes: `
      10 0c             // CONNECT, remaining length 12
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      02                // connect flags: clean
      ff ff             // keep alive 65535 s
      00 00             // client identifier ''
    `,
    packet: {
      ...head('connect', 12),
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 65535,
      clientId: '',
    },
  },
  {
    name: 'CONNECT with an empty client identifier although the session is not clean, for the server to refuse',
    clauses: ['MQTT-3.1.3-8'],
    version: 4,
    bytes: `
      10 0c             // CONNECT, remaining length 12
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      00                // connect flags: none
      00 3c             // keep alive 60 s
      00 00             // client identifier ''
    `,
    packet: {
      ...head('connect', 12),
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: false,
      keepalive: 60,
      clientId: '',
    },
    canonical: false,
  },
  {
    name: 'CONNECT with a user name and no password',
    clauses: ['MQTT-3.1.2-19', 'MQTT-3.1.2-20'],
    version: 4,
    bytes: `
      10 12             // CONNECT, remaining length 18
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      82                // connect flags: user name, clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
      00 03 61 6e 6e    // user name 'ann'
    `,
    packet: {
      ...head('connect', 18),
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 60,
      clientId: 'c',
      username: 'ann',
    },
  },
  {
    name: 'CONNECT with an empty user name and an empty password',
    clauses: ['MQTT-3.1.2-19', 'MQTT-3.1.2-21'],
    version: 4,
    bytes: `
      10 11             // CONNECT, remaining length 17
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      c2                // connect flags: user name, password, clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
      00 00             // user name ''
      00 00             // password ''
    `,
    packet: {
      ...head('connect', 17),
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 60,
      clientId: 'c',
      username: '',
      password: utf8(''),
    },
  },
  {
    name: 'CONNECT with a password that is not text',
    clauses: ['MQTT-3.1.2-21'],
    version: 4,
    bytes: `
      10 15             // CONNECT, remaining length 21
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      c2                // connect flags: user name, password, clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
      00 01 75          // user name 'u'
      00 03 ff 00 fe    // password
    `,
    packet: {
      ...head('connect', 21),
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 60,
      clientId: 'c',
      username: 'u',
      password: hex('ff 00 fe'),
    },
  },
  {
    name: 'CONNECT with a will of QoS 0 and an empty payload',
    clauses: ['MQTT-3.1.2-9'],
    version: 4,
    bytes: `
      10 12             // CONNECT, remaining length 18
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      06                // connect flags: will, clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
      00 01 77          // will topic 'w'
      00 00             // will payload
    `,
    packet: {
      ...head('connect', 18),
      protocolId: 'MQTT',
      protocolVersion: 4,
      will: { retain: false, qos: 0, topic: 'w', payload: utf8('') },
      clean: true,
      keepalive: 60,
      clientId: 'c',
    },
  },
  {
    name: 'CONNECT with a will of QoS 2 whose payload is not text',
    clauses: ['MQTT-3.1.2-14'],
    version: 4,
    bytes: `
      10 14             // CONNECT, remaining length 20
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      16                // connect flags: will QoS 2, will, clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
      00 01 77          // will topic 'w'
      00 02 00 ff       // will payload
    `,
    packet: {
      ...head('connect', 20),
      protocolId: 'MQTT',
      protocolVersion: 4,
      will: { retain: false, qos: 2, topic: 'w', payload: hex('00 ff') },
      clean: true,
      keepalive: 60,
      clientId: 'c',
    },
  },
  {
    name: 'CONNECT whose client identifier starts with U+FEFF',
    clauses: ['MQTT-1.5.3-3'],
    version: 4,
    bytes: `
      10 10             // CONNECT, remaining length 16
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00 04 ef bb bf 63 // client identifier U+FEFF c
    `,
    packet: {
      ...head('connect', 16),
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 60,
      clientId: '\ufeffc',
    },
  },
  {
    name: 'CONNECT with characters of two, three and four bytes',
    clauses: ['MQTT-1.5.3-1'],
    version: 4,
    bytes: `
      10 15                            // CONNECT, remaining length 21
      00 04 4d 51 54 54                // protocol name MQTT
      04                               // protocol version
      02                               // connect flags: clean
      00 3c                            // keep alive 60 s
      00 09 c3 a9 e2 82 ac f0 9d 84 9e // client identifier
    `,
    packet: {
      ...head('connect', 21),
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 60,
      clientId: 'é€𝄞',
    },
  },
  {
    name: 'CONNECT with a remaining length of two bytes',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    bytes: `
      10 a2 01          // CONNECT, remaining length 162
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00 96             // length of the client identifier
      78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78
      78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78
      78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78
      78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78
      78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78
      78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78
      78 78 78 78 78 78
    `,
    packet: {
      ...head('connect', 162),
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 60,
      clientId: 'x'.repeat(150),
    },
  },
  {
    name: 'CONNECT of a bridge that speaks MQTT 3.1.1',
    clauses: ['MQTT-3.1.2-2'],
    version: 4,
    bytes: `
      10 0d             // CONNECT, remaining length 13
      00 04 4d 51 54 54 // protocol name MQTT
      84                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
    `,
    packet: {
      ...head('connect', 13),
      protocolId: 'MQTT',
      protocolVersion: 4,
      bridgeMode: true,
      clean: true,
      keepalive: 60,
      clientId: 'c',
    },
  },
  // MQTT 5.0
  {
    name: 'CONNECT of MQTT 5.0 with nothing optional',
    clauses: ['MQTT-3.1.2-1', 'MQTT-2.2.2-1'],
    version: 5,
    bytes: `
      10 0e             // CONNECT, remaining length 14
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 63          // client identifier 'c'
    `,
    packet: {
      ...head('connect', 14),
      protocolId: 'MQTT',
      protocolVersion: 5,
      clean: true,
      keepalive: 60,
      clientId: 'c',
    },
  },
  {
    name: 'CONNECT with every property',
    clauses: ['MQTT5 section 3.1.2.11'],
    version: 5,
    bytes: `
      10 40             // CONNECT, remaining length 64
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      2f                // property length 47
      11 00 00 04 d2    // session expiry interval 1234 s
      21 01 b0          // receive maximum 432
      27 00 00 00 64    // maximum packet size 100
      22 01 c8          // topic alias maximum 456
      19 01             // request response information
      17 01             // request problem information
      26
      00 04 74 65 73 74 // user property 'test'
      00 04 74 65 73 74 // 'test'
      15
      00 04 74 65 73 74 // authentication method 'test'
      16
      00 04 01 02 03 04 // authentication data
      00 04 74 65 73 74 // client identifier 'test'
    `,
    packet: {
      ...head('connect', 64),
      protocolId: 'MQTT',
      protocolVersion: 5,
      clean: true,
      keepalive: 60,
      properties: {
        sessionExpiryInterval: 1234,
        receiveMaximum: 432,
        maximumPacketSize: 100,
        topicAliasMaximum: 456,
        requestResponseInformation: true,
        requestProblemInformation: true,
        userProperties: { test: 'test' },
        authenticationMethod: 'test',
        authenticationData: hex('01 02 03 04'),
      },
      clientId: 'test',
    },
  },
  {
    name: 'CONNECT with the largest numbers in its properties',
    clauses: ['MQTT5 section 3.1.2.11.2'],
    version: 5,
    bytes: `
      10 1e             // CONNECT, remaining length 30
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      00                // connect flags: none
      ff ff             // keep alive 65535 s
      10                // property length 16
      11 ff ff ff ff    // session expiry interval: never
      27 ff ff ff ff    // maximum packet size
      21 ff ff          // receive maximum
      22 ff ff          // topic alias maximum
      00 01 63          // client identifier 'c'
    `,
    packet: {
      ...head('connect', 30),
      protocolId: 'MQTT',
      protocolVersion: 5,
      clean: false,
      keepalive: 65535,
      properties: {
        sessionExpiryInterval: 4_294_967_295,
        maximumPacketSize: 4_294_967_295,
        receiveMaximum: 65_535,
        topicAliasMaximum: 65_535,
      },
      clientId: 'c',
    },
  },
  {
    name: 'CONNECT with the smallest values in its properties',
    clauses: ['MQTT5 section 3.1.2.11'],
    version: 5,
    bytes: `
      10 22             // CONNECT, remaining length 34
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      14                // property length 20
      11 00 00 00 00    // session expiry interval 0 s
      21 00 01          // receive maximum 1
      27 00 00 00 01    // maximum packet size 1
      22 00 00          // topic alias maximum 0
      19 00             // request response information
      17 00             // request problem information
      00 01 63          // client identifier 'c'
    `,
    packet: {
      ...head('connect', 34),
      protocolId: 'MQTT',
      protocolVersion: 5,
      clean: true,
      keepalive: 60,
      properties: {
        sessionExpiryInterval: 0,
        receiveMaximum: 1,
        maximumPacketSize: 1,
        topicAliasMaximum: 0,
        requestResponseInformation: false,
        requestProblemInformation: false,
      },
      clientId: 'c',
    },
  },
  {
    name: 'CONNECT with a will that has every property',
    clauses: ['MQTT-3.1.3-1', 'MQTT5 section 3.1.3.2'],
    version: 5,
    bytes: `
      10 53                      // CONNECT, remaining length 83
      00 04 4d 51 54 54          // protocol name MQTT
      05                         // protocol version
      36                         // connect flags: will retain, will QoS 2, will, clean
      00 3c                      // keep alive 60 s
      05                         // property length 5
      11 00 00 0e 10             // session expiry interval 3600 s
      00 01 63                   // client identifier 'c'
      2f                         // will property length 47
      18 00 00 04 d2             // will delay interval 1234 s
      01 01                      // payload format: UTF-8
      02 00 00 10 e1             // message expiry interval 4321 s
      03
      00 04 74 65 73 74          // content type 'test'
      08
      00 05 74 6f 70 69 63       // response topic 'topic'
      09
      00 04 01 02 03 04          // correlation data
      26
      00 04 74 65 73 74          // user property 'test'
      00 04 74 65 73 74          // 'test'
      00 05 74 6f 70 69 63       // will topic 'topic'
      00 07 70 61 79 6c 6f 61 64 // will payload 'payload'
    `,
    packet: {
      ...head('connect', 83),
      protocolId: 'MQTT',
      protocolVersion: 5,
      will: {
        retain: true,
        qos: 2,
        properties: {
          willDelayInterval: 1234,
          payloadFormatIndicator: true,
          messageExpiryInterval: 4321,
          contentType: 'test',
          responseTopic: 'topic',
          correlationData: hex('01 02 03 04'),
          userProperties: { test: 'test' },
        },
        topic: 'topic',
        payload: utf8('payload'),
      },
      clean: true,
      keepalive: 60,
      properties: { sessionExpiryInterval: 3600 },
      clientId: 'c',
    },
  },
  {
    name: 'CONNECT with a will without properties, user name and password',
    clauses: ['MQTT-3.1.2-9', 'MQTT-3.1.2-17', 'MQTT-3.1.2-19'],
    version: 5,
    bytes: `
      10 20             // CONNECT, remaining length 32
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      ce                // connect flags: user name, password, will QoS 1, will, clean
      00 0a             // keep alive 10 s
      00                // property length 0
      00 03 64 65 76    // client identifier 'dev'
      00                // will property length 0
      00 01 77          // will topic 'w'
      00 01 78          // will payload 'x'
      00 03 61 6e 6e    // user name 'ann'
      00 02 70 77       // password 'pw'
    `,
    packet: {
      ...head('connect', 32),
      protocolId: 'MQTT',
      protocolVersion: 5,
      will: { retain: false, qos: 1, topic: 'w', payload: utf8('x') },
      clean: true,
      keepalive: 10,
      clientId: 'dev',
      username: 'ann',
      password: utf8('pw'),
    },
  },
  {
    name: 'CONNECT with a password and no user name',
    clauses: ['MQTT-3.1.2-18', 'MQTT-3.1.2-19'],
    version: 5,
    bytes: `
      10 15                // CONNECT, remaining length 21
      00 04 4d 51 54 54    // protocol name MQTT
      05                   // protocol version
      42                   // connect flags: password, clean
      00 3c                // keep alive 60 s
      00                   // property length 0
      00 01 63             // client identifier 'c'
      00 05 74 6f 6b 65 6e // password 'token'
    `,
    packet: {
      ...head('connect', 21),
      protocolId: 'MQTT',
      protocolVersion: 5,
      clean: true,
      keepalive: 60,
      clientId: 'c',
      password: utf8('token'),
    },
  },
  {
    name: 'CONNECT with repeated user properties, one of them named __proto__',
    clauses: ['MQTT5 section 3.1.2.11.8'],
    version: 5,
    bytes: `
      10 36                            // CONNECT, remaining length 54
      00 04 4d 51 54 54                // protocol name MQTT
      05                               // protocol version
      02                               // connect flags: clean
      00 3c                            // keep alive 60 s
      28                               // property length 40
      26
      00 01 6b                         // user property 'k'
      00 01 31                         // '1'
      26
      00 00                            // user property ''
      00 00                            // ''
      26
      00 01 6b                         // user property 'k'
      00 00                            // ''
      26
      00 09 5f 5f 70 72 6f 74 6f 5f 5f // user property '__proto__'
      00 01 78                         // 'x'
      26
      00 01 6b                         // user property 'k'
      00 01 33                         // '3'
      00 01 63                         // client identifier 'c'
    `,
    packet: {
      ...head('connect', 54),
      protocolId: 'MQTT',
      protocolVersion: 5,
      clean: true,
      keepalive: 60,
      properties: { userProperties: { k: ['1', '', '3'], '': '', ['__proto__']: 'x' } },
      clientId: 'c',
    },
    canonical: false,
  },
  {
    name: 'CONNECT of a bridge that speaks MQTT 5.0',
    clauses: ['MQTT-3.1.2-2'],
    version: 5,
    bytes: `
      10 0e             // CONNECT, remaining length 14
      00 04 4d 51 54 54 // protocol name MQTT
      85                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 63          // client identifier 'c'
    `,
    packet: {
      ...head('connect', 14),
      protocolId: 'MQTT',
      protocolVersion: 5,
      bridgeMode: true,
      clean: true,
      keepalive: 60,
      clientId: 'c',
    },
  },
  // accepted at a lower strictness
  {
    name: 'protocol name of MQTT 3.1 with version 4',
    clauses: ['MQTT-3.1.2-1'],
    version: 4,
    strictness: 'compat',
    bytes: `
      10 0f                   // CONNECT, remaining length 15
      00 06 4d 51 49 73 64 70 // protocol name MQIsdp
      04                      // protocol version
      02                      // connect flags: clean
      00 3c                   // keep alive 60 s
      00 01 63                // client identifier 'c'
    `,
    packet: {
      ...head('connect', 15),
      protocolId: 'MQIsdp',
      protocolVersion: 4,
      clean: true,
      keepalive: 60,
      clientId: 'c',
    },
    canonical: false,
  },
  {
    name: 'protocol name MQTT with version 3',
    clauses: ['MQTT-3.1.2-1'],
    version: 3,
    strictness: 'compat',
    bytes: `
      10 0d             // CONNECT, remaining length 13
      00 04 4d 51 54 54 // protocol name MQTT
      03                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
    `,
    packet: {
      ...head('connect', 13),
      protocolId: 'MQTT',
      protocolVersion: 3,
      clean: true,
      keepalive: 60,
      clientId: 'c',
    },
    canonical: false,
  },
  {
    name: 'password without a user name before MQTT 5.0',
    clauses: ['MQTT-3.1.2-22'],
    version: 4,
    strictness: 'compat',
    bytes: `
      10 10             // CONNECT, remaining length 16
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      42                // connect flags: password, clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
      00 01 70          // password 'p'
    `,
    packet: {
      ...head('connect', 16),
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 60,
      clientId: 'c',
      password: utf8('p'),
    },
    canonical: false,
  },
  {
    name: 'will topic with a wildcard',
    clauses: ['MQTT-4.7.1-1'],
    version: 4,
    strictness: 'compat',
    bytes: `
      10 15             // CONNECT, remaining length 21
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      06                // connect flags: will, clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
      00 03 61 2f 23    // will topic 'a/#'
      00 01 78          // will payload 'x'
    `,
    packet: {
      ...head('connect', 21),
      protocolId: 'MQTT',
      protocolVersion: 4,
      will: { retain: false, qos: 0, topic: 'a/#', payload: utf8('x') },
      clean: true,
      keepalive: 60,
      clientId: 'c',
    },
    canonical: false,
  },
  {
    name: 'bytes after the last field',
    clauses: ['MQTT-3.1.2-18'],
    version: 4,
    strictness: 'compat',
    bytes: `
      10 0f             // CONNECT, remaining length 15
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
      de ad             // surplus
    `,
    packet: {
      ...head('connect', 15),
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 60,
      clientId: 'c',
    },
    canonical: false,
  },
  {
    name: 'authentication data without a method',
    clauses: ['MQTT5 section 3.1.2.11.9'],
    version: 5,
    strictness: 'compat',
    bytes: `
      10 12             // CONNECT, remaining length 18
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      04                // property length 4
      16
      00 01 78          // authentication data
      00 01 63          // client identifier 'c'
    `,
    packet: {
      ...head('connect', 18),
      protocolId: 'MQTT',
      protocolVersion: 5,
      clean: true,
      keepalive: 60,
      properties: { authenticationData: utf8('x') },
      clientId: 'c',
    },
    canonical: false,
  },
  {
    name: 'control character in the client identifier',
    clauses: ['MQTT311 section 1.5.3'],
    version: 4,
    bytes: `
      10 0d             // CONNECT, remaining length 13
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00 01 01          // client identifier U+0001
    `,
    packet: {
      ...head('connect', 13),
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 60,
      clientId: '\x01',
    },
  },
];
