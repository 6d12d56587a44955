/** Body of `inventory`. */
import { labels } from '../../api/metal/v1alpha1/constants.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { formatBytes, parseQuantity } from '../../lib/quantity.js';
import { coresOf, disksText, memoryOf, whereOf } from '../../workflows/claim/requirements.js';
import { badChoice } from '../flags.js';
import type { inventoryCommand } from '../inventory.js';
import { readText } from './discover-credentials.js';
import type { Run } from './kit/run.js';
import { serverTargets } from './kit/targets.js';

type InventoryRun = Run<typeof inventoryCommand>;

interface Item {
  readonly server: string;
  readonly uuid: string;
  readonly vendor: string;
  readonly model: string;
  readonly serial: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly disks: string;
  readonly diskBytes: number;
  readonly nics: readonly string[];
  readonly bios: string;
  readonly state: string;
  readonly where: string;
  readonly rack: string;
  readonly location: string;
}

export default async function (run: InventoryRun): Promise<ExitName | undefined> {
  const { servers: names } = run.args;
  const { selector, field, groupBy, diff } = run.flags;
  const isEvery = names.length === 0 && selector === undefined && field.length === 0;
  const found = await serverTargets(run, run.ports.cluster, { names, ...run.flags, all: isEvery });
  const items = found.map(itemOf);
  if (diff !== undefined) return compare(run, items, await snapshot(diff));
  if (groupBy.length > 0) await count(run, items, groupBy);
  else await list(run, items);
  return undefined;
}

function itemOf(server: Server): Item {
  const { metadata, spec, status } = server;
  const drives = (status?.storages ?? []).flatMap((storage) => storage.drives ?? []);
  return {
    server: metadata.name,
    uuid: spec?.systemUUID ?? '',
    vendor: status?.manufacturer ?? '',
    model: status?.model ?? '',
    serial: status?.serialNumber ?? '',
    cores: coresOf(server),
    memoryBytes: memoryOf(server),
    disks: disksText(server),
    diskBytes: drives.reduce((sum, { capacity }) => sum + (parseQuantity(String(capacity ?? '0')) ?? 0), 0),
    nics: (status?.networkInterfaces ?? []).map(({ macAddress }) => macAddress).sort(),
    bios: status?.biosVersion ?? '',
    state: status?.state ?? '',
    where: whereOf(server),
    rack: metadata.labels?.[labels.rack] ?? '',
    location: metadata.labels?.[labels.location] ?? '',
  };
}

const bytes = (value: number): string => (value === 0 ? '' : formatBytes(value));

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

/** @throws UserError FILE_NOT_FOUND · MANIFEST_INVALID · SNAPSHOT_INCOMPLETE */
async function snapshot(path: string): Promise<readonly Item[]> {
  const text = await readText(path, 'the snapshot');
  let value: { kind?: unknown; items?: unknown };
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UserError('MANIFEST_INVALID', `${path} is not JSON`, {
      cause,
      hint: 'metalctl inventory -o json > FILE',
    });
  }
  if (value?.kind === 'InventoryReport' && Array.isArray(value.items)) return value.items as Item[];
  throw new UserError('SNAPSHOT_INCOMPLETE', `${path} holds no hardware data`, {
    hint: 'take the next one with: metalctl inventory -o json > FILE',
  });
}

/** What identifies and describes hardware; state and place change without a screwdriver. */
const compared = ['model', 'serial', 'cores', 'memoryBytes', 'disks', 'nics', 'bios'] as const;

async function compare(run: InventoryRun, now: readonly Item[], before: readonly Item[]): Promise<ExitName> {
  const old = new Map(before.map((item) => [item.uuid || item.server, item]));
  const current = new Map(now.map((item) => [item.uuid || item.server, item]));
  const text = (item: Item | undefined, key: (typeof compared)[number]): string =>
    key === 'memoryBytes' ? bytes(Number(item?.memoryBytes ?? 0)) : String(item?.[key] ?? '');
  const differences = [
    ...[...current].flatMap(([id, item]) => {
      const was = old.get(id);
      if (was === undefined)
        return [
          {
            server: item.server,
            change: '+',
            member: '',
            before: '',
            now: `${item.vendor} ${item.model} ${item.serial}`.trim(),
          },
        ];
      return compared
        .filter((key) => text(was, key) !== text(item, key))
        .map((key) => ({
          server: item.server,
          change: '~',
          member: key,
          before: text(was, key),
          now: text(item, key),
        }));
    }),
    ...[...old].flatMap(([id, item]) =>
      current.has(id)
        ? []
        : [
            {
              server: item.server,
              change: '-',
              member: '',
              before: `${item.vendor} ${item.model} ${item.serial}`.trim(),
              now: '',
            },
          ],
    ),
  ];
  if (differences.length === 0) run.talk.note('Nothing changed.');
  await run.out.document({ kind: 'InventoryDiff', differences }, () =>
    differences.length === 0
      ? ''
      : {
          columns: [{ header: '' }, { header: 'SERVER' }, { header: 'WHAT' }, { header: 'BEFORE' }, { header: 'NOW' }],
          rows: differences.map((each) => [each.change, each.server, each.member, each.before, each.now]),
        },
  );
  return differences.length === 0 ? 'OK' : 'CHANGES';
}
