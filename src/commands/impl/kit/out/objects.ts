/** Lists of objects in every form of `-o`. */
import { apiVersionOf, type KubeObject } from '../../../../api/kind.js';
import { cleaned } from '../../../../lib/output/clean.js';
import { escapeJson } from '../../../../lib/sanitize.js';
import { customOf, customText } from './custom.js';
import { namesOf } from './names.js';
import { groupText } from './tables.js';
import type { ListOptions, ObjectGroup, OutOptions } from './types.js';
import { compact, valueText } from './whole.js';

export function objectsText(options: OutOptions, groups: readonly ObjectGroup[], list: ListOptions): string {
  const { format } = options;
  if (format.kind === 'name') return groups.flatMap((group) => namesOf(group, list)).join('');
  const items = groups.flatMap((group) => typed(group).map((item) => cleaned(item, managed(list))));
  const value = list.isSingle === true && items.length === 1 ? items[0] : listOf(items);
  const text = valueText(format, value, items);
  if (text !== undefined) return text;
  const custom = customOf(options, groups);
  if (custom !== undefined) return customText(custom, items, list);
  const shown = groups.filter((group) => group.items.length > 0);
  return shown.map((group) => groupText(options, group, list, shown.length > 1)).join('\n');
}

/** Objects in one piece of a stream: enough to be worth a write, few enough to weigh nothing. */
const streamedAtOnce = 100;

/**
 * JSON of a long list, piece by piece and byte for byte as a whole: a list of 10,000 servers as one text would weigh
 * more than the servers. Undefined for the other forms and for what is short.
 */
export function streamed(
  options: OutOptions,
  groups: readonly ObjectGroup[],
  list: ListOptions,
): Iterable<string> | undefined {
  const { kind } = options.format;
  const count = groups.reduce((sum, { items }) => sum + items.length, 0);
  if (count <= streamedAtOnce || (kind !== 'json' && kind !== 'jsonl')) return undefined;
  const textOf =
    kind === 'jsonl'
      ? compact
      : (item: unknown) => `    ${escapeJson(JSON.stringify(item, null, 2)).replaceAll('\n', '\n    ')}`;
  return kind === 'jsonl' ? pieces(groups, list, textOf, '') : listPieces(pieces(groups, list, textOf, ',\n'));
}

function* listPieces(items: Iterable<string>): Iterable<string> {
  const [head = '', tail = ''] = JSON.stringify(listOf(['@']), null, 2).split('    "@"');
  yield head;
  yield* items;
  yield `${tail}\n`;
}

function* pieces(
  groups: readonly ObjectGroup[],
  list: ListOptions,
  textOf: (item: unknown) => string,
  between: string,
): Iterable<string> {
  let isFirst = true;
  for (const group of groups) {
    for (let at = 0; at < group.items.length; at += streamedAtOnce) {
      const part = typed({ ...group, items: group.items.slice(at, at + streamedAtOnce) });
      const texts = part.map((item) => textOf(cleaned(item, managed(list))));
      yield (isFirst ? '' : between) + texts.join(between);
      isFirst = false;
    }
  }
}

const managed = ({ showManagedFields }: ListOptions): { showManagedFields?: boolean } =>
  showManagedFields === undefined ? {} : { showManagedFields };

export const listOf = (items: readonly unknown[]): unknown => ({
  apiVersion: 'v1',
  kind: 'List',
  metadata: { resourceVersion: '' },
  items,
});

/** Items of a list come without their type; it is put back, in its usual place. */
const typed = ({ kind, items }: ObjectGroup): KubeObject[] =>
  items.map(({ apiVersion, kind: name, ...rest }) => ({
    apiVersion: apiVersion ?? apiVersionOf(kind),
    kind: name ?? kind.kind,
    ...rest,
  }));
