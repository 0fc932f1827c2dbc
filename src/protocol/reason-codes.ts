import type { PacketCommand, Sender } from './packet-types.ts';

interface ReasonCodeDefinition {
  readonly code: number;
  readonly name: string;
  readonly packets: readonly PacketCommand[];
}

/** The reason codes of MQTT 5.0 (table 2-6) with the packets that may carry each. */
export const REASON_CODES: readonly ReasonCodeDefinition[] = [
  {
    code: 0x00,
    name: 'Success',
    packets: ['connack', 'puback', 'pubrec', 'pubrel', 'pubcomp', 'unsuback', 'auth'],
  },
  { code: 0x00, name: 'Normal disconnection', packets: ['disconnect'] },
  { code: 0x00, name: 'Granted QoS 0', packets: ['suback'] },
  { code: 0x01, name: 'Granted QoS 1', packets: ['suback'] },
  { code: 0x02, name: 'Granted QoS 2', packets: ['suback'] },
  { code: 0x04, name: 'Disconnect with Will Message', packets: ['disconnect'] },
  { code: 0x10, name: 'No matching subscribers', packets: ['puback', 'pubrec'] },
  { code: 0x11, name: 'No subscription existed', packets: ['unsuback'] },
  { code: 0x18, name: 'Continue authentication', packets: ['auth'] },
  { code: 0x19, name: 'Re-authenticate', packets: ['auth'] },
  {
    code: 0x80,
    name: 'Unspecified error',
    packets: ['connack', 'puback', 'pubrec', 'suback', 'unsuback', 'disconnect'],
  },
  { code: 0x81, name: 'Malformed Packet', packets: ['connack', 'disconnect'] },
  { code: 0x82, name: 'Protocol Error', packets: ['connack', 'disconnect'] },
  {
    code: 0x83,
    name: 'Implementation specific error',
    packets: ['connack', 'puback', 'pubrec', 'suback', 'unsuback', 'disconnect'],
  },
  { code: 0x84, name: 'Unsupported Protocol Version', packets: ['connack'] },
  { code: 0x85, name: 'Client Identifier not valid', packets: ['connack'] },
  { code: 0x86, name: 'Bad User Name or Password', packets: ['connack'] },
  {
    code: 0x87,
    name: 'Not authorized',
    packets: ['connack', 'puback', 'pubrec', 'suback', 'unsuback', 'disconnect'],
  },
  { code: 0x88, name: 'Server unavailable', packets: ['connack'] },
  { code: 0x89, name: 'Server busy', packets: ['connack', 'disconnect'] },
  { code: 0x8a, name: 'Banned', packets: ['connack'] },
  { code: 0x8b, name: 'Server shutting down', packets: ['disconnect'] },
  { code: 0x8c, name: 'Bad authentication method', packets: ['connack', 'disconnect'] },
  { code: 0x8d, name: 'Keep Alive timeout', packets: ['disconnect'] },
  { code: 0x8e, name: 'Session taken over', packets: ['disconnect'] },
  { code: 0x8f, name: 'Topic Filter invalid', packets: ['suback', 'unsuback', 'disconnect'] },
  { code: 0x90, name: 'Topic Name invalid', packets: ['connack', 'puback', 'pubrec', 'disconnect'] },
  { code: 0x91, name: 'Packet Identifier in use', packets: ['puback', 'pubrec', 'suback', 'unsuback'] },
  { code: 0x92, name: 'Packet Identifier not found', packets: ['pubrel', 'pubcomp'] },
  { code: 0x93, name: 'Receive Maximum exceeded', packets: ['disconnect'] },
  { code: 0x94, name: 'Topic Alias invalid', packets: ['disconnect'] },
  { code: 0x95, name: 'Packet too large', packets: ['connack', 'disconnect'] },
  { code: 0x96, name: 'Message rate too high', packets: ['disconnect'] },
  { code: 0x97, name: 'Quota exceeded', packets: ['connack', 'puback', 'pubrec', 'suback', 'disconnect'] },
  { code: 0x98, name: 'Administrative action', packets: ['disconnect'] },
  { code: 0x99, name: 'Payload format invalid', packets: ['connack', 'puback', 'pubrec', 'disconnect'] },
  { code: 0x9a, name: 'Retain not supported', packets: ['connack', 'disconnect'] },
  { code: 0x9b, name: 'QoS not supported', packets: ['connack', 'disconnect'] },
  { code: 0x9c, name: 'Use another server', packets: ['connack', 'disconnect'] },
  { code: 0x9d, name: 'Server moved', packets: ['connack', 'disconnect'] },
  { code: 0x9e, name: 'Shared Subscriptions not supported', packets: ['suback', 'disconnect'] },
  { code: 0x9f, name: 'Connection rate exceeded', packets: ['connack', 'disconnect'] },
  { code: 0xa0, name: 'Maximum connect time', packets: ['disconnect'] },
  { code: 0xa1, name: 'Subscription Identifiers not supported', packets: ['suback', 'disconnect'] },
  { code: 0xa2, name: 'Wildcard Subscriptions not supported', packets: ['suback', 'disconnect'] },
];

/** Clause that limits the reason codes of a packet. */
export const REASON_CODE_CLAUSES: { readonly [Command in PacketCommand]?: string } = {
  connack: 'MQTT-3.2.2-8',
  puback: 'MQTT-3.4.2-1',
  pubrec: 'MQTT-3.5.2-1',
  pubrel: 'MQTT-3.6.2-1',
  pubcomp: 'MQTT-3.7.2-1',
  suback: 'MQTT-3.9.3-2',
  unsuback: 'MQTT-3.11.3-2',
  disconnect: 'MQTT-3.14.2-1',
  auth: 'MQTT-3.15.2-1',
};

const LEGAL = new Map<PacketCommand, Set<number>>();
for (const { code, packets } of REASON_CODES) {
  for (const command of packets) {
    const codes = LEGAL.get(command);
    if (codes === undefined) LEGAL.set(command, new Set([code]));
    else codes.add(code);
  }
}

/** Whether MQTT 5.0 defines `code` (0 to 255) for `command`. */
export function isReasonCode(command: PacketCommand, code: number): boolean {
  return LEGAL.get(command)?.has(code) ?? false;
}

/** The reason codes that only one side may send (MQTT5 tables 3-10 and 3-11, column "Sent by"). */
const SENT_BY: { readonly [Command in PacketCommand]?: { readonly [Side in Sender]: readonly number[] } } = {
  disconnect: {
    client: [0x04],
    server: [0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2],
  },
  auth: { client: [0x19], server: [0x00] },
};

/** Who alone may send `code` in `command`; `undefined` where either side may. */
export function reasonCodeSender(command: PacketCommand, code: number): Sender | undefined {
  const sides = SENT_BY[command];
  if (sides?.client.includes(code)) return 'client';
  if (sides?.server.includes(code)) return 'server';
  return undefined;
}

/** The CONNACK return codes of MQTT 3.1 and 3.1.1 (MQTT311 section 3.2.2.3); 6 to 255 are reserved. */
export const CONNACK_RETURN_CODES: readonly string[] = ['Connection accepted', 'Unacceptable protocol version', 'Identifier rejected', 'Server unavailable', 'Bad user name or password', 'Not authorized'];

/** The SUBACK return codes of MQTT 3.1 and 3.1.1: the granted QoS or failure (MQTT-3.9.3-2 of 3.1.1). */
export const SUBACK_RETURN_CODES: readonly number[] = [0x00, 0x01, 0x02, 0x80];
