import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { version } from '../../package.json';
import { metricsRegistry, serveMetrics } from '../../src/broker/index.ts';
import type { BrokerStatistics } from '../../src/broker/statistics/statistics.ts';
import { atTheEnd } from './cleanup.ts';
import { RawClient, startBroker } from './harness.ts';
import { sampleStatistics } from './sample-statistics.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

async function serve(broker: { readonly statistics: BrokerStatistics }): Promise<string> {
  const server = await serveMetrics(broker, { port: 0 });
  atTheEnd(() => server.close());
  return `http://${server.address.address}:${server.address.port}`;
}

/** Samples of the broker by name and labels, as they are in the text. */
function samples(text: string): { [name: string]: number } {
  const lines = text.split('\n').filter((line) => /^mqtt_/.test(line));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}

describe('metrics', () => {
  it('have everything that the broker counts', async () => {
    const registry = await metricsRegistry({ statistics: sampleStatistics() });
    const found = samples(await registry.metrics());
    expect(found).toMatchObject({
      [`mqtt_broker_info{version="${version}"}`]: 1,
      mqtt_uptime_seconds: 12.75,
      mqtt_clients: 7,
      mqtt_clients_connected: 3,
      mqtt_clients_disconnected: 4,
      mqtt_clients_maximum: 5,
      mqtt_sessions_expired_total: 6,
      mqtt_connections_opened_total: 20,
      mqtt_connections_closed_total: 17,
      'mqtt_connections_refused_total{reason_code="0x87"}': 2,
      'mqtt_connections_refused_total{reason_code="0x89"}': 1,
      mqtt_received_bytes_total: 1000,
      mqtt_sent_bytes_total: 2000,
      'mqtt_packets_received_total{type="connect"}': 8,
      'mqtt_packets_received_total{type="publish"}': 100,
      'mqtt_packets_received_total{type="disconnect"}': 0,
      'mqtt_packets_sent_total{type="publish"}': 200,
      mqtt_messages_received_total: 100,
      mqtt_messages_sent_total: 200,
      'mqtt_messages_dropped_total{reason="queue full"}': 11,
      'mqtt_messages_dropped_total{reason="packet too large"}': 12,
      'mqtt_messages_dropped_total{reason="message expired"}': 13,
      mqtt_messages_refused_total: 14,
      mqtt_messages_inflight: 15,
      mqtt_messages_queued: 16,
      mqtt_messages_queued_bytes: 1600,
      mqtt_retained_messages: 50,
      mqtt_retained_messages_bytes: 5000,
      mqtt_subscriptions: 40,
      mqtt_shared_subscriptions: 10,
      'mqtt_limits_met_total{limit="connectTimeout"}': 900,
      'mqtt_limits_met_total{limit="keepAlive"}': 912,
    });
  });

  it('say what they are', async () => {
    const registry = await metricsRegistry({ statistics: sampleStatistics() });
    const text = await registry.metrics();
    expect(text).toContain('# HELP mqtt_clients_connected Clients that are connected.\n');
    expect(text).toContain('# TYPE mqtt_clients_connected gauge\n');
    expect(text).toContain('# TYPE mqtt_received_bytes_total counter\n');
  });

  it('are what is counted now, all of the same moment', async () => {
    let isSecond = false;
    const broker = {
      get statistics() {
        return sampleStatistics(isSecond ? { bytes: { received: 1500, sent: 2500 } } : {});
      },
    };
    const registry = await metricsRegistry(broker);
    expect(samples(await registry.metrics())).toMatchObject({ mqtt_received_bytes_total: 1000 });
    isSecond = true;
    const taken = vi.spyOn(broker, 'statistics', 'get');
    expect(samples(await registry.metrics())).toMatchObject({
      mqtt_received_bytes_total: 1500,
      mqtt_sent_bytes_total: 2500,
    });
    expect(taken).toHaveBeenCalledTimes(1);
  });

  it('include those of the process, without a trace in the global registry', async () => {
    const registry = await metricsRegistry({ statistics: sampleStatistics() });
    const text = await registry.metrics();
    for (const name of [
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_seconds',
    ])
      expect(text).toContain(`# HELP ${name} `);
    const { register } = await import('prom-client');
    expect(await register.getMetricsAsJSON()).toEqual([]);
  });

  it('can be had of several brokers in one process', async () => {
    const first = await metricsRegistry({ statistics: sampleStatistics() });
    const second = await metricsRegistry({ statistics: sampleStatistics({ uptime: 1 }) });
    expect(samples(await first.metrics())).toMatchObject({ mqtt_uptime_seconds: 12.75 });
    expect(samples(await second.metrics())).toMatchObject({ mqtt_uptime_seconds: 1 });
  });
});

describe('the server of metrics', () => {
  it('answers /metrics in the text format of Prometheus', async () => {
    const url = await serve({ statistics: sampleStatistics() });
    const response = await fetch(`${url}/metrics?name=any`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(samples(await response.text())).toMatchObject({ mqtt_clients_connected: 3 });
  });

  it('answers HEAD without a body, and nothing else', async () => {
    const url = await serve({ statistics: sampleStatistics() });
    const head = await fetch(`${url}/metrics`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(1000);
    const post = await fetch(`${url}/metrics`, { method: 'POST', body: 'x' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    for (const path of ['/', '/metrics/', '/other']) expect((await fetch(url + path)).status).toBe(404);
  });

  it('goes on when the statistics fail once', async () => {
    const broker = { statistics: sampleStatistics() };
    const url = await serve(broker);
    const fails = vi.spyOn(broker, 'statistics', 'get').mockImplementation(() => {
      throw new Error('no statistics');
    });
    const response = await fetch(`${url}/metrics`);
    expect([response.status, await response.text()]).toEqual([500, 'no statistics\n']);
    fails.mockRestore();
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
  });

  it('rejects with the error of the system when the port is taken', async () => {
    const port = Number(new URL(await serve({ statistics: sampleStatistics() })).port);
    await expect(serveMetrics({ statistics: sampleStatistics() }, { port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('closes with the connections that Prometheus keeps', async () => {
    const server = await serveMetrics({ statistics: sampleStatistics() }, { port: 0 });
    const socket = connect(server.address.port, '127.0.0.1');
    socket.write('GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n');
    await once(socket, 'data');
    const closed = once(socket.resume(), 'close');
    await server.close();
    await closed;
  });

  it('shows what a broker does', async () => {
    const { broker, port } = await startBroker({ sysInterval: 0 });
    const url = await serve(broker);
    const client = await RawClient.connected(port, 'a');
    await client.subscribe('t');
    client.sendPublish('t', 'x');
    await client.nextMessage('x');
    await client.publish('r', 'y', { retain: true, qos: 1 });
    const found = samples(await (await fetch(`${url}/metrics`)).text());
    expect(found).toMatchObject({
      mqtt_clients_connected: 1,
      mqtt_subscriptions: 1,
      mqtt_retained_messages: 1,
      'mqtt_packets_received_total{type="connect"}': 1,
      'mqtt_packets_received_total{type="publish"}': 2,
      'mqtt_packets_sent_total{type="puback"}': 1,
      mqtt_messages_received_total: 2,
      mqtt_messages_sent_total: 1,
    });
    expect(found.mqtt_received_bytes_total).toBeGreaterThan(30);
    expect(found.mqtt_sent_bytes_total).toBeGreaterThan(15);
  });
});
