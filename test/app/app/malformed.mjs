import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import mqtt from 'mqtt';

const CONNECT = hex('10 0f 0004 4d515454 04 02 0000 0003 726177');
const HTTP_REQUEST = Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');

/** What clients send after their CONNECT, and aedes must refuse. */
const TO_BROKER = {
  'PUBREL with wrong flags': hex('60 02 0001'),
  'SUBSCRIBE with QoS 3': hex('82 06 0001 0001 61 03'),
  'a remaining length of five bytes': hex('30 ff ff ff ff 01'),
  'UNSUBSCRIBE without a filter': hex('a2 00'),
};

/** What a broker sends that MQTT.js must refuse. */
const TO_CLIENT = {
  'an HTTP response': Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'),
  'CONNACK with reserved flags': hex('20 02 02 00'),
  'a reserved packet type': hex('00 00'),
  'PUBLISH with QoS 3': hex('20 02 00 00 36 05 0001 61 0001'),
};

function hex(text) {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

/** A socket that notes what it receives until it is closed. */
function rawClient(transcript, url) {
  const socket = connect(new URL(url).port, '127.0.0.1');
  socket.on('data', (bytes) => transcript.note('socket', 'received', bytes));
  // Closing on unread bytes may reset the connection; either way it ends.
  socket.on('error', () => {});
  return socket;
}

export async function malformedToBroker(transcript, url) {
  transcript.step('to the broker: no MQTT');
  const stranger = rawClient(transcript, url);
  stranger.write(HTTP_REQUEST);
  await once(stranger, 'close');
  await transcript.seen('broker about null', 'connection error');

  for (const [name, bytes] of Object.entries(TO_BROKER)) {
    transcript.step(`to the broker: ${name}`);
    const client = rawClient(transcript, url);
    client.write(CONNECT);
    await transcript.seen('socket', 'received');
    client.write(bytes);
    await once(client, 'close');
    await transcript.seen('broker about raw', 'client error');
    await transcript.seen('broker about raw', 'disconnect');
  }
}

export async function malformedToClient(transcript) {
  for (const [name, bytes] of Object.entries(TO_CLIENT)) {
    transcript.step(`to the client: ${name}`);
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.write(bytes));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = mqtt.connect(`mqtt://127.0.0.1:${server.address().port}`, {
      clientId: 'client',
      reconnectPeriod: 0,
    });
    client.on('packetreceive', (packet) => transcript.packet('client', 'received', packet));
    client.on('error', (error) => transcript.note('client', 'error', error.message));
    await transcript.seen('client', 'error');
    client.end(true);
    server.close();
  }
}
