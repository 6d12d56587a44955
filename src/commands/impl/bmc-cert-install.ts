/** Body of `bmc cert install`. */
import { X509Certificate } from 'node:crypto';
import { ownAnnotations } from '../../api/metal/v1alpha1/constants.js';
import { isMetalError, PermanentError, TransientError, UserError } from '../../errors/classes.js';
import type { bmcCertInstallCommand } from '../bmc.js';
import { readText } from './discover-credentials.js';
import { type BmcPlace, bmcPlace } from './kit/bmc-places.js';
import { bmcKind } from './kit/kinds.js';
import type { Run } from './kit/run.js';
import { followTask, taskEnd } from './redfish-task.js';

type InstallRun = Run<typeof bmcCertInstallCommand>;

export default async function (run: InstallRun): Promise<void> {
  const pem = await readText(run.args.file, 'the certificate');
  const fingerprint = fingerprintOf(pem, run.args.file);
  const place = await bmcPlace(run, run.args.target);
  const { name, bmc } = place;
  const isServed = (await servedBy(run, place)) === fingerprint;
  if (run.globals.dryRun !== 'none')
    return tell(run, place, fingerprint, isServed ? 'would only be pinned' : 'would be installed');
  if (!isServed) {
    const plan = [`bmc/${name} gets a new certificate; its web server restarts, sessions may end`];
    await run.confirm({ level: 2, what: `installing a certificate on bmc/${name}`, plan });
    const [current] = await bmc.certificates();
    if (current === undefined)
      throw new PermanentError('BMC_UNSUPPORTED', `bmc/${name} shows no certificate to replace`);
    run.signal.throwIfAborted();
    const task = await bmc.replaceCertificate(current.uri, pem);
    if (task.uri !== '' && task.progress === 'running') taskEnd(await followTask(run, bmc, task, waitMs));
    run.talk.note(`installed; waiting for bmc/${name} to serve it`);
    await untilServed(run, place, fingerprint);
  }
  await pin(run, place, fingerprint);
  await tell(run, place, fingerprint, isServed ? 'unchanged' : 'installed');
}

const tell = (run: InstallRun, { name }: BmcPlace, fingerprint: string, what: string): Promise<void> =>
  run.out.document(
    { kind: 'CertificateInstalled', bmc: name, fingerprint, outcome: what },
    () => `certificate of bmc/${name} ${what}\n`,
  );

/** @throws UserError MANIFEST_INVALID */
function fingerprintOf(pem: string, path: string): string {
  try {
    return new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
  } catch (cause) {
    throw new UserError('MANIFEST_INVALID', `${path} is no certificate in PEM`, {
      cause,
      hint: '-----BEGIN CERTIFICATE-----',
    });
  }
}

async function servedBy(run: InstallRun, { access }: BmcPlace): Promise<string | undefined> {
  try {
    const probe = { timeoutMs: 5_000, signal: run.signal };
    return (await run.ports.identification.identify(access.url, probe)).fingerprint;
  } catch (error) {
    if (isMetalError(error)) return undefined;
    throw error;
  }
}

const waitMs = 300_000;

async function untilServed(run: InstallRun, place: BmcPlace, fingerprint: string): Promise<void> {
  const { clock } = run.ports;
  const endMs = clock.monotonicMs() + waitMs;
  while ((await servedBy(run, place)) !== fingerprint) {
    if (clock.monotonicMs() >= endMs) {
      throw new TransientError('WAIT_TIMEOUT', `bmc/${place.name} does not serve the new certificate`, {
        why: 'it may need a restart of the BMC; the pin is unchanged',
        hint: [
          `metalctl bmc reset ${place.name}`,
          `metalctl bmc cert install ${place.name} ${run.args.file}   pins it then`,
        ],
      });
    }
    await clock.sleep(1_000, run.signal);
  }
}

/** A pin follows only a certificate that the BMC was seen to serve, and only where there was one. */
async function pin(run: InstallRun, { object }: BmcPlace, fingerprint: string): Promise<void> {
  const known = object?.metadata.annotations?.[ownAnnotations.tlsPin];
  if (object === undefined || known === undefined || known === fingerprint) return;
  const patch = { metadata: { annotations: { [ownAnnotations.tlsPin]: fingerprint } } };
  await run.ports.cluster.patch(bmcKind, { name: object.metadata.name }, patch, 'merge', { signal: run.signal });
}
