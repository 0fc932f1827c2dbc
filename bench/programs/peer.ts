/** The other end of every socket, on the other processor: what it costs is not measured. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { encode, type ProtocolVersion, type QoS } from '../../src/index.ts';
import { packetsOf } from '../codec/workloads.ts';
import { Receiver } from './parts/receiver.ts';
import { serve } from './parts/serve.ts';

/** Packets that leave in one write. */
const BATCH = 500;
/** Packets of QoS 1 that are not acknowledged, at most. */
const WINDOW = 1000;

interface Link {
  readonly socket: Socket;
  readonly receiver: Receiver;
}

let publisher: Link | undefined;
/** Where PUBLISH packets arrive: the subscriber, or what a client has connected to. */
let reader: Link | undefined;
/** Whoever connects may know of it sooner than this process does. */
let connected: Promise<unknown> | undefined;

function batches(qos: QoS): Buffer[] {
  const frames = packetsOf('pub16', 2000).map((packet, i) =>
    encode({ ...packet, qos, messageId: 1 + i } as Parameters<typeof encode>[0]),
  );
  return Array.from({ length: frames.length / BATCH }, (_, i) =>
    Buffer.concat(frames.slice(i * BATCH, (i + 1) * BATCH)),
  );
}

/** Writes so many PUBLISH packets, a multiple of 500, as fast as they are taken. */
async function blast({ socket, receiver }: Link, packets: number, qos: QoS): Promise<void> {
  const cycle = batches(qos);
  const answered = receiver.answers;
  for (let sent = 0; sent < packets; sent += BATCH) {
    if (qos > 0) await receiver.answered(answered + sent + BATCH - WINDOW);
    if (!socket.write(cycle[(sent / BATCH) % cycle.length]!)) await once(socket, 'drain');
  }
  if (qos > 0) await receiver.answered(answered + packets);
}

async function linkTo(port: number, clientId: string): Promise<Link> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const receiver = new Receiver(socket, 4, true);
  socket.write(encode({ cmd: 'connect', clientId, clean: true, keepalive: 0 }));
  await receiver.answered(1);
  return { socket, receiver };
}

serve({
  listen: async (protocolVersion: ProtocolVersion) => {
    const server = createServer((socket) => {
      reader = { socket, receiver: new Receiver(socket, protocolVersion, false) };
    });
    connected = once(server, 'connection');
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  },
  /** Connects a publisher and a subscriber to a broker. */
  useBroker: async ({ port, qos }: { port: number; qos: QoS }) => {
    publisher = await linkTo(port, 'publisher');
    reader = await linkTo(port, 'subscriber');
    const subscriptions = [{ topic: 'site/#', qos }];
    reader.socket.write(encode({ cmd: 'subscribe', messageId: 1, subscriptions }));
    await reader.receiver.answered(2);
  },
  publish: ({ packets, qos }: { packets: number; qos: QoS }) => blast(publisher!, packets, qos),
  send: (packets: number) => blast(reader!, packets, 0),
  received: async (packets: number) => {
    await connected;
    return reader!.receiver.received(packets);
  },
});
