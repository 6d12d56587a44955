/** Body of `config unset`. */
import type { configUnsetCommand } from '../config.js';
import { configPath } from './config-path.js';
import { changeConfig, pathOfKey } from './kit/config/write.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof configUnsetCommand>): Promise<void> {
  const { key } = run.args;
  const wasSet = changeConfig(configPath(run), pathOfKey(key), undefined);
  await run.out.text(`${key} ${wasSet ? 'unset' : 'unchanged'}\n`);
}
