/** Where a named sandbox keeps its files, and whether it runs. */
import { join } from 'node:path';
import { UserError } from '../../../errors/classes.js';
import { stateDir } from '../../../lib/state-dir.js';
import { isAlive, SandboxFolder, type SandboxRecord } from '../../../sandbox/files.js';

/** `--data`, else `<state directory>/sandbox/<name>`. @throws UserError USAGE for names that are no file names */
export function sandboxDir(flags: { readonly name: string; readonly data: string | undefined }): string {
  if (flags.data !== undefined) return flags.data;
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(flags.name)) {
    throw new UserError('USAGE', `"${flags.name}" is no name for a sandbox`, {
      hint: 'lower-case letters, digits and -',
    });
  }
  return join(stateDir(), 'sandbox', flags.name);
}

/** The running sandbox. @throws UserError SANDBOX_NOT_RUNNING */
export async function runningSandbox(flags: { readonly name: string; readonly data: string | undefined }): Promise<{
  folder: SandboxFolder;
  record: SandboxRecord;
}> {
  const folder = new SandboxFolder(sandboxDir(flags));
  const record = await folder.record();
  if (record !== undefined && isAlive(record)) return { folder, record };
  throw new UserError('SANDBOX_NOT_RUNNING', `sandbox "${flags.name}" does not run`, {
    why: record === undefined ? `nothing is recorded in ${folder.path}` : `process ${record.pid} is gone`,
    hint: 'metalctl sandbox up',
  });
}
