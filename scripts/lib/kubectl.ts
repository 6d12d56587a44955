/** Where the fetched kubectl lies: the cache folder of this user, by the habits of its system. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Path of the cached program, whether it is there or not. */
export function cachedKubectl(env: NodeJS.ProcessEnv = process.env): string {
  const base =
    env.XDG_CACHE_HOME ||
    (process.platform === 'darwin' ? join(homedir(), 'Library/Caches') : join(homedir(), '.cache'));
  return join(base, 'metalctl', 'kubectl-1.35', 'kubectl');
}
