/** Body of `sandbox up`: starts it, says how to join, and stays until told to stop. */
import { readFile } from 'node:fs/promises';
import { UserError } from '../../errors/classes.js';
import { readScenario, scenarioNamed, scenarioNames } from '../../sandbox/bmc/control-steps.js';
import type { SandboxRecord } from '../../sandbox/files.js';
import type { sandboxUpCommand } from '../sandbox.js';
import { currentCluster } from './kit/external-cluster.js';
import type { Run } from './kit/run.js';
import { sandboxDir } from './kit/sandbox.js';
import { yamlOf } from './kit/yaml-file.js';

export default async function (run: Run<typeof sandboxUpCommand>): Promise<void> {
  const { flags, out, talk, signal } = run;
  const { sandboxUp } = await import('../../sandbox/up.js');
  const dataDir = sandboxDir(flags);
  const external = flags.externalCluster ? await externalOf(run) : undefined;
  const sandbox = await sandboxUp({
    ...flags,
    ...(await scenarioOf(flags)),
    dataDir,
    isEphemeral: flags.ephemeral,
    speed: speedOf(flags.speed),
    network: flags.bmcNetwork,
    ...(external === undefined ? {} : { external }),
  });
  try {
    const { record, folder } = sandbox;
    for (const note of sandbox.notes) talk.note(note);
    const { first, last } = record.bmcs;
    const files = { ca: folder.ca, bmcPasswordFile: folder.bmcPassword };
    await out.document({ kind: 'Sandbox', ...record, ...files }, () =>
      [
        `API   ${record.apiUrl}   ${placeOf(record)}`,
        `BMCs  ${first} … ${last}   user ${record.bmcs.username}, password file and CA in ${folder.path}`,
        ...waysIn(record, folder),
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

/** @throws UserError USAGE, where a kubeconfig was asked for that nobody writes */
function externalOf(run: Run<typeof sandboxUpCommand>) {
  if (run.flags.kubeconfigOut === undefined) return currentCluster(run);
  throw new UserError(
    'USAGE',
    '--kubeconfig-out writes the kubeconfig of a cluster that --external-cluster does not start',
    {
      hint: 'metalctl sandbox up --external-cluster',
    },
  );
}

/** Where its objects are. */
export const placeOf = ({ context, kubeconfig }: SandboxRecord): string =>
  context === undefined ? `kubeconfig ${kubeconfig}` : `context ${context} of ${kubeconfig}, not this sandbox's own`;

/** The preset or the file, and what follows from it unless flags say otherwise. @throws UserError USAGE · FILE_NOT_FOUND */
async function scenarioOf({ scenario: asked, servers, autoProbe }: Run<typeof sandboxUpCommand>['flags']) {
  const isLarge = asked === 'scale-10k';
  return {
    scenario: scenarioNamed(asked) ?? readScenario(await yamlOf(await scenarioText(asked), asked)),
    servers: servers ?? (isLarge ? 10_000 : 8),
    autoProbe: autoProbe ?? !isLarge,
  };
}

/** Text of a scenario file; a word without dot and slash was meant as the name of a preset. */
async function scenarioText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (/[./\\]/.test(path)) throw new UserError('FILE_NOT_FOUND', `${path} cannot be read`, { cause });
    throw new UserError('USAGE', `no scenario is called "${path}"`, { hint: scenarioNames.join(', ') });
  }
}

/** @throws UserError USAGE */
function speedOf(text: string): number {
  const speed = Number(text);
  if (speed > 0 && Number.isFinite(speed)) return speed;
  throw new UserError('USAGE', `--speed ${text} is not a positive number`, { hint: '--speed 20' });
}

/** What to type next: a sweep of the addresses, or where one port serves all BMCs, a question to the first. */
export function waysIn(record: SandboxRecord, files: { readonly ca: string; readonly bmcPassword: string }): string[] {
  const { first, count, username } = record.bmcs;
  if (count === 0) return [`Try   export KUBECONFIG=${record.kubeconfig}`];
  if (first.includes('.localhost') || first.includes('/bmc/')) {
    return [`Try   curl --cacert ${files.ca} -u "${username}:$(cat ${files.bmcPassword})" ${first}/redfish/v1/Systems`];
  }
  const { port, protocol } = new URL(first);
  const isPlain = protocol === 'http:';
  const lines = [
    ...(record.context === undefined ? [`export KUBECONFIG=${record.kubeconfig}`] : []),
    ...(isPlain ? [] : [`export METALCTL_BMC_CA=${files.ca}`]),
    'metalctl install crds',
    `metalctl discover --cidr ${rangeOf(first, count)} --ports ${port}${isPlain ? ' --scheme http' : ''} --bmc-username ${username} \\`,
    `  --bmc-password-file ${files.bmcPassword}`,
    ...(isPlain
      ? ['metalctl reconcile --watch --bmc-allow-http   (when onboarded: nothing else talks plain HTTP)']
      : []),
  ];
  return lines.map((line, at) => `${at === 0 ? 'Try   ' : '      '}${line}`);
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
