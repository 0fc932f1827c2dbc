// Started by broker-process.ts: a broker that says what it holds when it is asked.
import type { AddressInfo } from 'node:net';
import { type BrokerHooks, createBroker } from '../../src/broker/index.ts';

const [, , limits = '{}', hooks] = process.argv;
const never = new Promise<never>(() => {});
const later = () => new Promise<true>((resolve) => setTimeout(resolve, 20, true));
const unless = (undecided: boolean) => (undecided ? never : true);

const broker = createBroker({
  ...JSON.parse(limits),
  ...(hooks === 'hooks' &&
    ({
      authenticate: ({ clientId }) => unless(clientId.startsWith('undecided')),
      authorizePublish: (_, { topic }) => unless(topic === 'undecided'),
      onPublish: (_, { topic }) => (topic === 'slow' ? later() : true),
      authorizeSubscribe: (_, { topicFilter }) => unless(topicFilter === 'undecided'),
    } satisfies BrokerHooks)),
});
const { address } = await broker.listen({ port: 0 });

process.on('message', () => {
  // twice, because what a finalizer lets go of is only garbage then
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ used: heapUsed + external, statistics: broker.statistics });
});
process.send?.((address as AddressInfo).port);
