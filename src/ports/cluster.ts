/**
 * The Kubernetes API as metalctl uses it. Implemented by `kube/` over HTTP and by `test/support/fake-cluster.ts`.
 * Objects are plain JSON as served: unknown fields are present, nothing is parsed away (parse to read, patch to write).
 */
import type { Key, KindDef, KubeObject } from '../api/kind.js';

export interface ListOptions {
  /** Only for namespaced kinds; absent means all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** `'0'` accepts a cached answer; absent reads the most recent state. */
  readonly resourceVersion?: string;
  /** Objects of one answer; the rest follows in further ones. 0 asks for all in one. */
  readonly chunkSize?: number;
  /** Told what is there after every answer that another one follows: a long list can be shown while it arrives. */
  readonly onPart?: (part: ListPart) => void;
  readonly signal?: AbortSignal;
}

/** A list that is not complete yet. */
export interface ListPart {
  /** All objects so far. */
  readonly items: readonly KubeObject[];
  /** How many are to come, about; absent where the server does not count them. */
  readonly remaining?: number;
}

export interface ListResult<T> {
  readonly items: T[];
  readonly resourceVersion: string;
}

export type WatchEvent<T> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  /** Moves only the version: nothing changed up to here. */
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

export interface WatchOptions extends ListOptions {
  /** Start after this version. */
  readonly resourceVersion: string;
}

export type PatchType = 'merge' | 'json' | 'apply';

export interface WriteOptions {
  readonly subresource?: 'status';
  /** Name under which field ownership is recorded; default `metalctl`. */
  readonly fieldManager?: string;
  /** Validate and admit on the server, store nothing. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

/** Reads. Absence is a value (`undefined`), never an error. */
export interface ClusterReads {
  get<T extends KubeObject>(kind: KindDef<T>, key: Key, signal?: AbortSignal): Promise<T | undefined>;
  /** Complete list; pages are fetched and joined. */
  list<T extends KubeObject>(kind: KindDef<T>, options?: ListOptions): Promise<ListResult<T>>;
}

/**
 * The whole port. Every failure is a MetalError:
 * `ConflictError CONFLICT` 409 · `ConflictError ALREADY_EXISTS` · `PermanentError NOT_FOUND` (patch, update of absent)
 * · `PermanentError API_INVALID|API_FORBIDDEN|CRD_MISSING|API_UNAUTHORIZED` · `TransientError API_UNREACHABLE|API_TIMEOUT|
 * API_THROTTLED|API_ERROR` · `TransientError WATCH_EXPIRED` (410 in any form).
 */
export interface Cluster extends ClusterReads {
  /**
   * One watch connection. Ends normally when the server closes it (time-out), throws on anything else.
   * Bookmarks are requested. An idle limit cuts connections that send nothing (TransientError API_TIMEOUT).
   */
  watch<T extends KubeObject>(kind: KindDef<T>, options: WatchOptions): AsyncIterable<WatchEvent<T>>;
  /** Creates; the object's `metadata.name` is used as it is. @throws ConflictError ALREADY_EXISTS */
  create<T extends KubeObject>(kind: KindDef<T>, object: T, options?: WriteOptions): Promise<T>;
  /**
   * Sends a patch. A merge patch that carries `metadata.resourceVersion` is a compare-and-swap.
   * An empty merge patch is not sent. `apply` is server-side apply with force, creating if absent.
   */
  patch<T extends KubeObject>(
    kind: KindDef<T>,
    key: Key,
    patch: unknown,
    type: PatchType,
    options?: WriteOptions,
  ): Promise<T>;
  /** PUT: only for objects metalctl owns whole (Lease). */
  replace<T extends KubeObject>(kind: KindDef<T>, object: T, options?: WriteOptions): Promise<T>;
  /** Deletes. An absent object is success (false). */
  delete(kind: KindDef, key: Key, options?: DeleteOptions): Promise<boolean>;
}

export interface DeleteOptions {
  /** Delete only this very object. */
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}
