/** In the place of the number of an entry's insertion. */
export const DELETED = 0;

/** A topic with its value. */
export class Entry<V> {
  readonly topic: string;
  value: V;
  /** Number of the insertion that brought it, from 1, or DELETED. */
  since: number;

  constructor(topic: string, value: V, since: number) {
    this.topic = topic;
    this.value = value;
    this.since = since;
  }
}

export type Node<V> = Entry<V> | Branch<V>;

/**
 * What follows a level that two topics or more have in common. A topic that is alone below its level is an `Entry`
 * there, with all its other levels: most of a million topics need no branch of their own, and 32,768 levels cost
 * nothing until a second topic shares them.
 *
 * Walks that are under way go on with whatever they hold. So a branch or a map that is taken out of the tree is left
 * as it is then: what is still in it has moved elsewhere in the tree, and is found through it once.
 */
export class Branch<V> {
  /** The topic that ends here. */
  own: Entry<V> | undefined = undefined;
  /** Level of the only child; a Map of one takes 180 bytes. */
  #level: string | undefined = undefined;
  #children: Node<V> | Map<string, Node<V>> | undefined = undefined;

  get(level: string): Node<V> | undefined {
    const children = this.#children;
    if (children instanceof Map) return children.get(level);
    return this.#level === level ? children : undefined;
  }

  /** Adds a child, or puts it in the place of the one at that level, where a walk does not see it anew. */
  set(level: string, node: Node<V>): void {
    const children = this.#children;
    if (children instanceof Map) {
      children.set(level, node);
    } else if (children === undefined || this.#level === level) {
      this.#level = level;
      this.#children = node;
    } else {
      this.#children = new Map([
        [this.#level!, children],
        [level, node],
      ]);
      this.#level = undefined;
    }
  }

  delete(level: string): void {
    const children = this.#children;
    if (!(children instanceof Map)) {
      this.#level = undefined;
      this.#children = undefined;
      return;
    }
    children.delete(level);
    if (children.size === 1) for ([this.#level, this.#children] of children);
  }

  /** The only topic in this branch that is left, unless there are more or more branches. */
  get last(): Entry<V> | undefined {
    const children = this.#children;
    if (this.own !== undefined) return children === undefined ? this.own : undefined;
    return children instanceof Entry ? children : undefined;
  }

  /** The only child. */
  get child(): Node<V> | undefined {
    const children = this.#children;
    return children instanceof Map ? undefined : children;
  }

  /** The children, if there is more than one. */
  get children(): Map<string, Node<V>> | undefined {
    const children = this.#children;
    return children instanceof Map ? children : undefined;
  }
}

/** A level is short beside a topic that is this much longer than it. */
const LONG_TOPIC = 256;

/** The level of a topic from `start` to `end`. */
export function levelOf(topic: string, start: number, end: number): string {
  const level = topic.slice(start, end);
  // an engine's slice keeps the whole text, perhaps 64 KiB, alive as long as other topics have the level
  return topic.length > LONG_TOPIC && level.length < topic.length ? `/${level}`.slice(1) : level;
}

/** Where the level that starts at `start` ends. */
export function levelEnd(topic: string, start: number): number {
  const slash = topic.indexOf('/', start);
  return slash < 0 ? topic.length : slash;
}
