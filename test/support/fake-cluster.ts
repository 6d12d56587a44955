/**
 * An in-memory Kubernetes API behind the Cluster port, pleasant to use by hand: it keeps real state (versions,
 * conflicts, finalizers, status isolation, owner GC), records every call, and lets a test set the next failure.
 */
import { apiVersionOf, type Key, type KindDef, type KubeObject, keyText } from '../../src/api/kind.js';
import { ConflictError, PermanentError } from '../../src/errors/classes.js';
import { applyMergePatch, isEqual } from '../../src/lib/merge-patch.js';
import type {
  Cluster,
  ListOptions,
  ListResult,
  PatchType,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from '../../src/ports/cluster.js';

export interface Call {
  verb: 'get' | 'list' | 'watch' | 'create' | 'patch' | 'replace' | 'delete';
  kind: string;
  name: string;
  subresource?: 'status';
  body?: unknown;
}

type Stored = KubeObject & { status?: unknown };
type Listener = (kind: string, event: WatchEvent<KubeObject>) => void;

export interface FakeCluster extends Cluster {
  readonly calls: Call[];
  /** Mutating calls so far. */
  writes(): Call[];
  /** Puts an object as it is (status included), as if it had always been there. */
  seed<T extends KubeObject>(...objects: T[]): void;
  /** The object as stored, or undefined. */
  peek<T extends KubeObject>(kind: KindDef<T>, key: Key | string): T | undefined;
  /** Every object of a kind as stored, in key order. */
  all<T extends KubeObject>(kind: KindDef<T>): T[];
  /** The same without copying, for checks after every write: to be looked at, not to be touched. */
  stored<T extends KubeObject>(kind: KindDef<T>): readonly T[];
  /** Lets go of recorded calls, of history, and of watches whose process is gone: between processes, when none lives. */
  forget(): void;
  /** Fails the next call of a verb (optionally of a kind) with this error. */
  failNext(verb: Call['verb'], error: Error, kind?: string): void;
}

export function fakeCluster(
  now: () => Date = () => new Date('2026-01-01T00:00:00Z'),
  uidOf: (n: number) => string = (n) => `uid-${n}`,
): FakeCluster {
  const objects = new Map<string, Map<string, Stored>>();
  const listeners = new Set<Listener>();
  const history: { kind: string; event: WatchEvent<KubeObject>; rv: number }[] = [];
  const calls: Call[] = [];
  const failures: { verb: string; kind: string | undefined; error: Error }[] = [];
  let version = 1;
  let uids = 0;

  const bucket = (kind: string) => {
    const existing = objects.get(kind) ?? new Map<string, Stored>();
    objects.set(kind, existing);
    return existing;
  };
  const record = (call: Call) => {
    calls.push(call);
    const index = failures.findIndex((f) => f.verb === call.verb && (f.kind === undefined || f.kind === call.kind));
    const failure = index < 0 ? undefined : failures.splice(index, 1)[0];
    if (failure) throw failure.error;
  };
  const publish = (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: Stored) => {
    const event = { type, object: structuredClone(object) } as WatchEvent<KubeObject>;
    history.push({ kind: object.kind, event, rv: version });
    for (const listener of [...listeners]) listener(object.kind, event);
  };
  const store = (object: Stored, type: 'ADDED' | 'MODIFIED') => {
    version += 1;
    object.metadata.resourceVersion = String(version);
    bucket(object.kind).set(keyText(object.metadata), object);
    publish(type, object);
    return structuredClone(object);
  };
  const remove = (object: Stored) => {
    version += 1;
    bucket(object.kind).delete(keyText(object.metadata));
    publish('DELETED', { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } });
    collectOrphans(object.metadata.uid);
  };
  const collectOrphans = (uid: string | undefined) => {
    for (const kind of [...objects.values()]) {
      for (const child of [...kind.values()]) {
        if (child.metadata.ownerReferences?.some((owner) => owner.uid === uid)) startDeletion(child);
      }
    }
  };
  const startDeletion = (object: Stored) => {
    if ((object.metadata.finalizers ?? []).length === 0) return remove(object);
    if (object.metadata.deletionTimestamp !== undefined) return;
    const next = structuredClone(object);
    next.metadata.deletionTimestamp = now().toISOString();
    store(next, 'MODIFIED');
  };
  const find = (kind: KindDef, key: Key): Stored => {
    const found = bucket(kind.kind).get(keyText(key));
    if (!found) throw new PermanentError('NOT_FOUND', `${kind.plural} "${keyText(key)}" not found`);
    return found;
  };
  const guardVersion = (current: Stored, given: string | undefined) => {
    if (given !== undefined && given !== current.metadata.resourceVersion) {
      throw new ConflictError('CONFLICT', `${current.kind} "${current.metadata.name}" has been modified`);
    }
  };
  const commit = (current: Stored, next: Stored): Stored => {
    if (
      isEqual(
        { ...current, metadata: { ...current.metadata, resourceVersion: '' } },
        { ...next, metadata: { ...next.metadata, resourceVersion: '' } },
      )
    ) {
      return structuredClone(current);
    }
    if (next.metadata.deletionTimestamp !== undefined && (next.metadata.finalizers ?? []).length === 0) {
      remove(next);
      return structuredClone(next);
    }
    if (!isEqual(specOf(current), specOf(next))) next.metadata.generation = (current.metadata.generation ?? 1) + 1;
    return store(next, 'MODIFIED');
  };

  const api: FakeCluster = {
    calls,
    writes: () => calls.filter((call) => ['create', 'patch', 'replace', 'delete'].includes(call.verb)),
    seed: (...given) => {
      for (const object of given) {
        const copy = structuredClone(object) as Stored;
        uids += 1;
        copy.metadata.uid ??= uidOf(uids);
        copy.metadata.generation ??= 1;
        copy.metadata.creationTimestamp ??= now().toISOString();
        store(copy, 'ADDED');
      }
    },
    all: (kind) =>
      [...bucket(kind.kind)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => structuredClone(object)) as never,
    forget: () => {
      calls.length = 0;
      history.length = 0;
      listeners.clear();
    },
    stored: (kind) => [...bucket(kind.kind).values()] as never,
    peek: (kind, key) => structuredClone(bucket(kind.kind).get(typeof key === 'string' ? key : keyText(key))) as never,
    failNext: (verb, error, kind) => void failures.push({ verb, kind, error }),

    async get<T extends KubeObject>(kind: KindDef<T>, key: Key): Promise<T | undefined> {
      record({ verb: 'get', kind: kind.kind, name: keyText(key) });
      return structuredClone(bucket(kind.kind).get(keyText(key))) as T | undefined;
    },
    async list<T extends KubeObject>(kind: KindDef<T>, options: ListOptions = {}): Promise<ListResult<T>> {
      record({ verb: 'list', kind: kind.kind, name: options.namespace ?? '' });
      const items = [...bucket(kind.kind).values()].filter((object) => matches(object, options));
      for (let end = 500; end < items.length; end += 500) {
        // As over a wire: between two answers others have their turn.
        options.onPart?.({ items: structuredClone(items.slice(0, end)), remaining: items.length - end });
        await Promise.resolve();
      }
      return { items: structuredClone(items) as unknown as T[], resourceVersion: String(version) };
    },
    async *watch<T extends KubeObject>(kind: KindDef<T>, options: WatchOptions): AsyncIterable<WatchEvent<T>> {
      record({ verb: 'watch', kind: kind.kind, name: '' });
      const pending: WatchEvent<KubeObject>[] = history
        .filter((entry) => entry.kind === kind.kind && entry.rv > Number(options.resourceVersion))
        .map((entry) => entry.event);
      let wake: () => void = () => undefined;
      const listener: Listener = (name, event) => {
        if (name !== kind.kind) return;
        pending.push(event);
        wake();
      };
      listeners.add(listener);
      const aborted = () => wake();
      options.signal?.addEventListener('abort', aborted);
      try {
        while (!options.signal?.aborted) {
          const next = pending.shift();
          if (next) yield next as WatchEvent<T>;
          else
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        }
      } finally {
        listeners.delete(listener);
        options.signal?.removeEventListener('abort', aborted);
      }
    },
    async create<T extends KubeObject>(kind: KindDef<T>, object: T, options: WriteOptions = {}): Promise<T> {
      record({ verb: 'create', kind: kind.kind, name: keyText(object.metadata), body: object });
      if (bucket(kind.kind).has(keyText(object.metadata))) {
        throw new ConflictError('ALREADY_EXISTS', `${kind.plural} "${keyText(object.metadata)}" already exists`);
      }
      uids += 1;
      const { status: _ignored, ...rest } = structuredClone(object) as Stored;
      const created = { ...rest, apiVersion: apiVersionOf(kind), kind: kind.kind } as Stored;
      created.metadata = {
        ...created.metadata,
        uid: uidOf(uids),
        generation: 1,
        creationTimestamp: now().toISOString(),
      };
      if (options.dryRun) return created as unknown as T;
      return store(created, 'ADDED') as unknown as T;
    },
    async patch<T extends KubeObject>(
      kind: KindDef<T>,
      key: Key,
      patch: unknown,
      type: PatchType,
      options: WriteOptions = {},
    ): Promise<T> {
      record({ verb: 'patch', kind: kind.kind, name: keyText(key), subresource: options.subresource, body: patch });
      if (type === 'apply' && !bucket(kind.kind).has(keyText(key))) {
        calls.pop();
        return api.create(kind, patch as T, options);
      }
      if (type === 'json') throw new Error('the fake does not take JSON patches');
      const current = find(kind, key);
      guardVersion(current, (patch as Partial<KubeObject>).metadata?.resourceVersion);
      const next = patched(current, patch, options.subresource, kind.hasStatus);
      return commit(current, next) as unknown as T;
    },
    async replace<T extends KubeObject>(kind: KindDef<T>, object: T): Promise<T> {
      record({ verb: 'replace', kind: kind.kind, name: keyText(object.metadata), body: object });
      const current = find(kind, object.metadata);
      guardVersion(current, object.metadata.resourceVersion);
      return commit(current, structuredClone(object) as Stored) as unknown as T;
    },
    async delete(kind, key, options = {}): Promise<boolean> {
      record({ verb: 'delete', kind: kind.kind, name: keyText(key) });
      const current = bucket(kind.kind).get(keyText(key));
      if (!current) return false;
      if (options.uid !== undefined && options.uid !== current.metadata.uid) {
        throw new ConflictError('CONFLICT', `${kind.kind} "${key.name}" is another object by now`);
      }
      startDeletion(current);
      return true;
    },
  };
  return api;
}

const specOf = ({ metadata: _metadata, status: _status, ...rest }: Stored) => rest;

function patched(current: Stored, patch: unknown, subresource: 'status' | undefined, hasStatus: boolean): Stored {
  const merged = applyMergePatch(structuredClone(current), structuredClone(patch)) as Stored;
  const { resourceVersion, uid } = current.metadata;
  if (subresource === 'status') return { ...structuredClone(current), status: merged.status };
  const metadata = { ...merged.metadata, ...(resourceVersion && { resourceVersion }), ...(uid && { uid }) };
  return hasStatus ? { ...merged, metadata, status: current.status } : { ...merged, metadata };
}

function matches(object: Stored, options: ListOptions): boolean {
  if (options.namespace !== undefined && object.metadata.namespace !== options.namespace) return false;
  for (const term of options.labelSelector?.split(',') ?? []) {
    const [key = '', value] = term.split('=');
    if (object.metadata.labels?.[key] !== value) return false;
  }
  const name = /^metadata\.name=(.*)$/.exec(options.fieldSelector ?? '')?.[1];
  return name === undefined || object.metadata.name === name;
}
