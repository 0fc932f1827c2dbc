/** A broker of QoS 0 on mqtt-packet. Argument: how messages are written. */
import type { Socket } from 'node:net';
import { type Packet, writeToStream } from 'mqtt-packet';
import { PacketForwarder, type PacketWriting } from '../forward/packet-forwarder.ts';
import { listen } from './parts/listen.ts';
import { serve } from './parts/serve.ts';

const [writing] = process.argv.slice(2) as [PacketWriting];
let corked = new Set<Socket>();

function uncorkAll(): void {
  const sockets = corked;
  corked = new Set();
  for (const socket of sockets) socket.uncork();
}

/** What is written to a socket in one turn leaves together. */
function cork(stream: NodeJS.WritableStream): void {
  const socket = stream as Socket;
  if (corked.has(socket)) return;
  if (corked.size === 0) setImmediate(uncorkAll);
  corked.add(socket);
  socket.cork();
}

const packets = new PacketForwarder(writing, 4, cork);

serve({
  listen: () =>
    listen((socket) => {
      const parser = packets.parser(4, (packet: Packet) => {
        if (packet.cmd === 'connect') {
          writeToStream({ cmd: 'connack', returnCode: 0, sessionPresent: false }, socket);
        } else if (packet.cmd === 'subscribe') {
          const { messageId, subscriptions } = packet;
          for (const { topic } of subscriptions) packets.subscribe(topic, socket);
          writeToStream({ cmd: 'suback', messageId, granted: subscriptions.map(() => 0) } as Packet, socket);
        }
      });
      socket.on('data', (chunk) => parser.parse(chunk));
    }),
});
