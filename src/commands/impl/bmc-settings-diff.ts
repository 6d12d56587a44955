/** Body of `bmc settings diff`. */
import type { ExitName } from '../../errors/exit.js';
import type { bmcSettingsDiffCommand } from '../bmc-config.js';
import { changeColumns, changeRows, checked, wantedOf } from './bmc-settings.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof bmcSettingsDiffCommand>): Promise<ExitName> {
  const check = await checked(run, run.args.target, await wantedOf(run.args.values, run.flags.file));
  const { place, changes, needsReset, warnings } = check;
  for (const warning of warnings) run.talk.note(warning);
  await run.out.document({ kind: 'BmcSettingsDiff', bmc: place.name, changes, needsReset }, () => ({
    columns: changeColumns,
    rows: changeRows(check),
  }));
  return Object.keys(changes).length > 0 ? 'CHANGES' : 'OK';
}
