export type { Message } from '../forward/message.ts';
export { Broker, type CloseOptions, createBroker } from './broker.ts';
export type { Listener, ListenOptions } from './listeners/listener.ts';
export type { BrokerLimits, BrokerOptions, BrokerSettings, Logger } from './options.ts';
export { metricsRegistry, serveMetrics } from './statistics/prometheus.ts';
export type { BrokerStatistics, LimitName } from './statistics/statistics.ts';
export { MemoryStore } from './store/memory-store.ts';
export type { Store, StoredDelivery, StoredSession, StoredState } from './store/store.ts';
export type * from './types.ts';
