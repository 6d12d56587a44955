/** Body of `sandbox up`: starts it, says how to join, and stays until told to stop. */
import { UserError } from '../../errors/classes.js';
import type { sandboxUpCommand } from '../sandbox.js';
import type { Run } from './kit/run.js';
import { sandboxDir } from './kit/sandbox.js';

export default async function (run: Run<typeof sandboxUpCommand>): Promise<void> {
  const { flags, out, talk, signal } = run;
  const { sandboxUp } = await import('../../sandbox/up.js');
  const dataDir = sandboxDir(flags);
  const sandbox = await sandboxUp({
    ...flags,
    dataDir,
    isEphemeral: flags.ephemeral,
    speed: speedOf(flags.speed),
    network: flags.bmcNetwork,
  });
  try {
    const { record, folder } = sandbox;
    const { first, last } = record.bmcs;
    const files = { ca: folder.ca, bmcPasswordFile: folder.bmcPassword };
    await out.document({ kind: 'Sandbox', ...record, ...files }, () =>
      [
        `API   ${record.apiUrl}   kubeconfig ${record.kubeconfig}`,
        `BMCs  ${first} … ${last}   user ${record.bmcs.username}, password file and CA in ${folder.path}`,
        `Try   export KUBECONFIG=${record.kubeconfig}`,
        `      export METALCTL_BMC_CA=${folder.ca}`,
        '      metalctl install crds',
        `      metalctl discover --cidr ${rangeOf(first, record.bmcs.count)} --ports ${new URL(first).port} --bmc-username ${record.bmcs.username} \\`,
        `        --bmc-password-file ${folder.bmcPassword}`,
        '      Ctrl-C stops',
        '',
      ].join('\n'),
    );
    await aborted(signal);
    talk.note('stopping the sandbox');
  } finally {
    await sandbox.close();
    if (flags.ephemeral) await sandbox.folder.remove();
  }
}

/** @throws UserError USAGE */
function speedOf(text: string): number {
  const speed = Number(text);
  if (speed > 0 && Number.isFinite(speed)) return speed;
  throw new UserError('USAGE', `--speed ${text} is not a positive number`, { hint: '--speed 20' });
}

/** Smallest block that holds the first addresses: what `discover --cidr` is given. */
function rangeOf(first: string, count: number): string {
  const bits = Math.max(3, Math.ceil(Math.log2(count + 2)));
  return `${new URL(first).hostname.replace(/\.\d+$/, '.0')}/${32 - bits}`;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  signal.aborted
    ? Promise.resolve()
    : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
