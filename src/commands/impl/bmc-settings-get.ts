/** Body of `bmc settings get`. */
import type { bmcSettingsGetCommand } from '../bmc-config.js';
import { bmcPlace } from './kit/bmc-places.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof bmcSettingsGetCommand>): Promise<void> {
  const { names } = run.args;
  const { bmc, name } = await bmcPlace(run, run.args.target);
  const { current, pending } = await bmc.bmcAttributes(names.length === 0 ? 'all' : names);
  const unknown = names.filter((wanted) => !(wanted in current));
  if (unknown.length > 0) run.talk.note(`bmc/${name} has no setting ${unknown.join(', ')}`);
  await run.out.document(
    { kind: 'BmcSettings', bmc: name, current, pending },
    () => ({
      columns: [{ header: 'SETTING' }, { header: 'VALUE' }, { header: 'PENDING' }],
      rows: Object.entries(current).map(([key, value]) => [key, String(value ?? ''), String(pending[key] ?? '')]),
    }),
    Object.keys(current),
  );
}
