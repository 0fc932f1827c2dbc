/** Chunks that wait to be read. Most of the time there is one at most, which then needs no array. */
export class ChunkQueue {
  private first: Uint8Array | undefined = undefined;
  private readonly others: Uint8Array[] = [];

  push(chunk: Uint8Array): void {
    if (this.first === undefined) this.first = chunk;
    else this.others.push(chunk);
  }

  /** Puts a chunk before those that wait. */
  unshift(chunk: Uint8Array): void {
    if (this.first !== undefined) this.others.unshift(this.first);
    this.first = chunk;
  }

  shift(): Uint8Array | undefined {
    const chunk = this.first;
    this.first = this.others.length === 0 ? undefined : this.others.shift();
    return chunk;
  }

  clear(): void {
    this.first = undefined;
    this.others.length = 0;
  }
}
