import { createRequire } from 'node:module';
import { Writable } from 'node:stream';
import byDefault, { generate, parser, writeToStream } from 'mqtt-packet';

const required = createRequire(import.meta.url)('mqtt-packet');
const userProperties = { name: ['first', 'second'], Größe: '12 µm' };
const bytes = Buffer.from([0, 0xff, 0x80]);
const will = { topic: 'last/will', payload: bytes, qos: 2, retain: true };
const messageId = 0xfffe;

const PACKETS = {
  4: [
    {
      cmd: 'connect',
      protocolId: 'MQIsdp',
      protocolVersion: 3,
      clientId: 'älter',
      clean: true,
      keepalive: 30,
    },
    { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId: '', clean: true, keepalive: 0 },
    { cmd: 'connect', clientId: 'all', clean: false, keepalive: 10, username: 'u', password: bytes, will },
    { cmd: 'connack', returnCode: 0, sessionPresent: true },
    { cmd: 'connack', returnCode: 5, sessionPresent: false },
    { cmd: 'publish', topic: 'ä/🔥', payload: 'text', qos: 0, retain: true, dup: false },
    { cmd: 'publish', topic: 'a', payload: bytes, qos: 2, retain: false, dup: true, messageId },
    { cmd: 'puback', messageId },
    { cmd: 'pubrec', messageId },
    { cmd: 'pubrel', messageId },
    { cmd: 'pubcomp', messageId },
    {
      cmd: 'subscribe',
      messageId,
      subscriptions: [
        { topic: '#', qos: 0 },
        { topic: '+/ü', qos: 2 },
      ],
    },
    { cmd: 'suback', messageId, granted: [0, 1, 2, 128] },
    { cmd: 'unsubscribe', messageId, unsubscriptions: ['#', '+/ü'] },
    { cmd: 'unsuback', messageId },
    { cmd: 'pingreq' },
    { cmd: 'pingresp' },
    { cmd: 'disconnect' },
  ],
  5: [
    {
      cmd: 'connect',
      protocolVersion: 5,
      clientId: 'new',
      clean: true,
      keepalive: 65_535,
      username: 'u',
      password: 'p',
      will: {
        ...will,
        properties: { willDelayInterval: 5, contentType: 'x', correlationData: bytes, userProperties },
      },
      properties: {
        sessionExpiryInterval: 1,
        receiveMaximum: 2,
        requestResponseInformation: true,
        userProperties,
      },
    },
    {
      cmd: 'connack',
      reasonCode: 0,
      sessionPresent: false,
      properties: {
        assignedClientIdentifier: 'x',
        maximumQoS: 1,
        serverKeepAlive: 9,
        retainAvailable: false,
      },
    },
    {
      cmd: 'publish',
      topic: '',
      payload: '',
      qos: 1,
      retain: false,
      dup: false,
      messageId,
      properties: { topicAlias: 3, responseTopic: 'ä', payloadFormatIndicator: true, userProperties },
    },
    {
      cmd: 'publish',
      topic: 'a',
      payload: 'x',
      properties: { subscriptionIdentifier: [1, 128, 268_435_455] },
    },
    { cmd: 'puback', messageId },
    { cmd: 'puback', messageId, reasonCode: 0x10 },
    { cmd: 'pubrec', messageId, reasonCode: 0x97, properties: { reasonString: 'full', userProperties } },
    { cmd: 'pubrel', messageId, reasonCode: 0x92, properties: { reasonString: 'unknown' } },
    { cmd: 'pubcomp', messageId, reasonCode: 0, properties: { userProperties } },
    {
      cmd: 'subscribe',
      messageId,
      subscriptions: [{ topic: 'a/+', qos: 1, nl: true, rap: true, rh: 2 }],
      properties: { subscriptionIdentifier: 145, userProperties },
    },
    { cmd: 'suback', messageId, granted: [0, 0x80, 0x97], properties: { reasonString: 'partly' } },
    { cmd: 'unsubscribe', messageId, unsubscriptions: ['a/+'], properties: { userProperties } },
    { cmd: 'unsuback', messageId, granted: [0, 0x11], properties: { reasonString: 'partly' } },
    { cmd: 'disconnect', reasonCode: 0x8e, properties: { serverReference: 'elsewhere', userProperties } },
    { cmd: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'm', authenticationData: bytes } },
  ],
};

const MALFORMED = {
  'reserved packet type': '00 00',
  'AUTH in MQTT 3.1.1': 'f0 00',
  'QoS 3': '36 04 0001 61 00',
  'PUBREL with wrong flags': '60 02 0001',
  'SUBSCRIBE with wrong flags': '80 06 0001 0001 61 00',
  'remaining length of five bytes': '30 ff ff ff ff 01',
  'unknown protocol name': '10 10 0004 4d514151 04 02 0000 0004 74657374',
  'unknown protocol version': '10 10 0004 4d515454 07 02 0000 0004 74657374',
  'CONNECT with its reserved flag': '10 10 0004 4d515454 04 03 0000 0004 74657374',
  'subscription QoS 3': '82 06 0001 0001 61 03',
};

const INVALID = {
  'no command': {},
  'no topic': { cmd: 'publish', payload: '' },
  'no packet identifier': { cmd: 'publish', topic: 'a', payload: '', qos: 1 },
  'no subscriptions': { cmd: 'subscribe', messageId },
  'keep alive too large': { cmd: 'connect', clientId: 'a', clean: true, keepalive: 65_536 },
  'password alone': { cmd: 'connect', clientId: 'a', clean: true, keepalive: 0, password: 'p' },
};

/** What a parser emits and returns for these pieces. */
function parsed(pieces, options) {
  const seen = [];
  const reader = parser(options);
  reader.on('packet', (packet) => seen.push(packet));
  reader.on('error', (error) => seen.push(`error: ${error.message}`));
  for (const piece of pieces) reader.parse(piece);
  return seen;
}

function written(packet, options) {
  const chunks = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  const flushed = writeToStream(packet, stream, options);
  return new Promise((resolve) => {
    stream.end(() => resolve({ flushed, bytes: Buffer.concat(chunks) }));
  });
}

/** mqtt-packet by itself, in the three ways that it can be loaded. */
export async function codec(transcript) {
  transcript.step('exports');
  for (const [form, exports] of Object.entries({ byDefault, required })) {
    for (const name of ['parser', 'generate', 'writeToStream']) {
      transcript.note(form, name, typeof exports[name]);
    }
  }
  transcript.note('writeToStream', 'cacheNumbers', writeToStream.cacheNumbers);

  for (const [version, packets] of Object.entries(PACKETS)) {
    const options = { protocolVersion: Number(version) };
    for (const packet of packets) {
      transcript.step(`version ${version}: ${packet.cmd}`);
      const whole = generate(packet, options);
      transcript.note('generate', 'bytes', whole);
      transcript.note('required', 'bytes', required.generate(packet, options));
      transcript.note('writeToStream', 'bytes', await written(packet, options));
      transcript.note('parser', 'whole', parsed([whole], options));
      transcript.note(
        'parser',
        'byte by byte',
        parsed(
          [...whole].map((byte) => Buffer.of(byte)),
          options,
        ),
      );
    }
    transcript.step(`version ${version}: all in one chunk`);
    transcript.note(
      'parser',
      'chunk',
      parsed([Buffer.concat(packets.map((packet) => generate(packet, options)))], options),
    );
  }
  transcript.step('errors');
  for (const [name, hex] of Object.entries(MALFORMED)) {
    transcript.note('parser', name, parsed([Buffer.from(hex.replaceAll(' ', ''), 'hex')]));
  }
  for (const [name, packet] of Object.entries(INVALID)) {
    let message = 'none';
    try {
      generate(packet);
    } catch (error) {
      message = error.message;
    }
    transcript.note('generate', name, message);
  }
}
