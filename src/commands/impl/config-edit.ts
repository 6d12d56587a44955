/** Body of `config edit`. */
import { UserError } from '../../errors/classes.js';
import type { configEditCommand } from '../config.js';
import { configPath } from './config-path.js';
import { configText, readConfig } from './kit/config/read.js';
import { openConfig, replaceConfig } from './kit/config/write.js';
import { edited } from './kit/editor.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof configEditCommand>): Promise<void> {
  const path = configPath(run);
  // A broken file is what one may want to edit.
  const before = configText(path) ?? openConfig(path).document.toString();
  const after = await edited(before, 'metalctl-config.yaml', run.isInteractive);
  if (after.text === before) return run.out.text(`${path} unchanged\n`);
  try {
    readConfig(path, after.text);
  } catch (error) {
    if (error instanceof UserError) {
      throw new UserError('CONFIG_INVALID', error.message, {
        why: `${error.why ?? ''}; your text is kept in ${after.file}`,
      });
    }
    throw error;
  }
  replaceConfig(path, after.text);
  after.forget();
  await run.out.text(`${path} changed\n`);
}
