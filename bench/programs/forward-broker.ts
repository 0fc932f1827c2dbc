/** A broker of QoS 0 on a Forwarder, without sessions or policy. Arguments: kernel, and whether sockets read in place. */
import { Forwarder, type Receiver } from '../../src/forward/index.ts';
import type { KernelName } from '../../src/kernel/kernel.ts';
import { TopicIndex } from '../../src/topics/index.ts';
import { listen } from './parts/listen.ts';
import { serve } from './parts/serve.ts';

const [kernel, reading] = process.argv.slice(2) as [KernelName, 'in place' | 'data'];
const index = new TopicIndex<Receiver>();
const forwarder = new Forwarder({ index, kernel, readInPlace: reading === 'in place' });

serve({
  listen: () =>
    listen((socket) => {
      const connection = forwarder.attach(socket, {
        packet: (from, packet) => {
          const read = packet.read();
          if (read.cmd === 'connect') {
            from.receiver.connect(from);
            from.write({ cmd: 'connack', returnCode: 0, sessionPresent: false });
          } else if (read.cmd === 'subscribe') {
            const { messageId, subscriptions } = read;
            for (const { topic } of subscriptions) index.subscribe(topic, from.receiver, { qos: 0 });
            from.write({ cmd: 'suback', messageId, granted: subscriptions.map(() => 0) });
          }
        },
        error: (_, error) => {
          throw error;
        },
      });
      // a fallback that nobody notices would be measured in the place of what is named
      if (connection.readsInPlace !== (reading === 'in place')) throw new Error(`does not read ${reading}`);
      if (forwarder.kernelName !== kernel) throw new Error(`does not use the kernel ${kernel}`);
    }),
});
