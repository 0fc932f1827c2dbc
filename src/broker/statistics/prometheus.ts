import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { version } from '../../../package.json';
import { listen } from '../listeners/listen.ts';
import { importOptional } from '../optional-package.ts';
import { METRICS } from './metrics.ts';
import type { BrokerStatistics } from './statistics.ts';

type PromClient = typeof import('prom-client');
type Registry = import('prom-client').Registry;

/** What has statistics: a `Broker`. */
export interface HasStatistics {
  readonly statistics: BrokerStatistics;
}

export interface MetricsOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** Name or address of the interface. Default 127.0.0.1: this machine only. */
  readonly host?: string | undefined;
}

export interface MetricsServer {
  readonly address: AddressInfo;
  /** Answers no more requests; resolves when all connections are closed. */
  close(): Promise<void>;
}

/** What is used here of a `Registry` of prom-client, which it is. */
export interface MetricsRegistry {
  readonly contentType: string;
  /** All metrics as they are now, in the text format of Prometheus. */
  metrics(): Promise<string>;
}

const DEFAULT_HOST = '127.0.0.1';

/**
 * Serves the metrics of a broker and of its process at `/metrics`, in the text format of Prometheus. Needs the package
 * `prom-client`. Rejects with the system's error (`EADDRINUSE`, `EACCES`, ...).
 */
export async function serveMetrics(broker: HasStatistics, options: MetricsOptions): Promise<MetricsServer> {
  const registry = await metricsRegistry(broker);
  const server = createServer((request, response) => void answer(registry, request, response));
  await listen(server, { port: options.port, host: options.host ?? DEFAULT_HOST });
  return {
    address: server.address() as AddressInfo,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Prometheus keeps its connection
        server.closeAllConnections();
      }),
  };
}

/** The metrics of a broker and of its process, for an HTTP server of your own. Needs the package `prom-client`. */
export async function metricsRegistry(broker: HasStatistics): Promise<MetricsRegistry> {
  const client = await importOptional('prom-client', 'Metrics', () => import('prom-client'));
  const registry = new client.Registry();
  client.collectDefaultMetrics({ register: registry });
  register(client, registry, broker);
  return registry;
}

function register({ Counter, Gauge }: PromClient, registry: Registry, broker: HasStatistics): void {
  const registers = [registry];
  const info = new Gauge({
    name: 'mqtt_broker_info',
    help: 'Version of the broker; the value is 1.',
    labelNames: ['version'],
    registers,
  });
  info.set({ version }, 1);
  const statistics = onceATurn(() => broker.statistics);
  for (const { name, help, type, value } of METRICS) {
    const now = value(statistics());
    const labelNames = typeof now === 'number' ? [] : [now.label];
    const metric = new (type === 'counter' ? Counter : Gauge)({ name, help, labelNames, registers, collect });
    function collect(): void {
      const counts = value(statistics());
      // a Counter cannot be set
      metric.reset();
      if (typeof counts === 'number') metric.inc(counts);
      else
        for (const [label, count] of Object.entries(counts.values))
          metric.inc({ [counts.label]: label }, count);
    }
  }
}

/** All metrics of an answer are asked for in one turn: they are of the same moment. */
function onceATurn<Result>(get: () => Result): () => Result {
  let result: { readonly value: Result } | undefined;
  return () => {
    if (result === undefined) {
      result = { value: get() };
      queueMicrotask(() => {
        result = undefined;
      });
    }
    return result.value;
  };
}

async function answer(
  registry: MetricsRegistry,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  request.resume();
  if (request.url?.split('?', 1)[0] !== '/metrics') {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found: metrics are at /metrics\n');
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
  } else {
    await answerMetrics(registry, response);
  }
}

async function answerMetrics(registry: MetricsRegistry, response: ServerResponse): Promise<void> {
  try {
    const body = Buffer.from(await registry.metrics());
    response
      .writeHead(200, { 'content-type': registry.contentType, 'content-length': body.length })
      .end(body);
  } catch (error) {
    response.writeHead(500, { 'content-type': 'text/plain' }).end(`${(error as Error).message}\n`);
  }
}
