import type { Socket } from 'node:net';
import { Decoder, encode, PACKET_TYPES, type ProtocolVersion } from '../../../src/index.ts';

const { connect, connack, publish, puback, subscribe, suback, pingreq } = PACKET_TYPES;

export interface Received {
  /** PUBLISH packets. */
  readonly packets: number;
  /** Topic, QoS and payload of each, in order. */
  readonly fields: number;
  /** All bytes, in order. */
  readonly bytes: number;
}

/** The end of a connection that is not measured: counts and sums up what arrives, and answers it. */
export class Receiver {
  readonly #socket: Socket;
  readonly #decoder: Decoder;
  readonly #isAcknowledging: boolean;
  #packets = 0;
  #answers = 0;
  #fields = 0;
  #bytes = 0;
  #waiting: { isOver(): boolean; resolve(): void } | undefined;

  constructor(socket: Socket, protocolVersion: ProtocolVersion, isAcknowledging: boolean) {
    this.#socket = socket;
    this.#decoder = new Decoder({ protocolVersion });
    this.#isAcknowledging = isAcknowledging;
    socket.on('data', (chunk) => this.#read(chunk));
  }

  /** Waits until so many PUBLISH packets have arrived, and starts to count anew. */
  async received(packets: number): Promise<Received> {
    await this.#until(() => this.#packets >= packets);
    const result = { packets: this.#packets, fields: this.#fields, bytes: this.#bytes };
    this.#packets = this.#fields = this.#bytes = 0;
    return result;
  }

  /** Waits until so many CONNACK, SUBACK and PUBACK packets have arrived in all. */
  answered(count: number): Promise<void> {
    return this.#until(() => this.#answers >= count);
  }

  get answers(): number {
    return this.#answers;
  }

  #until(isOver: () => boolean): Promise<void> {
    if (isOver()) return Promise.resolve();
    return new Promise((resolve) => (this.#waiting = { isOver, resolve }));
  }

  #read(chunk: Buffer): void {
    const decoder = this.#decoder;
    const toAcknowledge: number[] = [];
    let bytes = this.#bytes;
    for (let i = 0; i < chunk.length; i++) bytes = (Math.imul(bytes, 31) + chunk[i]!) | 0;
    this.#bytes = bytes;
    decoder.push(chunk);
    while (decoder.next()) {
      const type = decoder.packetType;
      if (type === publish.type) {
        if (decoder.qos > 0) toAcknowledge.push(decoder.messageId);
        this.#add();
      } else if (type === connack.type || type === suback.type || type === puback.type) this.#answers++;
      else this.#answer(type);
    }
    if (this.#isAcknowledging && toAcknowledge.length > 0) this.#acknowledge(toAcknowledge);
    if (this.#waiting?.isOver()) {
      const { resolve } = this.#waiting;
      this.#waiting = undefined;
      resolve();
    }
  }

  #add(): void {
    const { topic, qos, payload } = this.#decoder;
    let sum =
      (Math.imul(this.#fields, 31) + topic.length + (topic.charCodeAt(topic.length - 1) << 8) + qos) | 0;
    for (const byte of payload) sum = (Math.imul(sum, 31) + byte) | 0;
    this.#fields = sum;
    this.#packets++;
  }

  #answer(type: number): void {
    if (type === connect.type)
      this.#socket.write(encode({ cmd: 'connack', returnCode: 0, sessionPresent: false }));
    else if (type === pingreq.type) this.#socket.write(encode({ cmd: 'pingresp' }));
    else if (type === subscribe.type) {
      const packet = this.#decoder.read();
      if (packet.cmd !== 'subscribe') return;
      const granted = packet.subscriptions.map(({ qos }) => qos);
      this.#socket.write(encode({ cmd: 'suback', messageId: packet.messageId, granted }));
    }
  }

  #acknowledge(messageIds: readonly number[]): void {
    this.#socket.write(Buffer.concat(messageIds.map((messageId) => encode({ cmd: 'puback', messageId }))));
  }
}
