/** Objects by kind and name: the lines of `-o name`. */
import type { KindDef, KubeObject } from '../../../../api/kind.js';
import type { ListOptions, ObjectGroup } from './types.js';

/** `server.metal.ironcore.dev`; `secret` for the core group. */
export const qualified = (kind: Pick<KindDef, 'singular' | 'group'>): string =>
  kind.group === '' ? kind.singular : `${kind.singular}.${kind.group}`;

/** `kind.group/name` of an object that says what it is. */
export function nameOf({ apiVersion = '', kind = '', metadata }: KubeObject): string {
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
  return `${kind.toLowerCase()}${group}/${metadata.name}`;
}

/** `server.metal.ironcore.dev/node-07`, or with `-A` `ns/serverclaim.metal.ironcore.dev/x`. */
export const namesOf = ({ kind, items }: ObjectGroup, { allNamespaces }: ListOptions): string[] =>
  items.map(({ metadata }) => {
    const prefix = allNamespaces === true && metadata.namespace !== undefined ? `${metadata.namespace}/` : '';
    return `${prefix}${qualified(kind)}/${metadata.name}\n`;
  });
