import { matches } from './matches.ts';
import { Branch, DELETED, type Entry, type Node } from './topic-tree-nodes.ts';

/** What walks have to know of a tree that they go through. */
export interface Life {
  /** Topics inserted so far. */
  insertions: number;
  /** Whether all topics of this life have been removed at once. */
  over: boolean;
}

/** Children of which a walk has still some to visit. */
interface Frame<V> {
  readonly children: Iterator<Node<V>, undefined>;
  /** How many there were when it was begun; more have been inserted since, perhaps without end. */
  left: number;
  /** Levels of the filter that lead to a child. */
  readonly depth: number;
}

/**
 * The way of a topic filter through a tree: straight down where it has a literal level, through all children where it
 * has a wildcard. It can stop after any node, and go on although the tree has changed.
 */
export class Walk<V> {
  readonly #life: Life;
  /** Topics inserted later are not reported. */
  readonly #until: number;
  readonly #filter: string;
  readonly #levels: string[];
  readonly #beginsWithWildcard: boolean;
  readonly #frames: Frame<V>[];
  /** The node to visit next, if it is not the next child of the last frame, and its depth. */
  #node: Node<V> | undefined = undefined;
  #depth = 0;

  constructor(roots: Branch<V>[], filter: string, life: Life) {
    this.#life = life;
    this.#until = life.insertions;
    this.#filter = filter;
    this.#levels = filter.split('/');
    this.#beginsWithWildcard = this.#levels[0] === '+' || this.#levels[0] === '#';
    this.#frames = [{ children: roots.values(), left: roots.length, depth: 0 }];
  }

  /** Visits up to `visits` nodes and appends the topics it finds; false when it has come to the end. */
  advance(visits: number, found: [topic: string, value: V][]): boolean {
    for (; visits > 0; visits--) {
      const node = this.#life.over ? undefined : (this.#node ?? this.#nextChild());
      if (node === undefined) return false;
      this.#node = undefined;
      const entry = node instanceof Branch ? this.#enter(node) : this.#matches(node.topic) ? node : undefined;
      if (entry !== undefined && entry.since !== DELETED && entry.since <= this.#until)
        found.push([entry.topic, entry.value]);
    }
    return true;
  }

  #nextChild(): Node<V> | undefined {
    const frames = this.#frames;
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const node = frame.left-- > 0 ? frame.children.next().value : undefined;
      if (node !== undefined) {
        this.#depth = frame.depth;
        return node;
      }
      frames.pop();
    }
    return undefined;
  }

  /** Chooses what to visit below a branch; returns the topic that ends there, if the filter matches it. */
  #enter(branch: Branch<V>): Entry<V> | undefined {
    const level = this.#levels[this.#depth];
    if (level === undefined) return branch.own;
    // `#` stands for all levels below
    const depth = level === '#' ? this.#depth : this.#depth + 1;
    const children = level === '#' || level === '+' ? branch.children : undefined;
    if (children !== undefined) {
      this.#frames.push({ children: children.values(), left: children.size, depth });
    } else {
      this.#node = level === '#' || level === '+' ? branch.child : branch.get(level);
      this.#depth = depth;
    }
    return level === '#' ? branch.own : undefined;
  }

  #matches(topic: string): boolean {
    if (this.#levels[this.#depth] === '#') return true;
    // topics that begin with $ are met here only when they are not hidden
    if (this.#beginsWithWildcard && topic.startsWith('$')) return matches(`/${this.#filter}`, `/${topic}`);
    return matches(this.#filter, topic);
  }
}
