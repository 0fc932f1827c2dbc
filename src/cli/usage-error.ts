/** What the user asked for makes no sense; the message says what and why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
