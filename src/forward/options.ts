import type { KernelChoice } from '../kernel/choice.ts';
import { MqttError } from '../protocol/errors.ts';
import { MAX_PACKET_SIZE } from '../protocol/limits.ts';
import { TopicIndex } from '../topics/topic-index.ts';
import type { Receiver } from './receiver.ts';
import type { ForwarderOptions, OverflowPolicy } from './types.ts';

/** `ForwarderOptions` with the defaults filled in. */
export interface ForwarderSettings {
  readonly index: TopicIndex<Receiver>;
  readonly kernel: KernelChoice;
  readonly maxPacketSize: number;
  readonly maxPacketSizeBeforeConnect: number;
  readonly maxBacklogBytes: number;
  readonly maxBacklogMessages: number;
  readonly overflow: OverflowPolicy;
  readonly topicAliasMaximum: number;
  readonly inspectRetained: boolean;
  readonly inspectTopic: ((topic: string) => boolean) | undefined;
  readonly readInPlace: boolean;
  readonly schedule: (flush: () => void) => void;
}

/** Largest number that a word of the kernel takes, with room for what is already under way. */
const LARGEST_BACKLOG = 1_073_741_823;

/** Fills in the defaults. Throws MqttError with code FIELD_INVALID for what is no option. */
export function forwarderSettings(options: ForwarderOptions): ForwarderSettings {
  const { index, overflow = 'drop', inspectRetained = false, readInPlace = true } = options;
  const { schedule = setImmediate } = options;
  if (!(index instanceof TopicIndex)) fail('index is not a TopicIndex');
  if (overflow !== 'drop' && overflow !== 'disconnect') fail(`overflow is ${String(overflow)}`);
  if (typeof inspectRetained !== 'boolean') fail('inspectRetained is not a boolean');
  if (options.inspectTopic !== undefined && typeof options.inspectTopic !== 'function') {
    fail('inspectTopic is not a function');
  }
  if (typeof readInPlace !== 'boolean') fail('readInPlace is not a boolean');
  if (typeof schedule !== 'function') fail('schedule is not a function');
  const maxPacketSize = wholeNumber('maxPacketSize', options.maxPacketSize, 2_097_152, [2, MAX_PACKET_SIZE]);
  return {
    index,
    kernel: options.kernel ?? 'auto',
    maxPacketSize,
    maxPacketSizeBeforeConnect: wholeNumber(
      'maxPacketSizeBeforeConnect',
      options.maxPacketSizeBeforeConnect,
      Math.min(maxPacketSize, 65_536),
      [2, MAX_PACKET_SIZE],
    ),
    maxBacklogBytes: wholeNumber('maxBacklogBytes', options.maxBacklogBytes, 8_388_608, [0, LARGEST_BACKLOG]),
    maxBacklogMessages: wholeNumber('maxBacklogMessages', options.maxBacklogMessages, 10_000, [
      0,
      LARGEST_BACKLOG,
    ]),
    overflow,
    topicAliasMaximum: wholeNumber('topicAliasMaximum', options.topicAliasMaximum, 16, [0, 65_535]),
    inspectRetained,
    inspectTopic: options.inspectTopic,
    readInPlace,
    schedule,
  };
}

function wholeNumber(
  name: string,
  value: number | undefined,
  otherwise: number,
  [smallest, largest]: readonly [number, number],
): number {
  if (value === undefined) return otherwise;
  if (Number.isInteger(value) && value >= smallest && value <= largest) return value;
  return fail(`${name} is ${String(value)}, not a whole number from ${smallest} to ${largest}`);
}

function fail(detail: string): never {
  throw new MqttError('FIELD_INVALID', { detail });
}
