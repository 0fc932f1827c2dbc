import { expect } from 'vitest';
import { ModelWorld } from './model.ts';
import { ForwarderWorld, KERNELS } from './server.ts';
import { normalised } from './wire.ts';
import type { Client, Counters, World, WorldOptions } from './world.ts';

/** What has happened in a world: the clients in their order. */
export type Scenario = (world: World) => Promise<Client[]>;

export interface Outcome {
  readonly received: readonly Buffer[];
  readonly counters: Counters;
  readonly isClosed: readonly boolean[];
}

function counters(world: World): Counters {
  const {
    messagesForwarded,
    messagesDelivered,
    messagesDropped,
    messagesTooLarge,
    messagesOffline,
    messagesExpired,
  } = world.counters;
  return {
    messagesForwarded,
    messagesDelivered,
    messagesDropped,
    messagesTooLarge,
    messagesOffline,
    messagesExpired,
  };
}

/**
 * Plays a scenario with each kernel and with the model. Both kernels must send the same bytes to the same clients; the
 * model too, except that it uses no topic aliases. Returns what the clients of the first kernel have seen.
 */
export async function sameEverywhere(scenario: Scenario, options: WorldOptions = {}): Promise<Outcome> {
  const model = new ModelWorld(options);
  const expected = await scenario(model);
  const outcomes: Outcome[] = [];
  for (const kernel of KERNELS) {
    const world = new ForwarderWorld(kernel, options);
    const clients = await scenario(world);
    for (const [i, client] of clients.entries()) {
      const { topicAliasMaximum, version } = client;
      const place = `${kernel}, client ${i}`;
      const actual = normalised(client.received, version, topicAliasMaximum);
      expect(actual, place).toEqual(normalised(expected[i].received, version, topicAliasMaximum));
      // without aliases byte for byte, but for the order of subscription identifiers
      if (topicAliasMaximum === 0) expect(client.received.length, place).toBe(expected[i].received.length);
      expect(client.isClosed, place).toBe(expected[i].isClosed);
    }
    expect(counters(world), kernel).toEqual(model.counters);
    expect(
      world.server.errors.map(({ message }) => message),
      kernel,
    ).toEqual([]);
    outcomes.push({
      received: clients.map(({ received }) => received),
      counters: counters(world),
      isClosed: clients.map(({ isClosed }) => isClosed),
    });
    await world.close();
    const { used, javascript } = world.forwarder.statistics.outboxes;
    expect([used, javascript], `${kernel}: memory of the outboxes after everything has gone`).toEqual([0, 0]);
  }
  const [first, ...others] = outcomes;
  for (const other of others) {
    for (const [i, bytes] of other.received.entries()) {
      expect(bytes.equals(first.received[i]), `the kernels differ for client ${i}`).toBe(true);
    }
  }
  return first;
}
