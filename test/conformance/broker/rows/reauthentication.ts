import { expect } from 'vitest';
import { RawClient, startBroker, uint32 } from '../../../broker/harness.ts';
import { string } from '../../wire.ts';
import { auth, authenticated, data, METHOD, startChallenging, utf8 } from '../challenge.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';

const reauthenticationKeepsMethod: BrokerCases = {
  'the same method: the client goes on': async () => {
    const { port } = await startChallenging();
    const client = await authenticated(port);
    client.send(auth('19', METHOD, data('hello')));
    await client.next('auth');
    // other packets may come between (MQTT5 section 4.12.1)
    await client.publish('a/b', 'x', { qos: 1 });
    client.send(auth('18', METHOD, data('42')));
    await client.next('auth');
    client.send(auth('18', METHOD, data('sure')));
    const { properties: got, reasonCode } = await client.next('auth');
    expect([reasonCode, utf8(got?.authenticationData)]).toEqual([0, 'welcome']);
    await client.publish('a/b', 'x', { qos: 1 });
  },
  'as often as the client likes': async () => {
    const { port } = await startBroker({ enhancedAuthentication: () => ({ reasonCode: 0 }) });
    const client = await RawClient.connected(port, 'client', 5, { properties: METHOD });
    for (let i = 0; i < 3; i++) {
      client.send(auth('19', METHOD));
      expect((await client.next('auth')).reasonCode).toBe(0);
    }
  },
  'another method: closed': async () => {
    const { port } = await startChallenging();
    const client = await authenticated(port);
    client.send(auth('19', `15 ${string('OTHER')}`, data('hello')));
    const [, , code] = await client.drain();
    expect([0x82, 0x8c]).toContain(code);
  },
  'another method in the middle of it: closed': async () => {
    const { port } = await startChallenging();
    const client = await authenticated(port);
    client.send(auth('19', METHOD, data('hello')));
    await client.next('auth');
    client.send(auth('18', `15 ${string('OTHER')}`, data('42')));
    const [, , code] = await client.drain();
    expect([0x82, 0x8c]).toContain(code);
  },
};

const failedReauthentication: BrokerCases = {
  'DISCONNECT with the reason, close': async () => {
    const { port } = await startChallenging();
    const client = await authenticated(port);
    client.send(auth('19', METHOD, data('refuse me')));
    await client.expectsDisconnect(0x87);
  },
  'in a later step': async () => {
    const { port } = await startChallenging();
    const client = await authenticated(port);
    client.send(auth('19', METHOD, data('hello')));
    await client.next('auth');
    client.send(auth('18', METHOD, data('wrong')));
    await client.expectsDisconnect(0x87);
  },
  'the hook does not know the method any more: 0x8c': async () => {
    const { port } = await startBroker({
      enhancedAuthentication: ({ isReauthentication }) =>
        isReauthentication ? undefined : { reasonCode: 0 },
    });
    const client = await RawClient.connected(port, 'client', 5, { properties: METHOD });
    client.send(auth('19', METHOD));
    await client.expectsDisconnect(0x8c);
  },
  'what was sent behind it is not processed': async () => {
    const { broker, port } = await startChallenging();
    const client = await authenticated(port);
    client.send(`${auth('19', METHOD, data('refuse me'))} 31 05 0001 61 00 78`);
    await client.expectsDisconnect(0x87);
    expect(broker.retained('a')).toBe(undefined);
  },
};

/** What AUTH says to a client that accepts packets up to a size; default: any. */
async function detailsOfAuth(maximumPacketSize?: number) {
  const details = { reasonString: 'think first', userProperties: { hint: 'the answer to everything' } };
  const { port } = await startBroker({ enhancedAuthentication: () => ({ reasonCode: 0x18, ...details }) });
  const client = await RawClient.open(port);
  const limit = maximumPacketSize === undefined ? '' : `27 ${uint32(maximumPacketSize)}`;
  client.sendConnect('client', 5, { properties: `${METHOD} ${limit}` });
  const { properties: got } = await client.next('auth');
  const said = { reasonString: got?.reasonString, hint: got?.userProperties?.hint };
  expect(got?.authenticationMethod).toBe('CHALLENGE');
  return { size: client.raw.length, ...said };
}

const REASON = { reasonString: 'think first', hint: undefined };

const reasonStringOfAuth: BrokerCases = {
  'AUTH is exactly as large as the client accepts: it is there': async () => {
    const { size } = await detailsOfAuth((await detailsOfAuth()).size - 1);
    expect(await detailsOfAuth(size)).toEqual({ size, ...REASON });
  },
  'one byte less: it is not': async () => {
    const { size } = await detailsOfAuth((await detailsOfAuth()).size - 1);
    expect(await detailsOfAuth(size - 1)).toMatchObject({ reasonString: undefined, hint: undefined });
  },
};

const userPropertyOfAuth: BrokerCases = {
  'AUTH is exactly as large as the client accepts: it is there': async () => {
    const { size } = await detailsOfAuth();
    const all = { size, reasonString: 'think first', hint: 'the answer to everything' };
    expect(await detailsOfAuth(size)).toEqual(all);
  },
  'one byte less: it is not, the reason string is': async () => {
    const { size } = await detailsOfAuth();
    expect(await detailsOfAuth(size - 1)).toMatchObject(REASON);
  },
};

export const rows: BrokerRow[] = [
  brokerRow('MQTT-4.12.1-1', '5', reauthenticationKeepsMethod),
  brokerRow('MQTT-4.12.1-2', '5', failedReauthentication),
  brokerRow('MQTT-3.15.2-2', '5', reasonStringOfAuth),
  brokerRow('MQTT-3.15.2-3', '5', userPropertyOfAuth),
];
