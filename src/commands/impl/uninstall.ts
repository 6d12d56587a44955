/** Body of `uninstall`. */
import { kindNames } from '../../api/names.js';
import { placeOf } from '../../workflows/install/roles.js';
import { type Inventory, remove, requireReleased, takeStock } from '../../workflows/install/uninstall.js';
import type { uninstallCommand } from '../install.js';
import type { Change } from './kit/out.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof uninstallCommand>): Promise<void> {
  const { cluster } = run.ports;
  const { keepCrds } = run.flags;
  const names = keepCrds ? [] : kindNames.map(({ plural, group }) => `${plural}.${group}`);
  const stock = await takeStock(cluster, names, run.signal);
  const isDry = run.globals.dryRun !== 'none';
  if (!isDry && stock.doomed.length > 0) {
    for (const line of planOf(stock)) run.talk.note(line);
    requireReleased(stock);
    const typed = String(stock.objects.length);
    await run.confirm({ level: keepCrds ? 2 : 3, what: 'uninstalling metalctl', plan: [], typed });
  }
  const options = { signal: run.signal, dryRun: run.globals.dryRun === 'server' };
  const changes: Change[] = [];
  for (const manifest of stock.doomed) {
    const isGone = run.globals.dryRun === 'client' || (await remove(cluster, manifest, options));
    const verdict = isGone ? `deleted${isDry ? ' (dry run)' : ''}` : 'unchanged: it is gone';
    changes.push({ object: manifest.object, line: `${placeOf(manifest)} ${verdict}` });
  }
  await run.out.changes(changes);
  if (changes.length === 0) run.talk.note('Nothing of metalctl is installed here.');
}

const shown = 10;

/** What goes; objects whose deletion would never end are named first. */
function planOf({ doomed, objects, held }: Inventory): string[] {
  const crds = doomed.filter(({ kind }) => kind.kind === 'CustomResourceDefinition');
  const rest = doomed.length - crds.length;
  const theirs = objects.length === 0 ? '' : ` with their ${counted(objects.length, 'object')}`;
  const lines = held.slice(0, shown).map((each) => {
    const finalizers = (each.object.metadata.finalizers ?? []).join(', ');
    return `holds    ${placeOf(each)}: ${finalizers}`;
  });
  const more = held.length > shown ? [`holds    … and ${held.length - shown} more`] : [];
  return [
    `PLAN  delete ${counted(rest, 'workload or role')}, ${counted(crds.length, 'CRD')}${theirs}; hardware is left as it is`,
    ...lines,
    ...more,
  ];
}

const counted = (count: number, what: string): string =>
  `${count} ${count === 1 ? what : what === 'workload or role' ? 'workloads and roles' : `${what}s`}`;
