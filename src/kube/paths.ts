/** Where objects live below the server address: `/api/v1/…` for the core group, `/apis/<group>/<version>/…` for others. */
import type { Key, KindDef } from '../api/kind.js';
import { PermanentError } from '../errors/classes.js';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Path of a group and version, e.g. `/apis/metal.ironcore.dev/v1alpha1`. */
export const groupPath = (kind: Pick<KindDef, 'group' | 'version'>): string =>
  kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;

/** Path of all objects of a kind, in one namespace or (namespace absent) in all. */
export function collectionPath(kind: KindDef, namespace?: string): string {
  const isNarrowed = kind.scope === 'Namespaced' && namespace !== undefined;
  return `${groupPath(kind)}${isNarrowed ? `/namespaces/${segment(namespace)}` : ''}/${kind.plural}`;
}

/** Path of one object. A namespaced kind without a namespace is a programming error. */
export function objectPath(kind: KindDef, key: Key, subresource?: string): string {
  if (kind.scope === 'Namespaced' && key.namespace === undefined) {
    throw new Error(`${kind.kind} "${key.name}" is namespaced, and no namespace was given`);
  }
  const tail = subresource === undefined ? '' : `/${subresource}`;
  return `${collectionPath(kind, key.namespace)}/${segment(key.name)}${tail}`;
}

/** `?a=b&c=d`, or nothing. Absent values are left out. */
export function queryText(query: Query = {}): string {
  const parts = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/**
 * One path segment. `.`, `..`, a slash or a percent sign are refused as the API server refuses them in names: URL
 * parsers resolve dot segments even when encoded, so such a name would reach another object.
 */
function segment(name: string): string {
  if (name === '' || name === '.' || name === '..' || /[/%]/.test(name)) {
    throw new PermanentError('API_INVALID', `"${name}" cannot be the name of an object`);
  }
  return encodeURIComponent(name);
}
