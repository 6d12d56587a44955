/** What to say when a named object does not exist: the namespace it is in, or the names that are near. */
import { type Key, type KindDef, keyText } from '../../../api/kind.js';
import { UserError } from '../../../errors/classes.js';
import { nearest } from '../../../lib/nearest.js';
import type { Cluster } from '../../../ports/cluster.js';

/** A NOT_FOUND error for people. Looking around costs one list; if that fails the plain sentence is given. */
export async function missing(cluster: Cluster, kind: KindDef, key: Key, signal?: AbortSignal): Promise<UserError> {
  const where = key.namespace === undefined ? '' : ` in namespace "${key.namespace}"`;
  const what = `${kind.singular} "${key.name}" not found${where}`;
  const context = { target: `${kind.singular}/${keyText(key)}` };
  const others = await keysOf(cluster, kind, signal);
  const elsewhere = others.find((other) => other.name === key.name);
  if (elsewhere?.namespace !== undefined) {
    const why = `it exists in namespace "${elsewhere.namespace}"`;
    return new UserError('NOT_FOUND', what, { why, hint: `add -n ${elsewhere.namespace}`, context });
  }
  const close = nearest(
    key.name,
    others.map((other) => other.name),
    3,
  );
  return new UserError('NOT_FOUND', what, {
    ...(close.length > 0 ? { why: `near names: ${close.join(', ')}` } : {}),
    hint: `metalctl get ${kind.plural}${kind.scope === 'Namespaced' ? ' -A' : ''}`,
    context,
  });
}

async function keysOf(cluster: Cluster, kind: KindDef, signal?: AbortSignal): Promise<Key[]> {
  try {
    const { items } = await cluster.list(kind, signal === undefined ? {} : { signal });
    return items.map(({ metadata: { namespace, name } }) => (namespace === undefined ? { name } : { namespace, name }));
  } catch {
    return [];
  }
}
