/** Notes which terminal a view has, so that the next run there can say how to mend it when the view was killed outright. */
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateDir } from '../../lib/state-dir.js';

const folder = (): string => join(stateDir(), 'views');

/** The terminal of this process; empty where the system does not say. */
function terminal(): string {
  try {
    return readlinkSync('/proc/self/fd/2');
  } catch {
    return '';
  }
}

/** Notes that a view has the terminal, until the returned function is called. Where nothing can be noted, nothing is. */
export function markOpen(): () => void {
  const path = join(folder(), String(process.pid));
  try {
    mkdirSync(folder(), { recursive: true, mode: 0o700 });
    writeFileSync(path, terminal(), { mode: 0o600 });
  } catch {
    return () => undefined;
  }
  return () => rmSync(path, { force: true });
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Whether a view was killed on this terminal and nobody has been told so yet; asking is being told. */
export function wasLeftOpen(): boolean {
  const own = terminal();
  try {
    const left = readdirSync(folder()).filter((name) => {
      const path = join(folder(), name);
      if (isRunning(Number(name)) || readFileSync(path, 'utf8') !== own) return false;
      rmSync(path, { force: true });
      return true;
    });
    return left.length > 0;
  } catch {
    // There never was a view.
    return false;
  }
}
