import type { BrokerRow } from './row.ts';
import { rows as acknowledgements } from './rows/acknowledgements.ts';
import { rows as authentication } from './rows/authentication.ts';
import { rows as clientIdentifier } from './rows/client-identifier.ts';
import { rows as clientLimits } from './rows/client-limits.ts';
import { rows as connack } from './rows/connack.ts';
import { rows as connect } from './rows/connect.ts';
import { rows as disconnect } from './rows/disconnect.ts';
import { rows as errors } from './rows/errors.ts';
import { rows as flowControl } from './rows/flow-control.ts';
import { rows as identifiers } from './rows/identifiers.ts';
import { rows as keepAlive } from './rows/keep-alive.ts';
import { rows as limits } from './rows/limits.ts';
import { rows as ordering } from './rows/ordering.ts';
import { rows as properties } from './rows/properties.ts';
import { rows as publish } from './rows/publish.ts';
import { rows as qos1 } from './rows/qos1.ts';
import { rows as qos2Receiver } from './rows/qos2-receiver.ts';
import { rows as qos2Sender } from './rows/qos2-sender.ts';
import { rows as reauthentication } from './rows/reauthentication.ts';
import { rows as receiveMaximum } from './rows/receive-maximum.ts';
import { rows as redelivery } from './rows/redelivery.ts';
import { rows as retained } from './rows/retained.ts';
import { rows as session } from './rows/session.ts';
import { rows as sessionExpiry } from './rows/session-expiry.ts';
import { rows as shared } from './rows/shared.ts';
import { rows as suback } from './rows/suback.ts';
import { rows as subscribe } from './rows/subscribe.ts';
import { rows as subscriptionOptions } from './rows/subscription-options.ts';
import { rows as takeover } from './rows/takeover.ts';
import { rows as topicAlias } from './rows/topic-alias.ts';
import { rows as topics } from './rows/topics.ts';
import { rows as transport } from './rows/transport.ts';
import { rows as unsubscribe } from './rows/unsubscribe.ts';
import { rows as will } from './rows/will.ts';
import { rows as willDelay } from './rows/will-delay.ts';

/** The rows about the broker that each test file of test/conformance/ covers. A test fails if one of `rows/` is missing. */
export const BROKER_AREAS: { readonly [testFile: string]: readonly BrokerRow[] } = {
  'broker/connect.test.ts': [...connect, ...clientIdentifier, ...connack, ...limits, ...clientLimits],
  'broker/session.test.ts': [...session, ...sessionExpiry, ...takeover],
  'broker/will.test.ts': [...will, ...willDelay],
  'broker/keep-alive.test.ts': keepAlive,
  'broker/identifiers.test.ts': identifiers,
  'broker/qos.test.ts': [...qos1, ...qos2Sender, ...qos2Receiver, ...redelivery],
  'broker/order.test.ts': [...ordering, ...flowControl],
  'broker/disconnect.test.ts': [...disconnect, ...errors],
  'broker/transport.test.ts': transport,
  'broker/publish.test.ts': [
    ...acknowledgements,
    ...properties,
    ...publish,
    ...receiveMaximum,
    ...retained,
    ...topicAlias,
  ],
  'broker/subscribe.test.ts': [
    ...shared,
    ...suback,
    ...subscribe,
    ...subscriptionOptions,
    ...topics,
    ...unsubscribe,
  ],
  'broker/authentication.test.ts': [...authentication, ...reauthentication],
};
