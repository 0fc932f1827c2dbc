import { PACKET_TYPES, type PacketCommand } from '../../protocol/packet-types.ts';
import type { Core } from '../core.ts';
import type { BrokerStatistics } from './statistics.ts';

const PUBLISH = PACKET_TYPES.publish.type;

/** What a broker has counted until now. */
export function statisticsOf(core: Core, uptime: number): BrokerStatistics {
  const { counters, forwarder, index, retained, sessions } = core;
  const plane = forwarder.statistics;
  const connected = sessions.connectedCount;
  // messages that TypeScript had a hand in are in both counts
  const passedThrough = plane.messagesForwarded - counters.passedOn;
  const received = counters.received.slice();
  received[PUBLISH] += passedThrough;
  const sent = counters.sent.slice();
  sent[PUBLISH] += plane.messagesDelivered;
  let inflight = 0;
  let queued = 0;
  let queuedBytes = 0;
  let shared = 0;
  for (const { outgoing, sharedCount } of sessions) {
    inflight += outgoing.inflight;
    queued += outgoing.queue.length;
    queuedBytes += outgoing.queue.bytes;
    shared += sharedCount;
  }
  return {
    uptime,
    clients: {
      connected,
      disconnected: sessions.count - connected,
      total: sessions.count,
      maximum: counters.maximumConnected,
      expired: counters.sessionsExpired,
    },
    connections: {
      opened: counters.connectionsOpened,
      closed: counters.connectionsClosed,
      refused: { ...counters.refusedConnects },
    },
    bytes: { received: plane.bytesReceived, sent: plane.bytesSent },
    packets: { received: byCommand(received), sent: byCommand(sent) },
    messages: {
      received: received[PUBLISH],
      sent: sent[PUBLISH],
      dropped: counters.messagesDropped + plane.messagesDropped,
      tooLarge: plane.messagesTooLarge,
      expired: counters.messagesExpired + plane.messagesExpired,
      refused: counters.messagesRefused,
      inflight,
      queued,
      queuedBytes,
    },
    retained: { count: retained.count, bytes: retained.bytes },
    subscriptions: { count: index.size, shared },
    limits: { ...counters.limits, maxBacklog: counters.limits.maxBacklog + plane.messagesDropped },
  };
}

function byCommand(counts: Float64Array): { [Command in PacketCommand]: number } {
  const entries = Object.entries(PACKET_TYPES).map(([command, { type }]) => [command, counts[type]]);
  return Object.fromEntries(entries) as { [Command in PacketCommand]: number };
}
