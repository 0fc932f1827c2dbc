import { IDENTIFIERS } from '../../assembly/forward/layout.ts';
import { INTERN_LENGTH_LIMIT } from '../../assembly/layout.ts';
import { platform } from '../encode/platform.ts';
import type { ForwardKernel } from '../kernel/forward/forward-kernel.ts';
import { MqttError } from '../protocol/errors.ts';

interface Alias {
  topic: string;
  /** Its topic id, or -1, of that generation. */
  id: number;
  generation: number;
}

/** The topic aliases that one sender has set (MQTT5 section 3.3.2.3.4). */
export class TopicAliases {
  private readonly kernel: ForwardKernel;
  private readonly maximum: number;
  private readonly aliases = new Map<number, Alias>();

  constructor(kernel: ForwardKernel, maximum: number) {
    this.kernel = kernel;
    this.maximum = maximum;
  }

  /** Lets an alias stand for the topic name. Throws MqttError TOPIC_ALIAS_TOO_LARGE. */
  set(alias: number, id: number, topic: () => string): void {
    this.check(alias);
    const generation = this.kernel.topicGeneration;
    const known = this.aliases.get(alias);
    if (known === undefined) this.aliases.set(alias, { topic: topic(), id, generation });
    else if (id < 0 || known.id !== id || known.generation !== generation) {
      known.topic = topic();
      known.id = id;
      known.generation = generation;
    }
  }

  /** What an alias stands for. Throws MqttError TOPIC_ALIAS_TOO_LARGE or TOPIC_ALIAS_UNKNOWN. */
  get(alias: number): { readonly topic: string; readonly id: number } {
    this.check(alias);
    const known = this.aliases.get(alias);
    if (known === undefined) throw failure('TOPIC_ALIAS_UNKNOWN', `alias ${alias}`);
    const generation = this.kernel.topicGeneration;
    if (known.generation !== generation) {
      known.generation = generation;
      known.id = this.intern(known.topic);
    }
    return known;
  }

  private check(alias: number): void {
    if (alias > this.maximum)
      throw failure('TOPIC_ALIAS_TOO_LARGE', `alias ${alias}, maximum ${this.maximum}`);
  }

  private intern(topic: string): number {
    // up to three bytes per character
    if (topic.length * 3 > INTERN_LENGTH_LIMIT) return -1;
    const { bytes } = this.kernel.memory;
    const length = platform.writeUtf8(bytes, IDENTIFIERS, topic) - IDENTIFIERS;
    return Math.max(this.kernel.intern(IDENTIFIERS, length), -1);
  }
}

function failure(code: 'TOPIC_ALIAS_TOO_LARGE' | 'TOPIC_ALIAS_UNKNOWN', detail: string): MqttError {
  return new MqttError(code, { packetType: 'publish', protocolVersion: 5, detail });
}
