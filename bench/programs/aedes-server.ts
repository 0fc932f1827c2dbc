/** An aedes broker with its defaults. */
import { createRequire } from 'node:module';
import { Aedes } from 'aedes';
import { CODEC_FILE, type CodecName } from '../built.ts';
import { listen } from './parts/listen.ts';
import { resident } from './parts/resident.ts';
import { serve } from './parts/serve.ts';

serve({
  listen: async () => {
    // its defaults, concurrency 100 and queueLimit 42, are what it is fastest with here: 1,000 and 10,000 are slower
    const broker = await Aedes.createBroker();
    return listen(broker.handle);
  },
  /** The codec that aedes has loaded. */
  codec: (): CodecName => {
    const files = Object.keys(createRequire(import.meta.url).cache);
    const isTheirs = files.some((file) => /[\\/]node_modules[\\/]mqtt-packet[\\/]/.test(file));
    if (files.includes(CODEC_FILE) === isTheirs) throw new Error('aedes has loaded no codec, or two');
    return isTheirs ? 'mqtt-packet' : 'wasmqtt';
  },
  resident,
});
