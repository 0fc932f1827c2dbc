import { MqttError } from '../../protocol/errors.ts';
import type { QoS, SubscribePacket, Subscription, UnsubscribePacket } from '../../protocol/packets.ts';
import { isReasonCode } from '../../protocol/reason-codes.ts';
import type { ClientConnection } from '../connection/client-connection.ts';
import type { Core } from '../core.ts';
import { isPromise } from '../is-promise.ts';
import {
  NO_SUBSCRIPTION_EXISTED,
  NOT_AUTHORIZED,
  QUOTA_EXCEEDED,
  SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
  SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
  SUCCESS,
  UNSPECIFIED_ERROR,
  WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED,
} from '../reason-codes.ts';
import type { Session } from '../session/session.ts';
import { splitShare } from '../session/share-filter.ts';
import type { Details, Refusal, SubscriptionRequest } from '../types.ts';
import { RetainedDelivery } from './retained-delivery.ts';
import { hasMoreLevels } from './topic-limits.ts';

/** What SUBACK says of a filter that is refused, before 5.0. */
const FAILURE = 0x80;

type Answer = boolean | number | Refusal;

/** SUBSCRIBE and UNSUBSCRIBE. */
export class Subscribing {
  private readonly core: Core;

  constructor(core: Core) {
    this.core = core;
  }

  subscribe(client: ClientConnection, session: Session, packet: SubscribePacket): void {
    const unsupported = this.unsupported(packet);
    if (unsupported !== undefined) {
      client.fail(unsupported.reasonCode, unsupported.reasonString ?? '');
      return;
    }
    const requests = packet.subscriptions.map((subscription) => requestOf(subscription, packet));
    const { authorizeSubscribe } = this.core.settings.hooks;
    const { messageId } = packet;
    if (authorizeSubscribe === undefined) {
      this.answer(client, session, messageId, requests, undefined);
      return;
    }
    const failed = (error: unknown): Refusal => {
      client.hookFailed('authorizeSubscribe', error);
      return { reasonCode: UNSPECIFIED_ERROR };
    };
    const decide = (request: SubscriptionRequest): Answer | PromiseLike<Answer> => {
      try {
        const answer = authorizeSubscribe(client.client, request);
        return isPromise(answer) ? answer.then(undefined, failed) : answer;
      } catch (error) {
        return failed(error);
      }
    };
    const askAll = (): Answer[] | PromiseLike<Answer[]> => {
      const answers = requests.map(decide);
      return answers.some(isPromise) ? Promise.all(answers) : (answers as Answer[]);
    };
    client.ask('authorizeSubscribe', askAll, {
      done: (answers) => this.answer(client, session, messageId, requests, answers),
      failed: () => client.fail(UNSPECIFIED_ERROR, 'the server failed to subscribe'),
    });
  }

  unsubscribe(client: ClientConnection, session: Session, packet: UnsubscribePacket): void {
    const { messageId, unsubscriptions } = packet;
    const granted = unsubscriptions.map((filter) =>
      session.unsubscribe(filter) ? SUCCESS : NO_SUBSCRIPTION_EXISTED,
    );
    this.core.sessions.save(session);
    client.answer({ cmd: 'unsuback', messageId, ...(client.protocolVersion === 5 && { granted }) });
    this.core.events.emit('unsubscribe', client.client, unsubscriptions);
  }

  /** What the server has told in CONNACK that it does not do. */
  private unsupported({ properties, subscriptions }: SubscribePacket): Refusal | undefined {
    const { settings } = this.core;
    if (!settings.subscriptionIdentifiersAvailable && properties?.subscriptionIdentifier !== undefined) {
      return {
        reasonCode: SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
        reasonString: 'subscription identifiers are not available',
      };
    }
    const shared = subscriptions.map(({ topic }) => splitShare(topic));
    if (!settings.sharedSubscriptionAvailable && shared.some((share) => share !== undefined)) {
      return {
        reasonCode: SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
        reasonString: 'shared subscriptions are not available',
      };
    }
    if (
      !settings.wildcardSubscriptionAvailable &&
      subscriptions.some(({ topic }, i) => /[+#]/.test(shared[i]?.filter ?? topic))
    ) {
      return {
        reasonCode: WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED,
        reasonString: 'wildcard subscriptions are not available',
      };
    }
    return undefined;
  }

  private answer(
    client: ClientConnection,
    session: Session,
    messageId: number,
    requests: readonly SubscriptionRequest[],
    answers: readonly Answer[] | undefined,
  ): void {
    let details: Details | undefined;
    const retained: RetainedDelivery[] = [];
    const accepted: SubscriptionRequest[] = [];
    const granted = requests.map((request, i) => {
      const answer = answers === undefined ? true : answers[i];
      const result = this.grant(client, session, request, answer, retained);
      if (typeof result !== 'number') {
        details ??= result;
        return client.protocolVersion === 5 ? refusalCode(result) : FAILURE;
      }
      accepted.push({ ...request, qos: result as SubscriptionRequest['qos'] });
      return result;
    });
    this.core.sessions.save(session);
    client.answer({ cmd: 'suback', messageId, granted }, details);
    for (const delivery of retained) delivery.run();
    if (accepted.length > 0) this.core.events.emit('subscribe', client.client, accepted);
  }

  /** Subscribes, and returns the QoS that is granted; or says why not. */
  private grant(
    client: ClientConnection,
    session: Session,
    { retainHandling, topicFilter, ...asked }: SubscriptionRequest,
    answer: Answer,
    retained: RetainedDelivery[],
  ): number | Refusal {
    const { core } = this;
    const { maximumQoS, maxSubscriptions, maxTopicLevels } = core.settings;
    if (answer === false) return { reasonCode: NOT_AUTHORIZED };
    if (answer !== true && !isQoS(answer)) {
      // what is no answer at all must not let anybody in
      return typeof answer === 'object' && answer !== null ? answer : { reasonCode: UNSPECIFIED_ERROR };
    }
    if (hasMoreLevels(splitShare(topicFilter)?.filter ?? topicFilter, maxTopicLevels)) {
      core.counters.limits.maxTopicLevels++;
      return { reasonCode: QUOTA_EXCEEDED, reasonString: `more than ${maxTopicLevels} levels` };
    }
    if (session.subscriptions.size >= maxSubscriptions && !session.subscriptions.has(topicFilter)) {
      core.counters.limits.maxSubscriptions++;
      return { reasonCode: QUOTA_EXCEEDED, reasonString: `more than ${maxSubscriptions} subscriptions` };
    }
    const allowed = typeof answer === 'number' ? answer : maximumQoS;
    const qos = Math.min(asked.qos, allowed, maximumQoS) as QoS; // MQTT-3.2.2-10
    const subscription = { ...asked, qos };
    let isNew: boolean;
    try {
      isNew = session.subscribe(topicFilter, subscription);
    } catch (error) {
      if (!(error instanceof MqttError)) throw error;
      core.counters.limits.maxTopicLevels++;
      client.log('debug', `${JSON.stringify(topicFilter)} refused: ${error.message}`);
      return { reasonCode: error.reasonCode, reasonString: error.message };
    }
    const wantsRetained = retainHandling === 0 || (retainHandling === 1 && isNew);
    if (wantsRetained && core.retained.count > 0 && splitShare(topicFilter) === undefined) {
      retained.push(new RetainedDelivery(core, session, topicFilter, subscription));
    }
    return qos;
  }
}

function isQoS(answer: Answer): answer is QoS {
  return answer === 0 || answer === 1 || answer === 2;
}

function refusalCode({ reasonCode }: Refusal): number {
  return reasonCode >= UNSPECIFIED_ERROR && isReasonCode('suback', reasonCode)
    ? reasonCode
    : UNSPECIFIED_ERROR;
}

function requestOf(
  { nl = false, qos, rap = false, rh = 0, topic }: Subscription,
  { properties }: SubscribePacket,
): SubscriptionRequest {
  // of several subscription identifiers there can be none in one SUBSCRIBE
  const { subscriptionIdentifier } = properties ?? {};
  return {
    topicFilter: topic,
    qos,
    noLocal: nl,
    retainAsPublished: rap,
    retainHandling: rh as 0 | 1 | 2,
    subscriptionIdentifier: Array.isArray(subscriptionIdentifier)
      ? subscriptionIdentifier[0]
      : subscriptionIdentifier,
  };
}
