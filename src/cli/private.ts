/** What a process that holds passwords does about itself before anything else. */
import { writeFileSync } from 'node:fs';

/**
 * Files it makes are its user's own; nobody opens its inspector by a signal (Node listens for SIGUSR1 unless somebody
 * else does); and a dump of its core, should one be written, has no memory in it (Linux, core(5)).
 */
export function keepPrivate(): void {
  process.umask(0o077);
  if (process.platform !== 'win32') process.on('SIGUSR1', () => undefined);
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/coredump_filter', '0');
  } catch {
    // No such file in some containers: the limit of the system holds then.
  }
}
