/** `keys:` of a config: keys of views by view and action. What the tables do not know, or bind twice, is an error. */
import { isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { UserError } from '../../../../errors/classes.js';
import { viewKeys } from '../../../../ui/keys.js';
import { freeLetter, keyNamesText, readKey } from '../../../../ui/shared/key-names.js';
import { type BoundKeys, bindingName, bound, shownKeys } from '../../../../ui/shared/keymap.js';
import type { Schema, Where } from './schema.js';

/** Every action of every view. */
export const keyMembers: Readonly<Record<string, Schema>> = Object.fromEntries(
  Object.entries(viewKeys).flatMap(([view, keymap]) =>
    keymap.map(({ action }) => [bindingName(view, action), { is: 'keys' }] as const),
  ),
);

/** The keys of one action: one or a list. @throws UserError CONFIG_INVALID */
export function keysAt(node: Node, path: readonly string[], at: Where): readonly string[] {
  return (isSeq(node) ? (node.items as Node[]) : [node]).map((item) => {
    const text = isScalar(item) && item.value !== null ? String(item.value) : '';
    const read = readKey(text);
    if ('key' in read) return read.key;
    throw new UserError('CONFIG_INVALID', `${path.join('.')} ${read.problem}`, { why: at(item), hint: keyNamesText });
  });
}

/** What a config's `keys:` says, as views take it. */
export const boundKeys = (value: unknown): BoundKeys =>
  Object.fromEntries(
    Object.entries((value ?? {}) as Record<string, unknown>).map(([name, keys]) => [
      name,
      (Array.isArray(keys) ? keys : [keys]).flatMap((key) => {
        const read = readKey(String(key));
        return 'key' in read ? [read.key] : [];
      }),
    ]),
  );

/** No key may have two actions in a view. @throws UserError CONFIG_INVALID at the binding that brought the second */
export function checkKeys(map: YAMLMap<Node, Node>, at: Where): void {
  const given = boundKeys(map.toJSON());
  for (const [view, table] of Object.entries(viewKeys)) {
    const owners = new Map<string, string>();
    const whole = bound(view, table, given);
    const used = new Set(whole.flatMap(({ keys }) => keys));
    for (const { action, keys } of whole) {
      const name = bindingName(view, action);
      for (const key of keys) {
        const other = owners.get(key);
        if (other !== undefined) throw conflict(map, at, key, [name, other], used);
        owners.set(key, name);
      }
    }
  }
}

function conflict(
  map: YAMLMap<Node, Node>,
  at: Where,
  key: string,
  [one, two]: readonly [string, string],
  used: ReadonlySet<string>,
): UserError {
  const find = (name: string) => map.items.find((pair) => isScalar(pair.key) && pair.key.value === name);
  const pair = find(one) ?? find(two);
  const [mine, theirs] = find(one) === undefined ? [two, one] : [one, two];
  return new UserError('CONFIG_INVALID', `keys.${mine}: "${shownKeys([key])}" is the key of ${theirs} too`, {
    why: at((pair?.value ?? map) as Node),
    hint: `bind the other one elsewhere: keys: { ${mine}: [${written(key)}], ${theirs}: [${freeLetter(used)}] }`,
  });
}

/** As YAML wants it. */
const written = (key: string): string => (/^[\w-]+$/.test(key) ? shownKeys([key]) : JSON.stringify(key));
