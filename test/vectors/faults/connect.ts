import type { FaultVector } from '../types.ts';

/** CONNECT that is refused. */
export const CONNECT_FAULTS: readonly FaultVector[] = [
  // protocol name and version
  {
    name: 'protocol name in lower case',
    clauses: ['MQTT-3.1.2-1'],
    version: 4,
    bytes: `
      10 0d             // CONNECT, remaining length 13
      00 04 6d 71 74 74 // protocol name
      04                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
    `,
    code: 'PROTOCOL_NAME',
    reasonCode: 0x84,
    offset: 2,
  },
  {
    name: 'unknown protocol name',
    clauses: ['MQTT-3.1.2-1'],
    version: 4,
    bytes: `
      10 0e                // CONNECT, remaining length 14
      00 05 4d 51 54 54 78 // protocol name
      04                   // protocol version
      02                   // connect flags: clean
      00 3c                // keep alive 60 s
      00 01 63             // client identifier 'c'
    `,
    code: 'PROTOCOL_NAME',
    reasonCode: 0x84,
    offset: 2,
  },
  {
    name: 'empty protocol name',
    clauses: ['MQTT-3.1.2-1'],
    version: 4,
    bytes: `
      10 09    // CONNECT, remaining length 9
      00 00    // protocol name
      04       // protocol version
      02       // connect flags: clean
      00 3c    // keep alive 60 s
      00 01 63 // client identifier 'c'
    `,
    code: 'PROTOCOL_NAME',
    reasonCode: 0x84,
    offset: 2,
  },
  {
    name: 'protocol name that is not text',
    clauses: ['MQTT-3.1.2-1'],
    version: 4,
    bytes: `
      10 0b       // CONNECT, remaining length 11
      00 02 ff fe // protocol name
      04          // protocol version
      02          // connect flags: clean
      00 3c       // keep alive 60 s
      00 01 63    // client identifier 'c'
    `,
    code: 'PROTOCOL_NAME',
    reasonCode: 0x84,
    offset: 2,
  },
  {
    name: 'protocol version 0',
    clauses: ['MQTT-3.1.2-2'],
    version: 4,
    bytes: `
      10 0d             // CONNECT, remaining length 13
      00 04 4d 51 54 54 // protocol name MQTT
      00                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
    `,
    code: 'PROTOCOL_VERSION',
    reasonCode: 0x84,
    offset: 8,
  },
  {
    name: 'protocol version 2',
    clauses: ['MQTT-3.1.2-2'],
    version: 4,
    bytes: `
      10 0d             // CONNECT, remaining length 13
      00 04 4d 51 54 54 // protocol name MQTT
      02                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
    `,
    code: 'PROTOCOL_VERSION',
    reasonCode: 0x84,
    offset: 8,
  },
  {
    name: 'protocol version 6',
    clauses: ['MQTT-3.1.2-2'],
    version: 4,
    bytes: `
      10 0d             // CONNECT, remaining length 13
      00 04 4d 51 54 54 // protocol name MQTT
      06                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
    `,
    code: 'PROTOCOL_VERSION',
    reasonCode: 0x84,
    offset: 8,
  },
  {
    name: 'protocol version 128',
    clauses: ['MQTT-3.1.2-2'],
    version: 4,
    bytes: `
      10 0d             // CONNECT, remaining length 13
      00 04 4d 51 54 54 // protocol name MQTT
      80                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
    `,
    code: 'PROTOCOL_VERSION',
    reasonCode: 0x84,
    offset: 8,
  },
  {
    name: 'protocol version 134',
    clauses: ['MQTT-3.1.2-2'],
    version: 4,
    bytes: `
      10 0d             // CONNECT, remaining length 13
      00 04 4d 51 54 54 // protocol name MQTT
      86                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
    `,
    code: 'PROTOCOL_VERSION',
    reasonCode: 0x84,
    offset: 8,
  },
  {
    name: 'protocol version 255',
    clauses: ['MQTT-3.1.2-2'],
    version: 4,
    bytes: `
      10 0d             // CONNECT, remaining length 13
      00 04 4d 51 54 54 // protocol name MQTT
      ff                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
    `,
    code: 'PROTOCOL_VERSION',
    reasonCode: 0x84,
    offset: 8,
  },
  {
    name: 'protocol name of MQTT 3.1 with version 4',
    clauses: ['MQTT-3.1.2-1'],
    version: 4,
    bytes: `
      10 0f                   // CONNECT, remaining length 15
      00 06 4d 51 49 73 64 70 // protocol name MQIsdp
      04                      // protocol version
      02                      // connect flags: clean
      00 3c                   // keep alive 60 s
      00 01 63                // client identifier 'c'
    `,
    code: 'PROTOCOL_NAME_VERSION_MISMATCH',
    reasonCode: 0x84,
    offset: 10,
  },
  {
    name: 'protocol name of MQTT 3.1 with version 5',
    clauses: ['MQTT-3.1.2-1'],
    version: 4,
    bytes: `
      10 10                   // CONNECT, remaining length 16
      00 06 4d 51 49 73 64 70 // protocol name MQIsdp
      05                      // protocol version
      02                      // connect flags: clean
      00 3c                   // keep alive 60 s
      00                      // property length 0
      00 01 63                // client identifier 'c'
    `,
    code: 'PROTOCOL_NAME_VERSION_MISMATCH',
    reasonCode: 0x84,
    offset: 10,
  },
  {
    name: 'protocol name MQTT with version 3',
    clauses: ['MQTT-3.1.2-1'],
    version: 4,
    bytes: `
      10 0d             // CONNECT, remaining length 13
      00 04 4d 51 54 54 // protocol name MQTT
      03                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
    `,
    code: 'PROTOCOL_NAME_VERSION_MISMATCH',
    reasonCode: 0x84,
    offset: 8,
  },
  {
    name: 'protocol name MQTT with version 3 of a bridge',
    clauses: ['MQTT-3.1.2-1'],
    version: 4,
    bytes: `
      10 0d             // CONNECT, remaining length 13
      00 04 4d 51 54 54 // protocol name MQTT
      83                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
    `,
    code: 'PROTOCOL_NAME_VERSION_MISMATCH',
    reasonCode: 0x84,
    offset: 8,
  },
  // connect flags
  {
    name: 'reserved connect flag',
    clauses: ['MQTT-3.1.2-3'],
    version: 4,
    bytes: `
      10 0d             // CONNECT, remaining length 13
      00 04 4d 51 54 54 // protocol name
      04                // protocol version
      03                // connect flags: clean, reserved
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
    `,
    code: 'CONNECT_FLAG_RESERVED',
    reasonCode: 0x81,
    offset: 9,
  },
  {
    name: 'reserved connect flag in MQTT 5.0',
    clauses: ['MQTT-3.1.2-3'],
    version: 5,
    bytes: `
      10 0e             // CONNECT, remaining length 14
      00 04 4d 51 54 54 // protocol name
      05                // protocol version
      03                // connect flags: clean, reserved
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 63          // client identifier 'c'
    `,
    code: 'CONNECT_FLAG_RESERVED',
    reasonCode: 0x81,
    offset: 9,
  },
  {
    name: 'will QoS 3',
    clauses: ['MQTT-3.1.2-14'],
    version: 4,
    bytes: `
      10 13             // CONNECT, remaining length 19
      00 04 4d 51 54 54 // protocol name
      04                // protocol version
      1e                // connect flags: will QoS 3, will, clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
      00 01 77          // will topic 'w'
      00 01 78          // will payload 'x'
    `,
    code: 'WILL_QOS',
    reasonCode: 0x81,
    offset: 9,
  },
  {
    name: 'will QoS 3 in MQTT 5.0',
    clauses: ['MQTT-3.1.2-12'],
    version: 5,
    bytes: `
      10 15             // CONNECT, remaining length 21
      00 04 4d 51 54 54 // protocol name
      05                // protocol version
      1e                // connect flags: will QoS 3, will, clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 63          // client identifier 'c'
      00                // will property length 0
      00 01 77          // will topic 'w'
      00 01 78          // will payload 'x'
    `,
    code: 'WILL_QOS',
    reasonCode: 0x81,
    offset: 9,
  },
  {
    name: 'will QoS 1 without a will',
    clauses: ['MQTT-3.1.2-13', 'MQTT-3.1.2-11'],
    version: 4,
    bytes: `
      10 0d             // CONNECT, remaining length 13
      00 04 4d 51 54 54 // protocol name
      04                // protocol version
      0a                // connect flags: will QoS 1, clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
    `,
    code: 'WILL_QOS_WITHOUT_WILL',
    reasonCode: 0x81,
    offset: 9,
  },
  {
    name: 'will QoS 2 without a will in MQTT 5.0',
    clauses: ['MQTT-3.1.2-11'],
    version: 5,
    bytes: `
      10 0e             // CONNECT, remaining length 14
      00 04 4d 51 54 54 // protocol name
      05                // protocol version
      12                // connect flags: will QoS 2, clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 63          // client identifier 'c'
    `,
    code: 'WILL_QOS_WITHOUT_WILL',
    reasonCode: 0x81,
    offset: 9,
  },
  {
    name: 'will retain without a will',
    clauses: ['MQTT-3.1.2-15', 'MQTT-3.1.2-11'],
    version: 4,
    bytes: `
      10 0d             // CONNECT, remaining length 13
      00 04 4d 51 54 54 // protocol name
      04                // protocol version
      22                // connect flags: will retain, clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
    `,
    code: 'WILL_RETAIN_WITHOUT_WILL',
    reasonCode: 0x81,
    offset: 9,
  },
  {
    name: 'will retain without a will in MQTT 5.0',
    clauses: ['MQTT-3.1.2-13'],
    version: 5,
    bytes: `
      10 0e             // CONNECT, remaining length 14
      00 04 4d 51 54 54 // protocol name
      05                // protocol version
      22                // connect flags: will retain, clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 63          // client identifier 'c'
    `,
    code: 'WILL_RETAIN_WITHOUT_WILL',
    reasonCode: 0x81,
    offset: 9,
  },
  {
    name: 'password without a user name',
    clauses: ['MQTT-3.1.2-22'],
    version: 4,
    bytes: `
      10 10             // CONNECT, remaining length 16
      00 04 4d 51 54 54 // protocol name
      04                // protocol version
      42                // connect flags: password, clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
      00 01 70          // password 'p'
    `,
    code: 'PASSWORD_WITHOUT_USERNAME',
    reasonCode: 0x81,
    offset: 9,
  },
  {
    name: 'password without a user name in MQTT 3.1',
    clauses: ['MQTT-3.1.2-22'],
    version: 3,
    bytes: `
      10 12                   // CONNECT, remaining length 18
      00 06 4d 51 49 73 64 70 // protocol name
      03                      // protocol version
      42                      // connect flags: password, clean
      00 3c                   // keep alive 60 s
      00 01 63                // client identifier 'c'
      00 01 70                // password 'p'
    `,
    code: 'PASSWORD_WITHOUT_USERNAME',
    reasonCode: 0x81,
    offset: 11,
  },
  // fields that are missing
  {
    name: 'no protocol name',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    bytes: `
      10 00 // CONNECT, remaining length 0
            // protocol name is missing
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'no client identifier',
    clauses: ['MQTT-3.1.3-3'],
    version: 4,
    bytes: `
      10 0a             // CONNECT, remaining length 10
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
                        // client identifier is missing
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 12,
  },
  {
    name: 'no client identifier in MQTT 5.0',
    clauses: ['MQTT-3.1.3-3'],
    version: 5,
    bytes: `
      10 0b             // CONNECT, remaining length 11
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00                // property length 0
                        // client identifier is missing
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 13,
  },
  {
    name: 'client identifier cut short',
    clauses: ['MQTT-3.1.3-3'],
    version: 4,
    bytes: `
      10 0f             // CONNECT, remaining length 15
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00 04 63 6c 69    // client identifier of 4 bytes, of which 3 are there
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 12,
  },
  {
    name: 'no property length in MQTT 5.0',
    clauses: ['MQTT-2.2.2-1'],
    version: 5,
    bytes: `
      10 0a             // CONNECT, remaining length 10
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
                        // property length is missing
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 12,
  },
  {
    name: 'no will topic',
    clauses: ['MQTT-3.1.2-9'],
    version: 4,
    bytes: `
      10 0d             // CONNECT, remaining length 13
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      06                // connect flags: will, clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
                        // will topic is missing
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 15,
  },
  {
    name: 'no will payload',
    clauses: ['MQTT-3.1.2-9'],
    version: 5,
    bytes: `
      10 12             // CONNECT, remaining length 18
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      06                // connect flags: will, clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 63          // client identifier 'c'
      00                // will property length 0
      00 01 77          // will topic 'w'
                        // will payload is missing
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 20,
  },
  {
    name: 'no user name',
    clauses: ['MQTT-3.1.2-19'],
    version: 4,
    bytes: `
      10 0d             // CONNECT, remaining length 13
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      82                // connect flags: user name, clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
                        // user name is missing
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 15,
  },
  {
    name: 'no user name in MQTT 5.0',
    clauses: ['MQTT-3.1.2-17'],
    version: 5,
    bytes: `
      10 0e             // CONNECT, remaining length 14
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      82                // connect flags: user name, clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 63          // client identifier 'c'
                        // user name is missing
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 16,
  },
  {
    name: 'no password',
    clauses: ['MQTT-3.1.2-21'],
    version: 4,
    bytes: `
      10 10             // CONNECT, remaining length 16
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      c2                // connect flags: user name, password, clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
      00 01 75          // user name 'u'
                        // password is missing
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 18,
  },
  {
    name: 'no password in MQTT 5.0',
    clauses: ['MQTT-3.1.2-19'],
    version: 5,
    bytes: `
      10 0e             // CONNECT, remaining length 14
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      42                // connect flags: password, clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 63          // client identifier 'c'
                        // password is missing
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 16,
  },
  // fields that are not announced
  {
    name: 'user name that the flags deny',
    clauses: ['MQTT-3.1.2-18'],
    version: 4,
    bytes: `
      10 10             // CONNECT, remaining length 16
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
      00 01 75          // user name 'u'
    `,
    code: 'TRAILING_BYTES',
    reasonCode: 0x81,
    offset: 15,
  },
  {
    name: 'user name that the flags deny in MQTT 5.0',
    clauses: ['MQTT-3.1.2-16'],
    version: 5,
    bytes: `
      10 11             // CONNECT, remaining length 17
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 63          // client identifier 'c'
      00 01 75          // user name 'u'
    `,
    code: 'TRAILING_BYTES',
    reasonCode: 0x81,
    offset: 16,
  },
  {
    name: 'password that the flags deny',
    clauses: ['MQTT-3.1.2-20'],
    version: 4,
    bytes: `
      10 13             // CONNECT, remaining length 19
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      82                // connect flags: user name, clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
      00 01 75          // user name 'u'
      00 01 70          // password 'p'
    `,
    code: 'TRAILING_BYTES',
    reasonCode: 0x81,
    offset: 18,
  },
  {
    name: 'password that the flags deny in MQTT 5.0',
    clauses: ['MQTT-3.1.2-18'],
    version: 5,
    bytes: `
      10 14             // CONNECT, remaining length 20
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      82                // connect flags: user name, clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 63          // client identifier 'c'
      00 01 75          // user name 'u'
      00 01 70          // password 'p'
    `,
    code: 'TRAILING_BYTES',
    reasonCode: 0x81,
    offset: 19,
  },
  {
    name: 'surplus byte after the password',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    bytes: `
      10 14             // CONNECT, remaining length 20
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      c2                // connect flags: user name, password, clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
      00 01 75          // user name 'u'
      00 01 70          // password 'p'
      00                // surplus
    `,
    code: 'TRAILING_BYTES',
    reasonCode: 0x81,
    offset: 21,
  },
  // text
  {
    name: 'client identifier that is not UTF-8',
    clauses: ['MQTT-3.1.3-4'],
    version: 4,
    bytes: `
      10 0e             // CONNECT, remaining length 14
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00 02 ff fe       // client identifier
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 12,
  },
  {
    name: 'client identifier that is not UTF-8 in MQTT 5.0',
    clauses: ['MQTT-3.1.3-4'],
    version: 5,
    bytes: `
      10 0e             // CONNECT, remaining length 14
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 c3          // client identifier
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 13,
  },
  {
    name: 'client identifier with U+0000',
    clauses: ['MQTT-1.5.3-2'],
    version: 4,
    bytes: `
      10 0f             // CONNECT, remaining length 15
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00 03 61 00 62    // client identifier
    `,
    code: 'STRING_HAS_NULL',
    reasonCode: 0x81,
    offset: 12,
  },
  {
    name: 'client identifier with U+0000 in MQTT 5.0',
    clauses: ['MQTT-1.5.4-2'],
    version: 5,
    bytes: `
      10 10             // CONNECT, remaining length 16
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 03 61 00 62    // client identifier
    `,
    code: 'STRING_HAS_NULL',
    reasonCode: 0x81,
    offset: 13,
  },
  {
    name: 'will topic that is not UTF-8',
    clauses: ['MQTT-3.1.3-10'],
    version: 4,
    bytes: `
      10 13             // CONNECT, remaining length 19
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      06                // connect flags: will, clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
      00 01 ff          // will topic
      00 01 78          // will payload 'x'
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 15,
  },
  {
    name: 'will topic that is not UTF-8 in MQTT 5.0',
    clauses: ['MQTT-3.1.3-11'],
    version: 5,
    bytes: `
      10 15             // CONNECT, remaining length 21
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      06                // connect flags: will, clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 63          // client identifier 'c'
      00                // will property length 0
      00 01 ff          // will topic
      00 01 78          // will payload 'x'
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 17,
  },
  {
    name: 'will topic with U+0000',
    clauses: ['MQTT-4.7.3-2'],
    version: 4,
    bytes: `
      10 15             // CONNECT, remaining length 21
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      06                // connect flags: will, clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
      00 03 61 00 62    // will topic
      00 01 78          // will payload 'x'
    `,
    code: 'STRING_HAS_NULL',
    reasonCode: 0x81,
    offset: 15,
  },
  {
    name: 'will topic with a wildcard',
    clauses: ['MQTT-4.7.1-1'],
    version: 4,
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
    code: 'TOPIC_NAME_WILDCARD',
    reasonCode: 0x90,
    offset: 15,
  },
  {
    name: 'will topic with a wildcard in MQTT 5.0',
    clauses: ['MQTT-4.7.0-1'],
    version: 5,
    bytes: `
      10 15             // CONNECT, remaining length 21
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      06                // connect flags: will, clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 63          // client identifier 'c'
      00                // will property length 0
      00 01 2b          // will topic '+'
      00 01 78          // will payload 'x'
    `,
    code: 'TOPIC_NAME_WILDCARD',
    reasonCode: 0x90,
    offset: 17,
  },
  {
    name: 'empty will topic',
    clauses: ['MQTT-4.7.3-1'],
    version: 4,
    bytes: `
      10 12             // CONNECT, remaining length 18
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      06                // connect flags: will, clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
      00 00             // will topic ''
      00 01 78          // will payload 'x'
    `,
    code: 'TOPIC_NAME_EMPTY',
    reasonCode: 0x82,
    offset: 15,
  },
  {
    name: 'user name that is not UTF-8',
    clauses: ['MQTT-3.1.3-11'],
    version: 4,
    bytes: `
      10 10             // CONNECT, remaining length 16
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      82                // connect flags: user name, clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
      00 01 ff          // user name
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 15,
  },
  {
    name: 'user name that is not UTF-8 in MQTT 5.0',
    clauses: ['MQTT-3.1.3-12'],
    version: 5,
    bytes: `
      10 11             // CONNECT, remaining length 17
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      82                // connect flags: user name, clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 63          // client identifier 'c'
      00 01 ff          // user name
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 16,
  },
  {
    name: 'user name with U+0000',
    clauses: ['MQTT-1.5.3-2'],
    version: 4,
    bytes: `
      10 12             // CONNECT, remaining length 18
      00 04 4d 51 54 54 // protocol name MQTT
      04                // protocol version
      82                // connect flags: user name, clean
      00 3c             // keep alive 60 s
      00 01 63          // client identifier 'c'
      00 03 61 00 62    // user name
    `,
    code: 'STRING_HAS_NULL',
    reasonCode: 0x81,
    offset: 15,
  },
  {
    name: 'will payload that is said to be UTF-8 and is not',
    clauses: ['MQTT5 section 3.1.3.2.3'],
    version: 5,
    strictness: 'strict',
    bytes: `
      10 17             // CONNECT, remaining length 23
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      06                // connect flags: will, clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 63          // client identifier 'c'
      02                // will property length 2
      01 01             // payload format: UTF-8
      00 01 77          // will topic 'w'
      00 01 ff          // will payload
    `,
    code: 'PAYLOAD_NOT_UTF8',
    reasonCode: 0x99,
    offset: 22,
  },
  // properties
  {
    name: 'will properties longer than the packet',
    clauses: ['MQTT5 section 2.2.2.1'],
    version: 5,
    bytes: `
      10 15             // CONNECT, remaining length 21
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      06                // connect flags: will, clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 63          // client identifier 'c'
      7f                // will property length 127
      00 01 77          // will topic 'w'
      00 01 78          // will payload 'x'
    `,
    code: 'PROPERTY_LENGTH',
    reasonCode: 0x81,
    offset: 16,
  },
  {
    name: 'CONNECT with authentication data and no method',
    clauses: ['MQTT5 section 3.1.2.11.9'],
    version: 5,
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
    code: 'AUTHENTICATION_DATA_WITHOUT_METHOD',
    reasonCode: 0x82,
    offset: 12,
  },
];
