import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../src/broker/index.ts';
import { DurableClient, type Received } from './durable-client.ts';
import { startBroker } from './harness.ts';
import { audit, type Books, CLEAN, payloadOf, SEED, topicOf } from './ledger.ts';
import { seeded } from './random.ts';

// Numbered messages while the connections of everybody break at random moments, in the middle of packets as well: what
// each subscriber has in the end is compared with what was published.

type Version = 4 | 5;

const QOS = { 0: 'at most once', 1: 'at least once', 2: 'exactly once' } as const;
const PUBLISHERS = ['p0', 'p1', 'p2'];
/** Share of the packets that break a connection. */
const BREAKS = 0.01;

/** Reconnecting clients would otherwise meet the limit of connections per second. */
const OPTIONS = { maxConnectionRate: 0 };

function client(port: number, id: string, version: Version): DurableClient {
  // a generator each: otherwise one client's numbers would depend on when another one's packets come
  const random = seeded(SEED ^ Buffer.from(id).readUIntBE(0, 2) ^ version);
  return new DurableClient({ port, id, version, random });
}

function publishAll(publishers: readonly DurableClient[], count: number, qos: 0 | 1 | 2, from = 0): void {
  for (const publisher of publishers) {
    for (let i = from; i < from + count; i++) {
      publisher.publish(topicOf(publisher.id, i), payloadOf(publisher.id, i), qos);
    }
  }
}

function setBreaks(clients: readonly DurableClient[], breaks: number): void {
  for (const each of clients) each.breaks = breaks;
}

async function settled(publishers: readonly DurableClient[]): Promise<void> {
  await Promise.all(publishers.map((publisher) => publisher.settled()));
}

/** Waits until the subscribers have as many different messages as there are, and until nothing else comes. */
async function delivered(subscribers: readonly DurableClient[], { publishers, count }: Books): Promise<void> {
  for (const subscriber of subscribers) {
    await subscriber.until(() => {
      if (subscriber.received.length < publishers.length * count) return false;
      return new Set(subscriber.received.map(({ payload }) => payload)).size >= publishers.length * count;
    });
  }
  setBreaks(subscribers, 0);
  for (const subscriber of subscribers) await subscriber.quiet();
}

function violations(...clients: DurableClient[]): string[] {
  return clients.flatMap((each) => each.violations);
}

describe.each([4, 5] as const)(`deliveries, protocol version %d, seed ${SEED}`, (version) => {
  test.each([1, 2] as const)('QoS %d through connections that break', async (qos) => {
    const books = { publishers: PUBLISHERS, count: 300 };
    const { port } = await startBroker(OPTIONS);
    const subscribers = ['all', 'halves', 'overlapping'].map((id) => client(port, id, version));
    const [all, halves, overlapping] = subscribers;
    await all.subscribe(['ledger/#'], qos);
    await halves.subscribe(['ledger/+/0', 'ledger/+/1'], qos);
    await overlapping.subscribe(['ledger/#', 'ledger/+/0', 'ledger/p1/+'], qos);
    const publishers = PUBLISHERS.map((id) => client(port, id, version));
    const everybody = [...subscribers, ...publishers];
    setBreaks(everybody, BREAKS);
    publishAll(publishers, books.count, qos);
    await settled(publishers);
    await delivered(subscribers, books);

    for (const { id, received } of subscribers) {
      const found = audit(books, received);
      const allowed =
        qos === 1 ? { ...CLEAN, duplicates: expect.any(Array), unmarked: expect.any(Array) } : CLEAN;
      expect(found, `${id}: ${QOS[qos]}`).toEqual(allowed);
      expect(new Set(received.map((message) => message.qos))).toEqual(new Set([qos]));
    }
    expect(violations(...everybody)).toEqual([]);
    // it was not a quiet day
    for (const each of everybody) expect(each.connections).toBeGreaterThan(1);
  });

  test('QoS 1: what comes again to a subscriber, and not from a publisher, is marked', async () => {
    const books = { publishers: PUBLISHERS, count: 300 };
    const { port } = await startBroker(OPTIONS);
    const subscriber = client(port, 'all', version);
    await subscriber.subscribe(['ledger/#'], 1);
    const publishers = PUBLISHERS.map((id) => client(port, id, version));
    setBreaks([subscriber], BREAKS);
    publishAll(publishers, books.count, 1);
    await settled(publishers);
    await delivered([subscriber], books);
    const { duplicates, ...rest } = audit(books, subscriber.received);
    expect({ ...rest, duplicates: [] }).toEqual(CLEAN);
    expect(violations(subscriber, ...publishers)).toEqual([]);
  });

  test('QoS 0 through connections that break: nothing twice, nothing invented, in order', async () => {
    const books = { publishers: PUBLISHERS, count: 1_000 };
    const { port } = await startBroker(OPTIONS);
    const [steady, shaky] = ['steady', 'shaky'].map((id) => client(port, id, version));
    await steady.subscribe(['ledger/#'], 0);
    await shaky.subscribe(['ledger/#'], 0);
    const publishers = PUBLISHERS.map((id) => client(port, id, version));
    const breaking = [shaky, publishers[1], publishers[2]];
    setBreaks(breaking, BREAKS);
    publishAll(publishers, books.count, 0);
    await settled(publishers);
    setBreaks(breaking, 0);
    await steady.until(() => of(steady.received, 'p0').length >= books.count);
    for (const subscriber of [steady, shaky]) {
      await subscriber.quiet();
      const { missing, ...rest } = audit(books, subscriber.received);
      expect({ ...rest, missing: [] }).toEqual(CLEAN);
      expect(subscriber.received.length + missing.length).toBe(3 * books.count);
    }
    // between two that never broke nothing is lost
    const fromSteady = audit({ publishers: ['p0'], count: books.count }, of(steady.received, 'p0'));
    expect(fromSteady).toEqual(CLEAN);
    expect(violations(steady, shaky, ...publishers)).toEqual([]);
  });

  test.each([1, 2] as const)(
    'QoS %d through a broker that is replaced by another with the same store',
    async (qos) => {
      const books = { publishers: PUBLISHERS, count: 300 };
      const store = new MemoryStore();
      const first = await startBroker({ ...OPTIONS, store });
      const { port } = first;
      const subscribers = ['all', 'halves'].map((id) => client(port, id, version));
      await subscribers[0].subscribe(['ledger/#'], qos);
      await subscribers[1].subscribe(['ledger/+/0', 'ledger/+/1'], qos);
      const publishers = PUBLISHERS.map((id) => client(port, id, version));
      const everybody = [...subscribers, ...publishers];
      setBreaks(everybody, BREAKS);
      publishAll(publishers, books.count / 2, qos);
      await subscribers[0].until(() => subscribers[0].received.length > 50);
      // away from here on: what is under way and what comes meanwhile is for the second broker to deliver
      for (const subscriber of subscribers) subscriber.suspend();
      await settled(publishers);
      expect(first.broker.statistics.messages.queued).toBeGreaterThan(100);
      // and then the publishers, in the middle of a handshake
      publishAll(publishers, books.count / 2, qos, books.count / 2);
      const { received } = first.broker.statistics.messages;
      await publishers[0].until(() => first.broker.statistics.messages.received > received + 50);
      for (const publisher of publishers) publisher.suspend();
      await first.broker.close();
      const second = await startBroker({ ...OPTIONS, store });
      // where the clients look for it
      await second.broker.listen({ port });
      for (const each of everybody) each.go();
      await settled(publishers);
      await delivered(subscribers, books);
      for (const { id, received } of subscribers) {
        const found = audit(books, received);
        const allowed =
          qos === 1 ? { ...CLEAN, duplicates: expect.any(Array), unmarked: expect.any(Array) } : CLEAN;
        expect(found, id).toEqual(allowed);
      }
      for (const each of everybody) expect(each.connections).toBeGreaterThan(1);
      const farewell = version === 5 ? 'sends disconnect 139' : 'none';
      const unexpected = violations(...everybody).filter((one) => !one.endsWith(farewell));
      expect(unexpected).toEqual([]);
    },
  );

  test('QoS 2 to a share group: each message to exactly one member', async () => {
    const books = { publishers: PUBLISHERS, count: 300 };
    const { port } = await startBroker(OPTIONS);
    const members = ['m0', 'm1', 'm2'].map((id) => client(port, id, version));
    for (const member of members) await member.subscribe(['$share/group/ledger/#'], 2);
    const publishers = PUBLISHERS.map((id) => client(port, id, version));
    const everybody = [...members, ...publishers];
    setBreaks(everybody, BREAKS);
    publishAll(publishers, books.count, 2);
    await settled(publishers);
    const received = () => members.flatMap((member) => member.received);
    await Promise.race(members.map((member) => member.until(() => received().length >= 3 * books.count)));
    setBreaks(members, 0);
    for (const member of members) await member.quiet();
    // members do not wait for each other: there is no order between them
    expect({ ...audit(books, received()), disordered: [] }).toEqual(CLEAN);
    for (const member of members) expect(member.received.length).toBeGreaterThan(0);
    expect(violations(...everybody)).toEqual([]);
  });
});

function of(received: readonly Received[], publisher: string): Received[] {
  return received.filter(({ payload }) => payload.startsWith(`${publisher} `));
}
