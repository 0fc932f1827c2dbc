import { describe, expect, test } from 'vitest';
import { type BrokerLimits, type BrokerOptions, brokerSettings, LIMITS } from '../../src/broker/options.ts';
import { MemoryStore } from '../../src/broker/store/memory-store.ts';
import type { Client } from '../../src/broker/types.ts';

const FOREVER = 4_294_967_295;

/** The documented defaults, written out so that no change of one goes unseen. */
const DEFAULTS: { [Name in keyof BrokerLimits]-?: BrokerLimits[Name] } = {
  kernel: 'auto',
  connectTimeout: 10,
  maxConnections: 0,
  maxConnectionRate: 20,
  maxClientIdentifierLength: 1_024,
  maxKeepAlive: 65_535,
  maxSessionExpiryInterval: FOREVER,
  maxPacketSize: 2_097_152,
  maxPacketSizeBeforeConnect: 65_536,
  receiveMaximum: 1_000,
  topicAliasMaximum: 16,
  maxTopicLevels: 128,
  maxSubscriptions: 10_000,
  maxInflightMessages: 1_000,
  maxQueuedMessages: 10_000,
  maxQueuedBytes: 16_777_216,
  maxBacklogBytes: 8_388_608,
  maxBacklogMessages: 10_000,
  overflow: 'drop',
  maxRetainedMessages: 1_000_000,
  maxRetainedBytes: 268_435_456,
  maximumQoS: 2,
  retainAvailable: true,
  wildcardSubscriptionAvailable: true,
  subscriptionIdentifiersAvailable: true,
  sharedSubscriptionAvailable: true,
  sharedStrategy: 'round-robin',
  sysInterval: 10,
};

/** The smallest and the largest number, both allowed; whether fractions are. */
const RANGES: readonly [name: keyof BrokerLimits, minimum: number, maximum: number, fractions?: true][] = [
  ['connectTimeout', 0.01, 86_400, true],
  ['maxConnections', 0, 1_000_000_000],
  ['maxConnectionRate', 0, 1_000_000_000],
  ['maxClientIdentifierLength', 23, 65_535],
  ['maxKeepAlive', 1, 65_535],
  ['maxSessionExpiryInterval', 0, FOREVER],
  ['maxPacketSize', 14, 268_435_455],
  ['receiveMaximum', 1, 65_535],
  ['topicAliasMaximum', 0, 65_535],
  ['maxTopicLevels', 1, 65_536],
  ['maxSubscriptions', 1, 1_000_000_000],
  ['maxInflightMessages', 1, 65_535],
  ['maxQueuedMessages', 0, 1_000_000_000],
  ['maxQueuedBytes', 0, 1_099_511_627_776],
  ['maxBacklogBytes', 0, 1_073_741_823],
  ['maxBacklogMessages', 0, 1_073_741_823],
  ['maxRetainedMessages', 0, 1_000_000_000],
  ['maxRetainedBytes', 0, 1_099_511_627_776],
  ['sysInterval', 0.01, 86_400, true],
];

const CHOICES: readonly [name: keyof BrokerLimits, values: readonly unknown[], wrong: readonly unknown[]][] =
  [
    ['kernel', ['auto', 'wasm', 'js'], ['WASM', '', 1]],
    ['overflow', ['drop', 'disconnect'], ['block', true]],
    ['maximumQoS', [0, 1, 2], [3, -1, '1', 1.5]],
    ['sharedStrategy', ['round-robin', 'random', 'sticky', 'hash-client', 'hash-topic'], ['roundRobin']],
    ['retainAvailable', [true, false], [0, 'true']],
    ['wildcardSubscriptionAvailable', [true, false], [1, 'no']],
    ['subscriptionIdentifiersAvailable', [true, false], ['']],
    ['sharedSubscriptionAvailable', [true, false], [{}]],
  ];

function settingsWith(name: string, value: unknown) {
  return brokerSettings({ [name]: value } as BrokerOptions);
}

function complaint(options: unknown): string {
  try {
    brokerSettings(options as BrokerOptions);
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return (error as TypeError).message;
  }
  throw new Error('was accepted');
}

describe('defaults', () => {
  test('are those that are documented', () => {
    expect(brokerSettings()).toMatchObject(DEFAULTS);
    expect(brokerSettings({})).toMatchObject(DEFAULTS);
  });

  test.each(Object.keys(LIMITS))('%s: undefined is the default', (name) => {
    expect(settingsWith(name, undefined)).toMatchObject(DEFAULTS);
  });

  test('each broker has a store of its own, no hooks and a logger that is silent', () => {
    const [one, other] = [brokerSettings(), brokerSettings()];
    expect(one.store).toBeInstanceOf(MemoryStore);
    expect(one.store).not.toBe(other.store);
    expect(Object.values(one.hooks).filter((hook) => hook !== undefined)).toEqual([]);
    for (const level of ['debug', 'info', 'warn', 'error'] as const) {
      expect(one.logger[level]({}, 'nobody reads this')).toBeUndefined();
    }
    expect(one.responseInformation({} as Client)).toBeUndefined();
  });

  test('CONNECT may not be larger than other packets', () => {
    expect(brokerSettings({ maxPacketSize: 1_000 }).maxPacketSizeBeforeConnect).toBe(1_000);
    expect(brokerSettings({ maxPacketSizeBeforeConnect: 1_000 }).maxPacketSize).toBe(2_097_152);
    expect(complaint({ maxPacketSize: 1_000, maxPacketSizeBeforeConnect: 1_001 })).toBe(
      'maxPacketSizeBeforeConnect: must not be more than maxPacketSize, 1000, but is 1001',
    );
  });
});

describe('limits', () => {
  test('all of them are tested here', () => {
    const tested = [...RANGES, ...CHOICES].map(([name]) => name as string);
    expect([...tested, 'maxPacketSizeBeforeConnect'].sort()).toEqual(Object.keys(LIMITS).sort());
  });

  test.each(RANGES)('%s: %d to %d', (name, minimum, maximum, fractions) => {
    expect(settingsWith(name, minimum)[name]).toBe(minimum);
    expect(settingsWith(name, maximum)[name]).toBe(maximum);
    const wrong = [minimum - 1, maximum + 1, Number.NaN, Infinity, -Infinity, '1', null, [50], {}, true, 50n];
    for (const value of fractions ? wrong : [...wrong, minimum + 0.5]) {
      expect(complaint({ [name]: value })).toMatch(
        new RegExp(`^${name}: must be a .*number.* from ${minimum} to ${maximum}`),
      );
    }
    if (fractions) expect(settingsWith(name, 0.25)[name]).toBe(0.25);
  });

  test.each(CHOICES)('%s: one of %j', (name, values, wrong) => {
    for (const value of values) expect(settingsWith(name, value)[name]).toBe(value);
    for (const value of [...wrong, null])
      expect(complaint({ [name]: value })).toMatch(new RegExp(`^${name}: must be `));
  });

  test('intervals without limit: 0 switches $SYS topics off, but a connection has to connect some time', () => {
    expect(brokerSettings({ sysInterval: 0 }).sysInterval).toBe(0);
    expect(complaint({ connectTimeout: 0 })).toContain('connectTimeout');
  });
});

describe('messages', () => {
  test.each([
    [{ maxInflightMessages: 'x' }, 'maxInflightMessages: must be a whole number from 1 to 65535, not "x"'],
    [{ maxInflightMessages: 0.5 }, 'maxInflightMessages: must be a whole number from 1 to 65535, not 0.5'],
    [{ kernel: 'rust' }, 'kernel: must be auto, wasm or js, not "rust"'],
    [{ retainAvailable: 1 }, 'retainAvailable: must be true or false, not 1'],
    [{ sysInterval: -1 }, 'sysInterval: must be a number of seconds from 0.01 to 86400, or 0, not -1'],
    [{ authenticate: true }, 'authenticate: must be a function, not true'],
    [{ maxInflight: 1 }, 'maxInflight: is no option'],
    [{ responseInformation: 1 }, 'responseInformation: must be a string or a function, not 1'],
    [
      { logger: { debug() {} } },
      'logger: must be a logger with the methods debug, info, warn, error, not an object',
    ],
    [7, 'must be an object, not 7'],
    [null, 'must be an object, not null'],
  ])('%j', (options, message) => {
    expect(complaint(options)).toBe(message);
  });

  test('a value is not repeated at length', () => {
    expect(complaint({ kernel: 'x'.repeat(10_000) }).length).toBeLessThan(120);
  });
});

describe('hooks, store, logger', () => {
  const HOOKS = [
    'authenticate',
    'enhancedAuthentication',
    'authorizePublish',
    'authorizeSubscribe',
    'onPublish',
    'onConnect',
    'onDisconnect',
  ] as const;

  test.each(HOOKS)('%s is passed on, if it is a function', (name) => {
    const hook = () => true;
    expect(brokerSettings({ [name]: hook }).hooks[name]).toBe(hook);
    expect(complaint({ [name]: null })).toBe(`${name}: must be a function, not null`);
  });

  test('a store and a logger are passed on as they are', () => {
    const store = new MemoryStore();
    const logger = { ...console };
    const settings = brokerSettings({ store, logger });
    expect(settings.store).toBe(store);
    expect(settings.logger).toBe(logger);
  });

  test('a store that cannot do everything is refused, and told what it needs', () => {
    const { load, setSession } = MemoryStore.prototype;
    expect(complaint({ store: { load, setSession } })).toMatch(
      /^store: must be a store with the methods load, .*deleteRetained/,
    );
    expect(complaint({ store: null })).toMatch(/^store: /);
  });

  test('response information may be the same for all, or made for each client', () => {
    const client = { id: 'c' } as Client;
    expect(brokerSettings({ responseInformation: 'answers/' }).responseInformation(client)).toBe('answers/');
    const made = brokerSettings({ responseInformation: ({ id }) => `answers/${id}` });
    expect(made.responseInformation(client)).toBe('answers/c');
  });
});
