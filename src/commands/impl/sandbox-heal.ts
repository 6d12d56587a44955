/** Body of `sandbox heal`: faults end, by the control plane of the running sandbox. */
import { remoteControl } from '../../sandbox/remote.js';
import type { sandboxHealCommand } from '../sandbox.js';
import type { Run } from './kit/run.js';
import { runningSandbox } from './kit/sandbox.js';
import { victimOf } from './kit/sandbox-victim.js';

export default async function ({ args, flags, out }: Run<typeof sandboxHealCommand>): Promise<void> {
  const { server, fault } = victimOf(args, flags.all);
  const { folder, record } = await runningSandbox(flags);
  const control = await remoteControl(folder, record);
  const { healed } = (await control.step({
    do: 'heal',
    ...(server === undefined ? {} : { bmc: server }),
    ...(fault === undefined ? {} : { fault }),
  })) as { healed: readonly string[] };
  const lines = healed.map((id) => `${id} healed${server === undefined ? '' : ` for ${server}`}\n`);
  const text = lines.length > 0 ? lines.join('') : `${server ?? 'all machines'} unchanged: no such fault\n`;
  const changed = healed.length > 0;
  await out.document(
    { kind: 'SandboxHealed', healed, changed },
    () => text,
    healed.map((id) => `fault/${id}`),
  );
}
