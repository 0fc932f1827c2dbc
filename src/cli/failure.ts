/** It cannot be done, though it was asked for in the right way; the message says why and what helps. */
export class Failure extends Error {
  override readonly name = 'Failure';
}
