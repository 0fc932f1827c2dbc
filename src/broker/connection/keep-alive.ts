import type { Connection } from '../../forward/connection.ts';

/** A client may be silent for this many times its keep alive (MQTT-3.1.2-24, MQTT-3.1.2-22 of 5.0). */
const FACTOR = 1.5;

/** Notices when nothing comes from a client any more. */
export class KeepAlive {
  private readonly connection: Connection;
  private readonly onSilence: () => void;
  /** Milliseconds; 0 is off. */
  private limit = 0;
  private isWaiting = false;
  /** When reading went on, as `performance.now()` tells. */
  private resumedAt = 0;
  private timer: NodeJS.Timeout | undefined = undefined;

  constructor(connection: Connection, onSilence: () => void) {
    this.connection = connection;
    this.onSilence = onSilence;
  }

  /** `seconds`: 0 is off. */
  start(seconds: number): void {
    this.stop();
    this.limit = seconds * FACTOR * 1000;
    if (this.limit > 0) this.arm(this.limit);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  /** The socket is not read: what the client sends is not seen. */
  wait(): void {
    this.isWaiting = true;
  }

  goOn(): void {
    this.isWaiting = false;
    this.resumedAt = performance.now();
  }

  private arm(time: number): void {
    this.timer = setTimeout(() => {
      const lastSeen = Math.max(this.connection.lastPacketAt, this.resumedAt);
      const left = this.isWaiting ? this.limit : this.limit - (performance.now() - lastSeen);
      if (left <= 0) this.onSilence();
      else this.arm(left);
    }, Math.ceil(time));
    this.timer.unref();
  }
}
