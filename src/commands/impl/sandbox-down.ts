/** Body of `sandbox down`: asks the process to stop and waits until it is gone. */
import { TransientError } from '../../errors/classes.js';
import { isAlive } from '../../sandbox/files.js';
import type { sandboxDownCommand } from '../sandbox.js';
import type { Run } from './kit/run.js';
import { runningSandbox } from './kit/sandbox.js';

const patienceMs = 10_000;
const lookMs = 50;

export default async function ({ flags, out, ports, signal }: Run<typeof sandboxDownCommand>): Promise<void> {
  const { record } = await runningSandbox(flags);
  process.kill(record.pid, 'SIGTERM');
  for (let waited = 0; isAlive(record); waited += lookMs) {
    if (waited > patienceMs) {
      throw new TransientError('WAIT_TIMEOUT', `sandbox "${record.name}" still runs after 10s`, {
        hint: `kill ${record.pid}`,
      });
    }
    await ports.clock.sleep(lookMs, signal);
  }
  await out.document({ kind: 'SandboxStopped', name: record.name }, () => `sandbox ${record.name} stopped\n`, [
    `sandbox/${record.name}`,
  ]);
}
