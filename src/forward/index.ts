export { Connection } from './connection.ts';
export { Forwarder } from './forwarder.ts';
export { Message } from './message.ts';
export { Receiver } from './receiver.ts';
export type * from './types.ts';
