import {
  type BrokerStatistics,
  LIMIT_NAMES,
  type LimitName,
} from '../../src/broker/statistics/statistics.ts';
import { PACKET_TYPES, type PacketCommand } from '../../src/protocol/packet-types.ts';

type Counts = Partial<Record<PacketCommand, number>>;

function packets(counts: Counts): BrokerStatistics['packets']['received'] {
  const none = Object.keys(PACKET_TYPES).map((command) => [command, 0]);
  return { ...(Object.fromEntries(none) as Record<PacketCommand, number>), ...counts };
}

/** Statistics in which no two numbers are the same. */
export function sampleStatistics(changes: Partial<BrokerStatistics> = {}): BrokerStatistics {
  const limits = LIMIT_NAMES.map((name, i) => [name, 900 + i]);
  return {
    uptime: 12.75,
    clients: { connected: 3, disconnected: 4, total: 7, maximum: 5, expired: 6 },
    connections: { opened: 20, closed: 17, refused: { 135: 2, 137: 1 } },
    bytes: { received: 1000, sent: 2000 },
    packets: {
      received: packets({ connect: 8, publish: 100, pingreq: 30 }),
      sent: packets({ connack: 9, publish: 200, pingresp: 31 }),
    },
    messages: {
      received: 100,
      sent: 200,
      dropped: 11,
      tooLarge: 12,
      expired: 13,
      refused: 14,
      inflight: 15,
      queued: 16,
      queuedBytes: 1600,
    },
    retained: { count: 50, bytes: 5000 },
    subscriptions: { count: 40, shared: 10 },
    limits: Object.fromEntries(limits) as Record<LimitName, number>,
    ...changes,
  };
}
