import { expect } from 'vitest';
import {
  connectPacket,
  PINGREQ,
  packet,
  publishPacket,
  RawClient,
  startBroker,
  subscribed,
  subscribePacket,
  text,
} from '../../../broker/harness.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import { absent, gate, KEPT, lose, seconds, type Version } from '../scenes.ts';

/** Everything but CONNECT, whoever may send it. */
function otherPackets(version: Version): { [name: string]: string } {
  const noProperties = version === 5 ? '00' : '';
  return {
    CONNACK: packet('20', '00 00', noProperties),
    'PUBLISH QoS 0': publishPacket('t', 'm', version),
    'PUBLISH QoS 1': publishPacket('t', 'm', version, { qos: 1 }),
    'PUBLISH QoS 2': publishPacket('t', 'm', version, { qos: 2 }),
    PUBACK: '40 02 0001',
    PUBREC: '50 02 0001',
    PUBREL: '62 02 0001',
    PUBCOMP: '70 02 0001',
    SUBSCRIBE: subscribePacket('t', version),
    SUBACK: packet('90', '0001', noProperties, '00'),
    UNSUBSCRIBE: packet('a2', '0001', noProperties, text('t')),
    UNSUBACK: packet('b0', '0001', version === 5 ? '00 00' : ''),
    PINGREQ,
    PINGRESP: 'd0 00',
    DISCONNECT: 'e0 00',
    AUTH: 'f0 00',
    'reserved type 0': '00 00',
  };
}

function firstPacketIsConnect(version: Version): BrokerCases {
  return {
    'each other type first: closed without a byte': async () => {
      const { port } = await startBroker();
      for (const [name, bytes] of Object.entries(otherPackets(version))) {
        const client = await RawClient.open(port);
        client.send(bytes);
        expect([name, ...(await client.drain())]).toEqual([name]);
      }
    },
    'PUBLISH before CONNECT is not passed on, and CONNECT behind it not answered': async () => {
      const { port } = await startBroker();
      const watcher = await subscribed(port, 'watcher', '#', version);
      const client = await RawClient.open(port);
      client.send(`${publishPacket('t', 'm', version)} ${connectPacket('late', version)}`);
      await client.expectsClose();
      await watcher.expectsNothing();
    },
  };
}

function secondConnect(version: Version): BrokerCases {
  const expectsEnd = (client: RawClient) =>
    version === 5 ? client.expectsDisconnect(0x82) : client.expectsClose();
  return {
    'after the first was accepted': async () => {
      const { port } = await startBroker();
      const client = await RawClient.connected(port, 'c', version);
      client.sendConnect('c', version);
      await expectsEnd(client);
    },
    'with another client identifier, in the same chunk': async () => {
      const { port } = await startBroker();
      const client = await RawClient.open(port);
      client.version = version;
      client.send(`${connectPacket('c', version)} ${connectPacket('d', version)} ${PINGREQ}`);
      await client.next('connack');
      await expectsEnd(client);
    },
    'the will of the first is published': async () => {
      const { port } = await startBroker();
      const watcher = await subscribed(port, 'watcher', 'w', version);
      const client = await RawClient.connected(port, 'c', version, { will: { topic: 'w', payload: 'will' } });
      client.sendConnect('c', version);
      await watcher.nextMessage('will');
    },
  };
}

function accepted(version: Version): BrokerCases {
  return {
    'CONNACK with code 0': async () => {
      const { port } = await startBroker();
      const client = await RawClient.open(port);
      client.send(connectPacket('c', version));
      if (version === 4) return client.expects('20 02 00 00');
      const connack = await client.packet();
      // session present 0, reason code 0x00
      expect([connack[0], connack[2], connack[3]]).toEqual([0x20, 0x00, 0x00]);
    },
    'byte by byte': async () => {
      const { port } = await startBroker();
      const client = await RawClient.open(port);
      client.version = version;
      for (const byte of connectPacket('c', version).replace(/\s/g, '').match(/../g) ?? []) {
        client.send(byte);
        await seconds(0.001);
      }
      expect((await client.next('connack')).sessionPresent).toBe(false);
    },
    'with a user name and a password': async () => {
      const { port } = await startBroker({
        authenticate: ({ username, password }) =>
          username === 'u' && Buffer.from(password ?? []).equals(Buffer.from('p')),
      });
      await RawClient.connected(port, 'c', version, { username: 'u', password: 'p' });
    },
  };
}

function nothingAfterRefusal(version: Version): BrokerCases {
  const refuse = (answer: () => boolean | Promise<boolean>) => async () => {
    const { port, broker } = await startBroker({
      authenticate: ({ clientId }) => (clientId === 'bad' ? answer() : true),
    });
    const watcher = await subscribed(port, 'watcher', '#', version);
    const client = await RawClient.open(port);
    client.version = version;
    client.send(
      [
        connectPacket('bad', version, { will: { topic: 'w', payload: 'will' } }),
        publishPacket('t', 'QoS 0', version),
        publishPacket('t', 'QoS 1', version, { qos: 1, retain: true }),
        subscribePacket('#', version),
        PINGREQ,
      ].join(' '),
    );
    const connack = await client.next('connack');
    expect(connack.returnCode ?? connack.reasonCode).toBe(version === 5 ? 0x86 : 4);
    await client.expectsClose();
    await watcher.expectsNothing();
    expect(broker.retained('t')).toBeUndefined();
  };
  return {
    'CONNECT and others in one chunk, refused at once': refuse(() => false),
    'CONNECT and others in one chunk, refused later': refuse(async () => {
      await seconds(0.02);
      return false;
    }),
  };
}

function connackFirst(version: Version): BrokerCases {
  return {
    'SUBSCRIBE in the same chunk, with a retained message': async () => {
      const { port } = await startBroker();
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('t', 'retained', { retain: true });
      const client = await RawClient.open(port);
      client.version = version;
      client.send(`${connectPacket('c', version)} ${subscribePacket('t', version)} ${PINGREQ}`);
      await client.next('connack');
      await client.next('suback');
      await client.nextMessage('retained');
      await client.next('pingresp');
    },
    'a session with a message in flight and one in the queue': async () => {
      const { port, broker } = await startBroker();
      const before = await RawClient.connected(port, 'c', version, KEPT);
      await before.subscribe('t', '01');
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('t', 'in flight', { qos: 1 });
      await before.nextMessage('in flight');
      await lose(broker, before, 'c');
      await publisher.publish('t', 'queued', { qos: 1 });
      const client = await RawClient.open(port);
      client.sendConnect('c', version, KEPT);
      expect((await client.next('connack')).sessionPresent).toBe(true);
      await client.nextMessage('in flight');
      await client.nextMessage('queued');
    },
    'while authenticate has not answered, messages for its session wait': async () => {
      const door = gate();
      const { port, broker } = await startBroker({
        authenticate: async ({ username }) => {
          if (username === 'slow') await door.opened;
          return true;
        },
      });
      await absent(broker, port, 'c', version);
      const client = await RawClient.open(port);
      client.sendConnect('c', version, { ...KEPT, username: 'slow' });
      client.send(PINGREQ);
      const publisher = await RawClient.connected(port, 'publisher', version);
      await publisher.publish('t', 'meanwhile', { qos: 1 });
      door.open();
      await client.next('connack');
      const rest = [(await client.next()).cmd, (await client.next()).cmd].sort();
      expect(rest).toEqual(['pingresp', 'publish']);
    },
  };
}

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.1.0-1', '3.1.1', firstPacketIsConnect(4)),
  brokerRow('MQTT-3.1.0-1', '5', firstPacketIsConnect(5)),
  brokerRow('MQTT-3.1.0-2', '3.1.1', secondConnect(4)),
  brokerRow('MQTT-3.1.0-2', '5', secondConnect(5)),
  brokerRow('MQTT-3.1.2-2', '3.1.1', {
    'levels 0, 1, 2 and 0x7F': async () => {
      const { port } = await startBroker();
      for (const [level, connack] of [
        ['00', '20 02 00 01'],
        ['01', '20 02 00 01'],
        ['02', '20 02 00 01'],
        ['7f', '20 03 00 84 00'], // above 5 the answer has the form of 5.0
      ]) {
        const client = await RawClient.open(port);
        client.send(packet('10', `${text('MQTT')} ${level} 02 0000`, level === '7f' ? '00' : '', text('c')));
        await client.expects(connack);
        await client.expectsClose();
      }
    },
    'level 4 of MQIsdp, the name of 3.1': async () => {
      const { port } = await startBroker();
      const client = await RawClient.open(port);
      client.send(packet('10', `${text('MQIsdp')} 04 02 0000 ${text('c')}`));
      await client.expects('20 02 00 01');
      await client.expectsClose();
    },
  }),
  brokerRow('MQTT-3.1.2-2', '5', {
    'version 6: CONNACK 0x84, closed': async () => {
      const { port } = await startBroker();
      const client = await RawClient.open(port);
      client.send(packet('10', `${text('MQTT')} 06 02 0000 00 ${text('c')}`));
      await client.expects('20 03 00 84 00');
      await client.expectsClose();
    },
    'version 6 with fields that 5.0 does not know': async () => {
      const { port } = await startBroker();
      const client = await RawClient.open(port);
      client.send(packet('10', `${text('MQTT')} 06 03 0000 ffffffffffffffff`));
      await client.expects('20 03 00 84 00');
      await client.expectsClose();
    },
  }),
  brokerRow('MQTT-3.1.4-4', '3.1.1', accepted(4)),
  brokerRow('MQTT-3.1.4-5', '5', accepted(5)),
  brokerRow('MQTT-3.1.4-5', '3.1.1', nothingAfterRefusal(4)),
  brokerRow('MQTT-3.1.4-6', '5', nothingAfterRefusal(5)),
  brokerRow('MQTT-3.2.0-1', '3.1.1', connackFirst(4)),
  brokerRow('MQTT-3.2.0-1', '5', connackFirst(5)),
  brokerRow('MQTT-3.2.0-2', '5', {
    'a second CONNECT gets none': async () => {
      const { port } = await startBroker();
      const client = await RawClient.open(port);
      client.version = 5;
      client.send(`${connectPacket('c', 5)} ${PINGREQ} ${PINGREQ}`);
      await client.next('connack');
      await client.next('pingresp');
      await client.next('pingresp');
      client.send(connectPacket('c', 5));
      await client.expectsDisconnect(0x82);
    },
    'a refused one gets one': async () => {
      const { port } = await startBroker({ authenticate: () => false });
      const client = await RawClient.open(port);
      client.send(`${connectPacket('c', 5)} ${connectPacket('c', 5)}`);
      await client.expects('20 03 00 86 00');
      await client.expectsClose();
    },
  }),
];
