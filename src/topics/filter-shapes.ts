import { LEVEL_LIMIT } from '../../assembly/filters/layout.ts';

/** A node: child for a level of text, child for `+`, filters that need it. A free one: the next free one. */
const NODE_WORDS = 3;
const USES = 2;
const ROOT = 0;

const PLUS = 0x2b;

/**
 * What the filters with a wildcard look like when every level of text counts as the same: a trie of two branches. A match
 * never visits more nodes of the filter table than this one has, whatever the texts are: at each level it goes on with
 * one text and with `+`.
 */
export class FilterShapes {
  /** Nodes, the root included: the bound on the nodes that a match visits. */
  size = 1;
  /** Levels of the filter that was read last, `#` not counted, and how many of them are `+`. */
  depth = 0;
  plusCount = 0;
  private readonly branches = new Uint8Array(LEVEL_LIMIT + 1);
  private nodes = new Int32Array(64 * NODE_WORDS);
  private nextNode = 1;
  private free = 0;

  get bytes(): number {
    return this.nodes.byteLength + this.branches.byteLength;
  }

  /** Reads the shape of a valid filter with a wildcard; returns its levels, `#` counted. Those from 1,024 on are only counted. */
  read(filter: string): number {
    const { branches } = this;
    let levels = 0;
    let plusCount = 0;
    for (let start = 0; start >= 0; levels++) {
      const isPlus = filter.charCodeAt(start) === PLUS ? 1 : 0;
      if (levels <= LEVEL_LIMIT) branches[levels] = isPlus;
      plusCount += isPlus;
      start = filter.indexOf('/', start) + 1 || -1;
    }
    this.depth = filter.endsWith('#') ? levels - 1 : levels;
    this.plusCount = plusCount;
    return levels;
  }

  /** Nodes that the filter would add. */
  missing(): number {
    const { branches, depth, nodes } = this;
    let node = ROOT;
    for (let level = 0; level < depth; level++) {
      node = nodes[node * NODE_WORDS + branches[level]];
      if (node === 0) return depth - level;
    }
    return 0;
  }

  /** Counts the filter that was read. */
  add(): void {
    const { branches, depth } = this;
    let node = ROOT;
    for (let level = 0; level < depth; level++) {
      const from = node * NODE_WORDS + branches[level];
      node = this.nodes[from] || this.addNode(from);
      this.nodes[node * NODE_WORDS + USES]++;
    }
  }

  /** Takes back the filter that was read. */
  remove(): void {
    const { branches, depth, nodes } = this;
    let node = ROOT;
    for (let level = 0; level < depth; level++) {
      const from = node * NODE_WORDS + branches[level];
      node = nodes[from];
      if (--nodes[node * NODE_WORDS + USES] === 0) {
        nodes[from] = 0;
        this.freePath(node, level + 1);
        return;
      }
    }
  }

  clear(): void {
    this.nodes.fill(0, 0, NODE_WORDS);
    this.nextNode = 1;
    this.free = 0;
    this.size = 1;
  }

  /** Frees a node that nothing needs any more, and those below it, which only the filter that was read needed. */
  private freePath(node: number, level: number): void {
    const { branches, depth, nodes } = this;
    while (node !== ROOT) {
      const below = level < depth ? nodes[node * NODE_WORDS + branches[level++]] : ROOT;
      nodes[node * NODE_WORDS] = this.free;
      this.free = node;
      this.size--;
      node = below;
    }
  }

  private addNode(from: number): number {
    let node = this.free;
    if (node !== 0) this.free = this.nodes[node * NODE_WORDS];
    else {
      node = this.nextNode++;
      if ((node + 1) * NODE_WORDS > this.nodes.length) {
        const larger = new Int32Array(this.nodes.length * 2);
        larger.set(this.nodes);
        this.nodes = larger;
      }
    }
    this.nodes.fill(0, node * NODE_WORDS, (node + 1) * NODE_WORDS);
    this.nodes[from] = node;
    this.size++;
    return node;
  }
}
