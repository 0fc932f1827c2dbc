import type { Message } from '../../forward/message.ts';
import type { QoS } from '../../protocol/packets.ts';
import { isReasonCode, reasonName } from '../../protocol/reason-codes.ts';
import type { ClientConnection } from '../connection/client-connection.ts';
import type { Core } from '../core.ts';
import {
  NOT_AUTHORIZED,
  QOS_NOT_SUPPORTED,
  RECEIVE_MAXIMUM_EXCEEDED,
  RETAIN_NOT_SUPPORTED,
  TOPIC_NAME_INVALID,
  UNSPECIFIED_ERROR,
} from '../reason-codes.ts';
import type { Session } from '../session/session.ts';
import type { Refusal } from '../types.ts';
import { packetOf, publishedInstead } from './publishing.ts';
import { KeptMessage, type MessageSource } from './source.ts';
import { hasMoreLevels, isOwnTopic } from './topic-limits.ts';

/** A PUBLISH of a client. */
export interface IncomingPublish {
  readonly source: MessageSource;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly messageId: number;
  /** Bytes that it takes at most when it is kept. */
  readonly size: number;
  readonly hasPayload: boolean;
}

/** What PUBLISH packets of clients come to: refused, or passed on, and acknowledged. */
export class Receiving {
  private readonly core: Core;
  private readonly checksTopics: boolean;

  constructor(core: Core) {
    this.core = core;
    this.checksTopics = !core.forwardsAll;
  }

  receive(client: ClientConnection, session: Session, publish: IncomingPublish): void {
    const { core } = this;
    const { messageId, qos, retain } = publish;
    const { settings } = core;
    if (qos > settings.maximumQoS) {
      client.fail(QOS_NOT_SUPPORTED, `PUBLISH with QoS ${qos}, the maximum is ${settings.maximumQoS}`); // MQTT-3.2.2-11
      return;
    }
    if (retain && !settings.retainAvailable) {
      client.fail(RETAIN_NOT_SUPPORTED, 'PUBLISH with RETAIN, which is not available'); // MQTT-3.2.2-14
      return;
    }
    if (qos === 2) {
      if (session.received.has(messageId)) {
        client.acknowledge('pubrec', messageId); // MQTT-4.3.3-10
        return;
      }
      if (client.protocolVersion === 5 && session.received.size >= settings.receiveMaximum) {
        core.counters.limits.receiveMaximum++;
        client.fail(RECEIVE_MAXIMUM_EXCEEDED, `more than ${settings.receiveMaximum} messages under way`);
        return;
      }
    }
    const refusal = this.refusal(publish);
    if (refusal !== undefined) {
      this.refuse(client, session, publish, refusal);
      return;
    }
    if (this.checksTopics) this.authorize(client, session, publish);
    else this.passOn(client, session, publish, publish.source);
  }

  private refusal({ hasPayload, retain, size, source }: IncomingPublish): Refusal | undefined {
    const { core } = this;
    const { topic } = source;
    if (isOwnTopic(topic)) return { reasonCode: NOT_AUTHORIZED, reasonString: 'topics of the server' };
    const { maxTopicLevels } = core.settings;
    if (hasMoreLevels(topic, maxTopicLevels)) {
      core.counters.limits.maxTopicLevels++;
      return { reasonCode: TOPIC_NAME_INVALID, reasonString: `more than ${maxTopicLevels} levels` };
    }
    return retain ? core.publishing.refusal(topic, size, !hasPayload) : undefined;
  }

  private authorize(client: ClientConnection, session: Session, publish: IncomingPublish): void {
    const { authorizePublish } = this.core.settings.hooks;
    if (authorizePublish === undefined) {
      this.filter(client, session, publish);
      return;
    }
    const { qos, retain, source } = publish;
    const request = { topic: source.topic, qos, retain, isWill: false };
    let now = publish;
    client.ask('authorizePublish', () => authorizePublish(client.client, request), {
      // what the socket was read to is used again before the answer comes
      wait: () => {
        now = this.kept(session, publish);
      },
      done: (answer) => {
        if (answer === true) this.filter(client, session, now);
        else this.refuse(client, session, now, answer === false ? { reasonCode: NOT_AUTHORIZED } : answer);
      },
      failed: () => this.failed(client, session, now),
    });
  }

  private filter(client: ClientConnection, session: Session, publish: IncomingPublish): void {
    const { onPublish } = this.core.settings.hooks;
    if (onPublish === undefined) {
      this.passOn(client, session, publish, publish.source);
      return;
    }
    const message = publish.source.message();
    let now = publish;
    client.ask('onPublish', () => onPublish(client.client, packetOf(message)), {
      wait: () => {
        now = this.kept(session, publish);
      },
      done: (answer) => {
        if (typeof answer === 'object' && 'reasonCode' in answer) this.refuse(client, session, now, answer);
        else this.publishInstead(client, session, now, publishedInstead(message, answer));
      },
      failed: () => this.failed(client, session, now),
    });
  }

  private publishInstead(
    client: ClientConnection,
    session: Session,
    publish: IncomingPublish,
    instead: Message | undefined,
  ): void {
    if (instead === undefined) this.acknowledge(client, session, publish);
    else if (instead === publish.source.message()) this.passOn(client, session, publish, publish.source);
    else {
      const source = new KeptMessage(this.core, instead, session.receiver);
      this.passOn(client, session, { ...publish, retain: instead.retain }, source);
    }
  }

  /** First it is kept for its receivers, then it is acknowledged. */
  private passOn(
    client: ClientConnection,
    session: Session,
    publish: IncomingPublish,
    source: MessageSource,
  ): void {
    this.core.publishing.publish(source, publish.retain, session.clientId);
    this.acknowledge(client, session, publish);
  }

  private acknowledge(client: ClientConnection, session: Session, { messageId, qos }: IncomingPublish): void {
    if (qos === 1) client.acknowledge('puback', messageId);
    else if (qos === 2) {
      this.markReceived(session, messageId);
      client.acknowledge('pubrec', messageId);
    }
  }

  /** Clients before 5.0 cannot be told: to them it looks as if it had been passed on (MQTT-3.3.5-2). */
  private refuse(
    client: ClientConnection,
    session: Session,
    publish: IncomingPublish,
    refusal: Refusal,
  ): void {
    const { messageId, qos } = publish;
    client.log(
      'debug',
      `PUBLISH refused: ${refusal.reasonString ?? reasonName('puback', refusal.reasonCode)}`,
    );
    this.core.counters.messagesRefused++;
    if (qos === 0) return;
    if (client.protocolVersion < 5) this.acknowledge(client, session, publish);
    else client.answer({ cmd: qos === 1 ? 'puback' : 'pubrec', messageId, ...reasonOf(refusal) }, refusal);
  }

  /** A hook failed: the message must not be acknowledged as if it had been passed on. */
  private failed(client: ClientConnection, session: Session, publish: IncomingPublish): void {
    const refusal = { reasonCode: UNSPECIFIED_ERROR, reasonString: 'the server failed to decide' };
    if (client.protocolVersion < 5 && publish.qos > 0) client.fail(UNSPECIFIED_ERROR, refusal.reasonString);
    else this.refuse(client, session, publish, refusal);
  }

  private markReceived(session: Session, messageId: number): void {
    session.received.add(messageId);
    if (session.isPersistent) this.core.settings.store.addReceived(session.clientId, messageId);
  }

  private kept(session: Session, publish: IncomingPublish): IncomingPublish {
    return {
      ...publish,
      source: new KeptMessage(this.core, publish.source.message(), session.receiver),
    };
  }
}

function reasonOf({ reasonCode }: Refusal): { reasonCode: number } {
  const isRefusal = reasonCode >= UNSPECIFIED_ERROR && isReasonCode('puback', reasonCode);
  return { reasonCode: isRefusal ? reasonCode : UNSPECIFIED_ERROR };
}
