/** Where the config file is. */
import { homedir } from 'node:os';
import { join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** `--config`, else METALCTL_CONFIG; undefined when neither names a file. */
export function namedConfig(words: readonly string[], env: Env): string | undefined {
  const end = words.indexOf('--');
  const own = end === -1 ? words : words.slice(0, end);
  const at = own.lastIndexOf('--config');
  const joined = own.filter((word) => word.startsWith('--config=')).at(-1);
  return (
    joined?.slice('--config='.length) ?? (at === -1 ? undefined : own[at + 1]) ?? (env.METALCTL_CONFIG || undefined)
  );
}

/** Where the file is when nobody named one. */
export const usualConfig = (env: Env, platform: string = process.platform): string =>
  platform === 'win32'
    ? join(env.APPDATA ?? homedir(), 'metalctl', 'config.yaml')
    : join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'metalctl', 'config.yaml');
