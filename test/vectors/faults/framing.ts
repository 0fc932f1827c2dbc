import type { FaultVector } from '../types.ts';

/** Fixed header, length of the packet, packet identifier, and the data types as such. */
export const FRAMING_FAULTS: readonly FaultVector[] = [
  // remaining length
  {
    name: 'remaining length of five bytes',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    bytes: `
      c0             // PINGREQ
      ff ff ff ff 7f // remaining length
    `,
    code: 'REMAINING_LENGTH_MALFORMED',
    reasonCode: 0x81,
    offset: 1,
  },
  {
    name: 'remaining length of five bytes in MQTT 5.0',
    clauses: ['MQTT5 section 1.5.5'],
    version: 5,
    bytes: `
      30             // PUBLISH
      80 80 80 80 00 // remaining length
    `,
    code: 'REMAINING_LENGTH_MALFORMED',
    reasonCode: 0x81,
    offset: 1,
  },
  {
    name: 'remaining length in more bytes than it needs',
    clauses: ['MQTT-1.5.5-1'],
    version: 5,
    bytes: `
      40    // PUBACK
      82 00 // remaining length
      00 01 // packet identifier 1
    `,
    code: 'REMAINING_LENGTH_NOT_MINIMAL',
    reasonCode: 0x81,
    offset: 1,
  },
  {
    name: 'remaining length of four bytes where one would do',
    clauses: ['MQTT-1.5.5-1'],
    version: 5,
    bytes: `
      30          // PUBLISH
      84 80 80 00 // remaining length
      00 01 74    // topic 't'
      00          // property length 0
    `,
    code: 'REMAINING_LENGTH_NOT_MINIMAL',
    reasonCode: 0x81,
    offset: 1,
  },
  {
    name: 'remaining length of 0 in two bytes',
    clauses: ['MQTT-1.5.5-1'],
    version: 5,
    bytes: `
      c0    // PINGREQ
      80 00 // remaining length
    `,
    code: 'REMAINING_LENGTH_NOT_MINIMAL',
    reasonCode: 0x81,
    offset: 1,
  },
  {
    name: 'remaining length in more bytes than it needs, before MQTT 5.0',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    strictness: 'strict',
    bytes: `
      40          // PUBACK
      82 80 80 00 // remaining length
      00 01       // packet identifier 1
    `,
    code: 'REMAINING_LENGTH_NOT_MINIMAL',
    reasonCode: 0x81,
    offset: 1,
  },
  {
    name: 'remaining length in more bytes than it needs in a CONNECT of MQTT 5.0',
    clauses: ['MQTT-1.5.5-1'],
    version: 4,
    bytes: `
      10                // CONNECT
      8e 00             // remaining length
      00 04 4d 51 54 54 // protocol name MQTT
      05                // protocol version
      02                // connect flags: clean
      00 3c             // keep alive 60 s
      00                // property length 0
      00 01 63          // client identifier 'c'
    `,
    code: 'REMAINING_LENGTH_NOT_MINIMAL',
    reasonCode: 0x81,
    offset: 1,
  },
  // packet type and sender
  {
    name: 'packet type 0',
    clauses: ['MQTT311 section 2.2.1'],
    version: 4,
    bytes: `
      00 // reserved packet type
      00 // remaining length 0
    `,
    code: 'PACKET_TYPE_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'packet type 0 in MQTT 5.0',
    clauses: ['MQTT5 section 2.1.2'],
    version: 5,
    bytes: `
      00 // reserved packet type
      00 // remaining length 0
    `,
    code: 'PACKET_TYPE_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'packet type 15 in MQTT 3.1',
    clauses: ['MQTT311 section 2.2.1'],
    version: 3,
    bytes: `
      f0 // AUTH
      00 // remaining length 0
    `,
    code: 'PACKET_TYPE_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'packet type 15 in MQTT 3.1.1',
    clauses: ['MQTT311 section 2.2.1'],
    version: 4,
    bytes: `
      f0 // AUTH
      00 // remaining length 0
    `,
    code: 'PACKET_TYPE_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'CONNACK from a client',
    clauses: ['MQTT311 section 2.2.1', 'MQTT-4.8.0-1'],
    version: 4,
    sender: 'client',
    bytes: `
      20 // CONNACK
      00 // remaining length 0
    `,
    code: 'PACKET_SENDER',
    reasonCode: 0x82,
    offset: 0,
  },
  {
    name: 'SUBACK from a client',
    clauses: ['MQTT5 section 2.1.2'],
    version: 5,
    sender: 'client',
    bytes: `
      90 // SUBACK
      00 // remaining length 0
    `,
    code: 'PACKET_SENDER',
    reasonCode: 0x82,
    offset: 0,
  },
  {
    name: 'UNSUBACK from a client',
    clauses: ['MQTT311 section 2.2.1', 'MQTT-4.8.0-1'],
    version: 4,
    sender: 'client',
    bytes: `
      b0 // UNSUBACK
      00 // remaining length 0
    `,
    code: 'PACKET_SENDER',
    reasonCode: 0x82,
    offset: 0,
  },
  {
    name: 'PINGRESP from a client',
    clauses: ['MQTT311 section 2.2.1', 'MQTT-4.8.0-1'],
    version: 4,
    sender: 'client',
    bytes: `
      d0 // PINGRESP
      00 // remaining length 0
    `,
    code: 'PACKET_SENDER',
    reasonCode: 0x82,
    offset: 0,
  },
  {
    name: 'CONNECT from a server',
    clauses: ['MQTT311 section 2.2.1', 'MQTT-4.8.0-1'],
    version: 4,
    sender: 'server',
    bytes: `
      10 // CONNECT
      00 // remaining length 0
    `,
    code: 'PACKET_SENDER',
    reasonCode: 0x82,
    offset: 0,
  },
  {
    name: 'SUBSCRIBE from a server',
    clauses: ['MQTT5 section 2.1.2'],
    version: 5,
    sender: 'server',
    bytes: `
      82 // SUBSCRIBE
      00 // remaining length 0
    `,
    code: 'PACKET_SENDER',
    reasonCode: 0x82,
    offset: 0,
  },
  {
    name: 'UNSUBSCRIBE from a server',
    clauses: ['MQTT311 section 2.2.1', 'MQTT-4.8.0-1'],
    version: 4,
    sender: 'server',
    bytes: `
      a2 // UNSUBSCRIBE
      00 // remaining length 0
    `,
    code: 'PACKET_SENDER',
    reasonCode: 0x82,
    offset: 0,
  },
  {
    name: 'PINGREQ from a server',
    clauses: ['MQTT5 section 2.1.2'],
    version: 5,
    sender: 'server',
    bytes: `
      c0 // PINGREQ
      00 // remaining length 0
    `,
    code: 'PACKET_SENDER',
    reasonCode: 0x82,
    offset: 0,
  },
  {
    name: 'DISCONNECT from a server before MQTT 5.0',
    clauses: ['MQTT311 section 2.2.1', 'MQTT-4.8.0-1'],
    version: 4,
    sender: 'server',
    bytes: `
      e0 // DISCONNECT
      00 // remaining length 0
    `,
    code: 'PACKET_SENDER',
    reasonCode: 0x82,
    offset: 0,
  },
  // flags of the fixed header
  {
    name: 'CONNECT with flags 1',
    clauses: ['MQTT-2.2.2-2'],
    version: 4,
    bytes: `
      11 // CONNECT
      00 // remaining length 0
    `,
    code: 'HEADER_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'CONNACK with flags 1',
    clauses: ['MQTT-2.2.2-2'],
    version: 4,
    bytes: `
      21 // CONNACK
      00 // remaining length 0
    `,
    code: 'HEADER_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'PUBACK with flags 1',
    clauses: ['MQTT-2.2.2-2'],
    version: 4,
    bytes: `
      41 // PUBACK
      00 // remaining length 0
    `,
    code: 'HEADER_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'PUBREC with flags 2',
    clauses: ['MQTT-2.2.2-2'],
    version: 4,
    bytes: `
      52 // PUBREC
      00 // remaining length 0
    `,
    code: 'HEADER_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'PUBCOMP with flags 2',
    clauses: ['MQTT-2.2.2-2'],
    version: 4,
    bytes: `
      72 // PUBCOMP
      00 // remaining length 0
    `,
    code: 'HEADER_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'SUBACK with flags 1',
    clauses: ['MQTT-2.2.2-2'],
    version: 4,
    bytes: `
      91 // SUBACK
      00 // remaining length 0
    `,
    code: 'HEADER_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'UNSUBACK with flags 8',
    clauses: ['MQTT-2.2.2-2'],
    version: 4,
    bytes: `
      b8 // UNSUBACK
      00 // remaining length 0
    `,
    code: 'HEADER_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'PINGREQ with flags 1',
    clauses: ['MQTT-2.2.2-2'],
    version: 4,
    bytes: `
      c1 // PINGREQ
      00 // remaining length 0
    `,
    code: 'HEADER_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'PINGRESP with flags 8',
    clauses: ['MQTT-2.2.2-2'],
    version: 4,
    bytes: `
      d8 // PINGRESP
      00 // remaining length 0
    `,
    code: 'HEADER_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'PINGREQ with flags 2 in MQTT 5.0',
    clauses: ['MQTT-2.1.3-1'],
    version: 5,
    bytes: `
      c2 // PINGREQ
      00 // remaining length 0
    `,
    code: 'HEADER_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'PUBREL with flags 0 in version 4',
    clauses: ['MQTT-3.6.1-1'],
    version: 4,
    bytes: `
      60 // PUBREL
      00 // remaining length 0
    `,
    code: 'HEADER_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'PUBREL with flags 3 in version 5',
    clauses: ['MQTT-3.6.1-1'],
    version: 5,
    bytes: `
      63 // PUBREL
      00 // remaining length 0
    `,
    code: 'HEADER_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'PUBREL with flags 10 in version 4',
    clauses: ['MQTT-3.6.1-1'],
    version: 4,
    bytes: `
      6a // PUBREL
      00 // remaining length 0
    `,
    code: 'HEADER_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'SUBSCRIBE with flags 0 in version 4',
    clauses: ['MQTT-3.8.1-1'],
    version: 4,
    bytes: `
      80 // SUBSCRIBE
      00 // remaining length 0
    `,
    code: 'HEADER_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'SUBSCRIBE with flags 10 in version 5',
    clauses: ['MQTT-3.8.1-1'],
    version: 5,
    bytes: `
      8a // SUBSCRIBE
      00 // remaining length 0
    `,
    code: 'HEADER_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'SUBSCRIBE with flags 8 in version 3',
    clauses: ['MQTT-3.8.1-1'],
    version: 3,
    bytes: `
      88 // SUBSCRIBE
      00 // remaining length 0
    `,
    code: 'HEADER_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'UNSUBSCRIBE with flags 0 in version 4',
    clauses: ['MQTT-3.10.1-1'],
    version: 4,
    bytes: `
      a0 // UNSUBSCRIBE
      00 // remaining length 0
    `,
    code: 'HEADER_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'UNSUBSCRIBE with flags 3 in version 5',
    clauses: ['MQTT-3.10.1-1'],
    version: 5,
    bytes: `
      a3 // UNSUBSCRIBE
      00 // remaining length 0
    `,
    code: 'HEADER_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'DISCONNECT with flags 1 in version 4',
    clauses: ['MQTT-3.14.1-1'],
    version: 4,
    bytes: `
      e1 // DISCONNECT
      00 // remaining length 0
    `,
    code: 'HEADER_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'AUTH with flags 1 in version 5',
    clauses: ['MQTT-3.15.1-1'],
    version: 5,
    bytes: `
      f1 // AUTH
      00 // remaining length 0
    `,
    code: 'HEADER_FLAGS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'PUBLISH with QoS 3',
    clauses: ['MQTT-3.3.1-4'],
    version: 4,
    bytes: `
      36             // PUBLISH, QoS 3
      05             // remaining length 5
      00 03 61 2f 62 // topic 'a/b'
    `,
    code: 'QOS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'PUBLISH with QoS 3 and DUP in MQTT 5.0',
    clauses: ['MQTT-3.3.1-4'],
    version: 5,
    bytes: `
      3e             // PUBLISH, DUP, QoS 3
      06             // remaining length 6
      00 03 61 2f 62 // topic 'a/b'
      00             // property length 0
    `,
    code: 'QOS_RESERVED',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'PUBLISH of QoS 0 with DUP',
    clauses: ['MQTT-3.3.1-2'],
    version: 4,
    bytes: `
      38       // PUBLISH, DUP
      03       // remaining length 3
      00 01 61 // topic 'a'
    `,
    code: 'DUP_WITHOUT_QOS',
    reasonCode: 0x81,
    offset: 0,
  },
  {
    name: 'PUBLISH of QoS 0 with DUP and RETAIN in MQTT 5.0',
    clauses: ['MQTT-3.3.1-2'],
    version: 5,
    bytes: `
      39       // PUBLISH, DUP, RETAIN
      04       // remaining length 4
      00 01 61 // topic 'a'
      00       // property length 0
    `,
    code: 'DUP_WITHOUT_QOS',
    reasonCode: 0x81,
    offset: 0,
  },
  // packets that are too short or too long
  {
    name: 'PINGREQ with a body',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    bytes: `
      c0 02 // PINGREQ, remaining length 2
      00 00 // surplus
    `,
    code: 'TRAILING_BYTES',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'PINGRESP with a body',
    clauses: ['MQTT5 section 2.1.4'],
    version: 5,
    bytes: `
      d0 01 // PINGRESP, remaining length 1
      00    // surplus
    `,
    code: 'TRAILING_BYTES',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'DISCONNECT with a body before MQTT 5.0',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    bytes: `
      e0 01 // DISCONNECT, remaining length 1
      00    // surplus
    `,
    code: 'TRAILING_BYTES',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'PUBACK with a surplus byte',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    bytes: `
      40 03 // PUBACK, remaining length 3
      00 01 // packet identifier 1
      00    // surplus
    `,
    code: 'TRAILING_BYTES',
    reasonCode: 0x81,
    offset: 4,
  },
  {
    name: 'PUBREL of MQTT 5.0 with a surplus byte after the properties',
    clauses: ['MQTT5 section 2.1.4'],
    version: 5,
    bytes: `
      62 05 // PUBREL, remaining length 5
      00 01 // packet identifier 1
      00    // reason code
      00    // property length 0
      00    // surplus
    `,
    code: 'TRAILING_BYTES',
    reasonCode: 0x81,
    offset: 6,
  },
  {
    name: 'UNSUBACK with a surplus byte before MQTT 5.0',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    bytes: `
      b0 03 // UNSUBACK, remaining length 3
      00 01 // packet identifier 1
      00    // surplus
    `,
    code: 'TRAILING_BYTES',
    reasonCode: 0x81,
    offset: 4,
  },
  {
    name: 'DISCONNECT of MQTT 5.0 with bytes after the properties',
    clauses: ['MQTT5 section 2.1.4'],
    version: 5,
    bytes: `
      e0 03 // DISCONNECT, remaining length 3
      00    // reason code
      00    // property length 0
      01    // surplus
    `,
    code: 'TRAILING_BYTES',
    reasonCode: 0x81,
    offset: 4,
  },
  {
    name: 'AUTH with bytes after the properties',
    clauses: ['MQTT5 section 2.1.4'],
    version: 5,
    bytes: `
      f0 07    // AUTH, remaining length 7
      18       // reason code
      04       // property length 4
      15
      00 01 6d // authentication method 'm'
      ff       // surplus
    `,
    code: 'TRAILING_BYTES',
    reasonCode: 0x81,
    offset: 8,
  },
  {
    name: 'PUBACK of one byte',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    bytes: `
      40 01 // PUBACK, remaining length 1
      01    // half a packet identifier
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'PUBACK without a body in version 4',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    bytes: `
      40 00 // PUBACK, remaining length 0
            // packet identifier is missing
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'PUBREC without a body in version 5',
    clauses: ['MQTT5 section 2.1.4'],
    version: 5,
    bytes: `
      50 00 // PUBREC, remaining length 0
            // packet identifier is missing
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'SUBSCRIBE without a body in version 4',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    bytes: `
      82 00 // SUBSCRIBE, remaining length 0
            // packet identifier is missing
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'UNSUBACK without a body in version 5',
    clauses: ['MQTT5 section 2.1.4'],
    version: 5,
    bytes: `
      b0 00 // UNSUBACK, remaining length 0
            // packet identifier is missing
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'CONNACK without a body',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    bytes: `
      20 00 // CONNACK, remaining length 0
            // flags are missing
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'CONNACK without a return code',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    bytes: `
      20 01 // CONNACK, remaining length 1
      00    // flags
            // return code is missing
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 3,
  },
  {
    name: 'PUBLISH without a body',
    clauses: ['MQTT-3.3.2-1'],
    version: 4,
    bytes: `
      30 00 // PUBLISH, remaining length 0
            // topic is missing
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'PUBLISH whose topic is longer than the packet',
    clauses: ['MQTT-3.3.2-1'],
    version: 4,
    bytes: `
      30 05          // PUBLISH, remaining length 5
      00 05 61 2f 62 // topic of 5 bytes, of which 3 are there
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'PUBLISH of QoS 1 that ends before the packet identifier',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    bytes: `
      32 03    // PUBLISH, QoS 1, remaining length 3
      00 01 61 // topic 'a'
               // packet identifier is missing
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 5,
  },
  {
    name: 'PUBLISH of MQTT 5.0 without a property length',
    clauses: ['MQTT-2.2.2-1'],
    version: 5,
    bytes: `
      30 03    // PUBLISH, remaining length 3
      00 01 61 // topic 'a'
               // property length is missing
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 5,
  },
  {
    name: 'SUBSCRIBE of MQTT 5.0 without a property length',
    clauses: ['MQTT-2.2.2-1'],
    version: 5,
    bytes: `
      82 02 // SUBSCRIBE, remaining length 2
      00 01 // packet identifier 1
            // property length is missing
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 4,
  },
  // packet identifier 0
  {
    name: 'PUBLISH of QoS 1 with packet identifier 0',
    clauses: ['MQTT-2.3.1-1'],
    version: 4,
    bytes: `
      32 05    // PUBLISH, QoS 1, remaining length 5
      00 01 61 // topic 'a'
      00 00    // packet identifier 0
    `,
    code: 'PACKET_IDENTIFIER_ZERO',
    reasonCode: 0x82,
    offset: 5,
  },
  {
    name: 'PUBLISH of QoS 2 with packet identifier 0',
    clauses: ['MQTT-2.3.1-1'],
    version: 4,
    bytes: `
      34 05    // PUBLISH, QoS 2, remaining length 5
      00 01 61 // topic 'a'
      00 00    // packet identifier 0
    `,
    code: 'PACKET_IDENTIFIER_ZERO',
    reasonCode: 0x82,
    offset: 5,
  },
  {
    name: 'SUBSCRIBE with packet identifier 0',
    clauses: ['MQTT-2.2.1-3'],
    version: 5,
    bytes: `
      82 07    // SUBSCRIBE, remaining length 7
      00 00    // packet identifier 0
      00       // property length 0
      00 01 61 // topic filter 'a'
      00       // QoS 0
    `,
    code: 'PACKET_IDENTIFIER_ZERO',
    reasonCode: 0x82,
    offset: 2,
  },
  {
    name: 'UNSUBSCRIBE with packet identifier 0',
    clauses: ['MQTT-2.3.1-1'],
    version: 4,
    bytes: `
      a2 05    // UNSUBSCRIBE, remaining length 5
      00 00    // packet identifier 0
      00 01 61 // topic filter 'a'
    `,
    code: 'PACKET_IDENTIFIER_ZERO',
    reasonCode: 0x82,
    offset: 2,
  },
  {
    name: 'PUBACK with packet identifier 0',
    clauses: ['MQTT-2.2.1-3'],
    version: 5,
    bytes: `
      40 02 // PUBACK, remaining length 2
      00 00 // packet identifier 0
    `,
    code: 'PACKET_IDENTIFIER_ZERO',
    reasonCode: 0x82,
    offset: 2,
  },
  {
    name: 'PUBREL with packet identifier 0',
    clauses: ['MQTT-2.3.1-1'],
    version: 3,
    bytes: `
      62 02 // PUBREL, remaining length 2
      00 00 // packet identifier 0
    `,
    code: 'PACKET_IDENTIFIER_ZERO',
    reasonCode: 0x82,
    offset: 2,
  },
  // strings
  {
    name: 'topic with a byte that UTF-8 does not have',
    clauses: ['MQTT-3.3.2-1', 'MQTT-1.5.3-1'],
    version: 4,
    bytes: `
      30 05          // PUBLISH, remaining length 5
      00 03 61 ff 62 // topic
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'topic with an overlong /',
    clauses: ['MQTT-3.3.2-1', 'MQTT-1.5.3-1'],
    version: 4,
    bytes: `
      30 04       // PUBLISH, remaining length 4
      00 02 c0 af // topic
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'topic with an overlong U+0000',
    clauses: ['MQTT-3.3.2-1', 'MQTT-1.5.3-1'],
    version: 4,
    bytes: `
      30 04       // PUBLISH, remaining length 4
      00 02 c0 80 // topic
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'topic with a surrogate',
    clauses: ['MQTT-3.3.2-1', 'MQTT-1.5.3-1'],
    version: 4,
    bytes: `
      30 05          // PUBLISH, remaining length 5
      00 03 ed a0 80 // topic
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'topic with a sequence cut short',
    clauses: ['MQTT-3.3.2-1', 'MQTT-1.5.3-1'],
    version: 4,
    bytes: `
      30 04       // PUBLISH, remaining length 4
      00 02 e2 82 // topic
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'topic with a continuation byte alone',
    clauses: ['MQTT-3.3.2-1', 'MQTT-1.5.3-1'],
    version: 4,
    bytes: `
      30 03    // PUBLISH, remaining length 3
      00 01 80 // topic
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'topic with a character above U+10FFFF',
    clauses: ['MQTT-3.3.2-1', 'MQTT-1.5.3-1'],
    version: 4,
    bytes: `
      30 06             // PUBLISH, remaining length 6
      00 04 f4 90 80 80 // topic
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'topic with an overlong sequence of four bytes',
    clauses: ['MQTT-3.3.2-1', 'MQTT-1.5.3-1'],
    version: 4,
    bytes: `
      30 06             // PUBLISH, remaining length 6
      00 04 f0 80 80 af // topic
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'topic with a byte of the old forms of five bytes',
    clauses: ['MQTT-3.3.2-1', 'MQTT-1.5.3-1'],
    version: 4,
    bytes: `
      30 07                // PUBLISH, remaining length 7
      00 05 f8 88 80 80 80 // topic
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'topic with a surrogate pair in MQTT 5.0',
    clauses: ['MQTT-3.3.2-1', 'MQTT-1.5.4-1'],
    version: 5,
    bytes: `
      30 09                   // PUBLISH, remaining length 9
      00 06 ed a0 b4 ed b4 9e // topic
      00                      // property length 0
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'topic with U+0000',
    clauses: ['MQTT-4.7.3-2', 'MQTT-1.5.3-2'],
    version: 4,
    bytes: `
      30 05          // PUBLISH, remaining length 5
      00 03 61 00 62 // topic
    `,
    code: 'STRING_HAS_NULL',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'topic with U+0000 in MQTT 5.0',
    clauses: ['MQTT-4.7.3-2', 'MQTT-1.5.4-2'],
    version: 5,
    bytes: `
      30 06          // PUBLISH, remaining length 6
      00 03 61 00 62 // topic
      00             // property length 0
    `,
    code: 'STRING_HAS_NULL',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'topic with U+0001',
    clauses: ['MQTT311 section 1.5.3'],
    version: 4,
    strictness: 'strict',
    bytes: `
      30 04       // PUBLISH, remaining length 4
      00 02 61 01 // topic
    `,
    code: 'STRING_HAS_CONTROL_CHARACTER',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'topic with U+007F',
    clauses: ['MQTT311 section 1.5.3'],
    version: 4,
    strictness: 'strict',
    bytes: `
      30 04       // PUBLISH, remaining length 4
      00 02 61 7f // topic
    `,
    code: 'STRING_HAS_CONTROL_CHARACTER',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'topic with U+009F',
    clauses: ['MQTT311 section 1.5.3'],
    version: 4,
    strictness: 'strict',
    bytes: `
      30 04       // PUBLISH, remaining length 4
      00 02 c2 9f // topic
    `,
    code: 'STRING_HAS_CONTROL_CHARACTER',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'topic with U+FFFE',
    clauses: ['MQTT311 section 1.5.3'],
    version: 4,
    strictness: 'strict',
    bytes: `
      30 05          // PUBLISH, remaining length 5
      00 03 ef bf be // topic
    `,
    code: 'STRING_HAS_CONTROL_CHARACTER',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'topic with U+FDD0',
    clauses: ['MQTT311 section 1.5.3'],
    version: 4,
    strictness: 'strict',
    bytes: `
      30 05          // PUBLISH, remaining length 5
      00 03 ef b7 90 // topic
    `,
    code: 'STRING_HAS_CONTROL_CHARACTER',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'topic with U+1FFFF',
    clauses: ['MQTT311 section 1.5.3'],
    version: 4,
    strictness: 'strict',
    bytes: `
      30 06             // PUBLISH, remaining length 6
      00 04 f0 9f bf bf // topic
    `,
    code: 'STRING_HAS_CONTROL_CHARACTER',
    reasonCode: 0x81,
    offset: 2,
  },
  {
    name: 'topic with U+000A in MQTT 5.0',
    clauses: ['MQTT5 section 1.5.4'],
    version: 5,
    strictness: 'strict',
    bytes: `
      30 05       // PUBLISH, remaining length 5
      00 02 61 0a // topic
      00          // property length 0
    `,
    code: 'STRING_HAS_CONTROL_CHARACTER',
    reasonCode: 0x81,
    offset: 2,
  },
];
