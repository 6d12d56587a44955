/** Body of `bmc settings apply`. */
import type { bmcSettingsApplyCommand } from '../bmc-config.js';
import { applySettings, wantedOf } from './bmc-settings.js';
import type { Run } from './kit/run.js';

export default async (run: Run<typeof bmcSettingsApplyCommand>): Promise<void> =>
  applySettings(run, run.args.target, await wantedOf([], run.flags.file));
