/** Body of `bmc settings set`. */
import type { bmcSettingsSetCommand } from '../bmc-config.js';
import { applySettings, wantedOf } from './bmc-settings.js';
import type { Run } from './kit/run.js';

export default async (run: Run<typeof bmcSettingsSetCommand>): Promise<void> =>
  applySettings(run, run.args.target, await wantedOf(run.args.values, undefined));
