/**
 * No broker, but what passes on packets with the least work, to see how fast the clients are that measure the others. It takes
 * for granted that all messages of a connection go to the same subscribers, and keeps no state: packet identifiers are those of
 * the publisher.
 */
import type { Socket } from 'node:net';
import { decode, encode } from '../../src/index.ts';
import { answers, PUBACK, PUBCOMP, PUBREC, PUBREL } from '../broker/answers.ts';
import { listen } from './parts/listen.ts';
import { resident } from './parts/resident.ts';
import { serve } from './parts/serve.ts';

const subscribers = new Map<string, Socket[]>();

/** The connections that get what a topic name is published with. */
function subscribersOf(frame: Buffer, body: number): readonly Socket[] {
  const length = frame.readUInt16BE(body);
  return subscribers.get(frame.toString('latin1', body + 2, body + 2 + length)) ?? [];
}

function control(frame: Buffer, socket: Socket, protocolVersion: 4 | 5): void {
  const [packet] = decode(frame, { protocolVersion });
  if (packet!.cmd === 'connect') {
    socket.write(
      encode(
        protocolVersion === 5
          ? { cmd: 'connack', reasonCode: 0, sessionPresent: false }
          : { cmd: 'connack', returnCode: 0, sessionPresent: false },
        { protocolVersion },
      ),
    );
  } else if (packet!.cmd === 'subscribe') {
    const { messageId, subscriptions } = packet!;
    for (const { topic } of subscriptions) {
      const sockets = subscribers.get(topic);
      if (sockets === undefined) subscribers.set(topic, [socket]);
      else sockets.push(socket);
    }
    const granted = subscriptions.map(({ qos }) => qos);
    socket.write(encode({ cmd: 'suback', messageId, granted }, { protocolVersion }));
  }
}

function relay(socket: Socket): void {
  let rest: Buffer | undefined;
  let receivers: readonly Socket[] | undefined;
  let protocolVersion: 4 | 5 = 4;
  socket.on('data', (chunk) => {
    const bytes = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
    const { length } = bytes;
    /** Where PUBLISH packets in a row began. */
    let messages = -1;
    let p = 0;
    const passOn = (): void => {
      if (messages >= 0) for (const receiver of receivers!) receiver.write(bytes.subarray(messages, p));
      messages = -1;
    };
    while (length - p >= 2) {
      let body = p + 2;
      let remaining = bytes[p + 1]!;
      if (remaining > 127) remaining = (remaining & 127) | (bytes[body++]! << 7);
      const end = body + remaining;
      if (!(end <= length)) break;
      const firstByte = bytes[p]!;
      if (firstByte >> 4 === 3) {
        if (messages < 0) messages = p;
        receivers ??= subscribersOf(bytes, body);
        const qos = (firstByte >> 1) & 3;
        if (qos > 0) {
          const at = body + 2 + ((bytes[body]! << 8) | bytes[body + 1]!);
          answers.add(qos === 1 ? PUBACK : PUBREC, (bytes[at]! << 8) | bytes[at + 1]!);
        }
      } else {
        passOn();
        if (firstByte === PUBREC) answers.add(PUBREL, (bytes[body]! << 8) | bytes[body + 1]!);
        else if (firstByte === PUBREL) answers.add(PUBCOMP, (bytes[body]! << 8) | bytes[body + 1]!);
        else if (firstByte === 0x10) {
          protocolVersion = bytes[body + 6] === 5 ? 5 : 4;
          control(bytes.subarray(p, end), socket, protocolVersion);
        } else if (firstByte === 0x82) control(bytes.subarray(p, end), socket, protocolVersion);
      }
      p = end;
    }
    passOn();
    answers.flush(socket);
    rest = p < length ? bytes.subarray(p) : undefined;
  });
}

serve({ listen: () => listen(relay), resident });
