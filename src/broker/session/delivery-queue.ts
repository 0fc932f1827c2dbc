import type { Message } from '../../forward/message.ts';
import type { QoS } from '../../protocol/packets.ts';

/** A message on its way to a client. */
export interface PendingDelivery {
  /** Its place in the order; grows. */
  readonly sequence: number;
  /** Missing where nothing will ever send it again. */
  readonly message: Message | undefined;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly subscriptionIdentifiers: readonly number[];
  /** Topic filter of the shared subscription that it came by. */
  readonly shareFilter: string | undefined;
}

/** Deliveries with a message: first in, first out, with a count of their bytes. */
export class DeliveryQueue {
  bytes = 0;
  private items: (PendingDelivery & { readonly message: Message })[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  push(delivery: PendingDelivery & { readonly message: Message }): void {
    this.items.push(delivery);
    this.bytes += delivery.message.size;
  }

  shift(): (PendingDelivery & { readonly message: Message }) | undefined {
    const delivery = this.items[this.head];
    if (delivery === undefined) return undefined;
    this.head++;
    this.bytes -= delivery.message.size;
    // moving what is left costs as much as what was taken out
    if (this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return delivery;
  }

  [Symbol.iterator](): Iterator<PendingDelivery & { readonly message: Message }> {
    return this.items.slice(this.head)[Symbol.iterator]();
  }
}
