/** Body of `bmc hostkey accept`. */
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { PermanentError, TransientError, UserError } from '../../errors/classes.js';
import { checkedHost, knownFingerprints, knownHostsFile, prepareKnownHosts, runTool } from '../../ssh/program.js';
import type { bmcHostkeyAcceptCommand } from '../console.js';
import { consolePlace } from './console-place.js';
import { bmcPlace } from './kit/bmc-places.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof bmcHostkeyAcceptCommand>): Promise<void> {
  const place = await bmcPlace(run, run.args.target);
  const { host, port } = run.flags.shell ? shellOf(place.access.url) : await consolePlace(place);
  const path = knownHostsFile(run.flags.knownHostsFile);
  await prepareKnownHosts(path);
  const keys = await offeredKeys(host, port);
  const { fingerprint: wanted } = run.flags;
  const chosen = wanted === undefined ? keys : keys.filter(({ fingerprint }) => fingerprint === wanted);
  const shown = keys.map(({ kind, fingerprint }) => `${kind} ${fingerprint}`);
  if (chosen.length === 0) {
    throw new PermanentError('SSH_HOST_KEY', `${place.name} does not offer ${wanted}`, {
      why: `it offers ${shown.join(', ')}`,
      hint: 'nothing was accepted',
    });
  }
  const known = await knownFingerprints({ host, port, knownHosts: path });
  const isKnown = chosen.every(({ fingerprint }) => known.includes(fingerprint));
  if (!isKnown && wanted === undefined) {
    const changed = known === '' ? [] : [`accepted so far: ${known}`];
    await run.confirm({
      level: 3,
      what: `accepting the host key of ${place.name}`,
      plan: [`${place.name} (${host}:${port}) offers`, ...shown.map((line) => `  ${line}`), ...changed],
      typed: place.name,
    });
  }
  if (!isKnown)
    await keep(
      path,
      host,
      port,
      chosen.map(({ line }) => line),
    );
  const fingerprints = chosen.map(({ fingerprint }) => fingerprint);
  await run.out.document(
    {
      kind: 'HostKeyAccepted',
      bmc: place.name,
      host,
      port,
      fingerprints,
      file: path,
      outcome: isKnown ? 'unchanged' : 'accepted',
    },
    () => `host key of ${place.name} ${isKnown ? 'unchanged' : 'accepted'}: ${fingerprints.join(' ')}\n`,
  );
}

/** Where a restart over SSH goes: nothing is asked over Redfish, which may be what is broken. */
const shellOf = (url: string) => ({ host: checkedHost(new URL(url).hostname), port: 22 });

interface HostKey {
  readonly line: string;
  readonly kind: string;
  readonly fingerprint: string;
}

const nameOf = (host: string, port: number): string => (port === 22 ? host : `[${host}]:${port}`);

/** @throws TransientError BMC_UNREACHABLE */
async function offeredKeys(host: string, port: number): Promise<HostKey[]> {
  const { stdout, stderr } = await runTool('ssh-keyscan', ['-T', '10', '-p', String(port), '--', host]);
  const lines = stdout.split('\n').filter((line) => /^\S+ (ssh-|ecdsa-|sk-)\S+ [A-Za-z0-9+/=]+$/.test(line));
  const found: HostKey[] = [];
  for (const line of lines) {
    const key = line.replace(/^\S+/, nameOf(host, port));
    const { stdout: printed } = await runTool('ssh-keygen', ['-lf', '-'], `${key}\n`);
    const [fingerprint] = /SHA256:[A-Za-z0-9+/=]+/.exec(printed) ?? [];
    if (fingerprint !== undefined) found.push({ line: key, kind: line.split(' ')[1] ?? '', fingerprint });
  }
  if (found.length > 0) return found;
  throw new TransientError('BMC_UNREACHABLE', `${nameOf(host, port)} offers no host key`, {
    why: stderr.trim().split('\n').at(-1) ?? 'no answer',
  });
}

/** The keys of this host are replaced as a whole; others stay as they are. */
async function keep(path: string, host: string, port: number, lines: readonly string[]): Promise<void> {
  const before = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new UserError('FILE_NOT_FOUND', `${path} cannot be read`, { why: error.message });
  });
  const others = before.split('\n').filter((line) => line !== '' && line.split(' ')[0] !== nameOf(host, port));
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, [...others, ...lines, ''].join('\n'), { mode: 0o600 });
  await rename(draft, path);
  await chmod(path, 0o600);
}
