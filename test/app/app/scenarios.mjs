import { once } from 'node:events';
import mqtt from 'mqtt';

/** Clients of one broker whose packets go into the transcript. */
export class Clients {
  #transcript;
  #url;
  #options;
  #connected = new Set();

  constructor(transcript, url, options) {
    this.#transcript = transcript;
    this.#url = url;
    this.#options = options;
  }

  /** A client that waits for its CONNACK; where that refuses, the error is noted and nothing returned. */
  async connect(clientId, options = {}) {
    const client = mqtt.connect(this.#url, {
      ...this.#options,
      reconnectPeriod: 0,
      clientId,
      ...options,
    });
    client.on('packetsend', (packet) => this.#transcript.packet(clientId, 'sent', packet));
    client.on('packetreceive', (packet) => this.#transcript.packet(clientId, 'received', packet));
    try {
      await once(client, 'connect');
    } catch (error) {
      this.#transcript.note(clientId, 'error', { message: error.message, code: error.code });
      client.end(true);
      return undefined;
    }
    client.on('error', (error) => this.#transcript.note(clientId, 'error', error.message));
    this.#connected.add(client);
    client.once('close', () => this.#connected.delete(client));
    return client;
  }

  /** Disconnects every client, one after the other. */
  async end() {
    for (const client of this.#connected) await client.endAsync();
  }
}

const TOPICS = ['Küche/Ofen/🔥', '日本/東京', 'عربي/שלום', 'a//b/ /', '𝄞', '\u{1F469}\u200D\u{1F680}/\u0301'];

async function everyQos(transcript, sender) {
  for (const qos of [0, 1, 2]) {
    transcript.step(`QoS ${qos}`);
    await sender.publishAsync(`qos/${qos}`, `message with QoS ${qos}`, { qos });
    await transcript.received('receiver', 1);
    await transcript.settled();
  }
  transcript.step('no payload');
  await sender.publishAsync('qos/empty', '', { qos: 1 });
  await transcript.received('receiver', 1);
  await transcript.settled();
}

async function unicodeTopics(transcript, sender, receiver, qos) {
  transcript.step('unicode topics');
  await receiver.subscribeAsync(TOPICS, { qos });
  for (const topic of TOPICS) await sender.publishAsync(topic, topic, { qos });
  await transcript.received('receiver', TOPICS.length);
  await transcript.settled();
}

async function largePayloads(transcript, sender, highestQos) {
  for (const [name, size] of [
    ['a length of two bytes', 16_383],
    ['a length of three bytes', 16_384],
    ['a million bytes', 1_000_000],
    ['a length of four bytes', 2_097_152],
  ]) {
    transcript.step(`large payload: ${name}`);
    const payload = Buffer.alloc(size, 'large payload ');
    await sender.publishAsync('large', payload, { qos: highestQos });
    await transcript.received('receiver', 1);
    await transcript.settled();
  }
}

async function manySmallPackets(transcript, sender, counts) {
  for (const [qos, count] of counts) {
    transcript.step(`many small packets, QoS ${qos}`);
    // In one go, so that many packets share a chunk.
    await Promise.all(
      Array.from({ length: count }, (_, index) =>
        sender.publishAsync(`many/${index % 50}`, `${index}`, { qos }),
      ),
    );
    await transcript.received('receiver', count);
    await transcript.settled();
  }
}

async function unsubscribeAndPing(transcript, sender, receiver) {
  transcript.step('unsubscribe and ping');
  await receiver.unsubscribeAsync(['qos/#', 'never subscribed']);
  await sender.publishAsync('qos/0', 'to nobody');
  receiver.sendPing();
  await transcript.settled();
  await sender.publishAsync('large', 'still there');
  await transcript.received('receiver', 1);
  await transcript.settled();
}

/** Subscriptions that the scenarios after it rely on. */
async function subscribeReceiver(transcript, receiver, options) {
  transcript.step('subscribe');
  await receiver.subscribeAsync({ 'qos/#': { qos: 2 }, 'many/+': { qos: 2 }, large: { qos: 1 } }, options);
  await receiver.subscribeAsync('will/+', { qos: 1 });
  await transcript.settled();
}

async function retained(transcript, clients, sender) {
  transcript.step('retained message');
  for (const qos of [0, 1, 2]) {
    await sender.publishAsync(`retained/${qos}`, `kept ${qos}`, { qos, retain: true });
  }
  const late = await clients.connect('late');
  await late.subscribeAsync('retained/+', { qos: 2 });
  await transcript.received('late', 3);
  await transcript.settled();

  transcript.step('retained message replaced and removed');
  await sender.publishAsync('retained/0', 'replaced', { retain: true });
  await sender.publishAsync('retained/1', '', { qos: 1, retain: true });
  await sender.publishAsync('retained/2', '', { qos: 1, retain: true });
  await transcript.received('late', 3);
  const later = await clients.connect('later');
  await later.subscribeAsync('retained/+', { qos: 2 });
  await transcript.received('later', 1);
  await transcript.settled();
}

/** The client is gone for the broker too; it may hear of that later than the client. */
function left(transcript, clientId) {
  return transcript.seen(`broker about ${clientId}`, 'disconnect');
}

async function will(transcript, clients, qos, properties) {
  transcript.step('will');
  const payload = Buffer.from([0, 0xff, 0x80, 0xc3, 0x28]);
  const dying = await clients.connect('dying', {
    will: { topic: 'will/dying', payload, qos, retain: false, properties },
  });
  const closed = once(dying, 'close');
  dying.stream.destroy();
  await closed;
  await transcript.received('receiver', 1);
  await transcript.settled();
}

async function session(transcript, clients, sender) {
  const options = { clean: false };
  transcript.step('session: subscribe and leave');
  const first = await clients.connect('keeper', options);
  await first.subscribeAsync('session/#', { qos: 2 });
  await transcript.settled();
  await first.endAsync();
  await left(transcript, 'keeper');

  transcript.step('session: published meanwhile');
  await sender.publishAsync('session/1', 'while away 1', { qos: 1 });
  await sender.publishAsync('session/2', 'while away 2', { qos: 2 });
  await transcript.settled();

  transcript.step('session: back');
  const second = await clients.connect('keeper', options);
  await transcript.received('keeper', 2);
  await transcript.settled();
  await second.endAsync();
  await left(transcript, 'keeper');

  transcript.step('session: all was acknowledged');
  const third = await clients.connect('keeper', options);
  await sender.publishAsync('session/last', 'nothing came before', { qos: 1 });
  await transcript.received('keeper', 1);
  await transcript.settled();
  await third.endAsync();
  await left(transcript, 'keeper');
}

async function refused(transcript, clients) {
  transcript.step('refused');
  await clients.connect('refused', { username: 'nobody', password: 'secret' });
  await transcript.seen('broker about refused', 'client error');
  const client = await clients.connect('forbidden');
  const granted = await client.subscribeAsync(['allowed', 'forbidden']).catch((error) => error.message);
  transcript.note('forbidden', 'granted', granted);
  await transcript.settled();
}

/** MQTT 3.1 and 3.1.1 against aedes. */
export async function againstAedes(transcript, url, options) {
  const clients = new Clients(transcript, url, options);
  transcript.step('connect');
  const sender = await clients.connect('sender', {
    username: 'Jürgen',
    password: Buffer.from([0, 1, 0xfe]),
    keepalive: 65_535,
  });
  const receiver = await clients.connect('receiver');
  await subscribeReceiver(transcript, receiver);
  await everyQos(transcript, sender);
  await unicodeTopics(transcript, sender, receiver, 2);
  await retained(transcript, clients, sender);
  await will(transcript, clients, 1);
  await left(transcript, 'dying');
  await session(transcript, clients, sender);
  await refused(transcript, clients);
  await largePayloads(transcript, sender, 1);
  await manySmallPackets(transcript, sender, [
    [0, 1000],
    [1, 200],
    [2, 100],
  ]);
  await unsubscribeAndPing(transcript, sender, receiver);
  transcript.step('end');
  await clients.end();
  for (const clientId of ['sender', 'receiver', 'late', 'later', 'forbidden'])
    await left(transcript, clientId);
}

/** aedes 1 knows no MQTT 5.0: its CONNACK is that of MQTT 3.1.1. */
export async function version5AgainstAedes(transcript, url) {
  transcript.step('MQTT 5.0 refused');
  await new Clients(transcript, url, { protocolVersion: 5 }).connect('newer');
  await transcript.seen('broker about null', 'connection error');
}

/** MQTT 5.0 with QoS 0 and properties, against a broker that grants no more. */
export async function version5(transcript, url) {
  const clients = new Clients(transcript, url, { protocolVersion: 5 });
  const userProperties = { name: ['first', 'second'], Größe: '12 µm', empty: '' };
  transcript.step('MQTT 5.0: connect');
  const sender = await clients.connect('sender', {
    username: 'Jürgen',
    password: 'secret',
    properties: {
      sessionExpiryInterval: 0,
      receiveMaximum: 100,
      maximumPacketSize: 4_000_000,
      userProperties,
    },
  });
  const receiver = await clients.connect('receiver', { properties: { topicAliasMaximum: 10 } });
  await subscribeReceiver(transcript, receiver, { properties: { userProperties } });

  transcript.step('MQTT 5.0: subscription options');
  await receiver.subscribeAsync('options/+', { qos: 0, nl: true, rap: true, rh: 2 });
  await receiver.publishAsync('options/1', 'not to myself');
  await sender.publishAsync('options/2', 'to the other');
  await transcript.received('receiver', 1);
  await transcript.settled();

  transcript.step('MQTT 5.0: publish properties');
  for (const properties of [
    { payloadFormatIndicator: true, messageExpiryInterval: 4_294_967_295, contentType: 'text/plain' },
    { responseTopic: 'ответ/1', correlationData: Buffer.from([0, 1, 2, 0xff]) },
    { userProperties },
    { messageExpiryInterval: 60, contentType: '', payloadFormatIndicator: false, userProperties },
  ]) {
    await sender.publishAsync('qos/properties', 'with properties', { properties });
  }
  await transcript.received('receiver', 4);
  await transcript.settled();

  await unicodeTopics(transcript, sender, receiver, 0);
  await will(transcript, clients, 0, { willDelayInterval: 0, contentType: 'text/plain', userProperties });
  await largePayloads(transcript, sender, 0);
  await manySmallPackets(transcript, sender, [[0, 1000]]);
  await unsubscribeAndPing(transcript, sender, receiver);

  transcript.step('MQTT 5.0: end with a reason');
  await sender.endAsync(false, { reasonCode: 0x04, properties: { reasonString: 'done', userProperties } });
  await clients.end();
}
