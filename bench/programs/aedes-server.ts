/** An aedes broker with its defaults. */
import { Aedes } from 'aedes';
import { listen } from './parts/listen.ts';
import { resident } from './parts/resident.ts';
import { serve } from './parts/serve.ts';

serve({
  listen: async () => {
    // its defaults, concurrency 100 and queueLimit 42, are what it is fastest with here: 1,000 and 10,000 are slower
    const broker = await Aedes.createBroker();
    return listen(broker.handle);
  },
  resident,
});
