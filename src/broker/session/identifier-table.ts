const FIRST_CAPACITY = 8;

/**
 * Values by packet identifier, for identifiers that the broker gives out one after the other and that soon come back. A Map makes
 * its table anew all the time with those. Not for identifiers that somebody else chooses: two of them may need 65,536 places.
 */
export class IdentifierTable<Value> {
  private count = 0;
  /** An identifier is at its place modulo the capacity, a power of two; 0 is none. */
  private identifiers: number[] = [];
  private values: (Value | undefined)[] = [];

  get size(): number {
    return this.count;
  }

  has(identifier: number): boolean {
    return this.count > 0 && this.identifiers[identifier & (this.identifiers.length - 1)] === identifier;
  }

  get(identifier: number): Value | undefined {
    const place = identifier & (this.identifiers.length - 1);
    return this.count > 0 && this.identifiers[place] === identifier ? this.values[place] : undefined;
  }

  set(identifier: number, value: Value): void {
    let place = identifier & (this.identifiers.length - 1);
    while (this.identifiers.length === 0 || !this.isFree(place, identifier)) {
      this.grow();
      place = identifier & (this.identifiers.length - 1);
    }
    if (this.identifiers[place] === 0) this.count++;
    this.identifiers[place] = identifier;
    this.values[place] = value;
  }

  /** Returns whether it was there. */
  delete(identifier: number): boolean {
    if (!this.has(identifier)) return false;
    const place = identifier & (this.identifiers.length - 1);
    this.identifiers[place] = 0;
    this.values[place] = undefined;
    this.count--;
    return true;
  }

  /** Whether it can be set without more memory, or there is so much in it that it may take more. */
  welcomes(identifier: number): boolean {
    const capacity = this.identifiers.length;
    return this.count * 2 >= capacity || this.identifiers[identifier & (capacity - 1)] === 0;
  }

  /** In no particular order. */
  entries(): [identifier: number, value: Value][] {
    const entries: [number, Value][] = [];
    for (let i = 0; i < this.identifiers.length; i++) {
      if (this.identifiers[i] !== 0) entries.push([this.identifiers[i], this.values[i] as Value]);
    }
    return entries;
  }

  private isFree(place: number, identifier: number): boolean {
    return this.identifiers[place] === 0 || this.identifiers[place] === identifier;
  }

  /** Twice the places, at most one for each identifier there is: then none shares its place with another. */
  private grow(): void {
    const entries = this.entries();
    const capacity = this.identifiers.length === 0 ? FIRST_CAPACITY : this.identifiers.length * 2;
    this.identifiers = new Array<number>(capacity).fill(0);
    this.values = new Array<Value | undefined>(capacity).fill(undefined);
    for (const [identifier, value] of entries) {
      const place = identifier & (capacity - 1);
      this.identifiers[place] = identifier;
      this.values[place] = value;
    }
  }
}
