import { describe, expect, test } from 'vitest';
import { sameEverywhere } from './everywhere.ts';
import { ForwarderWorld, KERNELS } from './server.ts';
import { PINGRESP, publish, splitPackets, subscribe, unsubscribe } from './wire.ts';
import type { Client } from './world.ts';

/** What has arrived after the CONNACK: payloads, and the names of other packets. */
function seen(received: Buffer): string[] {
  return splitPackets(received)
    .packets.slice(1)
    .map((packet) => {
      if (packet[0] >> 4 === 3) return packet.subarray(-2).toString();
      if (packet.equals(PINGRESP)) return 'PINGRESP';
      return packet[0] === 0x90 ? 'SUBACK' : 'UNSUBACK';
    });
}

describe('subscriptions that change between the packets of a chunk count from there', () => {
  test('its own', async () => {
    const { received } = await sameEverywhere(async (world) => {
      const sender = world.connect();
      sender.send(
        Buffer.concat([
          publish(4, 'a', '01'),
          subscribe(4, 'a'),
          publish(4, 'a', '02'),
          publish(4, 'b', '03'),
          subscribe(4, '#'),
          publish(4, 'a', '04'),
          publish(4, 'b', '05'),
          unsubscribe(4, 'a'),
          publish(4, 'a', '06'),
          unsubscribe(4, '#'),
          publish(4, 'a', '07'),
          subscribe(4, 'b'),
          publish(4, 'b', '08'),
        ]),
      );
      await world.turn();
      return [sender];
    });
    expect(seen(received[0]).join(' ')).toBe('SUBACK 02 SUBACK 04 05 UNSUBACK 06 UNSUBACK SUBACK 08');
  });

  test('of another client, whose packets are read in between', async () => {
    const { received } = await sameEverywhere(async (world) => {
      const [sender, other] = [world.connect(), world.connect({ version: 5 })];
      sender.send(publish(4, 'a', '01'));
      other.send(subscribe(5, 'a', { subscriptionIdentifier: 1 }));
      sender.send(publish(4, 'a', '02'));
      other.send(subscribe(5, 'a', { subscriptionIdentifier: 300 }));
      sender.send(publish(4, 'a', '03'));
      other.send(Buffer.concat([publish(5, 'a', '04'), unsubscribe(5, 'a'), publish(5, 'a', '05')]));
      sender.send(publish(4, 'a', '06'));
      await world.turn();
      return [sender, other];
    });
    expect(seen(received[1]).join(' ')).toBe('SUBACK 02 SUBACK 03 04 UNSUBACK');
  });

  test('the options of one that is made again (MQTT-3.8.4-3)', async () => {
    const { received } = await sameEverywhere(async (world) => {
      const client = world.connect({ version: 5 });
      const retained = publish(5, 'a', '..', { retain: true });
      client.send(
        Buffer.concat([
          subscribe(5, 'a'),
          retained,
          subscribe(5, 'a', { rap: true }),
          retained,
          subscribe(5, 'a', { nl: true }),
          retained,
          subscribe(5, 'a', { qos: 2 }),
          retained,
        ]),
      );
      await world.turn();
      return [client];
    });
    const { packets } = splitPackets(received[0]);
    expect(packets.filter((each) => each[0] >> 4 === 3).map((each) => each[0])).toEqual([0x30, 0x31, 0x30]);
  });

  test('while the bytes wait in another outbox', async () => {
    await sameEverywhere(async (world) => {
      const [slow, sender] = [world.connect(), world.connect()];
      slow.subscribe('a/#');
      await world.turn();
      slow.hold();
      for (let i = 0; i < 20; i++) {
        sender.send(publish(4, 'a/b', `${i}`));
        if (i % 3 === 0) slow.unsubscribe('a/#');
        if (i % 3 === 1) slow.subscribe('a/#');
        if (i % 5 === 0) await world.turn();
      }
      await slow.release();
      return [slow, sender];
    });
  });

  test('thousands of them: routes are not kept for ever', async () => {
    await sameEverywhere(async (world) => {
      const clients: Client[] = Array.from({ length: 50 }, () => world.connect({ version: 5 }));
      const sender = world.connect();
      for (let i = 0; i < 3000; i++) {
        const client = clients[i % 50];
        if (i % 100 < 50) client.subscribe(`a/${i % 7}`, { subscriptionIdentifier: i + 1 });
        else client.unsubscribe(`a/${i % 7}`);
        sender.send(publish(4, `a/${i % 7}`, `${i}`));
        if (i % 200 === 0) await world.turn();
      }
      await world.turn();
      return [...clients, sender];
    });
  });
});

describe.each(KERNELS)('kernel %s', (kernel) => {
  test('who subscribes in the handler of a PUBLISH before it is passed on gets it, after that not', async () => {
    const world = new ForwarderWorld(kernel, { inspectRetained: true });
    const [early, late, sender] = [world.connect(), world.connect(), world.connect()];
    const seenRetain: boolean[] = [];
    world.server.packet = (connection, packet) => {
      seenRetain.push(packet.retain);
      early.subscribe('a');
      connection.forward();
      late.subscribe('a');
    };
    sender.send(publish(4, 'a', '01', { retain: true }));
    await world.turn();
    expect([early, late].map(({ received }) => seen(received))).toEqual([['01'], []]);
    sender.send(publish(4, 'a', '02'));
    await world.turn();
    expect([early, late].map(({ received }) => seen(received))).toEqual([['01', '02'], ['02']]);
    // only the retained one went to the handler
    expect(seenRetain).toEqual([true]);
    await world.close();
  });

  test('a PUBLISH that the handler does not pass on reaches nobody', async () => {
    const world = new ForwarderWorld(kernel, { inspectRetained: true });
    const [receiver, sender] = [world.connect(), world.connect()];
    receiver.subscribe('#');
    world.server.packet = () => {};
    sender.send(publish(4, 'a', '01', { retain: true }), publish(4, 'a', '02', { qos: 1, messageId: 1 }));
    sender.send(publish(4, 'a', '03'));
    await world.turn();
    expect(seen(receiver.received)).toEqual(['03']);
    await world.close();
  });
});
