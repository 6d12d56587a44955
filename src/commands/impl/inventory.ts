/** Body of `inventory`. */
import type { ExitName } from '../../errors/exit.js';
import { badChoice } from '../flags.js';
import type { inventoryCommand } from '../inventory.js';
import { before, compare } from './inventory-diff.js';
import { bytes, type Item, itemOf } from './inventory-item.js';
import type { Run } from './kit/run.js';
import { serverTargets } from './kit/targets.js';

type InventoryRun = Run<typeof inventoryCommand>;

export default async function (run: InventoryRun): Promise<ExitName | undefined> {
  const { servers: names } = run.args;
  const { selector, field, groupBy, diff } = run.flags;
  const isEvery = names.length === 0 && selector === undefined && field.length === 0;
  const found = await serverTargets(run, run.ports.cluster, { names, ...run.flags, all: isEvery });
  const items = found.map(itemOf);
  if (diff !== undefined) return compare(run, items, await before(run, diff));
  if (groupBy.length > 0) await count(run, items, groupBy);
  else await list(run, items);
  return undefined;
}

async function list(run: InventoryRun, items: readonly Item[]): Promise<void> {
  if (items.length === 0) run.talk.note('No servers found.');
  await run.out.document(
    { kind: 'InventoryReport', items },
    () =>
      items.length === 0
        ? ''
        : {
            columns: [
              { header: 'NAME' },
              { header: 'MODEL' },
              { header: 'SERIAL' },
              { header: 'CORES', align: 'right' },
              { header: 'MEMORY', align: 'right' },
              { header: 'DISKS' },
              { header: 'NICS', align: 'right' },
              { header: 'BIOS', drop: 1 },
              { header: 'STATE', isState: true },
              { header: 'WHERE', drop: 2 },
              { header: 'UUID', wide: true },
            ],
            rows: items.map((item) => [
              item.server,
              [item.vendor, item.model].filter(Boolean).join(' '),
              item.serial,
              item.cores === 0 ? '' : String(item.cores),
              bytes(item.memoryBytes),
              item.disks,
              item.nics.length === 0 ? '' : String(item.nics.length),
              item.bios,
              item.state,
              item.where,
              item.uuid,
            ]),
          },
    items.map(({ server }) => `server/${server}`),
  );
}

const keys = ['model', 'vendor', 'rack', 'location', 'state', 'bios'] as const;
type Key = (typeof keys)[number];
const isKey = (word: string): word is Key => keys.some((key) => key === word);

const groupValue = (item: Item, key: Key): string =>
  key === 'model' ? [item.vendor, item.model].filter(Boolean).join(' ') : item[key];

async function count(run: InventoryRun, items: readonly Item[], words: readonly string[]): Promise<void> {
  const by = words.map((word) => {
    if (isKey(word)) return word;
    throw badChoice(keys, word, '--group-by');
  });
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = JSON.stringify(by.map((each) => groupValue(item, each)));
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  const sum = (list: readonly Item[], of: (item: Item) => number): number =>
    list.reduce((total, item) => total + of(item), 0);
  const counted = [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, list]) => ({
      key: JSON.parse(key) as string[],
      count: list.length,
      cores: sum(list, ({ cores }) => cores),
      memoryBytes: sum(list, ({ memoryBytes }) => memoryBytes),
      diskBytes: sum(list, ({ diskBytes }) => diskBytes),
      free: list.filter(({ state }) => state === 'Available').length,
      bios: versions(list),
    }));
  const groupsOut = counted.map(({ key, ...rest }) => ({
    ...Object.fromEntries(by.map((each, at) => [each, key[at] ?? ''])),
    ...rest,
  }));
  await run.out.document({ kind: 'InventorySummary', by, groups: groupsOut }, () => ({
    columns: [
      ...by.map((each) => ({ header: each.toUpperCase() })),
      { header: 'COUNT', align: 'right' as const },
      { header: 'CORES', align: 'right' as const },
      { header: 'MEMORY', align: 'right' as const },
      { header: 'DISKS', align: 'right' as const },
      { header: 'FREE', align: 'right' as const },
      { header: 'BIOS VERSIONS', drop: 1 },
    ],
    rows: counted.map((group) => [
      ...group.key,
      String(group.count),
      String(group.cores),
      bytes(group.memoryBytes),
      bytes(group.diskBytes),
      String(group.free),
      group.bios.map(({ version, count: n }) => `${version || '-'} (${n})`).join(', '),
    ]),
  }));
}

function versions(items: readonly Item[]): { version: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { bios } of items) counts.set(bios, (counts.get(bios) ?? 0) + 1);
  return [...counts]
    .map(([version, n]) => ({ version, count: n }))
    .sort((a, b) => b.count - a.count || (a.version < b.version ? -1 : 1));
}
