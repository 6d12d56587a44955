/** Passes committed changes on to the watches of their resource, in version order. */
import type { Change } from '../storage/change.js';

export interface Subscriber {
  readonly table: string;
  /** Called once per committed change of the table; must not throw. */
  receive(change: Change): void;
  /** Ends the watch from the server's side. */
  end(): void;
}

export class WatchHub {
  readonly #subscribers = new Map<string, Set<Subscriber>>();

  subscribe(subscriber: Subscriber): () => void {
    const { table } = subscriber;
    const set = this.#subscribers.get(table) ?? new Set();
    this.#subscribers.set(table, set.add(subscriber));
    return () => {
      set.delete(subscriber);
      if (set.size === 0 && this.#subscribers.get(table) === set) this.#subscribers.delete(table);
    };
  }

  publish(changes: readonly Change[]): void {
    for (const change of changes) {
      for (const subscriber of [...(this.#subscribers.get(change.resource) ?? [])]) subscriber.receive(change);
    }
  }

  /** End every watch of a table: its resource is no longer served. */
  endTable(table: string): void {
    for (const subscriber of [...(this.#subscribers.get(table) ?? [])]) subscriber.end();
  }

  endAll(): void {
    for (const table of [...this.#subscribers.keys()]) this.endTable(table);
  }
}
