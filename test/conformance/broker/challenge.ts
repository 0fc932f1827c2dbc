import { expect } from 'vitest';
import type { AuthenticationAnswer, AuthenticationExchange } from '../../../src/broker/index.ts';
import { packet, RawClient, startBroker } from '../../broker/harness.ts';
import { ascii, field, properties, string } from '../wire.ts';

export const METHOD = `15 ${string('CHALLENGE')}`;
export const data = (text: string) => `16 ${field(ascii(text))}`;
export const utf8 = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();

/** AUTH, as hexadecimal text: 0x18 continue, 0x19 re-authenticate. */
export function auth(reasonCode: string, ...parts: string[]): string {
  return packet('f0', reasonCode, properties(...parts));
}

/** Three steps: 'hello', then the answer 42, then thanks. 'refuse me' is refused in any step. */
export function challenge({ data, method, state }: AuthenticationExchange): AuthenticationAnswer | undefined {
  if (method !== 'CHALLENGE') return undefined;
  const said = utf8(data);
  if (said === 'refuse me') return { reasonCode: 0x87, reasonString: 'as you like' };
  if (said === 'hello') {
    state.asked = true;
    return { reasonCode: 0x18, authenticationData: Buffer.from('6 times 7?') };
  }
  if (said === '42' && state.asked) return { reasonCode: 0x18, authenticationData: Buffer.from('sure?') };
  return said === 'sure' && state.asked
    ? { reasonCode: 0, authenticationData: Buffer.from('welcome') }
    : { reasonCode: 0x87 };
}

export const startChallenging = () => startBroker({ enhancedAuthentication: challenge });

/** A client that has sent CONNECT with a method and 'hello', and was asked the first question. */
export async function asked(port: number, more = ''): Promise<RawClient> {
  const client = await RawClient.open(port);
  client.sendConnect('client', 5, { properties: `${METHOD} ${data('hello')} ${more}` });
  const { properties: got, reasonCode } = await client.next('auth');
  expect(reasonCode).toBe(0x18);
  expect(utf8(got?.authenticationData)).toBe('6 times 7?');
  return client;
}

export async function authenticated(port: number): Promise<RawClient> {
  const client = await asked(port);
  client.send(auth('18', METHOD, data('42')));
  await client.next('auth');
  client.send(auth('18', METHOD, data('sure')));
  expect((await client.next('connack')).reasonCode).toBe(0);
  return client;
}

/** The connection is closed; before CONNACK nothing but a CONNACK that refuses may be sent (MQTT-3.14.0-1). */
export async function expectsRefusedExchange(client: RawClient): Promise<void> {
  const bytes = await client.drain();
  if (bytes.length === 0) return;
  expect(bytes[0]).toBe(0x20);
  expect(bytes[3]).toBeGreaterThanOrEqual(0x80);
  expect(bytes.length).toBe(2 + bytes[1]);
}
