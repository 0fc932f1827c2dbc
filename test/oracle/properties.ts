import { demand, Invalid, Reader } from './reader.ts';
import { demandTopicName } from './topics.ts';

/**
 * Table 2-4 of MQTT 5.0, typed off the specification: identifier, name, data type, packets. `flag` is a byte that
 * may be 0 or 1 only; an exclamation mark means that 0 is not allowed.
 */
const TABLE = `
  01 payloadFormatIndicator           flag    publish will
  02 messageExpiryInterval            four    publish will
  03 contentType                      string  publish will
  08 responseTopic                    topic   publish will
  09 correlationData                  binary  publish will
  0B subscriptionIdentifier           varint! publish subscribe
  11 sessionExpiryInterval            four    connect connack disconnect
  12 assignedClientIdentifier         string  connack
  13 serverKeepAlive                  two     connack
  15 authenticationMethod             string  connect connack auth
  16 authenticationData               binary  connect connack auth
  17 requestProblemInformation        flag    connect
  18 willDelayInterval                four    will
  19 requestResponseInformation       flag    connect
  1A responseInformation              string  connack
  1C serverReference                  string  connack disconnect
  1F reasonString                     string  connack puback pubrec pubrel pubcomp suback unsuback disconnect auth
  21 receiveMaximum                   two!    connect connack
  22 topicAliasMaximum                two     connect connack
  23 topicAlias                       two!    publish
  24 maximumQoS                       qos     connack
  25 retainAvailable                  flag    connack
  26 userProperties                   pair    connect connack publish will puback pubrec pubrel pubcomp subscribe suback unsubscribe unsuback disconnect auth
  27 maximumPacketSize                four!   connect connack
  28 wildcardSubscriptionAvailable    flag    connack
  29 subscriptionIdentifiersAvailable flag    connack
  2A sharedSubscriptionAvailable      flag    connack
`
  .trim()
  .split('\n')
  .map((line) => {
    const [id, name, type, ...packets] = line.trim().split(/\s+/);
    return { id: Number.parseInt(id, 16), name, type, packets };
  });

export type OracleProperties = Record<string, unknown>;

/** The block of properties at the front of `body`, its length included; `undefined` when it is empty. */
export function properties(body: Reader, packet: string, compat: boolean): OracleProperties | undefined {
  const block = new Reader(body.take(body.variableByteInteger(compat)));
  if (block.empty) return undefined;
  const result: OracleProperties = {};
  while (!block.empty) {
    const id = block.variableByteInteger(compat);
    const row = TABLE.find((entry) => entry.id === id);
    demand(row !== undefined, `unknown property ${id}`);
    const { name, type, packets } = row;
    const allowed = packets.includes(packet) || (compat && packet === 'publish' && packets.includes('will'));
    demand(allowed, `${name} in ${packet}`);
    if (type === 'pair') {
      const users = (result[name] ??= Object.create(null)) as Record<string, unknown>;
      repeat(users, block.string(), block.string());
    } else if (name === 'subscriptionIdentifier' && packet === 'publish') {
      repeat(result, name, value(block, type, compat));
    } else {
      demand(!Object.hasOwn(result, name), `${name} twice`);
      result[name] = value(block, type, compat);
    }
  }
  if (!compat && packet === 'connect' && 'authenticationData' in result) {
    demand('authenticationMethod' in result, 'authentication data without a method');
  }
  if (!compat && packet === 'auth') demand('authenticationMethod' in result, 'AUTH without a method');
  return result;
}

function repeat(target: Record<string, unknown>, name: string, next: unknown): void {
  if (!Object.hasOwn(target, name)) target[name] = next;
  else target[name] = [target[name], next].flat();
}

function value(block: Reader, type: string, compat: boolean): unknown {
  switch (type) {
    case 'flag': {
      const flag = block.byte();
      demand(compat || flag === 0 || flag === 1, `flag is ${flag}`);
      return flag !== 0;
    }
    case 'qos': {
      const qos = block.byte();
      demand(compat || qos === 0 || qos === 1, `maximum QoS ${qos}`);
      return qos;
    }
    case 'two':
      return block.uint16();
    case 'two!':
      return notZero(block.uint16(), compat);
    case 'four':
      return block.uint32();
    case 'four!':
      return notZero(block.uint32(), compat);
    case 'varint!':
      return notZero(block.variableByteInteger(compat), compat);
    case 'string':
      return block.string();
    case 'topic': {
      const topic = block.string();
      demandTopicName(topic, compat);
      return topic;
    }
    case 'binary':
      return block.binary();
    default:
      throw new Invalid(`no such type: ${type}`);
  }
}

function notZero(number: number, compat: boolean): number {
  demand(compat || number !== 0, '0 is not allowed here');
  return number;
}
