// Compiled, never run: values pass between aedes, MQTT.js and mqtt-packet as their declarations promise.
import { Aedes, type AedesPublishPacket, type Client, type ConnackPacket } from 'aedes';
import mqtt, { type MqttClient, type Packet as MqttJsPacket } from 'mqtt';
import * as codec from 'mqtt-packet';
import {
  generate,
  type IAuthPacket,
  type IConnackPacket,
  type IConnectPacket,
  type IDisconnectPacket,
  type IPacket,
  type IPingreqPacket,
  type IPingrespPacket,
  type IPubackPacket,
  type IPubcompPacket,
  type IPublishPacket,
  type IPubrecPacket,
  type IPubrelPacket,
  type ISubackPacket,
  type ISubscribePacket,
  type ISubscription,
  type IUnsubackPacket,
  type IUnsubscribePacket,
  type Packet,
  type PacketCmd,
  type Parser,
  parser,
  type QoS,
  type UserProperties,
  writeToStream,
} from 'mqtt-packet';

interface ByCommand {
  auth: IAuthPacket;
  connack: IConnackPacket;
  connect: IConnectPacket;
  disconnect: IDisconnectPacket;
  pingreq: IPingreqPacket;
  pingresp: IPingrespPacket;
  puback: IPubackPacket;
  pubcomp: IPubcompPacket;
  publish: IPublishPacket;
  pubrec: IPubrecPacket;
  pubrel: IPubrelPacket;
  suback: ISubackPacket;
  subscribe: ISubscribePacket;
  unsuback: IUnsubackPacket;
  unsubscribe: IUnsubscribePacket;
}

type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
export const commands: Equal<PacketCmd, keyof ByCommand> = true;
export const union: Equal<Packet, ByCommand[keyof ByCommand]> = true;
export const sameForMqttJs: Equal<Packet, MqttJsPacket> = true;

/** `cmd` tells the packets apart. */
export function describe(packet: Packet): string {
  switch (packet.cmd) {
    case 'publish': {
      const payload: string | Buffer = packet.payload;
      const qos: QoS = packet.qos;
      const names: UserProperties | undefined = packet.properties?.userProperties;
      return `${packet.topic} ${payload.length} ${qos} ${Object.keys(names ?? {}).length} ${packet.messageId ?? 0}`;
    }
    case 'subscribe':
      return packet.subscriptions
        .map(({ topic, qos, nl, rap, rh }: ISubscription) => `${topic} ${qos} ${nl} ${rap} ${rh}`)
        .join();
    case 'suback':
      return packet.granted.join();
    case 'connack':
      return `${packet.sessionPresent} ${packet.returnCode ?? packet.reasonCode}`;
    case 'connect':
      return `${packet.clientId} ${packet.will?.topic ?? ''} ${packet.keepalive ?? 0} ${packet.protocolVersion ?? 4}`;
    default: {
      const any: IPacket = packet;
      return `${any.cmd} ${any.messageId ?? ''} ${any.length ?? ''}`;
    }
  }
}

/** mqtt-packet by itself. */
export function roundTrip(packet: Packet, stream: NodeJS.WritableStream): Buffer {
  const received: Parser = parser({ protocolVersion: 5 });
  received.on('packet', (decoded: Packet) => describe(decoded));
  received.on('error', (error: Error) => error.message);
  const bytes: Buffer = generate(packet, { protocolVersion: 5 });
  const left: number = received.parse(bytes);
  const flushed: boolean = writeToStream(packet, stream, { protocolVersion: 5 });
  codec.writeToStream.cacheNumbers = left === 0 && flushed;
  return codec.generate(packet);
}

/** What aedes hands out goes to mqtt-packet and to MQTT.js, and back. */
export async function bridge(url: string): Promise<MqttClient> {
  const broker = await Aedes.createBroker({
    preConnect: (_client, packet, done) => {
      generate(packet satisfies IConnectPacket);
      done(null, packet.clientId !== '');
    },
    authorizePublish: (_client: Client | null, packet, done) => {
      const copy: IPublishPacket = { ...packet, payload: packet.payload };
      generate(copy);
      done(null);
    },
    authorizeSubscribe: (_client, subscription, done) => done(null, subscription satisfies ISubscription),
  });
  broker.on('connackSent', (packet: ConnackPacket) => generate(packet satisfies IConnackPacket));

  const client = mqtt.connect(url, { protocolVersion: 5, properties: { receiveMaximum: 10 } });
  client.on('packetreceive', (packet) => describe(packet satisfies Packet));
  client.on('message', (topic, payload, packet) => {
    const { qos, retain, dup, properties } = packet satisfies IPublishPacket;
    generate({ cmd: 'publish', topic, payload, qos, retain, dup, ...(properties && { properties }) });
    broker.publish({ cmd: 'publish', topic, payload, qos, retain, dup }, () => {});
  });
  broker.on('publish', (packet: AedesPublishPacket) => {
    client.publish(packet.topic, packet.payload, { qos: packet.qos, retain: packet.retain });
  });
  client.handleMessage = (packet: IPublishPacket, done) => {
    describe(packet);
    done();
  };
  return client;
}
