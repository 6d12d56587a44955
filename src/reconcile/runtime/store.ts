/**
 * The cache of one process: every watched object by kind and key, with indexes, fed by lists, watches and the answers
 * to our own writes. Readers get shared objects and must not change them.
 */
import { type Key, type KindDef, type KubeObject, keyText } from '../../api/kind.js';

export type Change = (kind: KindDef, before: KubeObject | undefined, after: KubeObject | undefined) => void;
export type IndexFn<T extends KubeObject = KubeObject> = (object: T) => readonly string[];

interface Shelf {
  readonly kind: KindDef;
  readonly objects: Map<string, KubeObject>;
  readonly indexes: Map<string, { fn: IndexFn; values: Map<string, Set<string>> }>;
}

export class Store {
  readonly #shelves = new Map<string, Shelf>();
  readonly #listeners: Change[] = [];

  /** Called for every change that moved an object to another version. */
  onChange(listener: Change): void {
    this.#listeners.push(listener);
  }

  /** Declares an index of a kind; objects already present are indexed too. */
  addIndex<T extends KubeObject>(kind: KindDef<T>, name: string, fn: IndexFn<T>): void {
    const shelf = this.#shelf(kind);
    if (shelf.indexes.has(name)) return;
    const index = { fn: fn as unknown as IndexFn, values: new Map<string, Set<string>>() };
    shelf.indexes.set(name, index);
    for (const [id, object] of shelf.objects) link(index, id, object);
  }

  get<T extends KubeObject>(kind: KindDef<T>, key: Key): T | undefined {
    return this.#shelf(kind).objects.get(keyText(key)) as T | undefined;
  }

  all<T extends KubeObject>(kind: KindDef<T>): T[] {
    return [...this.#shelf(kind).objects.values()] as T[];
  }

  /**
   * Objects whose index function yielded the value, in key order. An index that nobody declared is a bug, and not an
   * empty answer: who finds no Server by its UUID makes one.
   */
  by<T extends KubeObject>(kind: KindDef<T>, index: string, value: string): T[] {
    const shelf = this.#shelf(kind);
    const found = shelf.indexes.get(index);
    if (found === undefined) throw new Error(`no registration declares the index ${index} over ${kind.plural}`);
    const ids = found.values.get(value) ?? new Set<string>();
    return [...ids].sort().map((id) => shelf.objects.get(id) as T);
  }

  /** Takes a served object in, unless a newer version of the very same object is here already. */
  put(kind: KindDef, object: KubeObject): void {
    const shelf = this.#shelf(kind);
    const id = keyText(object.metadata);
    const before = shelf.objects.get(id);
    if (before !== undefined && !isNewer(before, object)) return;
    const after = lean(object);
    for (const index of shelf.indexes.values()) {
      if (before !== undefined) unlink(index, id, before);
      link(index, id, after);
    }
    shelf.objects.set(id, after);
    this.#tell(kind, before, after);
  }

  /** Forgets an object; `uid` protects a successor of the same name. */
  remove(kind: KindDef, key: Key, uid?: string): void {
    const shelf = this.#shelf(kind);
    const id = keyText(key);
    const before = shelf.objects.get(id);
    if (before === undefined || (uid !== undefined && before.metadata.uid !== uid)) return;
    for (const index of shelf.indexes.values()) unlink(index, id, before);
    shelf.objects.delete(id);
    this.#tell(kind, before, undefined);
  }

  /** Makes the kind equal to a complete list: what is not in it is gone. */
  replaceAll(kind: KindDef, objects: readonly KubeObject[]): void {
    const present = new Set(objects.map((object) => keyText(object.metadata)));
    for (const [id, object] of [...this.#shelf(kind).objects]) {
      if (!present.has(id)) this.remove(kind, object.metadata);
    }
    for (const object of objects) this.put(kind, object);
  }

  #tell(kind: KindDef, before: KubeObject | undefined, after: KubeObject | undefined): void {
    for (const listener of this.#listeners) listener(kind, before, after);
  }

  #shelf(kind: KindDef): Shelf {
    const id = `${kind.plural}.${kind.group}`;
    const shelf = this.#shelves.get(id) ?? { kind, objects: new Map(), indexes: new Map() };
    this.#shelves.set(id, shelf);
    return shelf;
  }
}

/**
 * Versions of one resource grow as decimal integers (official since Kubernetes 1.35). This is the only place that
 * compares them for order; a successor under the same name has another uid and always wins.
 */
function isNewer(before: KubeObject, after: KubeObject): boolean {
  if (before.metadata.uid !== after.metadata.uid) return true;
  const [old, fresh] = [before.metadata.resourceVersion ?? '', after.metadata.resourceVersion ?? ''];
  if (old === fresh) return false;
  return fresh.length === old.length ? fresh > old : fresh.length > old.length;
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object without managed fields and kubectl's copy of it: half of the memory, read by nobody here. */
function lean(object: KubeObject): KubeObject {
  const { managedFields: _fields, ...metadata } = object.metadata as KubeObject['metadata'] & {
    managedFields?: unknown;
  };
  if (metadata.annotations?.[lastApplied] !== undefined) {
    const { [lastApplied]: _copy, ...annotations } = metadata.annotations;
    return { ...object, metadata: { ...metadata, annotations } };
  }
  return { ...object, metadata };
}

type Index = { fn: IndexFn; values: Map<string, Set<string>> };

function link(index: Index, id: string, object: KubeObject): void {
  for (const value of index.fn(object)) {
    const ids = index.values.get(value) ?? new Set<string>();
    ids.add(id);
    index.values.set(value, ids);
  }
}

function unlink(index: Index, id: string, object: KubeObject): void {
  for (const value of index.fn(object)) {
    const ids = index.values.get(value);
    ids?.delete(id);
    if (ids?.size === 0) index.values.delete(value);
  }
}
