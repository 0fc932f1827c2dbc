import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { atTheEnd } from './cleanup.ts';

export const VERSIONS = [
  ['3.1', { protocolVersion: 3, protocolId: 'MQIsdp' }],
  ['3.1.1', { protocolVersion: 4 }],
  ['5.0', { protocolVersion: 5 }],
] as const satisfies [string, IClientOptions][];

/** Connects an MQTT.js client that does not connect again by itself, and ends with the test. */
export async function client(port: number, options: IClientOptions): Promise<MqttClient> {
  const connected = await mqtt.connectAsync({ host: '127.0.0.1', port, reconnectPeriod: 0, ...options });
  atTheEnd(() => connected.end(true));
  return connected;
}

/** The same for a client whose messages come right behind the CONNACK. */
export function returning(port: number, options: IClientOptions): () => Promise<IPublishPacket> {
  const connecting = mqtt.connect({ host: '127.0.0.1', port, reconnectPeriod: 0, ...options });
  atTheEnd(() => connecting.end(true));
  return inbox(connecting);
}

/** The messages that arrive at a client, in order. */
export function inbox(receiver: MqttClient): () => Promise<IPublishPacket> {
  const messages: IPublishPacket[] = [];
  let arrived = () => {};
  receiver.on('message', (_topic, _payload, packet) => {
    messages.push(packet);
    arrived();
  });
  return async () => {
    while (messages.length === 0) {
      await new Promise<void>((resolve) => {
        arrived = resolve;
      });
    }
    return messages.shift()!;
  };
}

/** The payloads of the next `count` messages. */
export async function texts(next: () => Promise<IPublishPacket>, count: number): Promise<string[]> {
  const payloads: string[] = [];
  while (payloads.length < count) payloads.push(String((await next()).payload));
  return payloads;
}
