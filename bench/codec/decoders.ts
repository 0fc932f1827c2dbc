/** The decoders that compete, as `decode` and `memory` both use them. */
import { type Parser as MqttPacketParser, parser } from 'mqtt-packet';
import type { KernelChoice } from '../../src/decode/options.ts';
import { type Contestant, compile } from '../suite.ts';
import { loadCodec } from './load.ts';
import type { Input } from './workloads.ts';

type Parser = Pick<MqttPacketParser, 'on' | 'parse'>;
type Compiled = Pick<Contestant, 'pass' | 'sums'>;

// Consumption of a packet object. Its checksums depend on the order of the packets. The last 64 packets stay
// reachable: an object that nobody keeps would not be made at all by an optimising compiler.
const OBJECT_SINK = `
  const ring = new Array(64).fill(null);
  let at = 0;
  let fields = 0, topics = 0, payloads = 0, properties = 0, control = 0;
  function clear() { fields = topics = payloads = properties = control = 0; }
  function sums() { return version === 5 ? { fields, topics, payloads, properties } : { fields, topics, payloads, control }; }
  function checksum() { return fields ^ topics ^ payloads ^ properties ^ control; }
  function sink(packet) {
    ring[at = (at + 1) & 63] = packet;
    switch (packet.cmd) {
      case 'publish': {
        const { topic, payload, qos } = packet;
        const id = qos === 0 ? 0 : packet.messageId << 12;
        fields = (Math.imul(fields, 31) + qos + (payload.length << 2) + id) | 0;
        topics = (Math.imul(topics, 31) + topic.length + (topic.charCodeAt(topic.length - 1) << 8)) | 0;
        payloads = (Math.imul(payloads, 31) + payload[0]) | 0;
        if (version === 5) {
          const { messageExpiryInterval, contentType } = packet.properties;
          properties = (Math.imul(properties, 31) + messageExpiryInterval + contentType.length) | 0;
        }
        break;
      }
      case 'puback':
        fields = (Math.imul(fields, 31) + packet.messageId) | 0;
        break;
      case 'subscribe':
        fields = (Math.imul(fields, 31) + packet.cmd.length) | 0;
        control = (Math.imul(control, 31) + packet.messageId + packet.subscriptions.length) | 0;
        break;
      case 'connect':
        fields = (Math.imul(fields, 31) + packet.cmd.length) | 0;
        control = (Math.imul(control, 31) + packet.keepalive + packet.clientId.length) | 0;
        break;
      default:
        fields = (Math.imul(fields, 31) + packet.cmd.length) | 0;
    }
  }`;

/** A streaming parser as mqtt-packet has it, which emits the packets. */
export function packetParser(
  name: string,
  parser: (options: object) => Parser,
  { protocolVersion, packets, chunks }: Input,
): Contestant {
  const stream = parser({ protocolVersion });
  stream.on('error', (error: Error) => {
    throw error;
  });
  const body = `${OBJECT_SINK}
    parser.on('packet', sink);
    function pass() {
      clear();
      for (let i = 0; i < chunks.length; i++) parser.parse(chunks[i]);
      return checksum();
    }
    return { pass, sums };`;
  const compiled = compile<Compiled>({ parser: stream, chunks, version: protocolVersion }, body);
  return { name, packets, ...compiled };
}

/** The parser of mqtt-packet itself. */
export function mqttPacket(input: Input): Contestant {
  return packetParser('mqtt-packet', parser, input);
}

/** The parser that this codec puts in its place. */
export function dropInParser(name: string, input: Input): Contestant {
  return packetParser(name, loadCodec(name).parser, input);
}

/** This codec, every packet as an object. */
export function objects(kernel: KernelChoice, { protocolVersion, packets, chunks }: Input): Contestant {
  const name = `objects ${kernel}`;
  const decoder = new (loadCodec(name).Decoder)({ protocolVersion, kernel });
  const body = `${OBJECT_SINK}
    function pass() {
      clear();
      for (let i = 0; i < chunks.length; i++) {
        decoder.push(chunks[i]);
        while (decoder.next()) sink(decoder.read());
      }
      return checksum();
    }
    return { pass, sums };`;
  return { name, packets, ...compile<Compiled>({ decoder, chunks, version: protocolVersion }, body) };
}

export interface CursorOptions {
  /** Default `cursor <kernel>`. */
  name?: string;
  /** A topic that has no route yet is read as a string once and gets one. Default true. */
  readTopics?: boolean;
  /** CONNECT and SUBSCRIBE are read as objects. Default false. */
  readControl?: boolean;
  /** What it reads is not what the others read: its checksums are compared with nobody's. Default false. */
  otherInput?: boolean;
}

/** A topic without a route, or one too long to have an id: its string is read, and the route kept by id. */
const LEARN = `
            if (to === 0) {
              to = route(decoder.topic);
              if (topic >= 0) routes[topic] = to;
            }`;

/** This codec, no object and no string for what only passes through: a topic is a route found by topic id. */
export function cursor(kernel: KernelChoice, input: Input, options: CursorOptions = {}): Contestant {
  const { name = `cursor ${kernel}`, readTopics = true, readControl = false, otherInput = false } = options;
  const { protocolVersion, packets, chunks } = input;
  const decoder = new (loadCodec(name).Decoder)({ protocolVersion, kernel });
  const body = `
    const ring = new Array(64).fill(null);
    const routes = new Int32Array(1 << 16);
    const nameLength = Int32Array.of(0, 7, 7, 7, 6, 6, 6, 7, 9, 6, 11, 8, 7, 8, 10, 4);
    let generation = decoder.topicGeneration;
    let at = 0;
    let fields = 0, topics = 0, control = 0;
    function route(topic) { return topic.length + (topic.charCodeAt(topic.length - 1) << 8); }
    function read(packet) {
      ring[at = (at + 1) & 63] = packet;
      control = Math.imul(control, 31) + (packet.cmd === 'subscribe'
        ? packet.messageId + packet.subscriptions.length
        : packet.keepalive + packet.clientId.length) | 0;
    }
    function pass() {
      let f = 0, t = 0;
      control = 0;
      for (let i = 0; i < chunks.length; i++) {
        decoder.push(chunks[i]);
        while (decoder.next()) {
          const type = decoder.packetType;
          if (type === 3) {
            if (decoder.topicGeneration !== generation) {
              generation = decoder.topicGeneration;
              routes.fill(0);
            }
            const topic = decoder.topicId;
            let to = topic < 0 ? 0 : routes[topic];
            ${readTopics ? LEARN : ''}
            t = (Math.imul(t, 31) + to) | 0;
            const qos = decoder.qos;
            const id = qos === 0 ? 0 : decoder.messageId << 12;
            f = (Math.imul(f, 31) + qos + (decoder.payloadLength << 2) + id) | 0;
          } else if (type >= 4 && type <= 7) {
            f = (Math.imul(f, 31) + decoder.messageId) | 0;
          } else {
            f = (Math.imul(f, 31) + nameLength[type]) | 0;
            ${readControl ? 'if (type === 1 || type === 8) read(decoder.read());' : ''}
          }
        }
      }
      fields = f;
      topics = t;
      return fields ^ topics ^ control;
    }
    function sums() {
      return { fields${readTopics ? ', topics' : ''}${readControl ? ', control' : ''} };
    }
    return { pass, sums };`;
  const { pass, sums } = compile<Compiled>({ decoder, chunks }, body);
  return { name, packets, pass, sums: otherInput ? () => ({}) : sums };
}
