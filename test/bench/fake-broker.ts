import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { generate, type IPublishPacket, type Packet, parser } from 'mqtt-packet';
import { onTestFinished } from 'vitest';

/** What becomes of a message: the copies that its subscribers get, the topic's or, with `to`, of another one. */
export type Deliver = (packet: IPublishPacket, number: number) => readonly IPublishPacket[];

export interface FakeBrokerOptions {
  readonly deliver?: Deliver;
  /** Comes to a standstill after so many messages, for so many milliseconds. */
  readonly stall?: { readonly after: number; readonly milliseconds: number };
  /** Milliseconds between two messages that leave. */
  readonly pause?: number;
  /** Whether every subscriber of a shared subscription gets the message. */
  readonly isSharingWithAll?: boolean;
}

/** A broker that knows exact topic names, shared or not, and does what tests ask of it. Returns its address. */
export async function fakeBroker(options: FakeBrokerOptions = {}): Promise<{ host: string; port: number }> {
  const { deliver = (packet) => [packet], stall, pause = 0, isSharingWithAll = false } = options;
  const subscribers = new Map<string, Socket[]>();
  let messages = 0;
  let messageId = 0;
  let freeAt = 0;
  let waiting: (() => void)[] | undefined;

  /** At once, or when the standstill is over. */
  const inTurn = (work: () => void): void => {
    if (waiting === undefined) work();
    else waiting.push(work);
  };
  const send = (topic: string, packet: IPublishPacket): void => {
    const shared = (subscribers.get(`$share/bench/${topic}`) ?? []).slice(0, isSharingWithAll ? 2 : 1);
    for (const socket of [...(subscribers.get(topic) ?? []), ...shared]) {
      const frame = generate(packet.qos > 0 ? { ...packet, messageId: (messageId % 65_535) + 1 } : packet);
      messageId++;
      freeAt = Math.max(freeAt, performance.now()) + pause;
      if (pause === 0) socket.write(frame);
      else setTimeout(() => socket.write(frame), freeAt - performance.now());
    }
  };
  const publish = (socket: Socket, packet: IPublishPacket): void => {
    if (packet.qos > 0)
      socket.write(generate({ cmd: packet.qos === 1 ? 'puback' : 'pubrec', messageId: packet.messageId! }));
    for (const one of deliver(packet, messages)) send(one.topic, one);
    if (++messages !== stall?.after) return;
    waiting = [];
    setTimeout(() => {
      const all = waiting!;
      waiting = undefined;
      for (const work of all) work();
    }, stall.milliseconds);
  };
  const answer = (socket: Socket, packet: Packet): void => {
    const { cmd } = packet;
    if (cmd === 'publish') publish(socket, packet);
    else if (cmd === 'connect')
      socket.write(generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }));
    else if (cmd === 'pingreq') socket.write(generate({ cmd: 'pingresp' }));
    else if (cmd === 'pubrec') socket.write(generate({ cmd: 'pubrel', messageId: packet.messageId! }));
    else if (cmd === 'pubrel') socket.write(generate({ cmd: 'pubcomp', messageId: packet.messageId! }));
    else if (cmd === 'subscribe') {
      for (const { topic } of packet.subscriptions) {
        subscribers.set(topic, [...(subscribers.get(topic) ?? []), socket]);
      }
      const granted = packet.subscriptions.map(({ qos }) => qos);
      socket.write(generate({ cmd: 'suback', messageId: packet.messageId!, granted }));
    }
  };

  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    const parse = parser();
    parse.on('packet', (packet) => inTurn(() => answer(socket, packet)));
    socket.on('data', (chunk) => parse.parse(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      freeAt = 0;
      for (const [topic, all] of subscribers)
        subscribers.set(
          topic,
          all.filter((one) => one !== socket),
        );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}
