/** Where metalctl keeps what is not configuration. */
import { homedir } from 'node:os';
import { join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** `METALCTL_STATE_DIR`, else XDG's, else `~/.local/state/metalctl`. */
export const stateDir = (env: Env = process.env): string =>
  env.METALCTL_STATE_DIR || join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'metalctl');
