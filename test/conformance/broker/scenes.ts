import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Broker } from '../../../src/broker/index.ts';
import type { DecodedPacket, PublishPacket } from '../../../src/index.ts';
import { type ConnectOptions, RawClient } from '../../broker/harness.ts';

/** MQTT 3.1.1 and 5.0, as they stand in CONNECT. */
export type Version = 4 | 5;

/** For `connect`: the session outlasts the connection; with 5.0 by 100 seconds. */
export const KEPT: ConnectOptions = { clean: false, properties: '11 00000064' };

/** Session expiry interval of so many seconds, as a property of CONNECT. */
export function sessionExpiry(seconds: number): string {
  return `11 ${seconds.toString(16).padStart(8, '0')}`;
}

export function seconds(count: number): Promise<void> {
  return sleep(count * 1_000);
}

/** Connects with the session of before and says whether there was one. */
export async function resumed(
  port: number,
  id: string,
  version: Version,
  options: ConnectOptions = KEPT,
): Promise<{ client: RawClient; sessionPresent: boolean }> {
  const client = await RawClient.open(port);
  const { sessionPresent } = await client.connect(id, version, options);
  return { client, sessionPresent };
}

/** Cuts the connection and waits until the broker has noticed. */
export async function lose(broker: Broker, client: RawClient, id: string): Promise<void> {
  client.cut();
  await gone(broker, id);
}

/** Resolves when the broker knows that the client is not connected any more. */
export async function gone(broker: Broker, id: string): Promise<void> {
  for (let waited = 0; broker.clients.has(id); waited += 5) {
    if (waited > 10_000) throw new Error(`${id} is still connected`);
    await sleep(5);
  }
}

/** A persistent session with one subscription, whose client is not there. */
export async function absent(
  broker: Broker,
  port: number,
  id: string,
  version: Version,
  filter = 't',
  options = '02',
): Promise<void> {
  const client = await RawClient.connected(port, id, version, KEPT);
  await client.subscribe(filter, options);
  await client.disconnect();
  await gone(broker, id);
}

/** The next `count` packets. */
export async function several(client: RawClient, count: number): Promise<DecodedPacket[]> {
  const packets: DecodedPacket[] = [];
  while (packets.length < count) packets.push(await client.next());
  return packets;
}

/** Acknowledges whatever comes until `count` messages are there, and what is left of their flows; returns the messages. */
export async function collected(client: RawClient, count: number): Promise<PublishPacket[]> {
  const messages: PublishPacket[] = [];
  let unreleased = 0;
  while (messages.length < count || unreleased > 0) {
    const packet = await client.next();
    if (packet.cmd === 'publish') {
      messages.push(packet);
      if (packet.qos === 1) client.sendAcknowledgement('puback', packet.messageId ?? 0);
      if (packet.qos === 2) client.sendAcknowledgement('pubrec', packet.messageId ?? 0);
      if (packet.qos === 2) unreleased++;
    } else if (packet.cmd === 'pubrel') {
      client.sendAcknowledgement('pubcomp', packet.messageId);
      unreleased--;
    } else throw new Error(`did not expect ${packet.cmd}`);
  }
  return messages;
}

export function payloadOf(packet: DecodedPacket): string {
  return Buffer.from(packet.payload ?? []).toString();
}

/** A promise that is fulfilled when it is told to. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** CONNACK that refuses, then nothing more; `code` is a return code (3.1.1) or a reason code (5.0). */
export async function expectsRefusal(client: RawClient, code: number): Promise<void> {
  const connack = await client.next('connack');
  expect(connack.sessionPresent).toBe(false);
  expect(client.version === 5 ? connack.reasonCode : connack.returnCode).toBe(code);
  await client.expectsClose();
}
