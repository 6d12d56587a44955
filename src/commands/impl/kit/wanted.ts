/** What manifests are about: the kind of each, and its key in the namespace it says or the current one. */
import type { Key, KindDef, KubeObject } from '../../../api/kind.js';
import { findKind } from './kinds.js';
import type { Manifest } from './manifest-files.js';
import type { AnyRun } from './run.js';

/** A manifest with its kind and key. */
export interface Wanted {
  readonly kind: KindDef;
  readonly key: Key;
  readonly object: KubeObject;
}

/** Kinds and namespaces of manifests. @throws UserError USAGE for a kind that nobody serves */
export async function resolved(run: AnyRun, manifests: readonly Manifest[]): Promise<Wanted[]> {
  const cluster = await run.open('cluster');
  const found: Wanted[] = [];
  for (const { object } of manifests) {
    const [group = '', version] = object.apiVersion.includes('/')
      ? object.apiVersion.split('/')
      : ['', object.apiVersion];
    const known = await findKind(group === '' ? object.kind : `${object.kind}.${group}`, cluster, run.signal);
    const kind = { ...known, version: version ?? known.version };
    const namespace = object.metadata.namespace ?? (await run.namespace());
    const key =
      kind.scope === 'Namespaced' ? { namespace, name: object.metadata.name } : { name: object.metadata.name };
    found.push({ kind, key, object: { ...object, metadata: { ...object.metadata, ...key } } });
  }
  return found;
}
