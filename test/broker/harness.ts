import type { AddressInfo } from 'node:net';
import { type Broker, type BrokerOptions, createBroker } from '../../src/broker/index.ts';
import { atTheEnd } from './cleanup.ts';
import { RawClient } from './raw-client.ts';

export * from './packets.ts';
export { RawClient };

export interface TestBroker {
  broker: Broker;
  port: number;
  warnings: string[];
  /** Resolves with the first line of the log that contains `text`, now or later. */
  logged(text: string): Promise<string>;
}

/** A broker on a free port that ends with the test. */
export async function startBroker(options: BrokerOptions = {}): Promise<TestBroker> {
  const warnings: string[] = [];
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const add = (fields: object, message: string) => {
    const line = `${message} ${JSON.stringify(fields, withErrors)}`;
    lines.push(line);
    for (const check of [...waiting]) check();
    return line;
  };
  const warn = (fields: object, message: string) => {
    warnings.push(add(fields, message));
  };
  const logger = { debug: add, info: add, warn, error: warn };
  const broker = createBroker({ logger, ...options });
  atTheEnd(() => broker.close());
  const listener = await broker.listen({ port: 0 });
  const { port } = listener.address as AddressInfo;
  const logged = (text: string) =>
    new Promise<string>((resolve) => {
      const check = () => {
        const line = lines.find((candidate) => candidate.includes(text));
        if (line === undefined) return;
        waiting.delete(check);
        resolve(line);
      };
      waiting.add(check);
      check();
    });
  return { broker, port, warnings, logged };
}

/** An `Error` has no fields of its own that JSON would show. */
function withErrors(_: string, value: unknown): unknown {
  return value instanceof Error ? String(value) : value;
}

/** A raw client that has subscribed to one filter; `options` is the options byte. */
export async function subscribed(
  port: number,
  id: string,
  filter: string,
  version: 3 | 4 | 5 = 4,
  options = '00',
): Promise<RawClient> {
  const client = await RawClient.connected(port, id, version);
  await client.subscribe(filter, options);
  return client;
}
