/**
 * Subscriptions that visits under way have still to go through, two words each: the subscriber's and the options. They
 * are copies, so that a visitor may do anything with the index.
 */
export class VisitStack {
  words: Int32Array = new Int32Array(256);
  top = 0;

  get bytes(): number {
    return this.words.byteLength;
  }

  /**
   * Copies the subscriptions from word `item` to `end` of `source`. Returns the words of all subscribers or-ed: negative if
   * one is a share group's.
   */
  push(source: Int32Array, item: number, end: number): number {
    let { top } = this;
    // who reads the words in use goes on with the old array
    const words = top + end - item > this.words.length ? this.grow(end - item) : this.words;
    let allSubscribers = 0;
    while (item < end) {
      const subscriber = source[item++];
      allSubscribers |= subscriber;
      words[top++] = subscriber;
      words[top++] = source[item++];
    }
    this.top = top;
    return allSubscribers;
  }

  /** The same for those that `count` pairs, from word `at` of `pairs` on, point at. */
  pushPairs(source: Int32Array, pairs: Int32Array, at: number, count: number): number {
    let allSubscribers = 0;
    for (let pair = at; pair < at + count * 2; pair += 2) {
      const item = pairs[pair] >> 2;
      allSubscribers |= this.push(source, item, item + pairs[pair + 1] * 2);
    }
    return allSubscribers;
  }

  private grow(size: number): Int32Array {
    let { length } = this.words;
    while (length < this.top + size) length *= 2;
    const words = new Int32Array(length);
    words.set(this.words.subarray(0, this.top));
    this.words = words;
    return words;
  }
}
