/** One variant of this project's broker, which ends with a stage. Arguments: kernel, stage, QoS, and whether copies are counted. */
import type { AddressInfo, Socket } from 'node:net';
import { createBroker } from '../../src/broker/index.ts';
import type { KernelName } from '../../src/kernel/kernel.ts';
import { burstOf } from '../stages/burst.ts';
import { countCopies } from '../stages/copies.ts';
import { ourFraming, ourReading, workOfSockets } from '../stages/our-stages.ts';
import type { Stage } from '../stages/plan.ts';
import { type StageProgram, serveStage } from '../stages/serve-stage.ts';
import { openSinks, type Sink } from '../stages/sink.ts';

const [kernel, stage, qos, counting] = process.argv.slice(2) as [KernelName, Stage, string, string];
if (counting === 'count') countCopies();

/** The whole broker. */
function broker(): StageProgram {
  // nobody's statistics are measured
  const broker = createBroker({ kernel, sysInterval: 0 });
  const sinks: Sink[] = [];
  const socketsOf = (kind: string): Socket[] => {
    const clients = [...broker.clients.values()].filter(({ id }) => id.startsWith(kind));
    return clients.map(({ stream }) => stream as Socket);
  };
  return {
    sinks,
    listen: async ({ plan, receivers }) => {
      if (stage === 'append') {
        const bursts = Array.from({ length: plan.publishers }, (_, i) => burstOf(plan, i));
        const handle = broker.handle.bind(broker);
        sinks.push(...(await openSinks(bursts, { qos: plan.qos, receivers }, handle)));
      }
      const { address } = await broker.listen({ port: 0, host: '127.0.0.1' });
      return (address as AddressInfo).port;
    },
    work: () => ({
      ...workOfSockets(socketsOf('publisher'), socketsOf('subscriber')),
      packets: broker.statistics.packets.received.publish,
    }),
  };
}

const PROGRAMS: Readonly<Partial<Record<Stage, () => StageProgram>>> = {
  read: () => ourReading(kernel),
  frame: () => ourFraming(kernel, qos === '0' ? 0 : 1),
};

serveStage((PROGRAMS[stage] ?? broker)());
