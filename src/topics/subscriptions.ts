import {
  ADDED_FILTER,
  ADDED_SUBSCRIPTION,
  HEADER_CHANGED_BUCKET,
  MOVED,
  REMOVED_FILTER,
  REMOVED_SUBSCRIPTION,
} from '../../assembly/filters/layout.ts';
import type { FilterTable } from '../kernel/filters/filter-table.ts';
import { MqttError } from '../protocol/errors.ts';
import type { RuleCode } from '../protocol/rules.ts';
import type { Changes } from './changes.ts';
import { FilterShapes } from './filter-shapes.ts';
import type { TopicIndexSettings } from './index-options.ts';
import { writeText } from './input.ts';
import { isShared, SHARE_PREFIX, topicFilterFault } from './names.ts';
import type { SharedGroup } from './shared-group.ts';
import { groupWord, SharedGroups } from './shared-groups.ts';
import { Subscribers } from './subscribers.ts';
import type { SharedStrategy } from './types.ts';
import { filterError } from './validate.ts';

const HASH = 0x23;

function hasWildcard(filter: string): boolean {
  return filter.charCodeAt(filter.length - 1) === HASH || filter.includes('+');
}

/** The share name and the topic filter of `$share/<share name>/<topic filter>`. */
function sharedParts(filter: string): { name: string; bare: string } {
  const slash = filter.indexOf('/', SHARE_PREFIX.length);
  return { name: filter.slice(SHARE_PREFIX.length, slash), bare: filter.slice(slash + 1) };
}

/**
 * Adds subscriptions to a filter table and takes them out, within the limits of an index. A share group is one subscriber
 * of the table. What throws has changed nothing.
 */
export class Subscriptions<S> {
  /** Number of subscriptions, members of share groups included. */
  size = 0;
  readonly subscribers = new Subscribers<S>();
  readonly groups = new SharedGroups();
  readonly shapes = new FilterShapes();
  private readonly table: FilterTable;
  private readonly changes: Changes;
  private readonly settings: TopicIndexSettings<S>;

  constructor(table: FilterTable, changes: Changes, settings: TopicIndexSettings<S>) {
    this.table = table;
    this.changes = changes;
    this.settings = settings;
  }

  /** Adds a subscription or replaces its options word. Whether it is new. */
  add(filter: string, subscriber: S, options: number): boolean {
    if (isShared(filter)) return this.join(filter, subscriber, options);
    this.check(filter);
    const length = this.write(filter);
    const isWildcard = hasWildcard(filter);
    if (isWildcard) this.checkLimits(filter);
    const word = this.takeWord(subscriber);
    const answer = this.addWord(length, word, options, isWildcard);
    if (answer < 0) {
      this.subscribers.forgetUnused(word);
      throw indexFull('memory');
    }
    if ((answer & ADDED_SUBSCRIPTION) === 0) return false;
    this.subscribers.use(word);
    this.size++;
    return true;
  }

  /** Removes a subscription. Whether there was one. */
  remove(filter: string, subscriber: S): boolean {
    const word = this.subscribers.find(subscriber);
    const wasThere =
      word !== 0 && (isShared(filter) ? this.leave(filter, word) : this.removeWord(filter, word));
    if (!wasThere) {
      throwFault(filter, 'unsubscribe');
      return false;
    }
    this.subscribers.drop(word);
    this.size--;
    return true;
  }

  /** The options word of a subscription, or `undefined`. */
  find(filter: string, subscriber: S): number | undefined {
    const word = this.subscribers.find(subscriber);
    const options = word === 0 ? undefined : this.optionsOf(filter, word);
    if (options === undefined) throwFault(filter, 'subscribe');
    return options;
  }

  clear(): void {
    this.table.clear();
    this.shapes.clear();
    this.subscribers.clear();
    this.groups.clear();
    this.changes.noteAll();
    this.size = 0;
  }

  // ---- share groups ----

  private join(filter: string, subscriber: S, options: number): boolean {
    const strategy = this.groups.find(filter)?.strategy ?? this.checkGroup(filter);
    const word = this.takeWord(subscriber);
    const group = this.groups.find(filter) ?? this.addGroup(filter, strategy, word);
    if (!group.join(word, options)) return false;
    this.subscribers.use(word);
    this.size++;
    return true;
  }

  /** Throws what is wrong with the filter of a new group. Returns its strategy. */
  private checkGroup(filter: string): SharedStrategy {
    this.check(filter);
    const { name, bare } = sharedParts(filter);
    // first, because who is asked may use the index, and INPUT
    const strategy = this.settings.strategyFor(name, bare);
    this.write(filter);
    if (hasWildcard(bare)) this.checkLimits(bare);
    return strategy;
  }

  /** Makes a group that was checked, for the first member. */
  private addGroup(filter: string, strategy: SharedStrategy, word: number): SharedGroup {
    const { name, bare } = sharedParts(filter);
    const group = this.groups.add(filter, name, strategy);
    if (this.addWord(this.write(bare), groupWord(group), 0, hasWildcard(bare)) < 0) {
      this.groups.remove(group);
      this.subscribers.forgetUnused(word);
      throw indexFull('memory');
    }
    return group;
  }

  private leave(filter: string, word: number): boolean {
    const group = this.groups.find(filter);
    if (group === undefined || !group.leave(word)) return false;
    if (group.members.length === 0) {
      this.removeWord(sharedParts(filter).bare, groupWord(group));
      this.groups.remove(group);
    }
    return true;
  }

  // ---- the table ----

  private addWord(length: number, word: number, options: number, isWildcard: boolean): number {
    const answer = this.table.add(length, word, options);
    if (answer < 0) return answer;
    if ((answer & ADDED_FILTER) !== 0 && isWildcard) this.shapes.add();
    // also when only the options are others: results that are remembered hold them
    this.noteChange(answer);
    return answer;
  }

  private removeWord(filter: string, word: number): boolean {
    const answer = this.table.remove(this.write(filter, 'unsubscribe'), word);
    if ((answer & REMOVED_SUBSCRIPTION) === 0) return false;
    if ((answer & REMOVED_FILTER) !== 0 && hasWildcard(filter)) {
      this.shapes.read(filter);
      this.shapes.remove();
    }
    this.noteChange(answer);
    return true;
  }

  private optionsOf(filter: string, word: number): number | undefined {
    if (isShared(filter)) {
      const group = this.groups.find(filter);
      return group?.options[group.find(word)];
    }
    const address = this.table.find(this.write(filter), word);
    return address === 0 ? undefined : this.table.memory.words[address >> 2];
  }

  private noteChange(answer: number): void {
    this.changes.note(this.table.memory.words[HEADER_CHANGED_BUCKET >> 2]);
    if ((answer & MOVED) !== 0) this.changes.noteAll();
  }

  // ---- what is refused ----

  /** Throws what is wrong with a filter, but for what `write` finds. */
  private check(filter: string): void {
    if (typeof filter === 'string' && topicFilterFault(filter, 5) === undefined && !filter.includes('\0'))
      return;
    throwFault(filter, 'subscribe');
  }

  /** Writes a filter to INPUT and returns its length. Throws when it is no text, or too long. */
  private write(filter: string, packetType: 'subscribe' | 'unsubscribe' = 'subscribe'): number {
    const length = typeof filter === 'string' ? writeText(this.table.memory, filter) : -1;
    // as many bytes as units: it is ASCII
    if (length !== filter?.length) throwFault(filter, packetType);
    return length;
  }

  /** Reads the shape of a valid filter with a wildcard. Throws when it exceeds a limit, alone or with the others. */
  private checkLimits(filter: string): void {
    const { shapes } = this;
    const { maxLevels, maxSingleLevelWildcards, maxVisitedNodes } = this.settings;
    const levels = shapes.read(filter);
    if (levels > maxLevels) throw limitError('FILTER_LEVELS', `${levels} of at most ${maxLevels}`);
    if (shapes.plusCount > maxSingleLevelWildcards) {
      throw limitError('FILTER_WILDCARDS', `${shapes.plusCount} of at most ${maxSingleLevelWildcards}`);
    }
    const nodes = shapes.size + shapes.missing();
    if (nodes > maxVisitedNodes) throw limitError('FILTER_VISITS', `${nodes} of at most ${maxVisitedNodes}`);
  }

  private takeWord(subscriber: S): number {
    const word = this.subscribers.take(subscriber);
    if (word === 0) throw indexFull('subscribers');
    return word;
  }
}

/** Throws what is wrong with a filter by the rules of MQTT, if anything. */
function throwFault(filter: string, packetType: 'subscribe' | 'unsubscribe'): void {
  const error = filterError(filter, 5, packetType);
  if (error !== undefined) throw error;
}

function limitError(code: RuleCode, detail: string): MqttError {
  return new MqttError(code, { packetType: 'subscribe', protocolVersion: 5, detail, field: 'topic' });
}

function indexFull(what: string): MqttError {
  return limitError('INDEX_FULL', what);
}
