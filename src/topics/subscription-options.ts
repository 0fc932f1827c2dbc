import { MqttError } from '../protocol/errors.ts';
import type { QoS } from '../protocol/packets.ts';
import type { MatchedSubscription, StoredSubscription, SubscriptionOptions } from './types.ts';

// A subscription's options as one word: QoS, two flags, subscription identifier (0 for none).
const QOS = 3;
const NO_LOCAL = 4;
const RETAIN_AS_PUBLISHED = 8;
const IDENTIFIER_SHIFT = 4;

const MAX_SUBSCRIPTION_IDENTIFIER = 268_435_455;

/**
 * The word of some options. Throws MqttError: SUBSCRIPTION_QOS for QoS 3, PROPERTY_VALUE for a subscription identifier
 * out of range, SHARED_SUBSCRIPTION_NO_LOCAL, FIELD_INVALID for what is of another type.
 */
export function optionsWord(options: SubscriptionOptions | undefined, isShared: boolean): number {
  if (options === undefined) return 0;
  if (typeof options !== 'object' || options === null) fail('FIELD_INVALID', 'options', 'is not an object');
  const { qos = 0, noLocal, retainAsPublished, subscriptionIdentifier } = options;
  if (qos !== 0 && qos !== 1 && qos !== 2) {
    if ((qos as number) === 3) throw new MqttError('SUBSCRIPTION_QOS', { ...PLACE, field: 'qos' });
    fail('FIELD_INVALID', 'qos', 'is not 0, 1 or 2');
  }
  let word: number = qos;
  if (flag('noLocal', noLocal)) {
    if (isShared) throw new MqttError('SHARED_SUBSCRIPTION_NO_LOCAL', { ...PLACE, field: 'noLocal' });
    word |= NO_LOCAL;
  }
  if (flag('retainAsPublished', retainAsPublished)) word |= RETAIN_AS_PUBLISHED;
  return subscriptionIdentifier === undefined ? word : word | identifierBits(subscriptionIdentifier);
}

const PLACE = { packetType: 'subscribe', protocolVersion: 5 } as const;

function fail(code: 'FIELD_INVALID' | 'PROPERTY_VALUE', field: string, fault: string): never {
  throw new MqttError(code, { ...PLACE, field, detail: `${field} ${fault}` });
}

function flag(field: string, value: unknown): boolean {
  if (value !== undefined && typeof value !== 'boolean') fail('FIELD_INVALID', field, 'is not a boolean');
  return value === true;
}

function identifierBits(value: number): number {
  if (typeof value !== 'number') fail('FIELD_INVALID', 'subscriptionIdentifier', 'is not a number');
  if (!Number.isInteger(value) || value < 1 || value > MAX_SUBSCRIPTION_IDENTIFIER) {
    fail('PROPERTY_VALUE', 'subscriptionIdentifier', `${value} is not 1 to ${MAX_SUBSCRIPTION_IDENTIFIER}`);
  }
  return value << IDENTIFIER_SHIFT;
}

/** A subscription that is being visited, over its word. */
export class VisitedSubscription implements MatchedSubscription {
  /** @internal */
  word = 0;
  /**
   * Where the visit found the top of the stack of those under way.
   * @internal
   */
  bottom = 0;
  shareName: string | undefined = undefined;

  get qos(): QoS {
    return (this.word & QOS) as QoS;
  }

  get noLocal(): boolean {
    return (this.word & NO_LOCAL) !== 0;
  }

  get retainAsPublished(): boolean {
    return (this.word & RETAIN_AS_PUBLISHED) !== 0;
  }

  get subscriptionIdentifier(): number | undefined {
    return this.word >>> IDENTIFIER_SHIFT || undefined;
  }
}

const reader = new VisitedSubscription();

/** The options of a word. */
export function storedSubscription(word: number): StoredSubscription {
  reader.word = word;
  const { qos, noLocal, retainAsPublished, subscriptionIdentifier } = reader;
  return { qos, noLocal, retainAsPublished, subscriptionIdentifier };
}
