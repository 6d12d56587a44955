/**
 * The cluster's objects in memory, and how they change. Writes are computed one after another against memory plus the
 * open group; everything computed in one turn of the event loop is one group, one transaction of the file. Only after
 * the COMMIT is a group applied to memory, answered, and told to listeners, in version order.
 */
import { StatusError } from '../status.js';
import type { KubeObject } from '../types.js';
import type { Change } from './change.js';
import { SortedMap } from './sorted-map.js';
import type { Store } from './store.js';
import { StagingTransaction, type Transaction } from './transaction.js';

export type { Transaction } from './transaction.js';

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export type Listener = (changes: readonly Change[]) => void;

const TRIM_EVERY = 1000;

export class ClusterState {
  readonly #store: Store;
  readonly #historyLimit: number;
  readonly #tables = new Map<string, SortedMap<KubeObject>>();
  readonly #listeners: Listener[] = [];
  #history: Change[] = [];
  #historyFloor: number;
  #version: number;
  #staged: Change[] = [];
  #waiting: Waiting[] = [];
  #closed = false;
  #sinceTrim = 0;
  /** Called for each object staged, within its transaction: what must follow in the same group of writes. */
  onStage: ((transaction: Transaction, stored: KubeObject, resource: string) => void) | undefined;

  constructor(store: Store, historyLimit: number) {
    this.#store = store;
    this.#historyLimit = historyLimit;
    const loaded = store.load();
    for (const { resource, key, object } of loaded.objects) this.#table(resource).set(key, object);
    this.#version = loaded.version;
    this.#history = historyLimit === 0 ? [] : loaded.history.slice(-historyLimit);
    this.#historyFloor = (this.#history[0]?.version ?? this.#version + 1) - 1;
  }

  /** The version of the last committed change. */
  get version(): number {
    return this.#version - this.#staged.length;
  }

  /** Changes after this version can be replayed; older ones are gone. */
  get oldestVersion(): number {
    return this.#historyFloor;
  }

  get(resource: string, key: string): KubeObject | undefined {
    return this.#tables.get(resource)?.get(key);
  }

  entries(resource: string, prefix = '', from = ''): Iterable<[string, KubeObject]> {
    return this.#table(resource).entries(prefix, from);
  }

  /** The table as it was at a version, or undefined when that is too long ago. */
  snapshot(resource: string, version: number): SortedMap<KubeObject> | undefined {
    if (version === this.version) return this.#table(resource);
    if (version < this.#historyFloor) return undefined;
    const copy = new SortedMap<KubeObject>();
    for (const [key, object] of this.#table(resource).entries()) copy.set(key, object);
    for (let index = this.#history.length - 1; index >= 0; index--) {
      const change = this.#history[index] as Change;
      if (change.version <= version) break;
      if (change.resource !== resource) continue;
      if (change.previous === undefined) copy.delete(change.key);
      else copy.set(change.key, change.previous);
    }
    return copy;
  }

  /** Committed changes of a resource after a version. */
  since(resource: string, version: number): Change[] {
    return this.#history.filter((change) => change.version > version && change.resource === resource);
  }

  onCommit(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** Compute a write now; the promise settles when it is durable. A throwing `change` stages nothing. */
  async write<T>(change: (transaction: Transaction) => T): Promise<T> {
    if (this.#closed) throw new StatusError(503, 'ServiceUnavailable', 'the server is shutting down');
    const transaction = this.#transaction(false);
    const { changes: staged } = transaction;
    const result = change(transaction);
    if (staged.length === 0) return result;
    for (const { type, object, resource } of [...staged]) {
      if (type !== 'DELETED') this.onStage?.(transaction, object, resource);
    }
    this.#version += staged.length;
    this.#staged.push(...staged);
    await new Promise<void>((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#commit());
      this.#waiting.push({ resolve, reject });
    });
    return result;
  }

  /** Compute a write and forget it: dry runs. */
  rehearse<T>(change: (transaction: Transaction) => T): T {
    return change(this.#transaction(true));
  }

  close(): void {
    if (this.#closed) return;
    this.#commit();
    this.#closed = true;
    this.#store.close();
  }

  #transaction(isRehearsal: boolean): StagingTransaction {
    return new StagingTransaction(this, { staged: this.#staged, version: this.#version }, isRehearsal);
  }

  #commit(): void {
    const staged = this.#staged;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (staged.length === 0) return;
    try {
      this.#store.append(staged);
    } catch (error) {
      this.#version -= staged.length;
      this.#staged = [];
      const text = error instanceof Error ? error.message : String(error);
      const failure = new StatusError(500, 'InternalError', `Internal error occurred: storing failed: ${text}`, {
        causes: [{ message: text }],
      });
      for (const { reject } of waiting) reject(failure);
      return;
    }
    this.#staged = [];
    this.#apply(staged);
    for (const { resolve } of waiting) resolve();
    for (const listener of this.#listeners) listener(staged);
  }

  #apply(changes: readonly Change[]): void {
    for (const change of changes) {
      const table = this.#table(change.resource);
      if (change.type === 'DELETED') table.delete(change.key);
      else table.set(change.key, change.object);
      this.#history.push(change);
    }
    this.#trim(changes.length);
  }

  #trim(added: number): void {
    this.#sinceTrim += added;
    // Trimmed in steps: moving the array for every write would cost more than the slack.
    if (this.#history.length <= this.#historyLimit + (this.#historyLimit === 0 ? 0 : TRIM_EVERY)) return;
    this.#history = this.#historyLimit === 0 ? [] : this.#history.slice(-this.#historyLimit);
    this.#historyFloor = (this.#history[0]?.version ?? this.#version + 1) - 1;
    if (this.#sinceTrim < TRIM_EVERY) return;
    this.#sinceTrim = 0;
    this.#store.trim(this.#historyFloor);
  }

  #table(resource: string): SortedMap<KubeObject> {
    let table = this.#tables.get(resource);
    if (table === undefined) {
      table = new SortedMap();
      this.#tables.set(resource, table);
    }
    return table;
  }
}
