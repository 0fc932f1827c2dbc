export { Broker, type BrokerStatistics } from './broker.ts';
export type { ListenOptions } from './listener.ts';
export type { BrokerOptions, Log } from './options.ts';
export type { Message } from './publication.ts';
