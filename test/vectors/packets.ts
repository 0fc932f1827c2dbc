import { ACKNOWLEDGEMENT_PACKETS } from './packets/acknowledgements.ts';
import { CONNACK_PACKETS } from './packets/connack.ts';
import { CONNECT_PACKETS } from './packets/connect.ts';
import { CONTROL_PACKETS } from './packets/control.ts';
import { PUBLISH_PACKETS } from './packets/publish.ts';
import { SUBSCRIPTION_PACKETS } from './packets/subscriptions.ts';
import type { PacketVector } from './types.ts';

export type { PacketVector } from './types.ts';

/** Packets that decode, with the objects they decode to. */
export const PACKETS: readonly PacketVector[] = [
  ...CONNECT_PACKETS,
  ...CONNACK_PACKETS,
  ...PUBLISH_PACKETS,
  ...ACKNOWLEDGEMENT_PACKETS,
  ...SUBSCRIPTION_PACKETS,
  ...CONTROL_PACKETS,
];
