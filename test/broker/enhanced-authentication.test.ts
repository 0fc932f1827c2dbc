import { describe, expect, it } from 'vitest';
import type { AuthenticationExchange, AuthenticationRequest } from '../../src/broker/index.ts';
import { ascii, field, properties, string } from '../conformance/wire.ts';
import { packet, RawClient, startBroker } from './harness.ts';

const METHOD = `15 ${string('TOKEN')}`;
const data = (text: string) => `16 ${field(ascii(text))}`;
const auth = (code: string, ...parts: string[]) => packet('f0', code, properties(...parts));

describe('enhancedAuthentication', () => {
  it('is asked step by step, with a state of its own for each exchange', async () => {
    const steps: [string, boolean, number][] = [];
    const { port } = await startBroker({
      enhancedAuthentication: async ({ data, isReauthentication, state }: AuthenticationExchange) => {
        state.count = ((state.count as number | undefined) ?? 0) + 1;
        steps.push([Buffer.from(data ?? []).toString(), isReauthentication, state.count as number]);
        return { reasonCode: (state.count as number) < 3 ? 0x18 : 0 };
      },
    });
    const client = await RawClient.open(port);
    client.sendConnect('client', 5, { properties: `${METHOD} ${data('a')}` });
    for (const text of ['b', 'c']) {
      await client.next('auth');
      client.send(auth('18', METHOD, data(text)));
    }
    await client.next('connack');
    client.send(auth('19', METHOD, data('d')));
    for (const text of ['e', 'f']) {
      await client.next('auth');
      client.send(auth('18', METHOD, data(text)));
    }
    expect((await client.next('auth')).reasonCode).toBe(0);
    expect(steps).toEqual([
      ['a', false, 1],
      ['b', false, 2],
      ['c', false, 3],
      ['d', true, 1],
      ['e', true, 2],
      ['f', true, 3],
    ]);
  });

  it('is shown the CONNECT, and gives the client data', async () => {
    let request: AuthenticationRequest | undefined;
    const { broker, port } = await startBroker({
      enhancedAuthentication: (exchange) => {
        request = exchange.request;
        return { reasonCode: 0, clientData: { by: exchange.method } };
      },
    });
    await RawClient.connected(port, 'client', 5, { username: 'me', properties: METHOD });
    expect(request).toMatchObject({ clientId: 'client', username: 'me', protocolVersion: 5 });
    expect(broker.clients.get('client')?.data).toEqual({ by: 'TOKEN' });
  });

  it('data of a re-authentication does not replace that of the client', async () => {
    const { broker, port } = await startBroker({
      enhancedAuthentication: ({ isReauthentication }) => ({
        reasonCode: 0,
        clientData: { isReauthentication },
      }),
    });
    const client = await RawClient.connected(port, 'client', 5, { properties: METHOD });
    client.send(auth('19', METHOD));
    await client.next('auth');
    expect(broker.clients.get('client')?.data).toEqual({ isReauthentication: false });
  });

  it('stands in for authenticate, which is asked only without a method', async () => {
    const asked: string[] = [];
    const { port } = await startBroker({
      authenticate: () => {
        asked.push('authenticate');
        return true;
      },
      enhancedAuthentication: () => {
        asked.push('enhancedAuthentication');
        return { reasonCode: 0 };
      },
    });
    await RawClient.connected(port, 'one', 5, { properties: METHOD });
    await RawClient.connected(port, 'two', 5);
    await RawClient.connected(port, 'three', 4);
    expect(asked).toEqual(['enhancedAuthentication', 'authenticate', 'authenticate']);
  });

  it('that refuses a client again disconnects it; its will is published', async () => {
    const { broker, port } = await startBroker({
      enhancedAuthentication: ({ isReauthentication }) =>
        isReauthentication
          ? { reasonCode: 0x87, reasonString: 'token expired', userProperties: { at: 'noon' } }
          : { reasonCode: 0 },
    });
    const watcher = await RawClient.connected(port, 'watcher');
    await watcher.subscribe('gone');
    const will = { topic: 'gone', payload: 'x' };
    const client = await RawClient.connected(port, 'client', 5, { properties: METHOD, will });
    client.send(auth('19', METHOD));
    const { properties, reasonCode } = await client.next('disconnect');
    expect(reasonCode).toBe(0x87);
    expect(properties?.reasonString).toBe('token expired');
    expect(properties?.userProperties?.at).toBe('noon');
    await client.expectsClose();
    await watcher.nextMessage('x');
    expect(broker.clients.size).toBe(1);
  });

  it.each([false, true])('that fails is 0x80 (re-authentication: %s)', async (isReauthentication) => {
    const { logged, port } = await startBroker({
      enhancedAuthentication: (exchange) =>
        exchange.isReauthentication === isReauthentication
          ? Promise.reject(new Error('the directory is down'))
          : { reasonCode: 0 },
    });
    const client = await RawClient.open(port);
    client.sendConnect('client', 5, { properties: METHOD });
    expect((await client.next('connack')).reasonCode).toBe(isReauthentication ? 0 : 0x80);
    if (isReauthentication) {
      client.send(auth('19', METHOD));
      await client.expectsDisconnect(0x80);
    } else await client.expectsClose();
    expect(await logged('the directory is down')).toContain('enhancedAuthentication');
  });

  it('a client goes on while it is authenticated again, and gets messages', async () => {
    let decide: ((answer: { reasonCode: number }) => void) | undefined;
    const { port } = await startBroker({
      enhancedAuthentication: ({ isReauthentication }) =>
        isReauthentication
          ? new Promise<{ reasonCode: number }>((resolve) => {
              decide = resolve;
            })
          : { reasonCode: 0 },
    });
    const client = await RawClient.connected(port, 'client', 5, { properties: METHOD });
    await client.subscribe('a');
    client.send(auth('19', METHOD));
    await expect.poll(() => decide).toBeDefined();
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publisher.publish('a', 'meanwhile');
    await client.nextMessage('meanwhile');
    decide?.({ reasonCode: 0 });
    expect((await client.next('auth')).reasonCode).toBe(0);
  });
});
