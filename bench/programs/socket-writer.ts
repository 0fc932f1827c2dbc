/** Writes packets to a socket in bursts. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { type Packet, writeToStream } from 'mqtt-packet';
import { PacketWriter } from '../../src/node/packet-writer.ts';
import type { EncodablePacket } from '../../src/protocol/packets.ts';
import { packetsOf, WORKLOADS, type WorkloadName } from '../codec/workloads.ts';
import { serve } from './parts/serve.ts';

/** Packets in one turn of the event loop. */
const BURST = 400;

const [writer, workload] = process.argv.slice(2) as [string, WorkloadName];
const { protocolVersion } = WORKLOADS[workload];
const packets = packetsOf(workload, 2000);
let socket: Socket;
let write: (packet: Packet) => unknown;

serve({
  connect: async (port: number) => {
    socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const options = { protocolVersion };
    const packetWriter = new PacketWriter(socket);
    write =
      writer === 'PacketWriter'
        ? (packet) => packetWriter.write(packet as EncodablePacket, options)
        : (packet) => writeToStream(packet, socket, options);
  },
  write: async (count: number) => {
    for (let written = 0; written < count; ) {
      const end = Math.min(count, written + BURST);
      for (; written < end; written++) write(packets[written % packets.length]!);
      await turn();
      if (socket.writableNeedDrain) await once(socket, 'drain');
    }
  },
});
