/** Empties namespaces that are being deleted, then lets them go. */
import type { Server } from '../requests/call.js';
import { removeStored } from '../requests/delete.js';
import { isFinished } from '../requests/write-pipeline.js';
import type { Change } from '../storage/change.js';
import type { Transaction } from '../storage/cluster-state.js';
import type { KubeObject } from '../types.js';
import { isObject } from '../types.js';
import { internalCall } from './internal-call.js';

const TABLE = '/namespaces';
const FINALIZER = 'kubernetes';

export class NamespaceController {
  readonly #server: Server;
  /** Namespaces that wait for objects with finalizers. */
  readonly #emptying = new Set<string>();

  constructor(server: Server) {
    this.#server = server;
  }

  restore(): void {
    for (const [name, object] of this.#server.state.entries(TABLE)) {
      if (object.metadata.deletionTimestamp !== undefined) this.#start(name);
    }
  }

  follow(changes: readonly Change[]): void {
    const waiting = new Set<string>();
    for (const { type, resource, key, object } of changes) {
      if (resource === TABLE) {
        if (type === 'DELETED') this.#emptying.delete(key);
        else if (object.metadata.deletionTimestamp !== undefined) waiting.add(key);
      } else if (type === 'DELETED' && this.#emptying.has(object.metadata.namespace ?? '')) {
        waiting.add(object.metadata.namespace ?? '');
      }
    }
    for (const name of waiting) this.#start(name);
  }

  #start(name: string): void {
    this.#emptying.add(name);
    setImmediate(() => {
      this.#server.state.write((transaction) => this.#empty(transaction, name)).catch(() => undefined);
    });
  }

  #empty(transaction: Transaction, name: string): void {
    const namespace = transaction.get(TABLE, name);
    if (namespace?.metadata.deletionTimestamp === undefined) return;
    let isEmpty = true;
    for (const resource of this.#server.registry.all()) {
      if (!resource.namespaced || !resource.verbs.includes('delete')) continue;
      for (const object of transaction.list(resource.table, `${name}/`)) {
        if (object.metadata.deletionTimestamp === undefined) {
          const options = { dryRun: false, propagation: 'Background', preconditions: {} } as const;
          removeStored(internalCall(this.#server, resource, object), transaction, object, options);
        }
      }
      isEmpty &&= transaction.list(resource.table, `${name}/`).length === 0;
    }
    if (isEmpty) this.#release(transaction, name, namespace);
  }

  #release(transaction: Transaction, name: string, namespace: KubeObject): void {
    const spec = isObject(namespace.spec) ? namespace.spec : {};
    const finalizers = (Array.isArray(spec.finalizers) ? spec.finalizers : []).filter((held) => held !== FINALIZER);
    const { finalizers: _, ...rest } = spec;
    const next = { ...namespace, spec: finalizers.length === 0 ? rest : { ...rest, finalizers } };
    if (isFinished(next)) transaction.remove(TABLE, name);
    else if (finalizers.length !== (spec.finalizers as unknown[] | undefined)?.length)
      transaction.put(TABLE, name, next);
  }
}
