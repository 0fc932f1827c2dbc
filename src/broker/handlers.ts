import { MqttError } from '../protocol/errors.ts';
import type {
  ConnectPacket,
  DisconnectPacket,
  Packet,
  PublishPacket,
  SubscribePacket,
  UnsubscribePacket,
} from '../protocol/packets.ts';
import { SHARE_PREFIX } from '../topics/names.ts';
import { type Client, clientFrom } from './client.ts';
import { acceptingConnack, connectRefusal, newClientIdentifier, refusingConnack } from './connect.ts';
import type { Connection } from './connection.ts';

const SUCCESS = 0x00;
const NO_SUBSCRIPTION_EXISTED = 0x11;
const PROTOCOL_ERROR = 0x82;
const PACKET_IDENTIFIER_NOT_FOUND = 0x92;
/** What SUBACK says of a filter that is refused, before MQTT 5.0. */
const SUBACK_FAILURE = 0x80;

/** QoS granted to every subscription, whatever was asked for (MQTT-3.2.2-10). */
const GRANTED_QOS = 0;

/** Does what a packet from the client asks for. */
export function handle(connection: Connection, packet: Packet): void {
  const { client } = connection;
  if (client === undefined) {
    if (packet.cmd === 'connect') onConnect(connection, packet);
    else connection.fail(PROTOCOL_ERROR, 'first packet is not CONNECT'); // MQTT-3.1.0-1
    return;
  }
  switch (packet.cmd) {
    case 'publish':
      onPublish(connection, client, packet);
      break;
    case 'subscribe':
      onSubscribe(connection, client, packet);
      break;
    case 'unsubscribe':
      onUnsubscribe(connection, client, packet);
      break;
    case 'pingreq':
      connection.send({ cmd: 'pingresp' });
      break;
    case 'disconnect':
      onDisconnect(connection, client, packet);
      break;
    case 'pubrel':
      onPubrel(connection, client, packet.messageId);
      break;
    case 'puback':
    case 'pubrec':
    case 'pubcomp':
      // nothing is ever sent with QoS 1 or 2 that these could answer
      break;
    case 'connect':
      connection.fail(PROTOCOL_ERROR, 'second CONNECT'); // MQTT-3.1.0-2
      break;
    case 'auth':
      connection.fail(PROTOCOL_ERROR, 'AUTH without an authentication method'); // MQTT-4.12.0-7
      break;
    default:
      // the decoder lets no packet pass that only a server may send
      connection.fail(PROTOCOL_ERROR, `${packet.cmd.toUpperCase()} from a client`);
  }
}

function onConnect(connection: Connection, packet: ConnectPacket): void {
  const { broker } = connection;
  const refusal = connectRefusal(packet);
  if (refusal !== undefined) {
    connection.send(refusingConnack(packet.protocolVersion, refusal), packet.protocolVersion);
    connection.fail(refusal.reasonCode, refusal.text);
    return;
  }
  const client = clientFrom(packet, packet.clientId === '' ? newClientIdentifier() : packet.clientId);
  broker.enter(client.id, connection);
  connection.accept(client);
  connection.send(acceptingConnack(packet, client.id, broker.settings));
  broker.settings.log.detail(
    `${connection.name}: connected, protocol version ${client.version}, keep alive ${client.keepAlive} s`,
  );
}

/** What an MQTT 5.0 client may not do because CONNACK told it that the broker does not support it. */
interface Violation {
  readonly reasonCode: number;
  readonly text: string;
}

function publishViolation({ qos, retain, properties }: PublishPacket): Violation | undefined {
  if (qos > 0) return { reasonCode: 0x9b, text: `PUBLISH with QoS ${qos}, the maximum is 0` }; // MQTT-3.2.2-11
  if (retain) return { reasonCode: 0x9a, text: 'PUBLISH with RETAIN, which is not available' }; // MQTT-3.2.2-14
  if (properties?.topicAlias !== undefined) {
    return { reasonCode: 0x94, text: 'PUBLISH with a topic alias, the maximum is 0' }; // MQTT-3.2.2-17
  }
  return undefined;
}

function subscribeViolation({ subscriptions, properties }: SubscribePacket): Violation | undefined {
  if (properties?.subscriptionIdentifier !== undefined) {
    return { reasonCode: 0xa1, text: 'subscription identifiers are not available' };
  }
  if (subscriptions.some(({ topic }) => topic.startsWith(SHARE_PREFIX))) {
    return { reasonCode: 0x9e, text: 'shared subscriptions are not available' };
  }
  return undefined;
}

function onPublish(connection: Connection, client: Client, packet: PublishPacket): void {
  const violation = client.version === 5 ? publishViolation(packet) : undefined;
  if (violation !== undefined) {
    connection.fail(violation.reasonCode, violation.text);
    return;
  }
  const { topic, payload, retain, qos, messageId = 0, properties } = packet;
  const message = { topic, payload, retain, properties };
  // Before 5.0 a client cannot be told that QoS 1 and 2 end here: they are acknowledged, and delivered with QoS 0.
  if (qos < 2) {
    connection.broker.publish(message, connection);
    if (qos === 1) connection.send({ cmd: 'puback', messageId });
    return;
  }
  if (!client.awaitingRelease.has(messageId)) {
    client.awaitingRelease.add(messageId);
    connection.broker.publish(message, connection);
  }
  connection.send({ cmd: 'pubrec', messageId });
}

function onPubrel(connection: Connection, client: Client, messageId: number): void {
  const found = client.awaitingRelease.delete(messageId);
  const reasonCode = client.version === 5 && !found ? { reasonCode: PACKET_IDENTIFIER_NOT_FOUND } : undefined;
  connection.send({ cmd: 'pubcomp', messageId, ...reasonCode });
}

function onSubscribe(connection: Connection, client: Client, packet: SubscribePacket): void {
  const violation = client.version === 5 ? subscribeViolation(packet) : undefined;
  if (violation !== undefined) {
    connection.fail(violation.reasonCode, violation.text);
    return;
  }
  const granted = packet.subscriptions.map(({ topic, nl = false, rap = false }) => {
    const { broker } = connection;
    const options = { noLocal: nl, retainAsPublished: rap };
    try {
      broker.subscriptions.subscribe(topic, connection, options);
    } catch (error) {
      if (!(error instanceof MqttError)) throw error;
      broker.settings.log.warning(`${connection.name}: ${JSON.stringify(topic)} refused: ${error.message}`);
      return client.version === 5 ? error.reasonCode : SUBACK_FAILURE;
    }
    broker.settings.log.detail(`${connection.name}: subscribed to ${JSON.stringify(topic)}`);
    return GRANTED_QOS;
  });
  connection.send({ cmd: 'suback', messageId: packet.messageId, granted });
}

function onUnsubscribe(connection: Connection, client: Client, packet: UnsubscribePacket): void {
  const { broker } = connection;
  const granted = packet.unsubscriptions.map((filter) =>
    broker.subscriptions.unsubscribe(filter, connection) ? SUCCESS : NO_SUBSCRIPTION_EXISTED,
  );
  const { messageId } = packet;
  connection.send({ cmd: 'unsuback', messageId, ...(client.version === 5 && { granted }) });
}

function onDisconnect(connection: Connection, client: Client, packet: DisconnectPacket): void {
  const { reasonCode = SUCCESS, properties } = packet;
  if (client.sessionExpiryIsZero && (properties?.sessionExpiryInterval ?? 0) > 0) {
    // MQTT5 section 3.14.2.2.2
    connection.fail(PROTOCOL_ERROR, 'DISCONNECT with a session expiry interval after CONNECT without one');
    return;
  }
  connection.close(reasonCode !== SUCCESS); // MQTT-3.14.4-3
}
