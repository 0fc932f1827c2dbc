import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { Duplex, PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createBroker } from '../../src/broker/index.ts';
import { hex } from '../vectors/hex.ts';
import { attack, flood, open } from './attacker.ts';
import { MIB } from './broker-process.ts';
import { atTheEnd } from './cleanup.ts';
import { connectPacket, PINGREQ, publishPacket, RawClient, startBroker, subscribed } from './harness.ts';

describe('broker.handle', () => {
  test('a net server of its own takes MQTT, and stays when the broker is closed', async () => {
    const broker = createBroker();
    const server = createServer((socket) => broker.handle(socket)).listen(0, '127.0.0.1');
    atTheEnd(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const receiver = await subscribed(port, 'receiver', 'a/#', 5, '02');
    const sender = await RawClient.connected(port, 'sender');
    await sender.publish('a/b', 'hello', { qos: 2 });
    expect(await receiver.nextMessage('hello')).toMatchObject({ topic: 'a/b', qos: 2 });
    expect(broker.clients.get('sender')?.remotePort).toBeGreaterThan(0);

    await broker.close();
    expect(server.listening).toBe(true);
    const late = connect(port, '127.0.0.1');
    await once(late.resume(), 'close');
  });

  test('any duplex of bytes', async () => {
    const { broker, port } = await startBroker();
    const toBroker = new PassThrough();
    const fromBroker = new PassThrough();
    broker.handle(Duplex.from({ readable: toBroker, writable: fromBroker }));
    toBroker.write(hex(connectPacket('in memory')));
    expect(await once(fromBroker, 'data')).toEqual([hex('20 02 00 00')]);
    const receiver = await subscribed(port, 'receiver', 'a');
    toBroker.write(hex(publishPacket('a', 'hello')));
    await receiver.nextMessage('hello');
    expect(broker.clients.get('in memory')?.remoteAddress).toBeUndefined();
  });

  test('a socket that somebody has looked at before, and put back what was read', async () => {
    const { broker } = await startBroker();
    const greetings: number[] = [];
    const server = createServer((socket) => {
      socket.once('data', (chunk) => {
        greetings.push(chunk[0]);
        socket.pause();
        socket.unshift(chunk);
        broker.handle(socket);
        socket.resume();
      });
    }).listen(0, '127.0.0.1');
    atTheEnd(() => server.close());
    await once(server, 'listening');
    const client = await RawClient.connected((server.address() as AddressInfo).port, 'client');
    await client.expectsNothing();
    expect(greetings).toEqual([0x10]);
  });
});

describe('a slow onPublish', () => {
  test('holds its own client, packet by packet, and nobody else', async () => {
    const events: string[] = [];
    const waiting: (() => void)[] = [];
    const { port } = await startBroker({
      onPublish: async (client, { payload }) => {
        events.push(`${client.id}: ${Buffer.from(payload)}`);
        if (client.id === 'slow') await new Promise<void>((resolve) => waiting.push(resolve));
        return true;
      },
    });
    const receiver = await subscribed(port, 'receiver', '#');
    const slow = await RawClient.connected(port, 'slow');
    const quick = await RawClient.connected(port, 'quick');
    slow.sendPublish('a', '1', { qos: 1, id: 1 });
    slow.sendPublish('a', '2');
    slow.sendPublish('a', '3', { qos: 1, id: 3 });
    slow.send(PINGREQ);
    await expect.poll(() => events).toEqual(['slow: 1']);
    for (const payload of ['x', 'y', 'z']) await quick.publish('a', payload, { qos: 1 });
    expect(events).toEqual(['slow: 1', 'quick: x', 'quick: y', 'quick: z']);
    for (const payload of ['x', 'y', 'z']) await receiver.nextMessage(payload);

    for (const payload of ['1', '2', '3']) {
      await expect.poll(() => waiting.length).toBe(1);
      waiting.pop()?.();
      await receiver.nextMessage(payload);
    }
    expect(events.slice(-2)).toEqual(['slow: 2', 'slow: 3']);
    await slow.expects('40 02 0001  40 02 0003  d0 00');
  });

  test('what is sent meanwhile waits in the socket, not in memory', async () => {
    const size = 1_000;
    const offered = 100 * MIB;
    await attack({
      hooks: 'hooks',
      bound: 16 * MIB,
      run: async (port) => {
        const client = await open(port, connectPacket('client'));
        const burst = Buffer.concat(Array(64).fill(hex(publishPacket('slow', 'x'.repeat(size)))));
        expect(await flood(client, burst, offered)).toBeLessThan(offered / 2);
      },
    });
  });

  test('does not make its client a silent one', async () => {
    const { port } = await startBroker({
      onPublish: async (_, { topic }) => {
        if (topic === 'slow') await new Promise((resolve) => setTimeout(resolve, 2_500));
        return true;
      },
    });
    const client = await RawClient.connected(port, 'client', 5, { keepAlive: 1 });
    client.sendPublish('slow', 'x', { qos: 1 });
    const pinging = setInterval(() => client.send(PINGREQ), 500);
    atTheEnd(() => clearInterval(pinging));
    // it has pinged all the time, and the broker has not looked (MQTT-3.1.2-22)
    await client.expects('40 02 0001');
    await client.expects('d0 00');
  });
});
