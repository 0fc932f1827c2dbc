/** The same job with mqtt-packet: its parser, a Map of routes, and one of its two ways to write. */
import { generate, type IPublishPacket, type Packet, type Parser, parser, writeToStream } from 'mqtt-packet';
import type { Version } from './traffic.ts';

/** `writeToStream` for each receiver, or `generate` once and the Buffer to each receiver. */
export type PacketWriting = 'writeToStream' | 'generate';

export class PacketForwarder {
  readonly #routes = new Map<string, NodeJS.WritableStream[]>();
  readonly #writing: PacketWriting;
  readonly #options: { protocolVersion: Version };
  /** Called with each stream before it is written to. */
  readonly #beforeWrite: ((stream: NodeJS.WritableStream) => void) | undefined;

  constructor(writing: PacketWriting, to: Version, beforeWrite?: (stream: NodeJS.WritableStream) => void) {
    this.#writing = writing;
    this.#options = { protocolVersion: to };
    this.#beforeWrite = beforeWrite;
  }

  subscribe(topic: string, stream: NodeJS.WritableStream): void {
    const streams = this.#routes.get(topic);
    if (streams === undefined) this.#routes.set(topic, [stream]);
    else streams.push(stream);
  }

  /** A parser whose PUBLISH packets are passed on, others given to `control`. */
  parser(from: Version, control: (packet: Packet) => void): Parser {
    const made = parser({ protocolVersion: from });
    made.on('error', (error: Error) => {
      throw error;
    });
    made.on('packet', (packet: Packet) => {
      if (packet.cmd === 'publish') this.#publish(packet);
      else control(packet);
    });
    return made;
  }

  #publish(packet: IPublishPacket): void {
    const streams = this.#routes.get(packet.topic);
    if (streams === undefined) return;
    const beforeWrite = this.#beforeWrite;
    if (beforeWrite !== undefined) for (let i = 0; i < streams.length; i++) beforeWrite(streams[i]!);
    if (this.#writing === 'generate') {
      const frame = generate(packet, this.#options);
      for (let i = 0; i < streams.length; i++) streams[i]!.write(frame);
    } else {
      for (let i = 0; i < streams.length; i++) writeToStream(packet, streams[i]!, this.#options);
    }
  }
}
