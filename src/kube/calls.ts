/** Port calls as requests: path, query, body and media type of each. Pure. */
import { apiVersionOf, type Key, type KindDef, type KubeObject, keyOf } from '../api/kind.js';
import type { DeleteOptions, PatchType, WriteOptions } from '../ports/cluster.js';
import type { About, Call } from './call.js';
import { collectionPath, objectPath, type Query } from './paths.js';

const defaultManager = 'metalctl';

const patchTypes: Record<PatchType, string> = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
};

export const getCall = (kind: KindDef, key: Key, signal?: AbortSignal): Call => ({
  method: 'GET',
  path: objectPath(kind, key),
  about: aboutKey('get', kind, key),
  ...only({ signal }),
});

export function createCall(kind: KindDef, object: KubeObject, how: WriteOptions): Call {
  const key = keyOf(object);
  objectPath(kind, key); // Refuses names that are none, before they reach a path or a read-back.
  return {
    method: 'POST',
    path: collectionPath(kind, key.namespace),
    query: writeQuery(how),
    body: typed(kind, object),
    about: aboutKey('create', kind, key),
    ...only({ signal: how.signal }),
  };
}

export const patchCall = (kind: KindDef, key: Key, change: unknown, type: PatchType, how: WriteOptions): Call => ({
  method: 'PATCH',
  path: objectPath(kind, key, how.subresource),
  query: { ...writeQuery(how), force: type === 'apply' ? true : undefined },
  body: type === 'apply' ? typed(kind, change as object) : change,
  contentType: patchTypes[type],
  about: aboutKey('patch', kind, key),
  ...only({ signal: how.signal }),
});

export const replaceCall = (kind: KindDef, object: KubeObject, how: WriteOptions): Call => ({
  method: 'PUT',
  path: objectPath(kind, keyOf(object), how.subresource),
  query: writeQuery(how),
  body: typed(kind, object),
  about: aboutKey('update', kind, keyOf(object)),
  ...only({ signal: how.signal }),
});

/** A body makes the server ignore options in the query, so all of them go into the body. */
export function deleteCall(kind: KindDef, key: Key, how: DeleteOptions): Call {
  const preconditions = only({ uid: how.uid, resourceVersion: how.resourceVersion });
  return {
    method: 'DELETE',
    path: objectPath(kind, key),
    body: {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      ...only({
        preconditions: Object.keys(preconditions).length === 0 ? undefined : preconditions,
        propagationPolicy: how.propagation,
        dryRun: how.dryRun ? ['All'] : undefined,
      }),
    },
    about: aboutKey('delete', kind, key),
    ...only({ signal: how.signal }),
  };
}

/** The members that have a value. */
export function only<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}

export const aboutKey = (verb: About['verb'], kind: KindDef, key: Key): About => ({ verb, kind, ...key });

const typed = (kind: KindDef, object: object): object => ({
  ...object,
  apiVersion: apiVersionOf(kind),
  kind: kind.kind,
});

const writeQuery = (how: WriteOptions): Query => ({
  fieldManager: how.fieldManager ?? defaultManager,
  dryRun: how.dryRun ? 'All' : undefined,
});
