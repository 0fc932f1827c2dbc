/** Longest time that a timer of the platform takes, in milliseconds: 24 days. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** For ever, as a session expiry interval in seconds (MQTT5 section 3.1.2.11.2). */
export const FOR_EVER = 0xffff_ffff;

/** Does something at a time that may be years ahead. It does not keep the process running. */
export class Deadline {
  private timer: NodeJS.Timeout | undefined = undefined;

  /** Seconds from now; none at all if that is `FOR_EVER`. */
  set(seconds: number, action: () => void): void {
    this.clear();
    if (seconds >= FOR_EVER) return;
    this.wait(Date.now() + seconds * 1000, action);
  }

  clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private wait(time: number, action: () => void): void {
    const left = time - Date.now();
    if (left <= 0) {
      this.timer = undefined;
      action();
      return;
    }
    this.timer = setTimeout(() => this.wait(time, action), Math.min(left, LONGEST_TIMEOUT));
    this.timer.unref();
  }
}
