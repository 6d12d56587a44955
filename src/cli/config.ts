/** Where the config file is, and what one presets; reading it is imported only where there is one. */
import { existsSync } from 'node:fs';
import { namedConfig, usualConfig } from '../commands/config-path.js';
import { type Defaults, noDefaults } from '../commands/defaults.js';
import { UserError } from '../errors/classes.js';

type Env = Readonly<Record<string, string | undefined>>;

/** @throws UserError FILE_NOT_FOUND for a named file that does not exist; whatever is wrong with it */
export async function defaultsFor(words: readonly string[], env: Env = process.env): Promise<Defaults> {
  // The commands that mend a config must work on a broken one.
  if (words[0] === 'config' || words[0] === '__complete') return noDefaults;
  const named = namedConfig(words, env);
  const path = named ?? usualConfig(env);
  if (!existsSync(path)) {
    if (named === undefined) return noDefaults;
    throw new UserError('FILE_NOT_FOUND', `the config ${path} does not exist`, { hint: 'metalctl config path' });
  }
  const { loadDefaults } = await import('../commands/impl/kit/config/defaults.js');
  return loadDefaults(path) ?? noDefaults;
}
