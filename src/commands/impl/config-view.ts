/** Body of `config view`. */

import { UserError } from '../../errors/classes.js';
import { neutraliseLines } from '../../lib/sanitize.js';
import type { configViewCommand } from '../config.js';
import { environmentName, flagName, rawFromEnvironment } from '../flags.js';
import { globalFlags } from '../globals.js';
import { configPath } from './config-path.js';
import { loadDefaults } from './kit/config/defaults.js';
import { configText, readConfig } from './kit/config/read.js';
import type { Run } from './kit/run.js';

type ViewRun = Run<typeof configViewCommand>;

export default async function (run: ViewRun): Promise<void> {
  if (run.flags.resolved) return resolved(run);
  const path = configPath(run);
  const text = configText(path);
  if (text === undefined)
    throw new UserError('FILE_NOT_FOUND', `there is no config at ${path}`, {
      hint: 'metalctl config set output table',
    });
  await run.out.document({ kind: 'Config', ...readConfig(path, text).value }, () => neutraliseLines(text));
}

/** Flag, environment, profile, file, built-in: the first that says something wins. */
async function resolved(run: ViewRun): Promise<void> {
  const defaults = loadDefaults(configPath(run));
  const environment = rawFromEnvironment(globalFlags, process.env);
  const settings = Object.entries(globalFlags).map(([key, flag]) => {
    const raw = environment[key] ?? defaults?.globals[key];
    const isBuiltIn = raw === undefined;
    const value = isBuiltIn
      ? 'fallback' in flag
        ? flag.fallback
        : ''
      : Array.isArray(raw)
        ? raw.join(',')
        : String(raw);
    const source = isBuiltIn
      ? 'built-in'
      : key in environment
        ? environmentName(key)
        : (defaults?.sources[key] ?? 'config file');
    return { flag: `--${flagName(key)}`, value, source };
  });
  await run.out.document({ kind: 'ResolvedConfig', settings }, () => ({
    columns: [{ header: 'FLAG' }, { header: 'VALUE' }, { header: 'FROM' }],
    rows: settings.map(({ flag, value = '', source }) => [flag, value, source]),
  }));
}
