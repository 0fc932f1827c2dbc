import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { encode, PublishTemplate } from '../../src/encode/index.ts';
import { PacketWriter } from '../../src/node/packet-writer.ts';
import { LARGE_SLAB } from '../../src/node/slab-pool.ts';
import type { EncodablePublish } from '../../src/protocol/packets.ts';
import { CountingPool, nextTurn, publish } from './sinks.ts';

/** Both ends of a TCP connection on this machine. */
async function socketPair(): Promise<{ sender: Socket; receiver: Socket }> {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sender = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [[receiver]] = (await Promise.all([once(server, 'connection'), once(sender, 'connect')])) as [
    [Socket],
    unknown,
  ];
  server.close();
  onTestFinished(() => {
    sender.destroy();
    receiver.destroy();
  });
  return { sender, receiver };
}

/** Numbers from 0 to `limit`, the same ones in every run. */
function numbers(): (limit: number) => number {
  let state = 1;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % limit;
  };
}

/** Hashes all that arrives; stops reading for a moment after every `step` bytes. */
function hashReceived(receiver: Socket, step: number): Promise<{ length: number; digest: string }> {
  const hash = createHash('sha256');
  let length = 0;
  let pauseAt = step;
  receiver.on('data', (chunk: Buffer) => {
    hash.update(chunk);
    length += chunk.length;
    if (length < pauseAt) return;
    pauseAt = length + step;
    receiver.pause();
    setTimeout(() => receiver.resume(), 1);
  });
  receiver.resume();
  return once(receiver, 'end').then(() => ({ length, digest: hash.digest('hex') }));
}

test('50 MB to a reader that often pauses arrive whole and in order, through slabs that are used again', async () => {
  const { sender, receiver } = await socketPair();
  const pool = new CountingPool();
  const writer = new PacketWriter(sender, { pool });
  const received = hashReceived(receiver, 500_000);
  const hash = createHash('sha256');
  const random = numbers();
  let length = 0;
  const shared: EncodablePublish = publish(new Uint8Array(3_000).fill(1), 'to/many');
  const template = new PublishTemplate(shared);
  for (let i = 1; length < 50_000_000; i++) {
    const kind = random(100);
    const payload = Buffer.alloc(kind < 2 ? 16_384 + random(100_000) : random(6_000), i & 0xff);
    const packet = publish(payload, `sensor/${random(1_000)}`);
    const delivery = { qos: 2, messageId: (i & 0x7fff) + 1 } as const;
    const bytes = encode(kind < 50 ? packet : { ...shared, ...delivery });
    hash.update(bytes);
    length += bytes.length;
    const hasRoom = kind < 50 ? writer.write(packet) : writer.writeTemplate(template, delivery);
    if (!hasRoom) await once(sender, 'drain');
    else if (random(40) === 0) await nextTurn();
  }
  writer.end();
  expect(await received).toEqual({ length, digest: hash.digest('hex') });
  expect(pool.taken * LARGE_SLAB).toBeGreaterThan(length / 3);
  expect(pool.seen.size * LARGE_SLAB).toBeLessThan(2_000_000);
});

test('what is written regardless of a full socket waits, and arrives whole', async () => {
  const { sender, receiver } = await socketPair();
  const pool = new CountingPool();
  const writer = new PacketWriter(sender, { pool });
  const hash = createHash('sha256');
  let accepted = true;
  for (let i = 0; i < 20_000; i++) {
    const packet = publish(Buffer.alloc(1_000, i & 0xff));
    hash.update(encode(packet));
    accepted = writer.write(packet);
    if (i % 1_000 === 0) await nextTurn();
  }
  expect(accepted).toBe(false);
  expect(writer.pendingBytes).toBeGreaterThan(1_000_000);
  const received = hashReceived(receiver, 1_000_000);
  await once(sender, 'drain');
  expect(writer.pendingBytes).toBe(0);
  expect(writer.write({ cmd: 'pingreq' })).toBe(true);
  hash.update(encode({ cmd: 'pingreq' }));
  writer.end();
  expect((await received).digest).toBe(hash.digest('hex'));
  await once(sender, 'close');
  expect(pool.idle).toBe(Math.min(pool.seen.size, pool.limit / LARGE_SLAB));
});

test('a drain handler may write', async () => {
  const { sender, receiver } = await socketPair();
  const writer = new PacketWriter(sender);
  const received = hashReceived(receiver, 200_000);
  const hash = createHash('sha256');
  let sent = 0;
  let drains = 0;
  const writeUntilFull = () => {
    while (sent < 30_000) {
      const packet = publish(Buffer.alloc(1_000, sent++ & 0xff));
      hash.update(encode(packet));
      if (!writer.write(packet)) return;
    }
    writer.end();
  };
  sender.on('drain', () => {
    drains++;
    writeUntilFull();
  });
  writeUntilFull();
  expect((await received).digest).toBe(hash.digest('hex'));
  expect(sent).toBe(30_000);
  expect(drains).toBeGreaterThan(1);
});

test('packets for a socket that is still connecting', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sender = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const writer = new PacketWriter(sender, { pool: new CountingPool() });
  const packets = ['first', 'second', 'third'].map((payload) => publish(payload));
  for (const packet of packets) {
    writer.write(packet);
    writer.flush();
  }
  writer.end();
  const [receiver] = (await once(server, 'connection')) as [Socket];
  server.close();
  const received = Buffer.concat(await receiver.toArray());
  expect(received.equals(Buffer.concat(packets.map((packet) => encode(packet))))).toBe(true);
});

test('when the other end resets the connection, writes are dropped and say so', async ({ signal }) => {
  const { sender, receiver } = await socketPair();
  const pool = new CountingPool();
  const writer = new PacketWriter(sender, { pool });
  const errors: Error[] = [];
  sender.on('error', (error) => errors.push(error));
  for (let i = 0; i < 5_000; i++) writer.write(publish(new Uint8Array(1_000)));
  await nextTurn();
  const { idle } = pool;
  receiver.resetAndDestroy();
  while (!writer.closed && !signal.aborted) {
    writer.write({ cmd: 'pingreq' });
    await nextTurn();
  }
  expect(errors.length).toBe(1);
  expect(writer.write({ cmd: 'pingreq' })).toBe(false);
  writer.flush();
  await nextTurn();
  expect(pool.idle).toBe(idle);
});
