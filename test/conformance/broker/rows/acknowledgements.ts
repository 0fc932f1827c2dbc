import { expect } from 'vitest';
import type { Refusal } from '../../../../src/broker/index.ts';
import { type ConnectOptions, RawClient, startBroker, uint32 } from '../../../broker/harness.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';

const REFUSAL: Refusal = {
  reasonCode: 0x87,
  reasonString: 'not for you: ä', // 15 bytes
  userProperties: { contact: 'admin', again: ['one', 'two'] },
};

/** What a packet says besides its reason code, and its size. */
interface Said {
  size: number;
  reasonString: string | undefined;
  userProperties: object | undefined;
}

/** Provokes the packet, as a client that accepts packets up to a size (default: any), and says what is in it. */
type Provoke = (maximumPacketSize?: number) => Promise<Said>;

async function connected(port: number, maximumPacketSize: number | undefined): Promise<RawClient> {
  const options: ConnectOptions =
    maximumPacketSize === undefined ? {} : { properties: `27 ${uint32(maximumPacketSize)}` };
  return RawClient.connected(port, 'client', 5, options);
}

async function said(
  client: RawClient,
  command: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp' | 'suback' | 'unsuback',
  reasonCode: number,
): Promise<Said> {
  const packet = await client.next(command);
  const size = client.raw.length;
  const codes = 'granted' in packet ? packet.granted : 'reasonCode' in packet ? [packet.reasonCode] : [];
  expect(codes).toEqual([reasonCode]);
  expect(packet.messageId).toBe(7);
  await client.expectsNothing();
  const { reasonString, userProperties } = packet.properties ?? {};
  return { size, reasonString, userProperties: userProperties && { ...userProperties } };
}

function refusedPublish(qos: 1 | 2, hook: 'authorizePublish' | 'onPublish'): Provoke {
  return async (maximumPacketSize) => {
    const { port } = await startBroker({ [hook]: () => REFUSAL });
    const client = await connected(port, maximumPacketSize);
    client.sendPublish('a/b', 'x', { qos, id: 7 });
    return said(client, qos === 1 ? 'puback' : 'pubrec', 0x87);
  };
}

const refusedSubscribe: Provoke = async (maximumPacketSize) => {
  const { port } = await startBroker({ authorizeSubscribe: () => REFUSAL });
  const client = await connected(port, maximumPacketSize);
  client.sendSubscribe('a/b', '00', 7);
  return said(client, 'suback', 0x87);
};

/** PUBREC and PUBREL with a packet identifier that the server does not know. */
function unknown(sent: 'pubrec' | 'pubrel', answer: 'pubrel' | 'pubcomp'): Provoke {
  return async (maximumPacketSize) => {
    const { port } = await startBroker();
    const client = await connected(port, maximumPacketSize);
    client.sendAcknowledgement(sent, 7);
    return said(client, answer, 0x92);
  };
}

const unsubscribed: Provoke = async (maximumPacketSize) => {
  const { port } = await startBroker();
  const client = await connected(port, maximumPacketSize);
  client.sendUnsubscribe('a/b', 7);
  return said(client, 'unsuback', 0x11);
};

const ALL = {
  reasonString: REFUSAL.reasonString,
  userProperties: { contact: 'admin', again: ['one', 'two'] },
};
const REASON = { reasonString: REFUSAL.reasonString, userProperties: undefined };
const NOTHING = { reasonString: undefined, userProperties: undefined };

/** The user properties are the first to go. */
function userPropertiesLeftOut(provoke: Provoke): BrokerCases {
  return {
    'the packet is exactly as large as the client accepts: they are there': async () => {
      const { size } = await provoke();
      expect(await provoke(size)).toEqual({ size, ...ALL });
    },
    'one byte less: they are not, the reason string is': async () => {
      const { size } = await provoke();
      expect(await provoke(size - 1)).toMatchObject(REASON);
    },
  };
}

/** The reason string is the next. */
function reasonStringLeftOut(provoke: Provoke): BrokerCases {
  return {
    'the packet is exactly as large as the client accepts: it is there': async () => {
      const { size } = await provoke((await provoke()).size - 1);
      expect(await provoke(size)).toEqual({ size, ...REASON });
    },
    'one byte less: it is not, the packet comes without it': async () => {
      const { size } = await provoke((await provoke()).size - 1);
      expect(await provoke(size - 1)).toMatchObject(NOTHING);
    },
  };
}

/** A packet that says a reason itself, without user properties. */
function ownReasonLeftOut(provoke: Provoke, size: number): BrokerCases {
  return {
    'the packet is exactly as large as the client accepts: it is there': async () => {
      const whole = await provoke();
      expect(whole.reasonString).toMatch(/\w/);
      expect(await provoke(whole.size)).toEqual(whole);
    },
    'one byte less: it is not, the packet comes without it': async () => {
      expect(await provoke((await provoke()).size - 1)).toEqual({ size, ...NOTHING });
    },
  };
}

/** A packet that this broker puts none into, whatever the client accepts. */
function noUserProperties(provoke: Provoke): BrokerCases {
  return {
    'there are none, however large the packet may be': async () => {
      expect((await provoke()).userProperties).toBe(undefined);
    },
    'there are none where the packet has to be small': async () => {
      expect((await provoke(20)).userProperties).toBe(undefined);
      expect((await provoke(20)).size).toBeLessThanOrEqual(20);
    },
  };
}

function noReasonString(provoke: Provoke): BrokerCases {
  return {
    'there is none, however large the packet may be': async () => {
      expect((await provoke()).reasonString).toBe(undefined);
    },
    'there is none where the packet has to be small': async () => {
      expect((await provoke(20)).reasonString).toBe(undefined);
      expect((await provoke(20)).size).toBeLessThanOrEqual(20);
    },
  };
}

const puback = refusedPublish(1, 'authorizePublish');
const pubrec = refusedPublish(2, 'onPublish');
const pubrel = unknown('pubrec', 'pubrel');
const pubcomp = unknown('pubrel', 'pubcomp');

/** First byte, remaining length, packet identifier, reason code. */
const WITHOUT_PROPERTIES = 5;

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.4.2-2', '5', reasonStringLeftOut(puback)),
  brokerRow('MQTT-3.4.2-3', '5', userPropertiesLeftOut(puback)),
  brokerRow('MQTT-3.5.2-2', '5', reasonStringLeftOut(pubrec)),
  brokerRow('MQTT-3.5.2-3', '5', userPropertiesLeftOut(pubrec)),
  brokerRow('MQTT-3.6.2-2', '5', ownReasonLeftOut(pubrel, WITHOUT_PROPERTIES)),
  brokerRow('MQTT-3.6.2-3', '5', noUserProperties(pubrel)),
  brokerRow('MQTT-3.7.2-2', '5', ownReasonLeftOut(pubcomp, WITHOUT_PROPERTIES)),
  brokerRow('MQTT-3.7.2-3', '5', noUserProperties(pubcomp)),
  brokerRow('MQTT-3.9.2-1', '5', reasonStringLeftOut(refusedSubscribe)),
  brokerRow('MQTT-3.9.2-2', '5', userPropertiesLeftOut(refusedSubscribe)),
  brokerRow('MQTT-3.11.2-1', '5', noReasonString(unsubscribed)),
  brokerRow('MQTT-3.11.2-2', '5', noUserProperties(unsubscribed)),
];
