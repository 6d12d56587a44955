/**
 * Deletes objects whose owners are all gone, lets foreground deletions finish when their dependents have, releases
 * orphans. Owners are told by uid; an owner is in the dependent's namespace or cluster-scoped.
 */
import type { Admission } from '../admission.js';
import type { Server } from '../requests/call.js';
import { removeStored } from '../requests/delete.js';
import { isFinished } from '../requests/write-pipeline.js';
import type { Resource } from '../resources/resource.js';
import type { Change } from '../storage/change.js';
import type { Transaction } from '../storage/cluster-state.js';
import type { KubeObject, OwnerReference } from '../types.js';
import { internalCall } from './internal-call.js';

interface Place {
  readonly table: string;
  readonly key: string;
}

/** An owner that was never seen may still be on its way: clients write children first. */
const UNSEEN_OWNER_MS = 30_000;
/** What a hook or the disk refused is tried again after this long. */
const REFUSED_MS = 5_000;

interface Deletion {
  readonly propagation: 'Background' | 'Foreground';
  readonly admission: Admission;
}

export class GarbageCollector {
  readonly #server: Server;
  /** uid of an owner → where its dependents are. */
  readonly #dependents = new Map<string, Map<string, Place>>();
  /** Every live object's uid. */
  readonly #alive = new Set<string>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #closed = false;

  constructor(server: Server) {
    this.#server = server;
  }

  restore(tables: Iterable<string>): void {
    const places: { place: Place; object: KubeObject }[] = [];
    for (const table of tables) {
      for (const [key, object] of this.#server.state.entries(table)) {
        this.#learn({ table, key }, object);
        places.push({ place: { table, key }, object });
      }
    }
    for (const { place, object } of places) this.#watchForMissingOwners(place, object);
  }

  follow(changes: readonly Change[]): void {
    for (const change of changes) this.#follow(change);
  }

  #follow({ type, resource: table, key, object, previous }: Change): void {
    const place = { table, key };
    if (previous !== undefined) this.#forgetOwners(place, previous);
    if (type === 'DELETED') {
      this.#alive.delete(object.metadata.uid ?? '');
      this.#collect(object.metadata.uid ?? '');
      this.#releaseOwners(object);
      return;
    }
    this.#learn(place, object);
    if (type === 'ADDED') this.#watchForMissingOwners(place, object);
    if (object.metadata.deletionTimestamp !== undefined) this.#progress(place, object);
  }

  #learn(place: Place, object: KubeObject): void {
    this.#alive.add(object.metadata.uid ?? '');
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const places = this.#dependents.get(uid) ?? new Map<string, Place>();
      places.set(`${place.table} ${place.key}`, place);
      this.#dependents.set(uid, places);
    }
  }

  #forgetOwners({ table, key }: Place, object: KubeObject): void {
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const places = this.#dependents.get(uid);
      places?.delete(`${table} ${key}`);
      if (places?.size === 0) this.#dependents.delete(uid);
    }
  }

  #watchForMissingOwners(place: Place, object: KubeObject): void {
    const owners = object.metadata.ownerReferences ?? [];
    if (owners.length === 0 || owners.some(({ uid }) => this.#alive.has(uid))) return;
    this.#later(UNSEEN_OWNER_MS, () => this.#removeIfOwnerless(place));
  }

  /** An owner is gone: its dependents go, unless another owner holds them. */
  #collect(uid: string): void {
    for (const place of this.#dependents.get(uid)?.values() ?? []) this.#run(() => this.#removeIfOwnerless(place));
  }

  async #removeIfOwnerless(place: Place): Promise<void> {
    await this.#write((transaction, admission) => {
      const object = transaction.get(place.table, place.key);
      const owners = object?.metadata.ownerReferences ?? [];
      if (object === undefined || owners.length === 0 || owners.some(({ uid }) => this.#alive.has(uid))) return;
      this.#delete(transaction, place, object, { propagation: 'Background', admission });
    });
  }

  #delete(transaction: Transaction, place: Place, object: KubeObject, { propagation, admission }: Deletion): void {
    const resource = this.#resourceOf(place.table);
    if (resource === undefined || object.metadata.deletionTimestamp !== undefined) return;
    const options = { dryRun: false, propagation, preconditions: {} } as const;
    removeStored(internalCall(this.#server, resource, object, admission), transaction, object, options);
  }

  #resourceOf(table: string): Resource | undefined {
    return this.#server.registry
      .all()
      .find((resource) => resource.table === table && resource.verbs.includes('delete'));
  }

  /** An object waits for its dependents, or is to leave them behind. */
  #progress(place: Place, object: KubeObject): void {
    const finalizers = object.metadata.finalizers ?? [];
    if (finalizers.includes('foregroundDeletion')) this.#run(() => this.#foreground(place));
    else if (finalizers.includes('orphan')) this.#run(() => this.#orphan(place));
  }

  async #foreground(place: Place): Promise<void> {
    await this.#write((transaction, admission) => {
      const owner = transaction.get(place.table, place.key);
      if (owner === undefined || !(owner.metadata.finalizers ?? []).includes('foregroundDeletion')) return;
      const dependents = this.#dependentsOf(transaction, owner);
      const deletion = { propagation: 'Foreground', admission } as const;
      for (const { place: at, object } of dependents) this.#delete(transaction, at, object, deletion);
      const blocking = this.#dependentsOf(transaction, owner).some(({ object }) =>
        object.metadata.ownerReferences?.some(
          ({ uid, blockOwnerDeletion }) => uid === owner.metadata.uid && blockOwnerDeletion === true,
        ),
      );
      if (!blocking) this.#dropFinalizer(transaction, place, owner, 'foregroundDeletion');
    });
  }

  #dependentsOf(transaction: Transaction, owner: KubeObject) {
    const places = this.#dependents.get(owner.metadata.uid ?? '')?.values() ?? [];
    return [...places].flatMap((place) => {
      const object = transaction.get(place.table, place.key);
      const isOwned = object?.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid);
      return object !== undefined && isOwned ? [{ place, object }] : [];
    });
  }

  async #orphan(place: Place): Promise<void> {
    await this.#server.state.write((transaction) => {
      const owner = transaction.get(place.table, place.key);
      if (owner === undefined || !(owner.metadata.finalizers ?? []).includes('orphan')) return;
      for (const { place: at, object } of this.#dependentsOf(transaction, owner)) {
        const kept = (object.metadata.ownerReferences ?? []).filter(
          ({ uid }: OwnerReference) => uid !== owner.metadata.uid,
        );
        const { ownerReferences: _, ...metadata } = object.metadata;
        transaction.put(at.table, at.key, {
          ...object,
          metadata: kept.length === 0 ? metadata : { ...metadata, ownerReferences: kept },
        });
      }
      this.#dropFinalizer(transaction, place, owner, 'orphan');
    });
  }

  #dropFinalizer(transaction: Transaction, place: Place, object: KubeObject, finalizer: string): void {
    const finalizers = (object.metadata.finalizers ?? []).filter((name) => name !== finalizer);
    const { finalizers: _, ...metadata } = object.metadata;
    const next = { ...object, metadata: finalizers.length === 0 ? metadata : { ...metadata, finalizers } };
    if (isFinished(next)) transaction.remove(place.table, place.key);
    else transaction.put(place.table, place.key, next);
  }

  /** A dependent is gone: owners that wait for it look again. */
  #releaseOwners(object: KubeObject): void {
    for (const { apiVersion, kind, name } of object.metadata.ownerReferences ?? []) {
      const [version = '', group = ''] = apiVersion.split('/').reverse();
      const resource = this.#server.registry
        .all()
        .find((candidate) => candidate.group === group && candidate.version === version && candidate.kind === kind);
      if (resource === undefined) continue;
      const key = resource.namespaced ? `${object.metadata.namespace}/${name}` : name;
      const owner = this.#server.state.get(resource.table, key);
      if (owner?.metadata.deletionTimestamp !== undefined) this.#progress({ table: resource.table, key }, owner);
    }
  }

  /** Not within the commit that caused it; failures are tried again by the next change. */
  /** A write that asks hooks, as the deletions of a real collector do. */
  async #write(change: (transaction: Transaction, admission: Admission) => void): Promise<void> {
    const { state, admissions } = this.#server;
    const admission = admissions.begin();
    await admission.settle(() => state.write((transaction) => change(transaction, admission)));
  }

  #run(work: () => Promise<void>): void {
    setImmediate(() => {
      if (!this.#closed) work().catch(() => this.#later(REFUSED_MS, work));
    });
  }

  #later(delayMs: number, work: () => Promise<void>): void {
    if (this.#closed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#run(work);
    }, delayMs);
    timer.unref();
    this.#timers.add(timer);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
