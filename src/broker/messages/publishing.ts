import { decode } from '../../decode/decode.ts';
import { Message } from '../../forward/message.ts';
import type { EncodablePublish, PublishPacket } from '../../protocol/packets.ts';
import type { Core } from '../core.ts';
import { isPromise } from '../is-promise.ts';
import { QUOTA_EXCEEDED } from '../reason-codes.ts';
import type { Session } from '../session/session.ts';
import type { Client, PublishAnswer, Refusal } from '../types.ts';
import { KeptMessage, type MessageSource } from './source.ts';

/** Passes messages on, and keeps those that are retained. */
export class Publishing {
  private readonly core: Core;

  constructor(core: Core) {
    this.core = core;
  }

  /** Passes on a message; one that is retained replaces that of its topic before. */
  publish(source: MessageSource, retain: boolean, publisher: string | undefined): void {
    const { core } = this;
    core.counters.passedOn++;
    if (retain && core.settings.retainAvailable) core.retained.set(source.message(), publisher);
    source.passOn();
  }

  /** Why a message cannot be retained, if so. */
  refusal(topic: string, size: number, isEmpty: boolean): Refusal | undefined {
    const { core } = this;
    if (core.retained.hasRoom(topic, size, isEmpty)) return undefined;
    core.counters.limits.maxRetained++;
    return { reasonCode: QUOTA_EXCEEDED, reasonString: 'too many retained messages' };
  }

  /** A message of the broker itself. Throws MqttError for what is no PUBLISH. */
  publishOwn(packet: EncodablePublish): void {
    const message = Message.from(packet);
    const isEmpty = message.payload.length === 0;
    const retain = message.retain && this.refusal(message.topic, message.size, isEmpty) === undefined;
    this.publish(new KeptMessage(this.core, message, undefined), retain, undefined);
  }

  /** A will, which the hook `onPublish` may have a say in. */
  publishWill(will: Message, session: Session, client: Client | undefined): void {
    const { hooks, logger } = this.core.settings;
    if (hooks.onPublish === undefined || client === undefined) {
      this.publishKept(will, session);
      return;
    }
    const go = (answer: PublishAnswer): void => {
      const message = publishedInstead(will, answer);
      if (message !== undefined) this.publishKept(message, session);
    };
    const failed = (error: unknown): void =>
      logger.error({ err: error, clientId: session.clientId }, 'onPublish failed: the will is not published');
    try {
      const answer = hooks.onPublish(client, packetOf(will));
      if (isPromise(answer)) void answer.then(go).then(undefined, failed);
      else go(answer);
    } catch (error) {
      failed(error);
    }
  }

  /** A message of a client that was kept. */
  publishKept(message: Message, session: Session): void {
    const retain =
      message.retain && this.refusal(message.topic, message.size, message.payload.length === 0) === undefined;
    this.publish(new KeptMessage(this.core, message, session.receiver), retain, session.clientId);
  }
}

/** What a hook wants to be published: the message itself, another one, or none. */
export function publishedInstead(message: Message, answer: PublishAnswer): Message | undefined {
  if (answer === undefined || answer === true) return message;
  if (answer === false || 'reasonCode' in answer) return undefined;
  return Message.from(answer);
}

/** A message as the packet that hooks are shown. */
export function packetOf(message: Message): PublishPacket {
  const [packet] = decode(message.bytes, { protocolVersion: 5, sender: 'server' });
  const { messageId, ...rest } = packet as PublishPacket;
  return rest;
}
