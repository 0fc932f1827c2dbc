import type { EventEmitter } from 'node:events';
import { Forwarder } from '../forward/forwarder.ts';
import type { Receiver } from '../forward/receiver.ts';
import { TopicIndex } from '../topics/topic-index.ts';
import type { ClientConnection } from './connection/client-connection.ts';
import { ConnectionRate } from './connection/connection-rate.ts';
import { Counters } from './counters.ts';
import { Publishing } from './messages/publishing.ts';
import { Receiving } from './messages/receiving.ts';
import { RetainedMessages } from './messages/retained.ts';
import { Subscribing } from './messages/subscribing.ts';
import { isRefusedTopic } from './messages/topic-limits.ts';
import type { BrokerSettings } from './options.ts';
import type { Session } from './session/session.ts';
import { Sessions } from './session/sessions.ts';
import { ShareGroups } from './session/share-groups.ts';
import type { BrokerEvents, Client } from './types.ts';

/** What the parts of a broker share. */
export class Core {
  readonly settings: BrokerSettings;
  readonly counters = new Counters();
  readonly events: EventEmitter<BrokerEvents>;
  readonly index: TopicIndex<Receiver>;
  readonly forwarder: Forwarder;
  readonly retained: RetainedMessages;
  readonly publishing: Publishing;
  readonly shareGroups: ShareGroups;
  readonly sessions: Sessions;
  readonly connectionRate: ConnectionRate;
  readonly receiving: Receiving;
  readonly subscribing: Subscribing;
  /** Network connections that are there, and how many of them were not told to end. */
  readonly connections = new Set<ClientConnection>();
  openConnections = 0;
  /** Clients that are connected, by client identifier. */
  readonly clients = new Map<string, Client>();
  /** Whether messages with QoS 0 are nobody's business but the data plane's. */
  readonly forwardsAll: boolean;

  constructor(settings: BrokerSettings, events: EventEmitter<BrokerEvents>) {
    this.events = events;
    const { hooks, kernel, maxTopicLevels, sharedStrategy } = settings;
    this.settings = settings;
    this.index = new TopicIndex<Receiver>({
      kernel,
      sharedStrategy,
      maxLevels: Math.min(maxTopicLevels, LARGEST_MAX_LEVELS),
      isAvailable: (receiver) => (receiver.data as Session).takesMore,
    });
    this.forwarder = new Forwarder({
      index: this.index,
      kernel,
      maxPacketSize: settings.maxPacketSize,
      maxPacketSizeBeforeConnect: settings.maxPacketSizeBeforeConnect,
      maxBacklogBytes: settings.maxBacklogBytes,
      maxBacklogMessages: settings.maxBacklogMessages,
      overflow: settings.overflow,
      topicAliasMaximum: settings.topicAliasMaximum,
      inspectRetained: true,
      inspectTopic: (topic) => isRefusedTopic(topic, maxTopicLevels),
    });
    this.forwardsAll = hooks.authorizePublish === undefined && hooks.onPublish === undefined;
    this.retained = new RetainedMessages(this);
    this.publishing = new Publishing(this);
    this.shareGroups = new ShareGroups();
    this.sessions = new Sessions(this);
    this.connectionRate = new ConnectionRate(settings.maxConnectionRate);
    this.receiving = new Receiving(this);
    this.subscribing = new Subscribing(this);
  }

  /** Does something that no client waits for: what fails there, the store for instance, must not end the process. */
  attempt(what: string, task: () => void): void {
    try {
      task();
    } catch (error) {
      this.settings.logger.error({ err: error }, `${what} failed`);
    }
  }
}

/** Of a topic index. */
const LARGEST_MAX_LEVELS = 1024;
