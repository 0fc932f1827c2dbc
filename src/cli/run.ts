import { version } from '../../package.json';
import { type Broker, createBroker } from '../broker/index.ts';
import type { BrokerLimits, BrokerOptions } from '../broker/options.ts';
import { accessControl } from './access.ts';
import { Failure } from './failure.ts';
import { type Place, places } from './listeners.ts';
import { createLogger } from './log.ts';
import { authority, banner, listenFailure, type Open, urlOf } from './messages.ts';
import type { Configuration } from './resolve.ts';
import { LIMIT_SETTINGS, type Values } from './settings.ts';
import { stopOnSignals } from './stop.ts';
import { UsageError } from './usage-error.ts';

/** Runs a broker until a signal comes. Rejects with UsageError or Failure. */
export async function runBroker(configuration: Configuration): Promise<void> {
  const { values } = configuration;
  const authenticate = accessControl(values);
  const wanted = places(configuration);
  const logger = await orFail(createLogger(values));
  const broker = newBroker({ ...limitsOf(values), authenticate, logger });
  let metrics: Metrics | undefined;
  const listeners: Open[] = [];
  try {
    metrics = await openMetrics(broker, values);
    for (const place of wanted) listeners.push({ ...place, ...(await open(broker, place)) });
  } catch (error) {
    await Promise.all([metrics?.close(), broker.close()]);
    throw error;
  }
  const started = {
    version,
    kernelName: broker.kernelName,
    listeners,
    metrics: metrics?.url,
    isProtected: authenticate !== undefined,
  };
  stopOnSignals(async (signal) => {
    logger.info({ signal }, 'stopping');
    await Promise.all([metrics?.close(), broker.close()]);
    logger.info({}, 'stopped');
  });
  if (values.logFormat === 'text') process.stdout.write(banner(started));
  else logger.info({ ...started, listeners: listeners.map(urlOf) }, 'listening');
}

function limitsOf(values: Values): BrokerLimits {
  const names = Object.keys(LIMIT_SETTINGS) as (keyof BrokerLimits)[];
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}

function newBroker(options: BrokerOptions): Broker {
  try {
    return createBroker(options);
  } catch (error) {
    const { message } = error as Error;
    throw error instanceof TypeError ? new UsageError(message) : new Failure(`cannot start: ${message}`);
  }
}

async function open(broker: Broker, place: Place): Promise<Pick<Open, 'address'>> {
  try {
    const { address } = await broker.listen(place.options);
    return { address };
  } catch (error) {
    throw new Failure(listenFailure(error as NodeJS.ErrnoException, place));
  }
}

interface Metrics {
  readonly url: string;
  close(): Promise<unknown>;
}

async function openMetrics(
  broker: Broker,
  { metricsPort: port, metricsHost: host }: Values,
): Promise<Metrics | undefined> {
  if (port === undefined) return undefined;
  const { serveMetrics } = await import('../broker/statistics/prometheus.ts');
  try {
    const server = await serveMetrics(broker, { port, host });
    return { url: `http://${authority(server.address)}/metrics`, close: () => server.close() };
  } catch (error) {
    throw new Failure(
      listenFailure(error as NodeJS.ErrnoException, { options: { port, host }, source: '--metrics-port' }),
    );
  }
}

async function orFail<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw new Failure((error as Error).message);
  }
}
