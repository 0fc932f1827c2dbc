import { encode } from '../encode/index.ts';
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

/**
 * A message as the PUBLISH packets that its receivers get: QoS 0, and encoded once for all receivers that need the
 * same bytes.
 */
export class Publication {
  readonly #message: Message;
  readonly #encoded: (Uint8Array | undefined)[] = [];

  constructor(message: Message) {
    this.#message = message;
  }

  bytes(version: ProtocolVersion, retain: boolean): Uint8Array {
    const v5 = version === 5;
    const variant = (v5 ? 2 : 0) + (retain ? 1 : 0);
    return (this.#encoded[variant] ??= this.#encode(v5, retain));
  }

  #encode(v5: boolean, retain: boolean): Uint8Array {
    const { topic, payload, properties } = this.#message;
    return encode(
      { cmd: 'publish', topic, payload, qos: 0, dup: false, retain, ...(v5 && properties && { properties }) },
      { protocolVersion: v5 ? 5 : 4 },
    );
  }
}
