import { describe, expect, it } from 'vitest';
import type { AuthenticationRequest, Client } from '../../src/broker/index.ts';
import { connectPacket, publishPacket, RawClient, startBroker, subscribePacket } from './harness.ts';
import { event } from './observe.ts';

const later = <T>(value: T) => new Promise<T>((resolve) => setTimeout(resolve, 20, value));

/** What CONNACK says to a CONNECT, and that the connection is closed if it refuses. */
async function answer(port: number, version: 3 | 4 | 5, options = {}): Promise<number> {
  const client = await RawClient.open(port);
  client.sendConnect(`client ${version}`, version, options);
  const { reasonCode, returnCode } = await client.next('connack');
  const code = (version === 5 ? reasonCode : returnCode) as number;
  if (code !== 0) await client.expectsClose();
  return code;
}

describe('authenticate', () => {
  it('is shown what the client sent', async () => {
    const requests: AuthenticationRequest[] = [];
    const { port } = await startBroker({
      authenticate: (request) => {
        requests.push(request);
        return true;
      },
    });
    const options = { username: 'me', password: 'secret', properties: '21 0005' };
    await RawClient.connected(port, 'with everything', 5, options);
    await RawClient.connected(port, '', 4);
    const [first, second] = requests;
    expect(first.clientId).toBe('with everything');
    expect(first.username).toBe('me');
    expect(Buffer.from(first.password ?? []).toString()).toBe('secret');
    expect(first.protocolVersion).toBe(5);
    expect(first.remoteAddress).toContain('127.0.0.1');
    expect(first.stream.writable).toBe(true);
    expect(first.connect.properties?.receiveMaximum).toBe(5);
    expect(second.clientId).toBe('');
    expect(second.username).toBe(undefined);
    expect(second.password).toBe(undefined);
    expect(second.protocolVersion).toBe(4);
  });

  it.each([
    ['at once', (ok: boolean) => ok],
    ['later', (ok: boolean) => later(ok)],
  ])('accepts or refuses %s', async (_, decide) => {
    const { broker, port } = await startBroker({
      authenticate: ({ password }) => decide(Buffer.from(password ?? []).toString() === 'right'),
    });
    const right = { username: 'me', password: 'right' };
    const wrong = { username: 'me', password: 'wrong' };
    for (const version of [3, 4] as const) {
      expect(await answer(port, version, right)).toBe(0);
      expect(await answer(port, version, wrong)).toBe(4);
      expect(await answer(port, version)).toBe(4);
    }
    expect(await answer(port, 5, right)).toBe(0);
    expect(await answer(port, 5, wrong)).toBe(0x86);
    expect(broker.statistics.connections.refused).toEqual({ 134: 5 });
  });

  it.each([
    [0x84, 1],
    [0x85, 2],
    [0x86, 4],
    [0x87, 5],
    [0x8a, 5],
    [0x88, 3],
    [0x89, 3],
    [0x97, 3],
    [0x9c, 3],
    [0x9d, 3],
    [0x9f, 3],
  ])('refuses with reason code %i, before 5.0 with return code %i', async (reasonCode, returnCode) => {
    const { port } = await startBroker({ authenticate: () => ({ reasonCode }) });
    expect(await answer(port, 5)).toBe(reasonCode);
    expect(await answer(port, 4)).toBe(returnCode);
    expect(await answer(port, 3)).toBe(returnCode);
  });

  it('tells a client with 5.0 why', async () => {
    const { port } = await startBroker({
      authenticate: () => ({
        reasonCode: 0x9d,
        reasonString: 'moved',
        serverReference: 'other.example:1883',
        userProperties: { since: 'today' },
      }),
    });
    const client = await RawClient.open(port);
    client.sendConnect('client', 5);
    const { properties } = await client.next('connack');
    expect(properties).toMatchObject({ reasonString: 'moved', serverReference: 'other.example:1883' });
    expect(properties?.userProperties?.since).toBe('today');
    await client.expectsClose();
  });

  it('tells an accepted client with 5.0 something as well', async () => {
    const { port } = await startBroker({
      authenticate: () => ({ reasonString: 'until midnight', userProperties: { role: 'reader' } }),
    });
    const client = await RawClient.open(port);
    const { properties } = await client.connect('client', 5);
    expect(properties?.reasonString).toBe('until midnight');
    expect(properties?.userProperties?.role).toBe('reader');
    expect(await answer(port, 4)).toBe(0);
  });

  it('gives the client data, which all other hooks see', async () => {
    const seen: unknown[] = [];
    const see = ({ data }: Client) => {
      seen.push(data);
      return true;
    };
    const { broker, port } = await startBroker({
      authenticate: ({ username }) => later({ data: { user: username } }),
      authorizePublish: see,
      authorizeSubscribe: see,
      onPublish: see,
      onConnect: see,
      onDisconnect: see,
    });
    const client = await RawClient.connected(port, 'client', 4, { username: 'me' });
    expect(broker.clients.get('client')?.data).toEqual({ user: 'me' });
    await client.subscribe('a/b');
    await client.publish('c', 'x', { qos: 1 });
    const gone = event(broker, 'disconnect');
    await client.disconnect();
    await gone;
    expect(seen).toEqual(Array(5).fill({ user: 'me' }));
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('the directory is down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('the directory is down'))],
  ])('that %s refuses with 0x80, and is logged', async (_, authenticate) => {
    const { logged, port } = await startBroker({ authenticate });
    const client = await RawClient.open(port);
    client.sendConnect('client', 5);
    const { properties, reasonCode } = await client.next('connack');
    expect(reasonCode).toBe(0x80);
    expect(properties?.reasonString ?? '').not.toContain('directory');
    expect(await answer(port, 4)).toBe(3);
    expect(await logged('the directory is down')).toContain('authenticate');
  });

  it('what a client sends behind CONNECT waits, in its order', async () => {
    const { port } = await startBroker({ authenticate: () => later(true) });
    const client = await RawClient.open(port);
    client.send(
      connectPacket('client') +
        subscribePacket('a', 4, '01', 1) +
        publishPacket('a', '0') +
        publishPacket('a', '1', 4, { qos: 1, id: 2 }) +
        'c0 00',
    );
    await client.expects('20 02 00 00');
    await client.expects('90 03 0001 01');
    await client.nextMessage('0');
    const rest = [await client.next(), await client.next(), await client.next()].map(({ cmd }) => cmd);
    expect(rest.sort()).toEqual(['pingresp', 'puback', 'publish']);
  });

  it('what a refused client sends behind CONNECT is nothing', async () => {
    const { broker, port } = await startBroker({ authenticate: () => later(false) });
    const client = await RawClient.open(port);
    client.send(`${connectPacket('client')} ${publishPacket('a', 'x', 4, { retain: true })}`);
    await client.expects('20 02 00 04');
    await client.expectsClose();
    expect(broker.retained('a')).toBe(undefined);
  });

  it.each([true, false])(
    'a client that leaves meanwhile is gone soon after the answer (%s)',
    async (answered) => {
      let decide: ((answer: boolean) => void) | undefined;
      const { broker, port } = await startBroker({
        authenticate: ({ clientId }) =>
          clientId !== 'impatient' ||
          new Promise((resolve) => {
            decide = resolve;
          }),
      });
      const watcher = await RawClient.connected(port, 'watcher');
      await watcher.subscribe('gone');
      const client = await RawClient.open(port);
      client.sendConnect('impatient', 4, { will: { topic: 'gone', payload: 'x' } });
      await expect.poll(() => decide).toBeDefined();
      client.cut();
      decide?.(answered);
      // it was accepted, and its connection has failed
      if (answered) await watcher.nextMessage('x');
      await expect.poll(() => broker.statistics.connections.closed).toBe(1);
      await watcher.expectsNothing();
      expect([...broker.clients.keys()]).toEqual(['watcher']);
      expect(broker.statistics.clients.total).toBe(1);
    },
  );

  it('a refused client does not take over the session of another', async () => {
    const { broker, port } = await startBroker({
      authenticate: ({ password }) => later(password !== undefined),
    });
    const options = { username: 'me', password: 'x', clean: false };
    const owner = await RawClient.connected(port, 'owner', 4, options);
    await owner.subscribe('a', '01');
    const thief = await RawClient.open(port);
    thief.sendConnect('owner', 4);
    expect((await thief.next('connack')).returnCode).toBe(4);
    await owner.expectsNothing();
    expect(broker.clients.get('owner')?.subscriptions.size).toBe(1);
  });

  it('of two that connect with the same identifier the last one answered stays', async () => {
    const waiting: ((ok: boolean) => void)[] = [];
    const { broker, port } = await startBroker({
      authenticate: () => new Promise<boolean>((resolve) => void waiting.push(resolve)),
    });
    const clients = [await RawClient.open(port), await RawClient.open(port)];
    for (const client of clients) client.sendConnect('same', 5);
    await expect.poll(() => waiting.length).toBe(2);
    waiting[1](true);
    await clients[1].next('connack');
    waiting[0](true);
    await clients[0].next('connack');
    await clients[1].expectsDisconnect(0x8e);
    await clients[0].expectsNothing();
    expect(broker.clients.size).toBe(1);
  });
});
