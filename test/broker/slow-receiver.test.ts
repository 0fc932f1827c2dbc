import { expect, test } from 'vitest';
import { RawClient, startBroker, subscribed, text } from './harness.ts';

const BACKLOG = 100_000;
const PAYLOAD = 50_000;

/** PUBLISH to topic "a" whose payload begins with a number. */
function message(number: number): Buffer {
  const bytes = Buffer.alloc(1 + 3 + 3 + PAYLOAD, 0x2e);
  bytes[0] = 0x30;
  const length = 3 + PAYLOAD;
  bytes.set([(length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, length >> 14], 1);
  bytes.set(Buffer.from(text('a'), 'hex'), 4);
  bytes.writeUInt32BE(number, 7);
  return bytes;
}

test('a receiver that does not read loses messages; the others do not', async () => {
  const { broker, port, logged } = await startBroker({ maxBacklog: BACKLOG });
  const slow = await subscribed(port, 'slow', 'a');
  const quick = await subscribed(port, 'quick', 'a');
  const sender = await RawClient.connected(port, 'sender');
  slow.pause();
  let sent = 0;
  // one by one, so that it is not the quick receiver that falls behind
  while (broker.statistics.messagesDropped < 10) {
    sender.send(message(sent));
    expect(Buffer.from(await quick.packet()).equals(message(sent))).toBe(true);
    sent++;
  }
  await logged('"slow": reads too slowly');
  slow.resume();
  slow.send('c000');
  const arrived: number[] = [];
  for (let bytes = await slow.packet(); bytes[0] !== 0xd0; bytes = await slow.packet()) {
    arrived.push(Buffer.from(bytes).readUInt32BE(7));
  }
  // whole messages, in order, without gaps up to where dropping began
  expect(arrived).toEqual(Array.from({ length: sent - broker.statistics.messagesDropped }, (_, i) => i));
  expect(broker.statistics.messagesDelivered).toBe(2 * sent - broker.statistics.messagesDropped);
});

test('a client that never reads the answers to its packets is disconnected', async ({ signal }) => {
  const { port, logged } = await startBroker({ maxBacklog: 1_000, maxPacketSize: 1_000 });
  const client = await RawClient.connected(port, 'deaf');
  client.pause();
  const pings = Buffer.alloc(65_536, Buffer.from([0xc0, 0x00]));
  let disconnected = false;
  logged('"deaf": does not read what it is sent').then(() => {
    disconnected = true;
  });
  while (!disconnected && !signal.aborted) {
    client.send(pings);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(disconnected).toBe(true);
});
