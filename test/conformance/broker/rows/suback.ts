import { expect } from 'vitest';
import { RawClient, startBroker, subscribePacket, text, uint16 } from '../../../broker/harness.ts';
import { packet } from '../../wire.ts';
import { filters } from '../filters.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import type { Version } from '../scenes.ts';

const QOS = [0, 1, 2] as const;

const FAILURE = { 4: 0x80, 5: 0x87 };

/** SUBACK, as hexadecimal text. */
function suback(version: Version, id: number, ...codes: string[]): string {
  return packet('90', uint16(id), version === 5 ? '00' : '', ...codes);
}

const wildcards311: BrokerCases = {
  'granted by default': async () => {
    const { port } = await startBroker();
    const client = await RawClient.connected(port, 'client');
    expect(await client.subscribe(filters('a/+ 00', '# 01', '+/b/# 02'))).toEqual([0, 1, 2]);
    const publisher = await RawClient.connected(port, 'publisher');
    await publisher.publish('other', 'x', { qos: 2 });
    expect((await client.nextMessage('x')).qos).toBe(1);
  },
  'refused with 0x80 by a hook, others are granted': async () => {
    const { port } = await startBroker({
      authorizeSubscribe: (_, { topicFilter }) => !/[+#]/.test(topicFilter),
    });
    const client = await RawClient.connected(port, 'client');
    client.send(subscribePacket(filters('a/+ 00', 'a/b 01', '# 02'), 4, '', 9));
    await client.expects(suback(4, 9, '80', '01', '80'));
  },
  'not available at all: nothing is subscribed to': async () => {
    const { port } = await startBroker({ wildcardSubscriptionAvailable: false });
    const client = await RawClient.connected(port, 'client');
    client.sendSubscribe('a/+', '00');
    await client.expectsClose();
  },
};

function isAnswered(version: Version): BrokerCases {
  return Object.fromEntries(
    QOS.map((qos) => [
      `QoS ${qos}: SUBACK, to the byte`,
      async () => {
        const { port } = await startBroker();
        const client = await RawClient.connected(port, 'client', version);
        // SUBSCRIBE, packet identifier 10, filter a/b
        client.send(packet('82', '000a', version === 5 ? '00' : '', text('a/b'), `0${qos}`));
        await client.expects(suback(version, 10, `0${qos}`));
        await client.expectsNothing();
      },
    ]),
  );
}

function sameIdentifier(version: Version): BrokerCases {
  return {
    '1, 2, 255, 256, 65,535': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'client', version);
      for (const id of [1, 2, 255, 256, 65_535]) {
        client.send(subscribePacket('a/b', version, '00', id));
        await client.expects(suback(version, id, '00'));
      }
    },
    'several in one write, in their order': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'client', version);
      client.send([7, 3, 65_535].map((id) => subscribePacket(`t/${id}`, version, '01', id)).join(''));
      await client.expects([7, 3, 65_535].map((id) => suback(version, id, '01')).join(''));
    },
  };
}

const FIVE = filters('a/b 01', 'a/+ 00', 'c 02', 'd/# 01', 'e 00');

function severalFilters(version: Version): BrokerCases {
  return {
    'five filters, one SUBACK; each is subscribed to': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'client', version);
      client.send(subscribePacket(FIVE, version, '', 5));
      await client.expects(suback(version, 5, '01', '00', '02', '01', '00'));
      const publisher = await RawClient.connected(port, 'publisher', version);
      for (const [topic, qos] of [
        ['a/b', 1],
        ['a/c', 0],
        ['c', 2],
        ['d', 1],
        ['e', 0],
      ] as const) {
        await publisher.publish(topic, topic, { qos: 2 });
        expect(await client.nextMessage(topic)).toMatchObject({ topic, qos });
      }
      await client.expectsNothing();
    },
    'the retained messages come behind the one SUBACK, per filter': async () => {
      const { port } = await startBroker();
      const publisher = await RawClient.connected(port, 'publisher', version);
      for (const topic of ['a/b', 'c', 'd/e', 'unrelated']) {
        await publisher.publish(topic, topic, { qos: 1, retain: true });
      }
      const client = await RawClient.connected(port, 'client', version);
      client.send(subscribePacket(FIVE, version, '', 5));
      await client.expects(suback(version, 5, '01', '00', '02', '01', '00'));
      // as if a/b and a/+ had been subscribed to one after the other
      const topics: string[] = [];
      for (let i = 0; i < 4; i++) topics.push((await client.next('publish')).topic);
      expect(topics.sort()).toEqual(['a/b', 'a/b', 'c', 'd/e']);
      await client.expectsNothing();
    },
    'the same filter twice: the last one counts': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'client', version);
      const twice = filters('a/b 02', 'a/b 00');
      client.send(subscribePacket(twice, version, '', 5));
      await client.expects(suback(version, 5, '02', '00'));
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('a/b', 'x', { qos: 2 });
      expect((await client.nextMessage('x')).qos).toBe(0);
      await client.expectsNothing();
    },
  };
}

function oneCodeEach(version: Version): BrokerCases {
  return Object.fromEntries(
    [1, 2, 100, 200].map((count) => [
      `${count} filters: ${count} codes`,
      async () => {
        const { port } = await startBroker();
        const client = await RawClient.connected(port, 'client', version);
        const list = Array.from({ length: count }, (_, i) => [`t/${i}`, `0${i % 3}`] as const);
        client.send(subscribePacket(list, version, '', 2));
        await client.expects(suback(version, 2, ...list.map(([, options]) => options)));
        await client.expectsNothing();
      },
    ]),
  );
}

/** A broker where some filters are refused, and some are granted QoS 0 only. */
async function choosy() {
  return startBroker({
    authorizeSubscribe: (_, { topicFilter }) =>
      topicFilter.startsWith('no') ? false : topicFilter.startsWith('less') ? 0 : true,
  });
}

function inOrder(version: Version): BrokerCases {
  const no = FAILURE[version].toString(16);
  return {
    'granted and refused ones mixed': async () => {
      const { port } = await choosy();
      const client = await RawClient.connected(port, 'client', version);
      const list = filters('no/1 02', 'a 02', 'less 01', 'no/2 00', 'b 01', 'c 00');
      client.send(subscribePacket(list, version, '', 4));
      await client.expects(suback(version, 4, no, '02', '00', no, '01', '00'));
      await client.expectsNothing();
    },
    'when the answers come later, and not in order': async () => {
      const { port } = await startBroker({
        authorizeSubscribe: (_, { topicFilter }) =>
          new Promise((resolve) => {
            const delay = Number(topicFilter);
            setTimeout(() => resolve(delay === 20 ? false : (true as boolean)), delay);
          }),
      });
      const client = await RawClient.connected(port, 'client', version);
      const list = filters('40 00', '20 01', '1 01', '30 02');
      client.send(subscribePacket(list, version, '', 4));
      await client.expects(suback(version, 4, '00', no, '01', '02'));
    },
  };
}

const grantedOrFailure: BrokerCases = {
  'granted: 0x00, 0x01, 0x02': async () => {
    const { port } = await startBroker();
    const client = await RawClient.connected(port, 'client', 5);
    expect(await client.subscribe(filters('a 00', 'b 01', 'c 02'))).toEqual([0, 1, 2]);
  },
  ...Object.fromEntries(
    [0x80, 0x83, 0x87, 0x8f, 0x91, 0x97].map((reasonCode) => [
      `refused: 0x${reasonCode.toString(16)}, and there is no subscription`,
      async () => {
        const { port } = await startBroker({ authorizeSubscribe: () => ({ reasonCode }) });
        const client = await RawClient.connected(port, 'client', 5);
        expect(await client.subscribe('a/b', '01')).toEqual([reasonCode]);
        const publisher = await RawClient.connected(port, 'publisher', 5);
        await publisher.publish('a/b', 'x', { qos: 1 });
        await client.expectsNothing();
      },
    ]),
  ),
  'a subscription there was stays when the same filter is refused': async () => {
    let refused = false;
    const { port } = await startBroker({ authorizeSubscribe: () => !refused });
    const client = await RawClient.connected(port, 'client', 5);
    await client.subscribe('a/b', '01');
    refused = true;
    expect(await client.subscribe('a/b', '00')).toEqual([0x87]);
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publisher.publish('a/b', 'x', { qos: 1 });
    expect((await client.nextMessage('x')).qos).toBe(1);
  },
};

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.8.3-2', '3.1.1', wildcards311),
  brokerRow('MQTT-3.8.4-1', '3.1.1', isAnswered(4)),
  brokerRow('MQTT-3.8.4-2', '3.1.1', sameIdentifier(4)),
  brokerRow('MQTT-3.8.4-5', '3.1.1', oneCodeEach(4)),
  brokerRow('MQTT-3.9.3-1', '3.1.1', inOrder(4)),
  brokerRow('MQTT-3.8.4-1', '5', isAnswered(5)),
  brokerRow('MQTT-3.8.4-2', '5', sameIdentifier(5)),
  brokerRow('MQTT-3.8.4-6', '5', oneCodeEach(5)),
  brokerRow('MQTT-3.8.4-7', '5', grantedOrFailure),
  brokerRow('MQTT-3.9.3-1', '5', inOrder(5)),
  brokerRow('MQTT-3.8.4-4', '3.1.1', severalFilters(4)),
  brokerRow('MQTT-3.8.4-5', '5', severalFilters(5)),
];
