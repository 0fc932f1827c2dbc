import type { Broker, BrokerEvents } from '../../src/broker/index.ts';

/** Resolves with the arguments of the next event of that name that `wanted` says yes to. */
export function event<Name extends keyof BrokerEvents>(
  broker: Broker,
  name: Name,
  wanted: (...args: BrokerEvents[Name]) => boolean = () => true,
): Promise<BrokerEvents[Name]> {
  return new Promise((resolve) => {
    const listener = (...args: BrokerEvents[Name]) => {
      if (!wanted(...args)) return;
      broker.off(name, listener as never);
      resolve(args);
    };
    broker.on(name, listener as never);
  });
}

/** The client of that identifier has subscribed to something. */
export async function subscribes(broker: Broker, id: string): Promise<void> {
  await event(broker, 'subscribe', (client) => client.id === id);
}

/** The connection of the client of that identifier is over. */
export async function leaves(broker: Broker, id: string): Promise<void> {
  await event(broker, 'disconnect', (client) => client.id === id);
}
