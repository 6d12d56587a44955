/** `inventory --diff`: what came, went and changed since a backup or an earlier report. */
import { statSync } from 'node:fs';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { bareName } from '../../api/names.js';
import { UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { matchesLabels, parseSelector } from '../../lib/labels.js';
import type { inventoryCommand } from '../inventory.js';
import { readText } from './discover-credentials.js';
import { bytes, type Item, itemOf } from './inventory-item.js';
import { fieldFilter } from './kit/fields.js';
import type { Run } from './kit/run.js';
import { readSnapshot } from './snapshot-files.js';

type InventoryRun = Run<typeof inventoryCommand>;

/** What `backup` wrote, or an earlier report of this command. @throws UserError FILE_NOT_FOUND · MANIFEST_INVALID · SNAPSHOT_INCOMPLETE */
export const before = (run: InventoryRun, path: string): Promise<readonly Item[]> =>
  isBackup(path) ? ofBackup(run, path) : ofReport(path);

const isBackup = (path: string): boolean =>
  /\.(tar\.gz|tgz)$/i.test(path) || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const incomplete = (path: string): UserError =>
  new UserError('SNAPSHOT_INCOMPLETE', `snapshot ${path} holds no hardware data`, {
    hint: [
      'take the next one with: metalctl backup --to FILE --with-status',
      'metalctl inventory -o json > FILE   keeps the servers alone',
    ],
  });

/** The servers of then that the command line chooses: the others have not gone. */
async function ofBackup(run: InventoryRun, path: string): Promise<readonly Item[]> {
  const { snapshot } = await readSnapshot(path);
  if (!snapshot.about.hasStatus) throw incomplete(path);
  const { selector, field } = run.flags;
  const wanted = selector === undefined ? [] : (parseSelector(selector) ?? []);
  const names = new Set(run.args.servers.map((word) => bareName(word, 'Server')));
  const passes = fieldFilter('Server', field, run.out.times.nowMs);
  return snapshot.items
    .filter(({ kind }) => kind.kind === 'Server')
    .map(({ object }) => object as Server)
    .filter(({ metadata }) => names.size === 0 || names.has(metadata.name))
    .filter((server) => matchesLabels(wanted, server.metadata.labels) && passes(server))
    .map(itemOf);
}

async function ofReport(path: string): Promise<readonly Item[]> {
  const text = await readText(path, 'the snapshot');
  let value: { kind?: unknown; items?: unknown };
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UserError('MANIFEST_INVALID', `${path} is neither a backup nor JSON`, {
      cause,
      hint: ['metalctl backup --to FILE.tar.gz --with-status', 'metalctl inventory -o json > FILE'],
    });
  }
  if (value?.kind === 'InventoryReport' && Array.isArray(value.items)) return value.items as Item[];
  throw incomplete(path);
}

/** What identifies and describes hardware; state and place change without a screwdriver. */
const compared = ['model', 'serial', 'cores', 'memoryBytes', 'disks', 'nics', 'bios'] as const;

export async function compare(run: InventoryRun, now: readonly Item[], then: readonly Item[]): Promise<ExitName> {
  const old = new Map(then.map((item) => [item.uuid || item.server, item]));
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
