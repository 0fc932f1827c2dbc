import type { BrokerStatistics } from './statistics.ts';

/** A metric as Prometheus sees it. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly value: (statistics: BrokerStatistics) => number | ByLabel;
}

/** Values of one metric, by the values of its only label. */
export interface ByLabel {
  readonly label: string;
  readonly values: { readonly [labelValue: string]: number };
}

type Value = Metric['value'];

const counter = (name: string, help: string, value: Value): Metric => ({
  name,
  help,
  type: 'counter',
  value,
});
const gauge = (name: string, help: string, value: Value): Metric => ({ name, help, type: 'gauge', value });

/** Everything in `BrokerStatistics`. */
export const METRICS: readonly Metric[] = [
  gauge('mqtt_uptime_seconds', 'Seconds since the broker was made.', ({ uptime }) => uptime),

  gauge('mqtt_clients_connected', 'Clients that are connected.', ({ clients }) => clients.connected),
  gauge(
    'mqtt_clients_disconnected',
    'Sessions that are kept for clients that are not connected.',
    ({ clients }) => clients.disconnected,
  ),
  gauge(
    'mqtt_clients',
    'Clients that are connected, and sessions of others.',
    ({ clients }) => clients.total,
  ),
  gauge(
    'mqtt_clients_maximum',
    'Most clients that were connected at once.',
    ({ clients }) => clients.maximum,
  ),
  counter(
    'mqtt_sessions_expired_total',
    'Sessions that were dropped because their expiry interval had passed.',
    ({ clients }) => clients.expired,
  ),

  counter(
    'mqtt_connections_opened_total',
    'Network connections opened.',
    ({ connections }) => connections.opened,
  ),
  counter(
    'mqtt_connections_closed_total',
    'Network connections closed.',
    ({ connections }) => connections.closed,
  ),
  counter(
    'mqtt_connections_refused_total',
    'CONNECT packets refused, by reason code.',
    ({ connections }) => ({
      label: 'reason_code',
      values: byReasonCode(connections.refused),
    }),
  ),

  counter('mqtt_received_bytes_total', 'Bytes received.', ({ bytes }) => bytes.received),
  counter('mqtt_sent_bytes_total', 'Bytes sent.', ({ bytes }) => bytes.sent),
  counter('mqtt_packets_received_total', 'Packets received, by type.', ({ packets }) => ({
    label: 'type',
    values: packets.received,
  })),
  counter('mqtt_packets_sent_total', 'Packets sent, by type.', ({ packets }) => ({
    label: 'type',
    values: packets.sent,
  })),

  counter('mqtt_messages_received_total', 'PUBLISH packets received.', ({ messages }) => messages.received),
  counter('mqtt_messages_sent_total', 'PUBLISH packets sent.', ({ messages }) => messages.sent),
  counter(
    'mqtt_messages_dropped_total',
    'Messages not delivered to a client, by reason.',
    ({ messages }) => ({
      label: 'reason',
      values: {
        'queue full': messages.dropped,
        'packet too large': messages.tooLarge,
        'message expired': messages.expired,
      },
    }),
  ),
  counter(
    'mqtt_messages_refused_total',
    'Messages refused: by a hook, a limit, or because the topic belongs to the broker.',
    ({ messages }) => messages.refused,
  ),
  gauge(
    'mqtt_messages_inflight',
    'Messages sent to clients and not acknowledged yet.',
    ({ messages }) => messages.inflight,
  ),
  gauge('mqtt_messages_queued', 'Messages that wait for clients.', ({ messages }) => messages.queued),
  gauge('mqtt_messages_queued_bytes', 'Bytes of these.', ({ messages }) => messages.queuedBytes),
  gauge('mqtt_retained_messages', 'Retained messages.', ({ retained }) => retained.count),
  gauge('mqtt_retained_messages_bytes', 'Bytes of these.', ({ retained }) => retained.bytes),

  gauge('mqtt_subscriptions', 'Subscriptions.', ({ subscriptions }) => subscriptions.count),
  gauge('mqtt_shared_subscriptions', 'Shared subscriptions.', ({ subscriptions }) => subscriptions.shared),
  counter('mqtt_limits_met_total', 'How often a limit was met, by option.', ({ limits }) => ({
    label: 'limit',
    values: limits,
  })),
];

/** As the specification writes them, `0x87`. */
function byReasonCode(counts: { readonly [reasonCode: number]: number }): { [reasonCode: string]: number } {
  const entries = Object.entries(counts).map(([code, count]) => [hexadecimal(Number(code)), count]);
  return Object.fromEntries(entries);
}

function hexadecimal(code: number): string {
  return `0x${code.toString(16).padStart(2, '0')}`;
}
