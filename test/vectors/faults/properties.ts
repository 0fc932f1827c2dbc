import type { FaultVector } from '../types.ts';

/** Properties that are refused wherever they stand. */
export const PROPERTY_FAULTS: readonly FaultVector[] = [
  // bounds
  {
    name: 'properties longer than the packet',
    clauses: ['MQTT5 section 2.2.2.1'],
    version: 5,
    bytes: `
      30 06    // PUBLISH, remaining length 6
      00 01 74 // topic 't'
      20       // property length 32
      01 01    // payload format: UTF-8
    `,
    code: 'PROPERTY_LENGTH',
    reasonCode: 0x81,
    offset: 5,
  },
  {
    name: 'property length of five bytes',
    clauses: ['MQTT5 section 1.5.5'],
    version: 5,
    bytes: `
      30 08          // PUBLISH, remaining length 8
      00 01 74       // topic 't'
      ff ff ff ff 01 // property length
    `,
    code: 'VARIABLE_BYTE_INTEGER_MALFORMED',
    reasonCode: 0x81,
    offset: 5,
  },
  {
    name: 'property length in more bytes than it needs',
    clauses: ['MQTT-1.5.5-1'],
    version: 5,
    bytes: `
      30 06    // PUBLISH, remaining length 6
      00 01 74 // topic 't'
      80 00    // property length 0
      78       // payload 'x'
    `,
    code: 'VARIABLE_BYTE_INTEGER_NOT_MINIMAL',
    reasonCode: 0x81,
    offset: 5,
  },
  {
    name: 'property length cut short',
    clauses: ['MQTT-2.2.2-1'],
    version: 5,
    bytes: `
      30 04    // PUBLISH, remaining length 4
      00 01 74 // topic 't'
      80       // property length
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 5,
  },
  {
    name: 'identifier without a value',
    clauses: ['MQTT5 section 2.2.2'],
    version: 5,
    bytes: `
      30 06    // PUBLISH, remaining length 6
      00 01 74 // topic 't'
      01       // property length 1
      01       // payload format
               // value is missing
      01       // payload
    `,
    code: 'PROPERTY_TRUNCATED',
    reasonCode: 0x81,
    offset: 7,
  },
  {
    name: 'number of four bytes that runs into the payload',
    clauses: ['MQTT5 section 2.2.2'],
    version: 5,
    bytes: `
      30 0a       // PUBLISH, remaining length 10
      00 01 74    // topic 't'
      03          // property length 3
      02          // message expiry interval
      00 00 00 07 // 4 bytes, of which 2 are in the properties
      78          // payload 'x'
    `,
    code: 'PROPERTY_TRUNCATED',
    reasonCode: 0x81,
    offset: 7,
  },
  {
    name: 'number of two bytes that runs into the payload',
    clauses: ['MQTT5 section 2.2.2'],
    version: 5,
    bytes: `
      30 07    // PUBLISH, remaining length 7
      00 01 74 // topic 't'
      02       // property length 2
      23       // topic alias
      00 01    // 2 bytes, of which 1 is in the properties
    `,
    code: 'PROPERTY_TRUNCATED',
    reasonCode: 0x81,
    offset: 7,
  },
  {
    name: 'string that runs into the payload',
    clauses: ['MQTT5 section 2.2.2'],
    version: 5,
    bytes: `
      30 0c       // PUBLISH, remaining length 12
      00 01 74    // topic 't'
      04          // property length 4
      03          // content type
      00 05 68    // length 5, of which 1 is in the properties
      65 6c 6c 6f // payload 'ello'
    `,
    code: 'PROPERTY_TRUNCATED',
    reasonCode: 0x81,
    offset: 7,
  },
  {
    name: 'string whose length is cut short',
    clauses: ['MQTT5 section 2.2.2'],
    version: 5,
    bytes: `
      30 06    // PUBLISH, remaining length 6
      00 01 74 // topic 't'
      02       // property length 2
      03       // content type
      00       // half a length
    `,
    code: 'PROPERTY_TRUNCATED',
    reasonCode: 0x81,
    offset: 7,
  },
  {
    name: 'binary data that runs into the payload',
    clauses: ['MQTT5 section 2.2.2'],
    version: 5,
    bytes: `
      30 0a    // PUBLISH, remaining length 10
      00 01 74 // topic 't'
      04       // property length 4
      09       // correlation data
      00 03 01 // length 3, of which 1 is in the properties
      02 03    // payload
    `,
    code: 'PROPERTY_TRUNCATED',
    reasonCode: 0x81,
    offset: 7,
  },
  {
    name: 'variable byte integer that runs into the payload',
    clauses: ['MQTT5 section 2.2.2'],
    version: 5,
    bytes: `
      30 07    // PUBLISH, remaining length 7
      00 01 74 // topic 't'
      02       // property length 2
      0b       // subscription identifier
      80       // first of two bytes
      01       // payload
    `,
    code: 'PROPERTY_TRUNCATED',
    reasonCode: 0x81,
    offset: 7,
  },
  {
    name: 'user property without a value',
    clauses: ['MQTT-1.5.7-1'],
    version: 5,
    bytes: `
      30 08       // PUBLISH, remaining length 8
      00 01 74    // topic 't'
      04          // property length 4
      26 00 01 6b // user property 'k'
                  // value is missing
    `,
    code: 'PROPERTY_TRUNCATED',
    reasonCode: 0x81,
    offset: 10,
  },
  {
    name: 'user property whose value runs into the payload',
    clauses: ['MQTT-1.5.7-1'],
    version: 5,
    bytes: `
      30 0c       // PUBLISH, remaining length 12
      00 01 74    // topic 't'
      07          // property length 7
      26 00 01 6b // user property 'k'
      00 02 76    // value of 2 bytes, of which 1 is in the properties
      76          // payload 'v'
    `,
    code: 'PROPERTY_TRUNCATED',
    reasonCode: 0x81,
    offset: 10,
  },
  {
    name: 'properties of a SUBACK that run past its end',
    clauses: ['MQTT5 section 2.2.2.1'],
    version: 5,
    bytes: `
      90 04 // SUBACK, remaining length 4
      00 01 // packet identifier 1
      7f    // property length 127
      00    // granted QoS 0
    `,
    code: 'PROPERTY_LENGTH',
    reasonCode: 0x81,
    offset: 4,
  },
  {
    name: 'property in a PUBACK that runs past its properties',
    clauses: ['MQTT5 section 2.2.2'],
    version: 5,
    bytes: `
      40 07 // PUBACK, remaining length 7
      00 01 // packet identifier 1
      00    // reason code
      03    // property length 3
      1f    // reason string
      00 05 // length 5
    `,
    code: 'PROPERTY_TRUNCATED',
    reasonCode: 0x81,
    offset: 7,
  },
  // identifiers
  {
    name: 'undefined identifier 0',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      30 06    // PUBLISH, remaining length 6
      00 01 74 // topic 't'
      02       // property length 2
      00       // identifier 0
      01
    `,
    code: 'PROPERTY_UNKNOWN',
    reasonCode: 0x81,
    offset: 6,
  },
  {
    name: 'undefined identifier 4',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      30 06    // PUBLISH, remaining length 6
      00 01 74 // topic 't'
      02       // property length 2
      04       // identifier 4
      01
    `,
    code: 'PROPERTY_UNKNOWN',
    reasonCode: 0x81,
    offset: 6,
  },
  {
    name: 'undefined identifier 43',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      30 06    // PUBLISH, remaining length 6
      00 01 74 // topic 't'
      02       // property length 2
      2b       // identifier 43
      01
    `,
    code: 'PROPERTY_UNKNOWN',
    reasonCode: 0x81,
    offset: 6,
  },
  {
    name: 'undefined identifier 127',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      30 06    // PUBLISH, remaining length 6
      00 01 74 // topic 't'
      02       // property length 2
      7f       // identifier 127
      01
    `,
    code: 'PROPERTY_UNKNOWN',
    reasonCode: 0x81,
    offset: 6,
  },
  {
    name: 'undefined identifier 128 in two bytes',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      30 07    // PUBLISH, remaining length 7
      00 01 74 // topic 't'
      03       // property length 3
      80 01    // identifier 128
      01
    `,
    code: 'PROPERTY_UNKNOWN',
    reasonCode: 0x81,
    offset: 6,
  },
  {
    name: 'identifier in more bytes than it needs',
    clauses: ['MQTT-1.5.5-1'],
    version: 5,
    bytes: `
      30 0b       // PUBLISH, remaining length 11
      00 01 74    // topic 't'
      07          // property length 7
      82 00       // identifier 2
      00 00 00 01 // message expiry interval
      01
    `,
    code: 'VARIABLE_BYTE_INTEGER_NOT_MINIMAL',
    reasonCode: 0x81,
    offset: 6,
  },
  {
    name: 'identifier of five bytes',
    clauses: ['MQTT5 section 1.5.5'],
    version: 5,
    bytes: `
      30 09          // PUBLISH, remaining length 9
      00 01 74       // topic 't'
      05             // property length 5
      81 80 80 80 00 // identifier
    `,
    code: 'VARIABLE_BYTE_INTEGER_MALFORMED',
    reasonCode: 0x81,
    offset: 6,
  },
  // properties in the wrong packet
  {
    name: 'receive maximum in a PUBLISH',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      30 07    // PUBLISH, remaining length 7
      00 01 74 // topic 't'
      03       // property length 3
      21 00 01 // receive maximum 1
    `,
    code: 'PROPERTY_NOT_ALLOWED',
    reasonCode: 0x81,
    offset: 6,
  },
  {
    name: 'topic alias in a CONNECT',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      10 11             // CONNECT, remaining length 17
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      03                // property length 3
      23 00 01          // topic alias 1
      00 01 63          // client identifier 'c'
    `,
    code: 'PROPERTY_NOT_ALLOWED',
    reasonCode: 0x81,
    offset: 13,
  },
  {
    name: 'will delay interval in the properties of a CONNECT',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      10 13             // CONNECT, remaining length 19
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      05                // property length 5
      18 00 00 00 01    // will delay interval 1 s
      00 01 63          // client identifier 'c'
    `,
    code: 'PROPERTY_NOT_ALLOWED',
    reasonCode: 0x81,
    offset: 13,
  },
  {
    name: 'session expiry interval in a will',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      10 1a             // CONNECT, remaining length 26
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      06                // connect flags: will, clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 63          // client identifier 'c'
      05                // will property length 5
      11 00 00 00 01    // session expiry interval 1 s
      00 01 77          // will topic 'w'
      00 01 78          // will payload 'x'
    `,
    code: 'PROPERTY_NOT_ALLOWED',
    reasonCode: 0x81,
    offset: 17,
  },
  {
    name: 'topic alias in a will',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      10 18             // CONNECT, remaining length 24
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      06                // connect flags: will, clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 63          // client identifier 'c'
      03                // will property length 3
      23 00 01          // topic alias 1
      00 01 77          // will topic 'w'
      00 01 78          // will payload 'x'
    `,
    code: 'PROPERTY_NOT_ALLOWED',
    reasonCode: 0x81,
    offset: 17,
  },
  {
    name: 'subscription identifier in a SUBACK',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      90 06 // SUBACK, remaining length 6
      00 01 // packet identifier 1
      02    // property length 2
      0b 01 // subscription identifier 1
      00    // granted QoS 0
    `,
    code: 'PROPERTY_NOT_ALLOWED',
    reasonCode: 0x81,
    offset: 5,
  },
  {
    name: 'reason string in a SUBSCRIBE',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      82 0b    // SUBSCRIBE, remaining length 11
      00 01    // packet identifier 1
      04       // property length 4
      1f       // reason string 'x'
      00 01 78
      00 01 61 // topic filter 'a'
      00       // QoS 0
    `,
    code: 'PROPERTY_NOT_ALLOWED',
    reasonCode: 0x81,
    offset: 5,
  },
  {
    name: 'subscription identifier in an UNSUBSCRIBE',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      a2 08    // UNSUBSCRIBE, remaining length 8
      00 01    // packet identifier 1
      02       // property length 2
      0b 01    // subscription identifier 1
      00 01 61 // topic filter 'a'
    `,
    code: 'PROPERTY_NOT_ALLOWED',
    reasonCode: 0x81,
    offset: 5,
  },
  {
    name: 'server reference in an AUTH',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      f0 0a    // AUTH, remaining length 10
      18       // reason code
      08       // property length 8
      15
      00 01 6d // authentication method 'm'
      1c       // server reference
      00 01 78
    `,
    code: 'PROPERTY_NOT_ALLOWED',
    reasonCode: 0x81,
    offset: 8,
  },
  {
    name: 'session expiry interval in a PUBREC',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      50 09          // PUBREC, remaining length 9
      00 01          // packet identifier 1
      00             // reason code
      05             // property length 5
      11 00 00 00 01 // session expiry interval 1 s
    `,
    code: 'PROPERTY_NOT_ALLOWED',
    reasonCode: 0x81,
    offset: 6,
  },
  // properties that may not be repeated
  {
    name: 'message expiry interval twice',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      30 10          // PUBLISH, remaining length 16
      00 01 74       // topic 't'
      0a             // property length 10
      02 00 00 00 01 // message expiry interval 1 s
      02 00 00 00 02 // message expiry interval 2 s
      68 69          // payload 'hi'
    `,
    code: 'PROPERTY_DUPLICATE',
    reasonCode: 0x82,
    offset: 11,
  },
  {
    name: 'message expiry interval twice, the first 0',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      30 10          // PUBLISH, remaining length 16
      00 01 74       // topic 't'
      0a             // property length 10
      02 00 00 00 00 // message expiry interval 0 s
      02 00 00 00 02 // message expiry interval 2 s
      68 69          // payload 'hi'
    `,
    code: 'PROPERTY_DUPLICATE',
    reasonCode: 0x82,
    offset: 11,
  },
  {
    name: 'payload format twice, the first 0',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      30 08    // PUBLISH, remaining length 8
      00 01 74 // topic 't'
      04       // property length 4
      01 00    // payload format
      01 00    // payload format
    `,
    code: 'PROPERTY_DUPLICATE',
    reasonCode: 0x82,
    offset: 8,
  },
  {
    name: 'content type twice, the first empty',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      30 0b       // PUBLISH, remaining length 11
      00 01 74    // topic 't'
      07          // property length 7
      03 00 00    // content type
      03 00 01 79 // content type
    `,
    code: 'PROPERTY_DUPLICATE',
    reasonCode: 0x82,
    offset: 9,
  },
  {
    name: 'correlation data twice',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      30 0a    // PUBLISH, remaining length 10
      00 01 74 // topic 't'
      06       // property length 6
      09 00 00 // correlation data
      09 00 00 // correlation data
    `,
    code: 'PROPERTY_DUPLICATE',
    reasonCode: 0x82,
    offset: 9,
  },
  {
    name: 'receive maximum twice in a CONNECT',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      10 14             // CONNECT, remaining length 20
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      06                // property length 6
      21 00 01          // receive maximum 1
      21 00 02          // receive maximum 2
      00 01 63          // client identifier 'c'
    `,
    code: 'PROPERTY_DUPLICATE',
    reasonCode: 0x82,
    offset: 16,
  },
  {
    name: 'subscription identifier twice in a SUBSCRIBE',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      82 0b    // SUBSCRIBE, remaining length 11
      00 01    // packet identifier 1
      04       // property length 4
      0b 01    // subscription identifier 1
      0b 02    // subscription identifier 2
      00 01 61 // topic filter 'a'
      00       // QoS 0
    `,
    code: 'PROPERTY_DUPLICATE',
    reasonCode: 0x82,
    offset: 7,
  },
  {
    name: 'reason string twice in a PUBACK',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      40 0c       // PUBACK, remaining length 12
      00 01       // packet identifier 1
      00          // reason code
      08          // property length 8
      1f 00 01 61 // reason string
      1f 00 01 61 // reason string
    `,
    code: 'PROPERTY_DUPLICATE',
    reasonCode: 0x82,
    offset: 10,
  },
  {
    name: 'will delay interval twice',
    clauses: ['MQTT5 section 2.2.2.2'],
    version: 5,
    bytes: `
      10 1f             // CONNECT, remaining length 31
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      06                // connect flags: will, clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 63          // client identifier 'c'
      0a                // will property length 10
      18 00 00 00 00    // will delay interval 0 s
      18 00 00 00 01    // will delay interval 1 s
      00 01 77          // will topic 'w'
      00 01 78          // will payload 'x'
    `,
    code: 'PROPERTY_DUPLICATE',
    reasonCode: 0x82,
    offset: 22,
  },
  // values
  {
    name: 'payload format 2',
    clauses: ['MQTT5 section 3.3.2.3.2'],
    version: 5,
    bytes: `
      30 08    // PUBLISH, remaining length 8
      00 01 74 // topic 't'
      02       // property length 2
      01       // payload format
      02
      68 69    // payload 'hi'
    `,
    code: 'PROPERTY_VALUE',
    reasonCode: 0x82,
    offset: 7,
  },
  {
    name: 'subscription identifier 0 in a PUBLISH',
    clauses: ['MQTT5 section 3.8.2.1.2'],
    version: 5,
    bytes: `
      30 06    // PUBLISH, remaining length 6
      00 01 74 // topic 't'
      02       // property length 2
      0b       // subscription identifier
      00
    `,
    code: 'PROPERTY_VALUE',
    reasonCode: 0x82,
    offset: 7,
  },
  {
    name: 'subscription identifier 0 in a SUBSCRIBE',
    clauses: ['MQTT5 section 3.8.2.1.2'],
    version: 5,
    bytes: `
      82 09    // SUBSCRIBE, remaining length 9
      00 01    // packet identifier 1
      02       // property length 2
      0b       // subscription identifier
      00
      00 01 61 // topic filter 'a'
      00       // QoS 0
    `,
    code: 'PROPERTY_VALUE',
    reasonCode: 0x82,
    offset: 6,
  },
  {
    name: 'subscription identifier in more bytes than it needs',
    clauses: ['MQTT-1.5.5-1'],
    version: 5,
    bytes: `
      82 0a    // SUBSCRIBE, remaining length 10
      00 01    // packet identifier 1
      03       // property length 3
      0b       // subscription identifier
      81 00
      00 01 61 // topic filter 'a'
      00       // QoS 0
    `,
    code: 'VARIABLE_BYTE_INTEGER_NOT_MINIMAL',
    reasonCode: 0x81,
    offset: 6,
  },
  {
    name: 'subscription identifier of five bytes',
    clauses: ['MQTT5 section 1.5.5'],
    version: 5,
    bytes: `
      82 0d    // SUBSCRIBE, remaining length 13
      00 01    // packet identifier 1
      06       // property length 6
      0b       // subscription identifier
      ff ff ff ff 01
      00 01 61 // topic filter 'a'
      00       // QoS 0
    `,
    code: 'VARIABLE_BYTE_INTEGER_MALFORMED',
    reasonCode: 0x81,
    offset: 6,
  },
  {
    name: 'receive maximum 0',
    clauses: ['MQTT5 section 3.1.2.11.3'],
    version: 5,
    bytes: `
      10 11             // CONNECT, remaining length 17
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      03                // property length 3
      21                // receive maximum
      00 00
      00 01 63          // client identifier 'c'
    `,
    code: 'PROPERTY_VALUE',
    reasonCode: 0x82,
    offset: 14,
  },
  {
    name: 'maximum packet size 0',
    clauses: ['MQTT5 section 3.1.2.11.4'],
    version: 5,
    bytes: `
      10 13             // CONNECT, remaining length 19
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      05                // property length 5
      27                // maximum packet size
      00 00 00 00
      00 01 63          // client identifier 'c'
    `,
    code: 'PROPERTY_VALUE',
    reasonCode: 0x82,
    offset: 14,
  },
  {
    name: 'request problem information 7',
    clauses: ['MQTT5 section 3.1.2.11.7'],
    version: 5,
    bytes: `
      10 10             // CONNECT, remaining length 16
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      02                // property length 2
      17                // request problem information
      07
      00 01 63          // client identifier 'c'
    `,
    code: 'PROPERTY_VALUE',
    reasonCode: 0x82,
    offset: 14,
  },
  {
    name: 'request response information 2',
    clauses: ['MQTT5 section 3.1.2.11.6'],
    version: 5,
    bytes: `
      10 10             // CONNECT, remaining length 16
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      02                // property length 2
      19                // request response information
      02
      00 01 63          // client identifier 'c'
    `,
    code: 'PROPERTY_VALUE',
    reasonCode: 0x82,
    offset: 14,
  },
  {
    name: 'will payload format 3',
    clauses: ['MQTT5 section 3.3.2.3.2'],
    version: 5,
    bytes: `
      10 17             // CONNECT, remaining length 23
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      06                // connect flags: will, clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 63          // client identifier 'c'
      02                // will property length 2
      01                // payload format
      03
      00 01 77          // will topic 'w'
      00 01 78          // will payload 'x'
    `,
    code: 'PROPERTY_VALUE',
    reasonCode: 0x82,
    offset: 18,
  },
  // text
  {
    name: 'name of a user property that is not UTF-8',
    clauses: ['MQTT-1.5.7-1'],
    version: 5,
    bytes: `
      30 0b    // PUBLISH, remaining length 11
      00 01 74 // topic 't'
      07       // property length 7
      26       // user property
      00 01 ff
      00 01 76
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 7,
  },
  {
    name: 'value of a user property that is not UTF-8',
    clauses: ['MQTT-1.5.7-1'],
    version: 5,
    bytes: `
      30 0b    // PUBLISH, remaining length 11
      00 01 74 // topic 't'
      07       // property length 7
      26       // user property
      00 01 6b
      00 01 ff
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 10,
  },
  {
    name: 'value of a user property with U+0000',
    clauses: ['MQTT-1.5.7-1', 'MQTT-1.5.4-2'],
    version: 5,
    bytes: `
      30 0d    // PUBLISH, remaining length 13
      00 01 74 // topic 't'
      09       // property length 9
      26       // user property
      00 01 6b
      00 03 61 00 62
    `,
    code: 'STRING_HAS_NULL',
    reasonCode: 0x81,
    offset: 10,
  },
  {
    name: 'reason string that is not UTF-8',
    clauses: ['MQTT-1.5.4-1'],
    version: 5,
    bytes: `
      40 0a // PUBACK, remaining length 10
      00 01 // packet identifier 1
      00    // reason code
      06    // property length 6
      1f    // reason string
      00 03 ed bf bf
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 7,
  },
  {
    name: 'reason string with U+0000',
    clauses: ['MQTT-1.5.4-2'],
    version: 5,
    bytes: `
      90 0a // SUBACK, remaining length 10
      00 01 // packet identifier 1
      06    // property length 6
      1f    // reason string
      00 03 61 00 62
      00    // granted QoS 0
    `,
    code: 'STRING_HAS_NULL',
    reasonCode: 0x81,
    offset: 6,
  },
  {
    name: 'authentication method that is not UTF-8',
    clauses: ['MQTT-1.5.4-1'],
    version: 5,
    bytes: `
      10 12             // CONNECT, remaining length 18
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      04                // property length 4
      15                // authentication method
      00 01 ff
      00 01 63          // client identifier 'c'
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 14,
  },
  {
    name: 'assigned client identifier that is not UTF-8',
    clauses: ['MQTT-1.5.4-1'],
    version: 5,
    bytes: `
      20 07 // CONNACK, remaining length 7
      00    // flags
      00    // reason code
      04    // property length 4
      12    // assigned client identifier
      00 01 80
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 6,
  },
];
