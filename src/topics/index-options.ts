import { LEVEL_LIMIT } from '../../assembly/filters/layout.ts';
import type { KernelChoice } from '../kernel/choice.ts';
import { MqttError } from '../protocol/errors.ts';
import type { SharedStrategy, TopicIndexOptions } from './types.ts';

const STRATEGIES: readonly string[] = [
  'round-robin',
  'random',
  'sticky',
  'hash-client',
  'hash-topic',
] satisfies SharedStrategy[];

/** What a filter table has room for. */
export const LARGEST_MAX_LEVELS = LEVEL_LIMIT;
export const LARGEST_MAX_VISITED_NODES = 131_072;
const LARGEST_EXPECTED_FILTERS = 10_000_000;

/** `TopicIndexOptions` with the defaults filled in. */
export interface TopicIndexSettings<S> {
  readonly kernel: KernelChoice;
  readonly strategyFor: (shareName: string, filter: string) => SharedStrategy;
  readonly isAvailable: ((subscriber: S) => boolean) | undefined;
  readonly expectedFilters: number;
  readonly maxLevels: number;
  readonly maxSingleLevelWildcards: number;
  readonly maxVisitedNodes: number;
  readonly hideDollarTopics: boolean;
}

/** Fills in the defaults. Throws MqttError with code FIELD_INVALID for what is no option. */
export function topicIndexSettings<S>(options: TopicIndexOptions<S>): TopicIndexSettings<S> {
  const { sharedStrategy = 'round-robin', isAvailable, hideDollarTopics = true } = options;
  if (isAvailable !== undefined && typeof isAvailable !== 'function') fail('isAvailable is not a function');
  if (typeof hideDollarTopics !== 'boolean') fail('hideDollarTopics is not a boolean');
  return {
    kernel: options.kernel ?? 'auto',
    strategyFor: strategyFunction(sharedStrategy),
    isAvailable,
    expectedFilters: wholeNumber(
      'expectedFilters',
      options.expectedFilters ?? 0,
      0,
      LARGEST_EXPECTED_FILTERS,
    ),
    maxLevels: wholeNumber('maxLevels', options.maxLevels ?? 128, 1, LARGEST_MAX_LEVELS),
    maxSingleLevelWildcards: wholeNumber(
      'maxSingleLevelWildcards',
      options.maxSingleLevelWildcards ?? 32,
      0,
      LARGEST_MAX_LEVELS,
    ),
    maxVisitedNodes: wholeNumber(
      'maxVisitedNodes',
      options.maxVisitedNodes ?? 16_384,
      1,
      LARGEST_MAX_VISITED_NODES,
    ),
    hideDollarTopics,
  };
}

function strategyFunction(
  strategy: NonNullable<TopicIndexOptions<unknown>['sharedStrategy']>,
): (shareName: string, filter: string) => SharedStrategy {
  if (typeof strategy !== 'function') {
    checkStrategy(strategy);
    return () => strategy;
  }
  return (shareName, filter) => {
    const chosen = strategy(shareName, filter);
    checkStrategy(chosen);
    return chosen;
  };
}

function checkStrategy(strategy: SharedStrategy): void {
  if (!STRATEGIES.includes(strategy)) fail(`sharedStrategy is none of ${STRATEGIES.join(', ')}`);
}

function wholeNumber(name: string, value: number, smallest: number, largest: number): number {
  if (Number.isInteger(value) && value >= smallest && value <= largest) return value;
  return fail(`${name} is not a whole number from ${smallest} to ${largest}`);
}

function fail(detail: string): never {
  throw new MqttError('FIELD_INVALID', { packetType: 'subscribe', protocolVersion: 5, detail });
}
