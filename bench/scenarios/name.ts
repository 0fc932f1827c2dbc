/** Names of scenarios as mqttbs and others in the field write them: `p2p-1K-1K-1K-1K`, `fanout-1-1K`, `conn-tcp-10K-100`. */
import { UsageError } from '../../src/cli/usage-error.ts';

export type TrafficKind = 'p2p' | 'fanout' | 'sharedsub';

export interface TrafficName {
  readonly kind: TrafficKind;
  readonly publishers?: number;
  readonly subscribers?: number;
  /** Messages per second that all publishers send together. */
  readonly rate?: number;
}

export interface ConnectionsName {
  readonly kind: 'conn';
  readonly connections?: number;
  /** Connections per second. */
  readonly rate?: number;
}

export type ScenarioName = TrafficName | ConnectionsName;

interface Form {
  readonly usage: string;
  /** What the numbers stand for. */
  readonly fields: readonly string[];
  /** Numbers that cannot be left out, if there are any. */
  readonly needed: number;
}

function trafficForm(kind: TrafficKind): Form {
  return {
    usage: `${kind}-<publishers>-<subscribers>[-<published per second>[-<received per second>]]`,
    fields: ['publishers', 'subscribers', 'messages published per second', 'messages received per second'],
    needed: 2,
  };
}

const FORMS: Readonly<Record<ScenarioName['kind'], Form>> = {
  p2p: trafficForm('p2p'),
  fanout: trafficForm('fanout'),
  sharedsub: trafficForm('sharedsub'),
  conn: {
    usage: 'conn-[tcp-]<connections>[-<per second>]',
    fields: ['connections', 'connections per second'],
    needed: 1,
  },
};

export const SCENARIO_USAGES: readonly string[] = Object.values(FORMS).map(({ usage }) => usage);

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1000, M: 1_000_000 };

export function isScenario(name: string): boolean {
  return kindOf(name) !== undefined;
}

/** Throws with a clear message if the name means nothing. */
export function parseScenario(name: string): ScenarioName {
  const kind = kindOf(name);
  if (kind === undefined) throw new UsageError(`no scenario ${name}: ${SCENARIO_USAGES.join(', ')}`);
  const { usage, fields, needed } = FORMS[kind];
  const texts = name.split('-').slice(1);
  if (kind === 'conn' && texts[0] === 'tcp') texts.shift();
  if (texts.length > fields.length) throw new UsageError(`${name}: too many numbers; ${usage}`);
  if (texts.length > 0 && texts.length < needed) {
    throw new UsageError(`${name}: how many ${fields[texts.length]}? ${usage}`);
  }
  const numbers = texts.map((text, i) => numberOf(text, `${name}: ${fields[i]}`));
  if (kind === 'conn') {
    const [connections, rate] = numbers;
    return { kind, ...present({ connections, rate }) };
  }
  const [publishers, subscribers, rate, received] = numbers;
  if (received !== undefined) {
    const deliveries = rate! * (kind === 'fanout' ? subscribers! : 1);
    if (received !== deliveries) {
      throw new UsageError(
        `${name}: of ${plain(rate!)} messages published per second ${plain(deliveries)} are received, not ${plain(received)}`,
      );
    }
  }
  return { kind, ...present({ publishers, subscribers, rate }) };
}

function kindOf(name: string): ScenarioName['kind'] | undefined {
  const [kind = ''] = name.split('-');
  return Object.hasOwn(FORMS, kind) ? (kind as ScenarioName['kind']) : undefined;
}

function numberOf(text: string, what: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([KM]?)$/i.exec(text) ?? [];
  // decimal fractions of K and M are whole numbers only when rounded
  const value = Math.round(Number(digits) * UNITS[unit.toUpperCase()]! * 1e6) / 1e6;
  if (digits === undefined || !Number.isSafeInteger(value)) {
    throw new UsageError(
      `${what} must be a number such as 100, 1K or 2M, not ${text === '' ? 'nothing' : text}`,
    );
  }
  if (value < 1) throw new UsageError(`${what} must be at least 1`);
  return value;
}

const plain = (value: number): string => value.toLocaleString('en');

function present(values: Readonly<Record<string, number | undefined>>): Record<string, number> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Record<string, number>;
}
