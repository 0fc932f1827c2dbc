import type { Subscriber } from './subscriptions.ts';

/** What contestants in plain JavaScript offer. */
export interface Matcher {
  add(filter: string, subscriber: Subscriber): void;
  remove(filter: string, subscriber: Subscriber): void;
  match(topic: string): readonly Subscriber[];
}

const DOLLAR = 36;

class Node {
  literal: Map<string, Node> | undefined = undefined;
  plus: Node | undefined = undefined;
  /** Subscribers of the filter that ends here, and of that with `#` behind it. */
  own: Subscriber[] | undefined = undefined;
  below: Subscriber[] | undefined = undefined;
}

/**
 * Topic filters in good ordinary JavaScript, by the rules of MQTT 4.7: filters without a wildcard in a Map, the others
 * in a trie of Maps by level.
 */
export class MapTrie implements Matcher {
  private readonly exact = new Map<string, Subscriber[]>();
  private readonly root = new Node();

  add(filter: string, subscriber: Subscriber): void {
    if (isExact(filter)) {
      const list = this.exact.get(filter);
      if (list === undefined) this.exact.set(filter, [subscriber]);
      else list.push(subscriber);
      return;
    }
    let node = this.root;
    for (const level of filter.split('/')) {
      if (level === '#') {
        (node.below ??= []).push(subscriber);
        return;
      }
      if (level === '+') {
        node = node.plus ??= new Node();
      } else {
        const children = (node.literal ??= new Map());
        let child = children.get(level);
        if (child === undefined) children.set(level, (child = new Node()));
        node = child;
      }
    }
    (node.own ??= []).push(subscriber);
  }

  remove(filter: string, subscriber: Subscriber): void {
    if (isExact(filter)) {
      if (without(this.exact.get(filter), subscriber) === undefined) this.exact.delete(filter);
    } else {
      removeBelow(this.root, filter.split('/'), 0, subscriber);
    }
  }

  match(topic: string): Subscriber[] {
    const exact = this.exact.get(topic);
    const found = exact === undefined ? [] : exact.slice();
    matchBelow(this.root, topic.split('/'), 0, found, topic.charCodeAt(0) === DOLLAR);
    return found;
  }
}

function isExact(filter: string): boolean {
  return !filter.includes('+') && !filter.includes('#');
}

function matchBelow(
  node: Node,
  levels: readonly string[],
  depth: number,
  found: Subscriber[],
  literalOnly: boolean,
): void {
  if (node.below !== undefined && !literalOnly) append(found, node.below);
  if (depth === levels.length) {
    if (node.own !== undefined) append(found, node.own);
    return;
  }
  const child = node.literal?.get(levels[depth]!);
  if (child !== undefined) matchBelow(child, levels, depth + 1, found, false);
  if (node.plus !== undefined && !literalOnly) matchBelow(node.plus, levels, depth + 1, found, false);
}

function append(found: Subscriber[], list: readonly Subscriber[]): void {
  for (let i = 0; i < list.length; i++) found.push(list[i]!);
}

/** Whether the node has become empty. */
function removeBelow(node: Node, levels: readonly string[], depth: number, subscriber: Subscriber): boolean {
  const level = levels[depth];
  if (level === undefined) node.own = without(node.own, subscriber);
  else if (level === '#') node.below = without(node.below, subscriber);
  else if (level === '+') {
    if (node.plus !== undefined && removeBelow(node.plus, levels, depth + 1, subscriber))
      node.plus = undefined;
  } else {
    const child = node.literal?.get(level);
    if (child !== undefined && removeBelow(child, levels, depth + 1, subscriber)) node.literal!.delete(level);
    if (node.literal?.size === 0) node.literal = undefined;
  }
  return (
    node.own === undefined &&
    node.below === undefined &&
    node.plus === undefined &&
    node.literal === undefined
  );
}

/** The order of subscribers is nobody's business, so that the last one takes the place of the one that goes. */
function without(list: Subscriber[] | undefined, subscriber: Subscriber): Subscriber[] | undefined {
  const at = list === undefined ? -1 : list.indexOf(subscriber);
  if (list === undefined || at < 0) return list;
  const last = list.pop()!;
  if (at < list.length) list[at] = last;
  return list.length === 0 ? undefined : list;
}

/** Results of a MapTrie by topic, all dropped when a subscription changes. */
export class StringCache implements Matcher {
  private readonly trie = new MapTrie();
  private readonly results = new Map<string, Subscriber[]>();

  add(filter: string, subscriber: Subscriber): void {
    this.trie.add(filter, subscriber);
    this.forget();
  }

  remove(filter: string, subscriber: Subscriber): void {
    this.trie.remove(filter, subscriber);
    this.forget();
  }

  match(topic: string): readonly Subscriber[] {
    let found = this.results.get(topic);
    if (found === undefined) {
      found = this.trie.match(topic);
      if (this.results.size === CACHED_TOPICS) this.results.clear();
      this.results.set(topic, found);
    }
    return found;
  }

  private forget(): void {
    if (this.results.size > 0) this.results.clear();
  }
}

/** More than the topics that come again. */
const CACHED_TOPICS = 32_768;
