import type { PacketCommand, Sender } from './packet-types.ts';

interface ReasonCodeDefinition {
  readonly code: number;
  readonly name: string;
  readonly packets: readonly PacketCommand[];
}

function reason(code: number, name: string, ...packets: PacketCommand[]): ReasonCodeDefinition {
  return { code, name, packets };
}

/** The reason codes of MQTT 5.0 (table 2-6) with the packets that may carry each. */
export const REASON_CODES: readonly ReasonCodeDefinition[] = [
  reason(0x00, 'Success', 'connack', 'puback', 'pubrec', 'pubrel', 'pubcomp', 'unsuback', 'auth'),
  reason(0x00, 'Normal disconnection', 'disconnect'),
  reason(0x00, 'Granted QoS 0', 'suback'),
  reason(0x01, 'Granted QoS 1', 'suback'),
  reason(0x02, 'Granted QoS 2', 'suback'),
  reason(0x04, 'Disconnect with Will Message', 'disconnect'),
  reason(0x10, 'No matching subscribers', 'puback', 'pubrec'),
  reason(0x11, 'No subscription existed', 'unsuback'),
  reason(0x18, 'Continue authentication', 'auth'),
  reason(0x19, 'Re-authenticate', 'auth'),
  reason(0x80, 'Unspecified error', 'connack', 'puback', 'pubrec', 'suback', 'unsuback', 'disconnect'),
  reason(0x81, 'Malformed Packet', 'connack', 'disconnect'),
  reason(0x82, 'Protocol Error', 'connack', 'disconnect'),
  reason(0x83, 'Implementation specific error', 'connack', 'puback', 'pubrec', 'suback', 'unsuback', 'disconnect'),
  reason(0x84, 'Unsupported Protocol Version', 'connack'),
  reason(0x85, 'Client Identifier not valid', 'connack'),
  reason(0x86, 'Bad User Name or Password', 'connack'),
  reason(0x87, 'Not authorized', 'connack', 'puback', 'pubrec', 'suback', 'unsuback', 'disconnect'),
  reason(0x88, 'Server unavailable', 'connack'),
  reason(0x89, 'Server busy', 'connack', 'disconnect'),
  reason(0x8a, 'Banned', 'connack'),
  reason(0x8b, 'Server shutting down', 'disconnect'),
  reason(0x8c, 'Bad authentication method', 'connack', 'disconnect'),
  reason(0x8d, 'Keep Alive timeout', 'disconnect'),
  reason(0x8e, 'Session taken over', 'disconnect'),
  reason(0x8f, 'Topic Filter invalid', 'suback', 'unsuback', 'disconnect'),
  reason(0x90, 'Topic Name invalid', 'connack', 'puback', 'pubrec', 'disconnect'),
  reason(0x91, 'Packet Identifier in use', 'puback', 'pubrec', 'suback', 'unsuback'),
  reason(0x92, 'Packet Identifier not found', 'pubrel', 'pubcomp'),
  reason(0x93, 'Receive Maximum exceeded', 'disconnect'),
  reason(0x94, 'Topic Alias invalid', 'disconnect'),
  reason(0x95, 'Packet too large', 'connack', 'disconnect'),
  reason(0x96, 'Message rate too high', 'disconnect'),
  reason(0x97, 'Quota exceeded', 'connack', 'puback', 'pubrec', 'suback', 'disconnect'),
  reason(0x98, 'Administrative action', 'disconnect'),
  reason(0x99, 'Payload format invalid', 'connack', 'puback', 'pubrec', 'disconnect'),
  reason(0x9a, 'Retain not supported', 'connack', 'disconnect'),
  reason(0x9b, 'QoS not supported', 'connack', 'disconnect'),
  reason(0x9c, 'Use another server', 'connack', 'disconnect'),
  reason(0x9d, 'Server moved', 'connack', 'disconnect'),
  reason(0x9e, 'Shared Subscriptions not supported', 'suback', 'disconnect'),
  reason(0x9f, 'Connection rate exceeded', 'connack', 'disconnect'),
  reason(0xa0, 'Maximum connect time', 'disconnect'),
  reason(0xa1, 'Subscription Identifiers not supported', 'suback', 'disconnect'),
  reason(0xa2, 'Wildcard Subscriptions not supported', 'suback', 'disconnect'),
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

/** The name of a reason code in a packet, in small letters; its number if it has none there. */
export function reasonName(command: PacketCommand, code: number): string {
  const found = REASON_CODES.find((reason) => reason.code === code && reason.packets.includes(command));
  return found?.name.toLowerCase() ?? `reason code 0x${code.toString(16)}`;
}
