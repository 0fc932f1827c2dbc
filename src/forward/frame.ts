import { writeUint32 } from '../encode/bytes.ts';
import { PROPERTIES } from '../protocol/properties.ts';
import { integerAt, skipInteger, skipProperty, uint16At, uint32At } from './wire.ts';

const SUBSCRIPTION_IDENTIFIER = PROPERTIES.subscriptionIdentifier.id;
const TOPIC_ALIAS = PROPERTIES.topicAlias.id;
const MESSAGE_EXPIRY_INTERVAL = PROPERTIES.messageExpiryInterval.id;

const NOTHING = new Uint8Array(0);

/** Where the parts of a PUBLISH are that was checked before. */
export class Frame {
  bytes: Uint8Array = NOTHING;
  start = 0;
  first = 0;
  version5 = false;
  topicStart = 0;
  topicLength = 0;
  /** The property block without its length. */
  propertiesStart = 0;
  propertiesEnd = 0;
  /** The topic alias, or 0, and whether there are subscription identifiers. */
  alias = 0;
  hasIdentifiers = false;
  /** Seconds, or `undefined`. */
  expiryInterval: number | undefined = undefined;
  payloadStart = 0;
  end = 0;

  /** Finds the parts of the packet from `start` to `end`. */
  read(bytes: Uint8Array, start: number, end: number, version5: boolean): void {
    this.bytes = bytes;
    this.start = start;
    this.first = bytes[start];
    this.version5 = version5;
    this.end = end;
    let p = skipInteger(bytes, start + 1, end);
    this.topicLength = uint16At(bytes, p);
    this.topicStart = p + 2;
    p = this.topicStart + this.topicLength;
    if ((this.first & 6) !== 0) p += 2;
    this.alias = 0;
    this.hasIdentifiers = false;
    this.expiryInterval = undefined;
    this.propertiesStart = this.propertiesEnd = p;
    if (version5) {
      this.propertiesStart = skipInteger(bytes, p, end);
      this.propertiesEnd = this.propertiesStart + integerAt(bytes, p, this.propertiesStart);
      if (this.propertiesStart !== this.propertiesEnd) this.readProperties();
    }
    this.payloadStart = this.propertiesEnd;
  }

  /** Lets go of the bytes. */
  clear(): void {
    this.bytes = NOTHING;
    this.end = 0;
  }

  get payloadLength(): number {
    return this.end - this.payloadStart;
  }

  /** Bytes of the properties that are passed on: all but the topic alias and the subscription identifiers. */
  keptPropertiesLength(): number {
    if (this.alias === 0 && !this.hasIdentifiers) return this.propertiesEnd - this.propertiesStart;
    let length = 0;
    this.eachProperty((id, start, end) => {
      if (isPassedOn(id)) length += end - start;
    });
    return length;
  }

  /**
   * Writes them in their order (MQTT-3.3.2-18), the message expiry interval less the seconds that have passed
   * (MQTT-3.3.2-6); returns where they end.
   */
  writeKeptProperties(target: Uint8Array, position: number, secondsWaited: number): number {
    let to = position;
    this.eachProperty((id, start, end) => {
      if (!isPassedOn(id)) return;
      target.set(this.bytes.subarray(start, end), to);
      if (id === MESSAGE_EXPIRY_INTERVAL && secondsWaited > 0) {
        writeUint32(target, to + 1, Math.max(0, uint32At(this.bytes, start + 1) - secondsWaited));
      }
      to += end - start;
    });
    return to;
  }

  private readProperties(): void {
    this.eachProperty((id, start) => {
      if (id === TOPIC_ALIAS) this.alias = uint16At(this.bytes, start + 1);
      else if (id === SUBSCRIPTION_IDENTIFIER) this.hasIdentifiers = true;
      else if (id === MESSAGE_EXPIRY_INTERVAL) this.expiryInterval = uint32At(this.bytes, start + 1);
    });
  }

  private eachProperty(visit: (id: number, start: number, end: number) => void): void {
    const { bytes, propertiesEnd } = this;
    let p = this.propertiesStart;
    while (p < propertiesEnd) {
      const start = p;
      const id = bytes[p];
      p = skipProperty(bytes, p, propertiesEnd);
      visit(id, start, p);
    }
  }
}

function isPassedOn(id: number): boolean {
  return id !== TOPIC_ALIAS && id !== SUBSCRIPTION_IDENTIFIER;
}
