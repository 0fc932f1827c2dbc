/** The broker of this project, as `wasmqtt/broker` has it, with its defaults. */
import type { AddressInfo } from 'node:net';
import { createBroker } from '../../src/broker/index.ts';
import { resident } from './parts/resident.ts';
import { serve } from './parts/serve.ts';

// nobody's statistics are measured
const broker = createBroker({ sysInterval: 0 });

serve({
  listen: async () => {
    const { address } = await broker.listen({ port: 0, host: '127.0.0.1' });
    // a fallback that nobody notices would be measured in the place of what is named
    if (broker.kernelName !== 'wasm') throw new Error(`uses the kernel ${broker.kernelName}`);
    return (address as AddressInfo).port;
  },
  resident,
});
