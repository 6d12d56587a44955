/** A map whose keys can be walked in order, from any key on: the shape of a list request. */
export class SortedMap<T> {
  readonly #values = new Map<string, T>();
  readonly #keys: string[] = [];

  get size(): number {
    return this.#values.size;
  }

  get(key: string): T | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: T): void {
    if (!this.#values.has(key)) this.#keys.splice(this.#position(key), 0, key);
    this.#values.set(key, value);
  }

  delete(key: string): void {
    if (!this.#values.delete(key)) return;
    this.#keys.splice(this.#position(key), 1);
  }

  /** Entries whose key starts with `prefix` and is not before `from`, in order. */
  *entries(prefix = '', from = ''): Generator<[string, T]> {
    for (let index = this.#position(from > prefix ? from : prefix); index < this.#keys.length; index++) {
      const key = this.#keys[index] as string;
      if (!key.startsWith(prefix)) return;
      yield [key, this.#values.get(key) as T];
    }
  }

  /** Index of the first key that is not before `key`. */
  #position(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    const last = this.#keys[high - 1];
    if (last !== undefined && last < key) return high; // appending is the common case
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] as string) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
