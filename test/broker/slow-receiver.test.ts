import { generate } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { RawClient, startBroker, subscribed } from './harness.ts';
import { event } from './observe.ts';

const BACKLOG = 100_000;
const PAYLOAD = 50_000;

/** PUBLISH to topic "a" whose payload begins with a number. */
function message(number: number): Buffer {
  const payload = String(number).padEnd(PAYLOAD, '.');
  return generate({ cmd: 'publish', topic: 'a', payload, qos: 0, dup: false, retain: false });
}

test('a receiver that does not read loses messages; the others do not', async () => {
  const { broker, port } = await startBroker({ maxBacklogBytes: BACKLOG });
  const slow = await subscribed(port, 'slow', 'a');
  const quick = await subscribed(port, 'quick', 'a');
  const sender = await RawClient.connected(port, 'sender');
  slow.pause();
  let sent = 0;
  // one by one, so that it is not the quick receiver that falls behind
  while (broker.statistics.messages.dropped < 10) {
    sender.send(message(sent));
    expect(message(sent).equals(await quick.packet())).toBe(true);
    sent++;
  }
  slow.resume();
  slow.send('c000');
  const arrived: number[] = [];
  for (let packet = await slow.next(); packet.cmd === 'publish'; packet = await slow.next()) {
    arrived.push(Number.parseInt(Buffer.from(packet.payload).toString(), 10));
  }
  // whole messages, in order, without gaps up to where dropping began
  const { dropped, sent: delivered } = broker.statistics.messages;
  expect(arrived).toEqual(Array.from({ length: sent - dropped }, (_, i) => i));
  expect(delivered).toBe(2 * sent - dropped);
  // it has missed something, and goes on
  await sender.publish('a', 'again');
  await slow.nextMessage('again');
});

test('a receiver that does not read is disconnected, if that is what is wanted', async () => {
  const { broker, port } = await startBroker({ maxBacklogBytes: BACKLOG, overflow: 'disconnect' });
  const slow = await subscribed(port, 'slow', 'a');
  const quick = await subscribed(port, 'quick', 'a');
  const sender = await RawClient.connected(port, 'sender');
  slow.pause();
  let isGone = false;
  event(broker, 'disconnect').then(([client]) => {
    isGone = client.id === 'slow';
  });
  for (let sent = 0; !isGone; sent++) {
    sender.send(message(sent));
    expect(message(sent).equals(await quick.packet())).toBe(true);
  }
  expect([...broker.clients.keys()]).toEqual(['quick', 'sender']);
});

test('a client that never reads the answers to its packets is disconnected', async ({ signal }) => {
  const { port, logged } = await startBroker({ maxBacklogBytes: 1_000, maxPacketSize: 1_000 });
  const client = await RawClient.connected(port, 'deaf');
  client.pause();
  const pings = Buffer.alloc(65_536, Buffer.from([0xc0, 0x00]));
  let disconnected = false;
  logged('reads too slowly; connection closed {"clientId":"deaf"').then(() => {
    disconnected = true;
  });
  while (!disconnected && !signal.aborted) {
    client.send(pings);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(disconnected).toBe(true);
});
