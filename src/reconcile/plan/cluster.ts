/**
 * A cluster that is read live and never written: what would be written lies in an overlay that later reads see. Defaults
 * and admission of the API server are not applied to it; no reconciler waits for them.
 */
import { type Key, type KindDef, type KubeObject, keyOf, keyText } from '../../api/kind.js';
import { ConflictError, PermanentError } from '../../errors/classes.js';
import { applyMergePatch, isObject } from '../../lib/merge-patch.js';
import type { Cluster } from '../../ports/cluster.js';
import { changesBetween, type PlanStep } from './steps.js';

/** Above every version an API server has given. */
const firstVersion = 10n ** 18n;

/** @param tell hears each write that was not made */
export function planningCluster(cluster: Cluster, now: () => Date, tell: (step: PlanStep) => void): Cluster {
  const overlay = new Overlay(cluster, now, tell);
  return {
    get: (kind, key) => overlay.get(kind, key),
    list: (kind, options) => overlay.list(kind, options),
    watch: (kind, options) => cluster.watch(kind, options),
    create: (kind, object) => overlay.create(kind, object),
    patch: (kind, key, patch, type, options) => overlay.patch(kind, key, patch, type === 'apply', options?.subresource),
    replace: (kind, object) => overlay.patch(kind, keyOf(object), object, true),
    delete: (kind, key) => overlay.delete(kind, key),
  };
}

class Overlay {
  readonly #cluster: Cluster;
  readonly #now: () => Date;
  readonly #tell: (step: PlanStep) => void;
  /** By kind and key; undefined is an object that would be gone. */
  readonly #objects = new Map<string, KubeObject | undefined>();
  #version = firstVersion;

  constructor(cluster: Cluster, now: () => Date, tell: (step: PlanStep) => void) {
    this.#cluster = cluster;
    this.#now = now;
    this.#tell = tell;
  }

  async get<T extends KubeObject>(kind: KindDef<T>, key: Key): Promise<T | undefined> {
    const id = idOf(kind, key);
    return this.#objects.has(id) ? (this.#objects.get(id) as T | undefined) : this.#cluster.get(kind, key);
  }

  async list<T extends KubeObject>(kind: KindDef<T>, options?: Parameters<Cluster['list']>[1]) {
    const found = await this.#cluster.list(kind, options);
    const items = new Map(found.items.map((item) => [keyText(keyOf(item)), item]));
    for (const [id, object] of this.#objects) {
      if (!id.startsWith(`${kind.plural}/`)) continue;
      const name = id.slice(kind.plural.length + 1);
      if (object === undefined) items.delete(name);
      else items.set(name, object as T);
    }
    return { ...found, items: [...items.values()] };
  }

  async create<T extends KubeObject>(kind: KindDef<T>, object: T): Promise<T> {
    const key = keyOf(object);
    if ((await this.get(kind, key)) !== undefined)
      throw new ConflictError('ALREADY_EXISTS', `${kind.plural} "${keyText(key)}" exists already`);
    const uid = `planned-${this.#version + 1n}`;
    const made = this.#keep(kind, { ...object, metadata: { ...object.metadata, uid, generation: 1 } });
    this.#say(kind, 'create', key, undefined, made);
    return made;
  }

  async patch<T extends KubeObject>(
    kind: KindDef<T>,
    key: Key,
    patch: unknown,
    isApply: boolean,
    subresource?: 'status',
  ): Promise<T> {
    const before = await this.get(kind, key);
    if (before === undefined) {
      if (isApply) return this.create(kind, patch as T);
      throw new PermanentError('NOT_FOUND', `${kind.plural} "${keyText(key)}" not found`);
    }
    checkVersion(before, patch);
    const wanted = subresource === 'status' ? { status: (patch as { status?: unknown }).status } : withoutStatus(patch);
    const merged = applyMergePatch(before as never, wanted as never) as unknown as T;
    if (JSON.stringify(merged) === JSON.stringify(before)) return before;
    const isGone = merged.metadata.deletionTimestamp !== undefined && (merged.metadata.finalizers ?? []).length === 0;
    const after = this.#keep(kind, merged);
    if (isGone) this.#objects.set(idOf(kind, key), undefined);
    this.#say(kind, 'update', key, before, after, subresource);
    return after;
  }

  async delete(kind: KindDef, key: Key): Promise<boolean> {
    const before = await this.get(kind, key);
    if (before === undefined) return false;
    const isHeld = (before.metadata.finalizers ?? []).length > 0;
    const deletionTimestamp = before.metadata.deletionTimestamp ?? this.#now().toISOString();
    if (isHeld) this.#keep(kind, { ...before, metadata: { ...before.metadata, deletionTimestamp } });
    else this.#objects.set(idOf(kind, key), undefined);
    this.#tell({ to: 'api', verb: 'delete', kind: kind.kind, name: keyText(key), changes: [] });
    return true;
  }

  #keep<T extends KubeObject>(kind: KindDef<T>, object: T): T {
    this.#version += 1n;
    const kept = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    this.#objects.set(idOf(kind, keyOf(object)), kept);
    return kept;
  }

  #say(
    kind: KindDef,
    verb: 'create' | 'update',
    key: Key,
    before: KubeObject | undefined,
    after: KubeObject,
    subresource?: 'status',
  ): void {
    const changes = changesBetween(before && { ...before, kind: kind.kind }, { ...after, kind: kind.kind });
    const where = subresource === undefined ? {} : { subresource };
    this.#tell({ to: 'api', verb, kind: kind.kind, name: keyText(key), ...where, changes });
  }
}

const idOf = (kind: KindDef, key: Key): string => `${kind.plural}/${keyText(key)}`;

/** Where a patch names a version it must be the present one, as the API server has it. */
function checkVersion(before: KubeObject, patch: unknown): void {
  const wanted = (patch as { metadata?: { resourceVersion?: string } }).metadata?.resourceVersion;
  if (wanted !== undefined && wanted !== before.metadata.resourceVersion)
    throw new ConflictError('CONFLICT', `"${keyText(keyOf(before))}" has changed meanwhile`);
}

function withoutStatus(patch: unknown): unknown {
  if (!isObject(patch as never)) return patch;
  const { status: _, ...rest } = patch as Record<string, unknown>;
  return rest;
}
