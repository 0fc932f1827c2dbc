import type { AddressInfo } from 'node:net';
import { connectAsync, type MqttClient } from 'mqtt';
import { expect } from 'vitest';
import { createBroker, type Listener } from '../../../../src/broker/index.ts';
import { atTheEnd } from '../../../broker/cleanup.ts';
import { connectPacket, PINGREQ, publishPacket, subscribePacket } from '../../../broker/packets.ts';
import { WebSocketClient } from '../../../broker/web-socket-client.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';

const PINGRESP = 'd0 00';
/** Close code of RFC 6455: a kind of data that is not accepted. */
const UNSUPPORTED_DATA = 1003;

interface Place {
  readonly tcp: string;
  readonly webSocket: string;
}

async function start(): Promise<Place> {
  const broker = createBroker();
  atTheEnd(() => broker.close());
  const place = ({ address }: Listener) => `127.0.0.1:${(address as AddressInfo).port}`;
  return {
    tcp: `mqtt://${place(await broker.listen({ port: 0 }))}`,
    webSocket: `ws://${place(await broker.listen({ port: 0, webSocket: true }))}`,
  };
}

/** A client whose CONNECT was accepted. */
async function connected(version: 4 | 5, url: string, id = 'a'): Promise<WebSocketClient> {
  const client = await WebSocketClient.open(url);
  client.send(connectPacket(id, version));
  await expectsConnack(client, version);
  return client;
}

async function expectsConnack(client: WebSocketClient, version: 4 | 5): Promise<void> {
  const connack = await client.packet();
  expect([connack[0], connack[3]]).toEqual([0x20, 0]);
  if (version === 4) expect(connack.length).toBe(4);
}

/** Subscribes to t and publishes to it: these are the bytes, and those that answer them. */
function conversation(version: 4 | 5): { sent: string; answer: string } {
  const publish = publishPacket('t', 'x', version);
  const suback = version === 5 ? '90 04 0001 00 00' : '90 03 0001 00';
  return {
    sent: `${subscribePacket('t', version)} ${publish} ${PINGREQ}`,
    answer: `${suback} ${publish} ${PINGRESP}`,
  };
}

function binaryOnly(version: 4 | 5): BrokerCases {
  return {
    'a text frame instead of CONNECT': async () => {
      const { webSocket } = await start();
      const client = await WebSocketClient.open(webSocket);
      client.sendText('MQTT');
      expect(await client.expectsClose()).toBe(UNSUPPORTED_DATA);
    },
    'a text frame of a connected client, though its bytes are a packet': async () => {
      const { webSocket } = await start();
      const client = await connected(version, webSocket);
      const publish = publishPacket('t', 'x', version);
      client.sendText(Buffer.from(publish.replaceAll(' ', ''), 'hex').toString());
      expect(await client.expectsClose()).toBe(UNSUPPORTED_DATA);
    },
    'what the server sends is binary': async () => {
      const { webSocket } = await start();
      const client = await connected(version, webSocket);
      const { sent, answer } = conversation(version);
      client.send(sent);
      await client.expects(answer);
      expect(client.isBinary).toBe(true);
    },
  };
}

function noPacketBoundaries(version: 4 | 5): BrokerCases {
  const { sent, answer } = conversation(version);
  return {
    'each byte in a message of its own': async () => {
      const { webSocket } = await start();
      const client = await WebSocketClient.open(webSocket);
      client.sendBytewise(connectPacket('a', version));
      await expectsConnack(client, version);
      client.sendBytewise(sent);
      await client.expects(answer);
    },
    'each byte in a frame of its own, of one message': async () => {
      const { webSocket } = await start();
      const client = await connected(version, webSocket);
      client.sendFragmented(sent);
      await client.expects(answer);
    },
    'all packets in one message, CONNECT included': async () => {
      const { webSocket } = await start();
      const client = await WebSocketClient.open(webSocket);
      client.send(`${connectPacket('a', version)} ${sent}`);
      await expectsConnack(client, version);
      await client.expects(answer);
    },
    'messages that end within packets': async () => {
      const { webSocket } = await start();
      const client = await connected(version, webSocket);
      const bytes = Buffer.from(sent.replaceAll(' ', ''), 'hex');
      for (let at = 0; at < bytes.length; at += 5) client.send(bytes.subarray(at, at + 5));
      await client.expects(answer);
    },
    'empty messages in between': async () => {
      const { webSocket } = await start();
      const client = await connected(version, webSocket);
      client.send('');
      client.send(sent);
      client.send('');
      await client.expects(answer);
    },
  };
}

function offersMqtt(version: 4 | 5): BrokerCases {
  return {
    'a handshake that offers no subprotocol is refused': async () => {
      const { webSocket } = await start();
      await expect(WebSocketClient.open(webSocket, [])).rejects.toThrow('400');
    },
    'one that offers others only is refused': async () => {
      const { webSocket } = await start();
      await expect(WebSocketClient.open(webSocket, ['wamp', 'mqtt5'])).rejects.toThrow('400');
    },
    'one that offers mqtt among others is accepted': async () => {
      const { webSocket } = await start();
      const client = await WebSocketClient.open(webSocket, ['wamp', 'mqtt']);
      client.send(connectPacket('a', version));
      await expectsConnack(client, version);
    },
  };
}

function selectsMqtt(version: 4 | 5): BrokerCases {
  return {
    'the handshake is answered with it': async () => {
      const { webSocket } = await start();
      const client = await connected(version, webSocket);
      expect(client.webSocket.protocol).toBe('mqtt');
    },
    'also where others are offered first': async () => {
      const { webSocket } = await start();
      const client = await WebSocketClient.open(webSocket, ['mqttv3.1', 'wamp', 'mqtt']);
      expect(client.webSocket.protocol).toBe('mqtt');
    },
  };
}

const MESSAGES = 300;
/** The longer ones take several chunks of the transport. */
const payloads = Array.from({ length: MESSAGES }, (_, i) => `${i}:`.padEnd(i % 50 === 0 ? 100_000 : i, '.'));

/** Messages of every QoS and of many sizes arrive complete and in order, which they do not if a byte is lost or moved. */
async function expectsStream(publisherUrl: string, subscriberUrl: string): Promise<void> {
  const publisher = await mqttClient(publisherUrl);
  const subscriber = await mqttClient(subscriberUrl);
  const received: string[] = [];
  const all = new Promise<void>((resolve) => {
    subscriber.on('message', (_, payload) => {
      received.push(payload.toString());
      if (received.length === MESSAGES) resolve();
    });
  });
  await subscriber.subscribeAsync('t', { qos: 0 });
  for (const [i, payload] of payloads.entries())
    publisher.publish('t', payload, { qos: (i % 3) as 0 | 1 | 2 });
  await all;
  expect(received).toEqual(payloads);
}

async function mqttClient(url: string): Promise<MqttClient> {
  const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0 });
  atTheEnd(() => client.endAsync(true));
  return client;
}

const orderedStream: BrokerCases = {
  TCP: async () => {
    const { tcp } = await start();
    await expectsStream(tcp, tcp);
  },
  WebSocket: async () => {
    const { webSocket } = await start();
    await expectsStream(webSocket, webSocket);
  },
  'from one to the other': async () => {
    const { tcp, webSocket } = await start();
    await expectsStream(tcp, webSocket);
    await expectsStream(webSocket, tcp);
  },
};

function webSocketRows(name: '3.1.1' | '5', version: 4 | 5): BrokerRow[] {
  return [
    brokerRow('MQTT-6.0.0-1', name, binaryOnly(version)),
    brokerRow('MQTT-6.0.0-2', name, noPacketBoundaries(version)),
    brokerRow('MQTT-6.0.0-3', name, offersMqtt(version)),
    brokerRow('MQTT-6.0.0-4', name, selectsMqtt(version)),
  ];
}

export const rows: BrokerRow[] = [
  ...webSocketRows('3.1.1', 4),
  ...webSocketRows('5', 5),
  brokerRow('MQTT-4.2-1', '5', orderedStream),
];
