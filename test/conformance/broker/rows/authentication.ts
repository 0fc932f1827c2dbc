import { expect } from 'vitest';
import { RawClient, startBroker } from '../../../broker/harness.ts';
import { string } from '../../wire.ts';
import {
  asked,
  auth,
  authenticated,
  challenge,
  data,
  expectsRefusedExchange,
  METHOD,
  startChallenging,
  utf8,
} from '../challenge.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';

const unknownMethod: BrokerCases = {
  'no method is known: CONNACK 0x8c, close': async () => {
    const { port } = await startBroker();
    const client = await RawClient.open(port);
    client.sendConnect('client', 5, { properties: METHOD });
    expect(await client.next('connack')).toMatchObject({ reasonCode: 0x8c, sessionPresent: false });
    await client.expectsClose();
  },
  'this one is not: CONNACK 0x8c, close': async () => {
    const { port } = await startChallenging();
    const client = await RawClient.open(port);
    client.sendConnect('client', 5, { properties: `15 ${string('OTHER')} ${data('hello')}` });
    expect(await client.next('connack')).toMatchObject({ reasonCode: 0x8c });
    await client.expectsClose();
  },
  'user name and password do not help': async () => {
    const { port } = await startBroker({ authenticate: () => true });
    const client = await RawClient.open(port);
    client.sendConnect('client', 5, { username: 'me', password: 'secret', properties: METHOD });
    expect((await client.next('connack')).reasonCode).toBe(0x8c);
    await client.expectsClose();
  },
};

const challenges: BrokerCases = {
  'AUTH with 0x18, as often as the server asks, then CONNACK': async () => {
    const { port } = await startChallenging();
    const client = await asked(port);
    client.send(auth('18', METHOD, data('42')));
    const { properties: got, reasonCode } = await client.next('auth');
    expect([reasonCode, utf8(got?.authenticationData)]).toEqual([0x18, 'sure?']);
    client.send(auth('18', METHOD, data('sure')));
    const connack = await client.next('connack');
    expect(connack.reasonCode).toBe(0);
    expect(utf8(connack.properties?.authenticationData)).toBe('welcome');
    await client.expectsNothing();
  },
  'to the byte': async () => {
    const { port } = await startBroker({ enhancedAuthentication: () => ({ reasonCode: 0x18 }) });
    const client = await RawClient.open(port);
    client.sendConnect('client', 5, { properties: METHOD });
    // AUTH, 0x18, property length 12: authentication method
    await client.expects('f0 0e 18 0c 15 0009 4348414c4c454e4745');
  },
  'in a re-authentication as well': async () => {
    const { port } = await startChallenging();
    const client = await authenticated(port);
    client.send(auth('19', METHOD, data('hello')));
    expect((await client.next('auth')).reasonCode).toBe(0x18);
  },
};

const clientAnswers: BrokerCases = {
  ...Object.fromEntries(
    ['00', '19'].map((code) => [
      `AUTH with 0x${code} instead of 0x18: refused`,
      async () => {
        const { broker, port } = await startChallenging();
        const client = await asked(port);
        client.send(auth(code, METHOD, data('42')));
        await expectsRefusedExchange(client);
        expect(broker.clients.size).toBe(0);
      },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries({
      PUBLISH: '30 05 0001 61 00 78',
      SUBSCRIBE: '82 07 0001 00 0001 61 00',
      PINGREQ: 'c0 00',
      CONNECT: '10 10 0004 4d515454 05 02 0000 00 0003 616263',
    }).map(([name, bytes]) => [
      `${name} before CONNACK: refused`,
      async () => {
        const { broker, port } = await startChallenging();
        const client = await asked(port);
        client.send(bytes);
        await expectsRefusedExchange(client);
        expect(broker.clients.size).toBe(0);
      },
    ]),
  ),
  'an answer that nobody asked for': async () => {
    const { port } = await startChallenging();
    const client = await authenticated(port);
    client.send(auth('18', METHOD, data('42')));
    await client.expectsDisconnect(0x82);
  },
  'no answer in time: closed': async () => {
    const { broker, port } = await startBroker({ enhancedAuthentication: challenge, connectTimeout: 1 });
    const client = await asked(port);
    await expectsRefusedExchange(client);
    expect(broker.statistics.limits.connectTimeout).toBe(1);
  },
};

const refusedAtAnyStep: BrokerCases = {
  'in CONNECT': async () => {
    const { port } = await startChallenging();
    const client = await RawClient.open(port);
    client.sendConnect('client', 5, { properties: `${METHOD} ${data('refuse me')}` });
    expect(await client.next('connack')).toMatchObject({
      reasonCode: 0x87,
      properties: { reasonString: 'as you like' },
    });
    await client.expectsClose();
  },
  'in the first answer': async () => {
    const { broker, port } = await startChallenging();
    const client = await asked(port);
    client.send(auth('18', METHOD, data('refuse me')));
    expect(await client.next('connack')).toMatchObject({ reasonCode: 0x87 });
    await client.expectsClose();
    expect(broker.clients.size).toBe(0);
  },
  'in the second answer': async () => {
    const { port } = await startChallenging();
    const client = await asked(port);
    client.send(auth('18', METHOD, data('42')));
    await client.next('auth');
    client.send(auth('18', METHOD, data('refuse me')));
    expect(await client.next('connack')).toMatchObject({ reasonCode: 0x87 });
    await client.expectsClose();
  },
  'what was sent behind it is not processed': async () => {
    const { broker, port } = await startChallenging();
    const client = await asked(port);
    client.send(`${auth('18', METHOD, data('refuse me'))} 31 05 0001 61 00 78`);
    expect(await client.next('connack')).toMatchObject({ reasonCode: 0x87 });
    await client.expectsClose();
    expect(broker.retained('a')).toBe(undefined);
  },
  'the hook fails: 0x80': async () => {
    const { port } = await startBroker({
      enhancedAuthentication: () => Promise.reject(new Error('no connection to the directory')),
    });
    const client = await RawClient.open(port);
    client.sendConnect('client', 5, { properties: METHOD });
    const { properties: got, reasonCode } = await client.next('connack');
    expect(reasonCode).toBe(0x80);
    expect(got?.reasonString ?? '').not.toContain('directory');
    await client.expectsClose();
  },
};

const sameMethod: BrokerCases = {
  'in all AUTH and in CONNACK of the server': async () => {
    const { port } = await startChallenging();
    const client = await RawClient.open(port);
    client.sendConnect('client', 5, { properties: `${METHOD} ${data('hello')}` });
    for (const answer of ['42', 'sure']) {
      expect((await client.next('auth')).properties?.authenticationMethod).toBe('CHALLENGE');
      client.send(auth('18', METHOD, data(answer)));
    }
    expect((await client.next('connack')).properties?.authenticationMethod).toBe('CHALLENGE');
  },
  'in the AUTH of a re-authentication': async () => {
    const { port } = await startChallenging();
    const client = await authenticated(port);
    client.send(auth('19', METHOD, data('hello')));
    for (const answer of ['42', 'sure']) {
      expect(await client.next('auth')).toMatchObject({
        reasonCode: 0x18,
        properties: { authenticationMethod: 'CHALLENGE' },
      });
      client.send(auth('18', METHOD, data(answer)));
    }
    expect(await client.next('auth')).toMatchObject({
      reasonCode: 0,
      properties: { authenticationMethod: 'CHALLENGE' },
    });
  },
  'AUTH of the client with another method, or without one: refused': async () => {
    for (const method of [`15 ${string('OTHER')}`, '']) {
      const { port } = await startChallenging();
      const client = await asked(port);
      client.send(auth('18', method, ...(method === '' ? [] : [data('42')])));
      await expectsRefusedExchange(client);
    }
  },
};

const withoutMethod: BrokerCases = {
  'no AUTH and no method in CONNACK': async () => {
    const { port } = await startChallenging();
    const client = await RawClient.open(port);
    const connack = await client.connect('client', 5, { username: 'me', password: 'secret' });
    expect(connack.properties?.authenticationMethod).toBe(undefined);
    expect(connack.properties?.authenticationData).toBe(undefined);
    await client.expectsNothing();
  },
  'nor when the CONNECT is refused': async () => {
    const { port } = await startBroker({ authenticate: () => false, enhancedAuthentication: challenge });
    const client = await RawClient.open(port);
    client.sendConnect('client', 5);
    const connack = await client.next('connack');
    expect(connack.reasonCode).toBe(0x86);
    expect(connack.properties?.authenticationMethod).toBe(undefined);
    await client.expectsClose();
  },
};

const noAuthFromClient: BrokerCases = Object.fromEntries(
  (['00', '18', '19'] as const).map((code) => [
    `AUTH 0x${code} after a CONNECT without a method: 0x82`,
    async () => {
      const { port } = await startChallenging();
      const client = await RawClient.connected(port, 'client', 5);
      client.send(auth(code, METHOD, data('hello')));
      await client.expectsDisconnect(0x82);
    },
  ]),
);

export const rows: BrokerRow[] = [
  brokerRow('MQTT-4.12.0-1', '5', unknownMethod),
  brokerRow('MQTT-4.12.0-2', '5', challenges),
  brokerRow('MQTT-4.12.0-3', '5', clientAnswers),
  brokerRow('MQTT-4.12.0-4', '5', refusedAtAnyStep),
  brokerRow('MQTT-4.12.0-5', '5', sameMethod),
  brokerRow('MQTT-4.12.0-6', '5', withoutMethod),
  brokerRow('MQTT-4.12.0-7', '5', noAuthFromClient),
];
