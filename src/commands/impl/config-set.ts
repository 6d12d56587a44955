/** Body of `config set`. */
import type { configSetCommand } from '../config.js';
import { configPath } from './config-path.js';
import { changeConfig, pathOfKey, typedValue } from './kit/config/write.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof configSetCommand>): Promise<void> {
  const { key, value } = run.args;
  const isNew = changeConfig(configPath(run), pathOfKey(key), typedValue(value));
  await run.out.text(`${key} ${isNew ? 'set' : 'unchanged'}\n`);
}
