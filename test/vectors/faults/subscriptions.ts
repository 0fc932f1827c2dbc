import type { FaultVector } from '../types.ts';

/** SUBSCRIBE, SUBACK, UNSUBSCRIBE and UNSUBACK that are refused. */
export const SUBSCRIPTION_FAULTS: readonly FaultVector[] = [
  // nothing to subscribe to
  {
    name: 'SUBSCRIBE without a filter',
    clauses: ['MQTT-3.8.3-3'],
    version: 4,
    bytes: `
      82 02 // SUBSCRIBE, remaining length 2
      00 01 // packet identifier 1
            // topic filter is missing
    `,
    code: 'SUBSCRIPTIONS_EMPTY',
    reasonCode: 0x82,
    offset: 4,
  },
  {
    name: 'SUBSCRIBE without a filter in MQTT 5.0',
    clauses: ['MQTT-3.8.3-2'],
    version: 5,
    bytes: `
      82 03 // SUBSCRIBE, remaining length 3
      00 01 // packet identifier 1
      00    // property length 0
            // topic filter is missing
    `,
    code: 'SUBSCRIPTIONS_EMPTY',
    reasonCode: 0x82,
    offset: 5,
  },
  {
    name: 'UNSUBSCRIBE without a filter',
    clauses: ['MQTT-3.10.3-2'],
    version: 4,
    bytes: `
      a2 02 // UNSUBSCRIBE, remaining length 2
      00 01 // packet identifier 1
            // topic filter is missing
    `,
    code: 'UNSUBSCRIPTIONS_EMPTY',
    reasonCode: 0x82,
    offset: 4,
  },
  {
    name: 'UNSUBSCRIBE without a filter in MQTT 5.0',
    clauses: ['MQTT-3.10.3-2'],
    version: 5,
    bytes: `
      a2 03 // UNSUBSCRIBE, remaining length 3
      00 01 // packet identifier 1
      00    // property length 0
            // topic filter is missing
    `,
    code: 'UNSUBSCRIPTIONS_EMPTY',
    reasonCode: 0x82,
    offset: 5,
  },
  {
    name: 'SUBACK without a return code',
    clauses: ['MQTT311 section 3.9.3'],
    version: 4,
    bytes: `
      90 02 // SUBACK, remaining length 2
      00 01 // packet identifier 1
            // return code is missing
    `,
    code: 'GRANTED_EMPTY',
    reasonCode: 0x82,
    offset: 4,
  },
  {
    name: 'SUBACK without a reason code',
    clauses: ['MQTT5 section 3.9.3'],
    version: 5,
    bytes: `
      90 03 // SUBACK, remaining length 3
      00 01 // packet identifier 1
      00    // property length 0
            // reason code is missing
    `,
    code: 'GRANTED_EMPTY',
    reasonCode: 0x82,
    offset: 5,
  },
  {
    name: 'UNSUBACK without a reason code',
    clauses: ['MQTT5 section 3.11.3'],
    version: 5,
    bytes: `
      b0 03 // UNSUBACK, remaining length 3
      00 01 // packet identifier 1
      00    // property length 0
            // reason code is missing
    `,
    code: 'GRANTED_EMPTY',
    reasonCode: 0x82,
    offset: 5,
  },
  // cut short
  {
    name: 'filter without subscription options',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    bytes: `
      82 05    // SUBSCRIBE, remaining length 5
      00 01    // packet identifier 1
      00 01 61 // topic filter 'a'
               // QoS is missing
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 7,
  },
  {
    name: 'filter longer than the packet',
    clauses: ['MQTT311 section 2.2.3'],
    version: 4,
    bytes: `
      82 06       // SUBSCRIBE, remaining length 6
      00 01       // packet identifier 1
      00 05 61 00 // topic filter of 5 bytes, of which 2 are there
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 4,
  },
  {
    name: 'second filter cut short',
    clauses: ['MQTT5 section 2.1.4'],
    version: 5,
    bytes: `
      a2 07    // UNSUBSCRIBE, remaining length 7
      00 01    // packet identifier 1
      00       // property length 0
      00 01 61 // topic filter 'a'
      00       // half a length
    `,
    code: 'PACKET_TRUNCATED',
    reasonCode: 0x81,
    offset: 8,
  },
  // filters
  {
    name: "SUBSCRIBE to '' in version 4",
    clauses: ['MQTT-4.7.3-1'],
    version: 4,
    bytes: `
      82 05 // SUBSCRIBE, remaining length 5
      00 01 // packet identifier 1
      00 00 // topic filter ''
      00    // QoS 0
    `,
    code: 'TOPIC_FILTER_EMPTY',
    reasonCode: 0x8f,
    offset: 4,
  },
  {
    name: "SUBSCRIBE to '' in version 5",
    clauses: ['MQTT-4.7.3-1'],
    version: 5,
    bytes: `
      82 06 // SUBSCRIBE, remaining length 6
      00 01 // packet identifier 1
      00    // property length 0
      00 00 // topic filter ''
      00    // QoS 0
    `,
    code: 'TOPIC_FILTER_EMPTY',
    reasonCode: 0x8f,
    offset: 5,
  },
  {
    name: "SUBSCRIBE to 'a/#/b' in version 4",
    clauses: ['MQTT-4.7.1-2'],
    version: 4,
    bytes: `
      82 0a                // SUBSCRIBE, remaining length 10
      00 01                // packet identifier 1
      00 05 61 2f 23 2f 62 // topic filter 'a/#/b'
      00                   // QoS 0
    `,
    code: 'TOPIC_FILTER_MULTI_LEVEL_WILDCARD',
    reasonCode: 0x8f,
    offset: 4,
  },
  {
    name: "SUBSCRIBE to 'a#' in version 4",
    clauses: ['MQTT-4.7.1-2'],
    version: 4,
    bytes: `
      82 07       // SUBSCRIBE, remaining length 7
      00 01       // packet identifier 1
      00 02 61 23 // topic filter 'a#'
      00          // QoS 0
    `,
    code: 'TOPIC_FILTER_MULTI_LEVEL_WILDCARD',
    reasonCode: 0x8f,
    offset: 4,
  },
  {
    name: "SUBSCRIBE to '#/' in version 5",
    clauses: ['MQTT-4.7.1-1'],
    version: 5,
    bytes: `
      82 08       // SUBSCRIBE, remaining length 8
      00 01       // packet identifier 1
      00          // property length 0
      00 02 23 2f // topic filter '#/'
      00          // QoS 0
    `,
    code: 'TOPIC_FILTER_MULTI_LEVEL_WILDCARD',
    reasonCode: 0x8f,
    offset: 5,
  },
  {
    name: "SUBSCRIBE to '##' in version 3",
    clauses: ['MQTT-4.7.1-2'],
    version: 3,
    bytes: `
      82 07       // SUBSCRIBE, remaining length 7
      00 01       // packet identifier 1
      00 02 23 23 // topic filter '##'
      00          // QoS 0
    `,
    code: 'TOPIC_FILTER_MULTI_LEVEL_WILDCARD',
    reasonCode: 0x8f,
    offset: 4,
  },
  {
    name: "SUBSCRIBE to 'a+' in version 4",
    clauses: ['MQTT-4.7.1-3'],
    version: 4,
    bytes: `
      82 07       // SUBSCRIBE, remaining length 7
      00 01       // packet identifier 1
      00 02 61 2b // topic filter 'a+'
      00          // QoS 0
    `,
    code: 'TOPIC_FILTER_SINGLE_LEVEL_WILDCARD',
    reasonCode: 0x8f,
    offset: 4,
  },
  {
    name: "SUBSCRIBE to '+a/b' in version 5",
    clauses: ['MQTT-4.7.1-2'],
    version: 5,
    bytes: `
      82 0a             // SUBSCRIBE, remaining length 10
      00 01             // packet identifier 1
      00                // property length 0
      00 04 2b 61 2f 62 // topic filter '+a/b'
      00                // QoS 0
    `,
    code: 'TOPIC_FILTER_SINGLE_LEVEL_WILDCARD',
    reasonCode: 0x8f,
    offset: 5,
  },
  {
    name: "SUBSCRIBE to 'a/++' in version 4",
    clauses: ['MQTT-4.7.1-3'],
    version: 4,
    bytes: `
      82 09             // SUBSCRIBE, remaining length 9
      00 01             // packet identifier 1
      00 04 61 2f 2b 2b // topic filter 'a/++'
      00                // QoS 0
    `,
    code: 'TOPIC_FILTER_SINGLE_LEVEL_WILDCARD',
    reasonCode: 0x8f,
    offset: 4,
  },
  {
    name: "SUBSCRIBE to 'a/+b' in version 4",
    clauses: ['MQTT-4.7.1-3'],
    version: 4,
    bytes: `
      82 09             // SUBSCRIBE, remaining length 9
      00 01             // packet identifier 1
      00 04 61 2f 2b 62 // topic filter 'a/+b'
      00                // QoS 0
    `,
    code: 'TOPIC_FILTER_SINGLE_LEVEL_WILDCARD',
    reasonCode: 0x8f,
    offset: 4,
  },
  {
    name: "SUBSCRIBE to '$share//a' in version 5",
    clauses: ['MQTT-4.8.2-1'],
    version: 5,
    bytes: `
      82 0f                            // SUBSCRIBE, remaining length 15
      00 01                            // packet identifier 1
      00                               // property length 0
      00 09 24 73 68 61 72 65 2f 2f 61 // topic filter '$share//a'
      00                               // QoS 0
    `,
    code: 'SHARE_NAME_EMPTY',
    reasonCode: 0x8f,
    offset: 5,
  },
  {
    name: "SUBSCRIBE to '$share/' in version 5",
    clauses: ['MQTT-4.8.2-1'],
    version: 5,
    bytes: `
      82 0d                      // SUBSCRIBE, remaining length 13
      00 01                      // packet identifier 1
      00                         // property length 0
      00 07 24 73 68 61 72 65 2f // topic filter '$share/'
      00                         // QoS 0
    `,
    code: 'SHARE_NAME_EMPTY',
    reasonCode: 0x8f,
    offset: 5,
  },
  {
    name: "SUBSCRIBE to '$share/g' in version 5",
    clauses: ['MQTT-4.8.2-2'],
    version: 5,
    bytes: `
      82 0e                         // SUBSCRIBE, remaining length 14
      00 01                         // packet identifier 1
      00                            // property length 0
      00 08 24 73 68 61 72 65 2f 67 // topic filter '$share/g'
      00                            // QoS 0
    `,
    code: 'SHARE_NAME_INVALID',
    reasonCode: 0x8f,
    offset: 5,
  },
  {
    name: "SUBSCRIBE to '$share/g/' in version 5",
    clauses: ['MQTT-4.8.2-2'],
    version: 5,
    bytes: `
      82 0f                            // SUBSCRIBE, remaining length 15
      00 01                            // packet identifier 1
      00                               // property length 0
      00 09 24 73 68 61 72 65 2f 67 2f // topic filter '$share/g/'
      00                               // QoS 0
    `,
    code: 'SHARE_NAME_INVALID',
    reasonCode: 0x8f,
    offset: 5,
  },
  {
    name: "SUBSCRIBE to '$share/g+/t' in version 5",
    clauses: ['MQTT-4.8.2-2'],
    version: 5,
    bytes: `
      82 11                                  // SUBSCRIBE, remaining length 17
      00 01                                  // packet identifier 1
      00                                     // property length 0
      00 0b 24 73 68 61 72 65 2f 67 2b 2f 74 // topic filter '$share/g+/t'
      00                                     // QoS 0
    `,
    code: 'SHARE_NAME_INVALID',
    reasonCode: 0x8f,
    offset: 5,
  },
  {
    name: "SUBSCRIBE to '$share/#/t' in version 5",
    clauses: ['MQTT-4.8.2-2'],
    version: 5,
    bytes: `
      82 10                               // SUBSCRIBE, remaining length 16
      00 01                               // packet identifier 1
      00                                  // property length 0
      00 0a 24 73 68 61 72 65 2f 23 2f 74 // topic filter '$share/#/t'
      00                                  // QoS 0
    `,
    code: 'SHARE_NAME_INVALID',
    reasonCode: 0x8f,
    offset: 5,
  },
  {
    name: "SUBSCRIBE to '$share/g/a#' in version 5",
    clauses: ['MQTT-4.7.1-1'],
    version: 5,
    bytes: `
      82 11                                  // SUBSCRIBE, remaining length 17
      00 01                                  // packet identifier 1
      00                                     // property length 0
      00 0b 24 73 68 61 72 65 2f 67 2f 61 23 // topic filter '$share/g/a#'
      00                                     // QoS 0
    `,
    code: 'TOPIC_FILTER_MULTI_LEVEL_WILDCARD',
    reasonCode: 0x8f,
    offset: 5,
  },
  {
    name: "UNSUBSCRIBE from '#a'",
    clauses: ['MQTT-4.7.1-2'],
    version: 4,
    bytes: `
      a2 06       // UNSUBSCRIBE, remaining length 6
      00 01       // packet identifier 1
      00 02 23 61 // topic filter '#a'
    `,
    code: 'TOPIC_FILTER_MULTI_LEVEL_WILDCARD',
    reasonCode: 0x8f,
    offset: 4,
  },
  {
    name: 'UNSUBSCRIBE from an empty filter',
    clauses: ['MQTT-4.7.3-1'],
    version: 5,
    bytes: `
      a2 05 // UNSUBSCRIBE, remaining length 5
      00 01 // packet identifier 1
      00    // property length 0
      00 00 // topic filter ''
    `,
    code: 'TOPIC_FILTER_EMPTY',
    reasonCode: 0x8f,
    offset: 5,
  },
  {
    name: 'second filter invalid',
    clauses: ['MQTT-4.7.1-3'],
    version: 4,
    bytes: `
      82 0b       // SUBSCRIBE, remaining length 11
      00 01       // packet identifier 1
      00 01 61    // topic filter 'a'
      00          // QoS 0
      00 02 62 2b // topic filter 'b+'
      00          // QoS 0
    `,
    code: 'TOPIC_FILTER_SINGLE_LEVEL_WILDCARD',
    reasonCode: 0x8f,
    offset: 8,
  },
  {
    name: 'SUBSCRIBE to a filter that is not UTF-8',
    clauses: ['MQTT-3.8.3-1'],
    version: 4,
    bytes: `
      82 06    // SUBSCRIBE, remaining length 6
      00 01    // packet identifier 1
      00 01 ff // topic filter
      00       // QoS 0
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 4,
  },
  {
    name: 'SUBSCRIBE to a filter with U+0000',
    clauses: ['MQTT-4.7.3-2'],
    version: 5,
    bytes: `
      82 09          // SUBSCRIBE, remaining length 9
      00 01          // packet identifier 1
      00             // property length 0
      00 03 61 00 62 // topic filter
      00             // QoS 0
    `,
    code: 'STRING_HAS_NULL',
    reasonCode: 0x81,
    offset: 5,
  },
  {
    name: 'UNSUBSCRIBE from a filter that is not UTF-8',
    clauses: ['MQTT-3.10.3-1'],
    version: 5,
    bytes: `
      a2 06    // UNSUBSCRIBE, remaining length 6
      00 01    // packet identifier 1
      00       // property length 0
      00 01 c3 // topic filter
    `,
    code: 'STRING_NOT_UTF8',
    reasonCode: 0x81,
    offset: 5,
  },
  {
    name: 'UNSUBSCRIBE from a filter with U+0000',
    clauses: ['MQTT-4.7.3-2'],
    version: 4,
    bytes: `
      a2 07          // UNSUBSCRIBE, remaining length 7
      00 01          // packet identifier 1
      00 03 61 00 62 // topic filter
    `,
    code: 'STRING_HAS_NULL',
    reasonCode: 0x81,
    offset: 4,
  },
  // subscription options
  {
    name: 'requested QoS 3',
    clauses: ['MQTT-3-8.3-4'],
    version: 4,
    bytes: `
      82 06    // SUBSCRIBE, remaining length 6
      00 01    // packet identifier 1
      00 01 61 // topic filter 'a'
      03       // QoS 3
    `,
    code: 'SUBSCRIPTION_QOS',
    reasonCode: 0x82,
    offset: 7,
  },
  {
    name: 'requested QoS 3 in MQTT 5.0',
    clauses: ['MQTT5 section 3.8.3.1'],
    version: 5,
    bytes: `
      82 07    // SUBSCRIBE, remaining length 7
      00 01    // packet identifier 1
      00       // property length 0
      00 01 61 // topic filter 'a'
      03       // QoS 3
    `,
    code: 'SUBSCRIPTION_QOS',
    reasonCode: 0x82,
    offset: 8,
  },
  {
    name: 'options of MQTT 5.0 in MQTT 3.1.1',
    clauses: ['MQTT-3-8.3-4'],
    version: 4,
    bytes: `
      82 06    // SUBSCRIBE, remaining length 6
      00 01    // packet identifier 1
      00 01 61 // topic filter 'a'
      04       // no local
    `,
    code: 'SUBSCRIPTION_OPTIONS_RESERVED',
    reasonCode: 0x81,
    offset: 7,
  },
  {
    name: 'reserved option bit in MQTT 3.1',
    clauses: ['MQTT-3-8.3-4'],
    version: 3,
    bytes: `
      82 06    // SUBSCRIBE, remaining length 6
      00 01    // packet identifier 1
      00 01 61 // topic filter 'a'
      80       // reserved
    `,
    code: 'SUBSCRIPTION_OPTIONS_RESERVED',
    reasonCode: 0x81,
    offset: 7,
  },
  {
    name: 'reserved option bit 6 in MQTT 5.0',
    clauses: ['MQTT-3.8.3-5'],
    version: 5,
    bytes: `
      82 07    // SUBSCRIBE, remaining length 7
      00 01    // packet identifier 1
      00       // property length 0
      00 01 61 // topic filter 'a'
      40       // reserved
    `,
    code: 'SUBSCRIPTION_OPTIONS_RESERVED',
    reasonCode: 0x81,
    offset: 8,
  },
  {
    name: 'reserved option bit 7 in MQTT 5.0',
    clauses: ['MQTT-3.8.3-5'],
    version: 5,
    bytes: `
      82 07    // SUBSCRIBE, remaining length 7
      00 01    // packet identifier 1
      00       // property length 0
      00 01 61 // topic filter 'a'
      80       // reserved
    `,
    code: 'SUBSCRIPTION_OPTIONS_RESERVED',
    reasonCode: 0x81,
    offset: 8,
  },
  {
    name: 'retain handling 3',
    clauses: ['MQTT5 section 3.8.3.1'],
    version: 5,
    bytes: `
      82 07    // SUBSCRIBE, remaining length 7
      00 01    // packet identifier 1
      00       // property length 0
      00 01 61 // topic filter 'a'
      30       // retain handling 3
    `,
    code: 'RETAIN_HANDLING',
    reasonCode: 0x82,
    offset: 8,
  },
  {
    name: 'no local on a shared subscription',
    clauses: ['MQTT-3.8.3-4'],
    version: 5,
    bytes: `
      82 10                               // SUBSCRIBE, remaining length 16
      00 01                               // packet identifier 1
      00                                  // property length 0
      00 0a 24 73 68 61 72 65 2f 67 2f 61 // topic filter '$share/g/a'
      04                                  // no local
    `,
    code: 'SHARED_SUBSCRIPTION_NO_LOCAL',
    reasonCode: 0x82,
    offset: 17,
  },
  // return and reason codes
  {
    name: 'SUBACK with return code 3',
    clauses: ['MQTT-3.9.3-2'],
    version: 4,
    bytes: `
      90 04 // SUBACK, remaining length 4
      00 01 // packet identifier 1
      00    // granted QoS 0
      03    // return code
    `,
    code: 'SUBACK_RETURN_CODE',
    reasonCode: 0x82,
    offset: 5,
  },
  {
    name: 'SUBACK with a reason code of MQTT 5.0 before it',
    clauses: ['MQTT-3.9.3-2'],
    version: 3,
    bytes: `
      90 03 // SUBACK, remaining length 3
      00 01 // packet identifier 1
      87    // return code
    `,
    code: 'SUBACK_RETURN_CODE',
    reasonCode: 0x82,
    offset: 4,
  },
  {
    name: 'SUBACK with reason code 3',
    clauses: ['MQTT-3.9.3-2'],
    version: 5,
    bytes: `
      90 04 // SUBACK, remaining length 4
      00 01 // packet identifier 1
      00    // property length 0
      03    // reason code
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 5,
  },
  {
    name: 'SUBACK with the reason code of a protocol error',
    clauses: ['MQTT-3.9.3-2'],
    version: 5,
    bytes: `
      90 05 // SUBACK, remaining length 5
      00 01 // packet identifier 1
      00    // property length 0
      00    // granted QoS 0
      82    // reason code
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 6,
  },
  {
    name: 'UNSUBACK with reason code 1',
    clauses: ['MQTT-3.11.3-2'],
    version: 5,
    bytes: `
      b0 04 // UNSUBACK, remaining length 4
      00 01 // packet identifier 1
      00    // property length 0
      01    // reason code
    `,
    code: 'REASON_CODE',
    reasonCode: 0x82,
    offset: 5,
  },
];
