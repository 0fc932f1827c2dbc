import { CONNACK_FAULTS } from './faults/connack.ts';
import { CONNECT_FAULTS } from './faults/connect.ts';
import { FRAMING_FAULTS } from './faults/framing.ts';
import { PROPERTY_FAULTS } from './faults/properties.ts';
import { PUBLISH_FAULTS } from './faults/publish.ts';
import { REASON_FAULTS } from './faults/reasons.ts';
import { SUBSCRIPTION_FAULTS } from './faults/subscriptions.ts';
import type { FaultVector } from './types.ts';

export type { FaultVector } from './types.ts';

/** Packets that are refused, with the error they are refused with. */
export const FAULTS: readonly FaultVector[] = [
  ...FRAMING_FAULTS,
  ...CONNECT_FAULTS,
  ...CONNACK_FAULTS,
  ...PUBLISH_FAULTS,
  ...PROPERTY_FAULTS,
  ...SUBSCRIPTION_FAULTS,
  ...REASON_FAULTS,
];
