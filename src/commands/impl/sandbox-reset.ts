/** Body of `sandbox reset`: what a stopped sandbox has kept is deleted. */
import { join } from 'node:path';
import { ConflictError } from '../../errors/classes.js';
import { isAlive, SandboxFolder } from '../../sandbox/files.js';
import type { sandboxResetCommand } from '../sandbox.js';
import type { Run } from './kit/run.js';
import { sandboxDir } from './kit/sandbox.js';

export default async function ({ flags, out, confirm }: Run<typeof sandboxResetCommand>): Promise<void> {
  const folder = new SandboxFolder(sandboxDir(flags));
  await refuseRunning(folder, flags.name);
  const isUsed = await folder.isUsed();
  if (isUsed) {
    await confirm({
      level: 2,
      what: `resetting sandbox "${flags.name}"`,
      plan: [`every object, certificate and token in ${folder.path} is deleted`, 'kubeconfigs of it stop working'],
      typed: flags.name,
    });
    await folder.remove();
  }
  const line = isUsed ? `sandbox ${flags.name} reset` : `sandbox ${flags.name} unchanged: ${folder.path} holds none`;
  await out.document({ kind: 'SandboxReset', name: flags.name, changed: isUsed }, () => `${line}\n`, [
    `sandbox/${flags.name}`,
  ]);
}

/** @throws ConflictError SANDBOX_RUNNING */
async function refuseRunning(folder: SandboxFolder, name: string): Promise<void> {
  const record = await folder.record();
  if (record === undefined || !isAlive(record)) return;
  throw new ConflictError('SANDBOX_RUNNING', `sandbox "${name}" runs`, {
    why: `process ${record.pid} serves ${record.apiUrl} from ${join(folder.path, 'store')}`,
    hint: 'metalctl sandbox down',
  });
}
