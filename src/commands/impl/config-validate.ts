/** Body of `config validate`. */
import { UserError } from '../../errors/classes.js';
import type { configValidateCommand } from '../config.js';
import { configPath } from './config-path.js';
import { defaultsOf } from './kit/config/defaults.js';
import { configText, readConfig } from './kit/config/read.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof configValidateCommand>): Promise<void> {
  const path = configPath(run);
  const text = configText(path);
  if (text === undefined)
    throw new UserError('FILE_NOT_FOUND', `there is no config at ${path}`, {
      hint: 'metalctl config set output table',
    });
  defaultsOf(readConfig(path, text));
  await run.out.text(`${path} is right\n`);
}
