/** One variant of an aedes broker, which ends with a stage. Arguments: stage, and whether copies are counted. */
import type { Socket } from 'node:net';
import { Aedes } from 'aedes';
import { type Packet, parser } from 'mqtt-packet';
import { burstOf } from '../stages/burst.ts';
import { countCopies, watchSocket } from '../stages/copies.ts';
import { BurstCounter, CONNACK, PINGRESP, workOfSockets } from '../stages/our-stages.ts';
import type { Stage } from '../stages/plan.ts';
import { type StageProgram, serveStage } from '../stages/serve-stage.ts';
import { openSinks, type Sink } from '../stages/sink.ts';
import { listen } from './parts/listen.ts';

const [stage, counting] = process.argv.slice(2) as [Stage, string];
const isCounting = counting === 'count';
if (isCounting) countCopies();

/** Reads as aedes does: what is there when the socket becomes readable, in one Buffer. */
function readEach(socket: Socket, take: (chunk: Buffer) => void): void {
  socket.on('readable', () => {
    for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) take(chunk);
  });
}

/** What the publishers' sockets do by themselves, without a broker. */
function sockets(
  serveSocket: (socket: Socket, burstBytes: number) => void,
  packets: () => number,
): StageProgram {
  const open: Socket[] = [];
  return {
    sinks: [],
    listen: ({ plan }) => {
      const burstBytes = burstOf(plan, 0).bytes.length;
      return listen((socket) => {
        if (isCounting) watchSocket(socket);
        open.push(socket);
        serveSocket(socket, burstBytes);
      });
    },
    work: () => ({ ...workOfSockets(open), packets: packets() }),
  };
}

function reading(): StageProgram {
  return sockets(
    (socket, burstBytes) => {
      const counter = new BurstCounter(burstBytes);
      readEach(socket, (chunk) => counter.take(chunk.length, (bytes) => socket.write(bytes)));
    },
    () => 0,
  );
}

function framing(): StageProgram {
  let packets = 0;
  return sockets(
    (socket) => {
      const packetParser = parser();
      packetParser.on('packet', ({ cmd }: Packet) => {
        if (cmd === 'publish') packets++;
        else if (cmd === 'connect') socket.write(CONNACK);
        else if (cmd === 'pingreq') socket.write(PINGRESP);
      });
      readEach(socket, (chunk) => packetParser.parse(chunk));
    },
    () => packets,
  );
}

/** The whole broker. */
function broker(): StageProgram {
  const sinks: Sink[] = [];
  let running: Aedes | undefined;
  let packets = 0;
  const socketsOf = (kind: string): Socket[] => {
    const clients = Object.values((running as unknown as { clients: Record<string, Client> }).clients);
    return clients.filter(({ id }) => id.startsWith(kind)).map(({ conn }) => conn);
  };
  return {
    sinks,
    listen: async ({ plan, receivers }) => {
      const aedes = await Aedes.createBroker();
      running = aedes;
      aedes.on('publish', (_, client) => {
        // its own messages have none
        if (client !== null) packets++;
      });
      if (stage === 'append') {
        const bursts = Array.from({ length: plan.publishers }, (_, i) => burstOf(plan, i));
        sinks.push(...(await openSinks(bursts, { qos: plan.qos, receivers }, aedes.handle)));
      }
      return listen((socket) => {
        if (isCounting) watchSocket(socket);
        aedes.handle(socket);
      });
    },
    work: () => ({
      ...workOfSockets(socketsOf('publisher'), socketsOf('subscriber')),
      packets,
    }),
  };
}

interface Client {
  readonly id: string;
  readonly conn: Socket;
}

const PROGRAMS: Readonly<Partial<Record<Stage, () => StageProgram>>> = { read: reading, frame: framing };

serveStage((PROGRAMS[stage] ?? broker)());
