/** Body of `config get`. */
import { UserError } from '../../errors/classes.js';
import { neutraliseLines } from '../../lib/sanitize.js';
import { toYaml } from '../../lib/yaml.js';
import type { configGetCommand } from '../config.js';
import { configPath } from './config-path.js';
import { openConfig, pathOfKey, valueAt } from './kit/config/write.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof configGetCommand>): Promise<void> {
  const { key } = run.args;
  const value = valueAt(openConfig(configPath(run)), pathOfKey(key));
  if (value === undefined) {
    throw new UserError('NOT_FOUND', `the config does not set "${key}"`, { hint: `metalctl config set ${key} VALUE` });
  }
  if (run.out.isMachine) return run.out.event(value);
  await run.out.text(typeof value === 'object' ? toYaml(value) : `${neutraliseLines(String(value))}\n`);
}
