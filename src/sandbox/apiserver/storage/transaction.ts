/** Writes on their way: what one request stages, seen over what the open group has staged and what is committed. */
import type { KubeObject } from '../types.js';
import type { Change } from './change.js';

/** What a write may do. Reads see committed objects and the writes of the open group. */
export interface Transaction {
  get(resource: string, key: string): KubeObject | undefined;
  list(resource: string, prefix?: string): KubeObject[];
  /** Store an object under a new version, which is set in its metadata; gives the stored object. */
  put(resource: string, key: string, object: KubeObject): KubeObject;
  /** Remove the stored object; `last` is what watchers see, by default the stored one, under a new version. */
  remove(resource: string, key: string, last?: KubeObject): void;
}

/** Committed objects. */
export interface Committed {
  get(resource: string, key: string): KubeObject | undefined;
  entries(resource: string, prefix: string): Iterable<[string, KubeObject]>;
}

/** Writes of the open group, and the version of the last of them. */
export interface OpenGroup {
  readonly staged: readonly Change[];
  readonly version: number;
}

export class StagingTransaction implements Transaction {
  readonly changes: Change[] = [];
  readonly #committed: Committed;
  readonly #group: OpenGroup;
  readonly #isRehearsal: boolean;

  /** A rehearsal gives no versions away: what would be new has none, what would change keeps its own. */
  constructor(committed: Committed, group: OpenGroup, isRehearsal: boolean) {
    this.#committed = committed;
    this.#group = group;
    this.#isRehearsal = isRehearsal;
  }

  get(resource: string, key: string): KubeObject | undefined {
    const change = lastOf(this.changes, resource, key) ?? lastOf(this.#group.staged, resource, key);
    if (change === undefined) return this.#committed.get(resource, key);
    return change.type === 'DELETED' ? undefined : change.object;
  }

  list(resource: string, prefix = ''): KubeObject[] {
    const found = new Map<string, KubeObject>(this.#committed.entries(resource, prefix));
    for (const change of [...this.#group.staged, ...this.changes]) {
      if (change.resource !== resource || !change.key.startsWith(prefix)) continue;
      if (change.type === 'DELETED') found.delete(change.key);
      else found.set(change.key, change.object);
    }
    return [...found.values()];
  }

  put(resource: string, key: string, object: KubeObject): KubeObject {
    const previous = this.get(resource, key);
    return this.#stage(previous === undefined ? 'ADDED' : 'MODIFIED', resource, key, object, previous);
  }

  remove(resource: string, key: string, last?: KubeObject): void {
    const previous = this.get(resource, key);
    if (previous !== undefined) this.#stage('DELETED', resource, key, last ?? previous, previous);
  }

  #stage(
    type: Change['type'],
    resource: string,
    key: string,
    object: KubeObject,
    previous: KubeObject | undefined,
  ): KubeObject {
    const version = this.#group.version + this.changes.length + 1;
    const stored = withVersion(object, this.#isRehearsal ? previous?.metadata.resourceVersion : String(version));
    this.changes.push({ version, type, resource, key, object: stored, previous });
    return stored;
  }
}

function withVersion(object: KubeObject, resourceVersion: string | undefined): KubeObject {
  if (resourceVersion !== undefined) return { ...object, metadata: { ...object.metadata, resourceVersion } };
  const { resourceVersion: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function lastOf(changes: readonly Change[], resource: string, key: string): Change | undefined {
  for (let index = changes.length - 1; index >= 0; index--) {
    const change = changes[index] as Change;
    if (change.key === key && change.resource === resource) return change;
  }
  return undefined;
}
