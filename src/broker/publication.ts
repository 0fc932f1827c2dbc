import { PublishTemplate } from '../encode/index.ts';
import type { ProtocolVersion } from '../protocol/packet-types.ts';
import type { PublishPacket } from '../protocol/packets.ts';

/** A message to route: what a PUBLISH or a will says, without how it arrived. */
export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** As it was published. */
  readonly retain: boolean;
  /** MQTT 5.0; without a topic alias, which belongs to one connection. */
  readonly properties?: PublishPacket['properties'];
}

/** A message as the PUBLISH packets that its receivers get, encoded once for MQTT 5.0 and once for all before it. */
export class Publication {
  readonly #message: Message;
  #earlier: PublishTemplate | undefined;
  #version5: PublishTemplate | undefined;

  constructor(message: Message) {
    this.#message = message;
  }

  template(version: ProtocolVersion): PublishTemplate {
    if (version === 5) return (this.#version5 ??= this.#encode(5));
    return (this.#earlier ??= this.#encode(4));
  }

  #encode(protocolVersion: ProtocolVersion): PublishTemplate {
    const { topic, payload, properties } = this.#message;
    return new PublishTemplate({ cmd: 'publish', topic, payload, properties }, { protocolVersion });
  }
}
