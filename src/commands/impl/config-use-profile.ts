/** Body of `config use-profile`. */
import { UserError } from '../../errors/classes.js';
import { nearest } from '../../lib/nearest.js';
import type { configUseProfileCommand } from '../config.js';
import { configPath } from './config-path.js';
import { changeConfig, openConfig } from './kit/config/write.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof configUseProfileCommand>): Promise<void> {
  const { name } = run.args;
  const path = configPath(run);
  const known = Object.keys((openConfig(path).value.profiles ?? {}) as object);
  if (name !== undefined && !known.includes(name)) {
    const [close] = nearest(name, known);
    throw new UserError('NOT_FOUND', `the config has no profile "${name}"`, {
      why: `it has: ${known.join(', ') || 'none'}`,
      hint:
        close === undefined
          ? `metalctl config set profiles.${name}.context CONTEXT`
          : `metalctl config use-profile ${close}`,
    });
  }
  const isNew = changeConfig(path, ['currentProfile'], name);
  await run.out.text(`${name === undefined ? 'no profile' : `profile ${name}`} ${isNew ? 'in use' : 'unchanged'}\n`);
}
