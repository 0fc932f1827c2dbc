import { expect } from 'vitest';
import { DurableClient } from './durable-client.ts';

/** Exchanges after the attack is over. */
const AFTERWARDS = 10;

/**
 * Two clients that exchange messages with QoS 1, one at a time, for as long as an attack on their broker takes and a bit longer.
 * They must not notice it: no message is lost or comes twice, no connection breaks.
 */
export async function besideInnocents<T>(port: number, attack: () => Promise<T>): Promise<T> {
  const receiver = new DurableClient({ port, id: 'innocent receiver', version: 4 });
  const sender = new DurableClient({ port, id: 'innocent sender', version: 5 });
  await receiver.subscribe(['innocent'], 1);
  let over = false;
  const attacking = attack().finally(() => {
    over = true;
  });
  attacking.catch(() => {});
  const sent: string[] = [];
  for (let left = AFTERWARDS; left > 0 && receiver.received.length === sent.length; ) {
    sent.push(String(sent.length));
    sender.publish('innocent', sent[sent.length - 1], 1);
    await receiver.until(() => receiver.received.length >= sent.length);
    await sender.settled();
    if (over) left--;
    else await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const result = await attacking;
  expect(receiver.received.map(({ payload }) => payload)).toEqual(sent);
  expect([...receiver.violations, ...sender.violations]).toEqual([]);
  expect([receiver.connections, sender.connections]).toEqual([1, 1]);
  return result;
}
