/** The compact list that the ledger keeps its ids and times in. */

const LEAST_CAPACITY = 256;

/** A list of numbers that takes eight bytes for each. Those that rise can be searched. */
export class Float64List {
  #values = new Float64Array(LEAST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  at(place: number): number | undefined {
    return place < this.#length ? this.#values[place] : undefined;
  }

  push(value: number): void {
    this.replace(this.#length, 0, value);
  }

  /** Puts a number in the place of so many others, which may be none. */
  replace(place: number, count: number, value: number): void {
    const length = this.#length + 1 - count;
    if (length > this.#values.length) this.#keep(0, this.#length, length * 2);
    this.#values.copyWithin(place + 1, place + count, this.#length);
    this.#values[place] = value;
    this.#length = length;
  }

  /** Takes one number out. */
  remove(place: number): void {
    this.#values.copyWithin(place, place + 1, this.#length);
    this.#length -= 1;
    if (this.#length * 4 < this.#values.length) this.#keep(0, this.#length, Math.max(LEAST_CAPACITY, this.#length * 2));
  }

  /** Lets go of the first ones, and of the memory that they took once they are the larger part. */
  dropFirst(count: number): void {
    const length = this.#length - count;
    if (length * 4 < this.#values.length) this.#keep(count, this.#length, Math.max(LEAST_CAPACITY, length * 2));
    else this.#values.copyWithin(0, count, this.#length);
    this.#length = length;
  }

  /** The place of the first number from a value on, or the length; where they rise strictly. */
  firstFrom(value: number): number {
    const last = this.#values[this.#length - 1];
    if (last === undefined || last < value) return this.#length;
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#values[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #keep(from: number, to: number, capacity: number): void {
    const kept = new Float64Array(capacity);
    kept.set(this.#values.subarray(from, to));
    this.#values = kept;
  }
}
