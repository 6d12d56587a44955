/** Body of `backup`. */
import { UserError } from '../../errors/classes.js';
import { parseSelector } from '../../lib/labels.js';
import { formatBytes } from '../../lib/quantity.js';
import { neutralise } from '../../lib/sanitize.js';
import { filesOf } from '../../workflows/snapshot/files.js';
import { countKinds, isSecret, type Snapshot, takeSnapshot } from '../../workflows/snapshot/snapshot.js';
import type { backupCommand } from '../snapshots.js';
import type { Run } from './kit/run.js';
import { type Form, formOf, type Written, writeSnapshot } from './snapshot-files.js';
import { recipientsOf, seal } from './snapshot-seal.js';

type BackupRun = Run<typeof backupCommand>;

export default async function (run: BackupRun): Promise<void> {
  const { to, selector, withStatus, encrypt } = run.flags;
  if (to === undefined)
    throw new UserError('USAGE', 'where is the snapshot to be kept?', { hint: ['--to FILE.tar.gz', '--to FOLDER'] });
  if (selector !== undefined && parseSelector(selector) === undefined)
    throw new UserError('USAGE', `-l ${selector} is not a label selector`);
  const form = formOf(to);
  const recipients = encrypt.length === 0 ? [] : await recipientsOf(encrypt);
  const { cluster, clock } = run.ports;
  const progress = run.talk.progress('backup');
  try {
    progress.update({ phase: 'reading', text: 'reading the cluster' });
    const wish = { selector, hasStatus: withStatus, hasValues: recipients.length > 0, signal: run.signal, clock };
    const snapshot = await takeSnapshot(cluster, wish);
    run.signal.throwIfAborted();
    progress.update({ phase: 'writing', text: `writing ${snapshot.items.length} objects` });
    const sealed = recipients.length === 0 ? undefined : await seal(snapshot.values, recipients);
    const written = await writeSnapshot(to, form, filesOf(snapshot, sealed), new Date(snapshot.about.takenAt));
    progress.done();
    await tell(run, snapshot, form, written);
  } finally {
    progress.done();
  }
}

async function tell(run: BackupRun, { about, items }: Snapshot, form: Form, written: Written): Promise<void> {
  const to = run.flags.to ?? '';
  const secrets = items.filter(({ kind }) => isSecret(kind)).length;
  const document = {
    kind: 'BackupReport' as const,
    to,
    form,
    takenAt: about.takenAt,
    cluster: about.cluster,
    hasStatus: about.hasStatus,
    objects: items.length,
    counts: countKinds(items),
    secrets: { count: secrets, values: about.secretValues },
    ...written,
  };
  const kept = about.secretValues === 'encrypted' ? 'encrypted' : 'values left out';
  const size = `${formatBytes(written.bytes).replace(/^[\d.]+/, '$& ')}B`;
  await run.out.document(
    document,
    () =>
      `${items.length} objects (${secrets} secrets, ${kept}) -> ${neutralise(to)}  ${size}  sha256 ${written.sha256}\n`,
    [to],
  );
  if (secrets > 0 && about.secretValues === 'leftOut')
    run.talk.note(`values of ${secrets} secrets are left out; --encrypt age:KEY keeps them for the owner of a key`);
  if (!about.hasStatus)
    run.talk.note('without status: what is restored stays paused; --with-status keeps states and hardware');
}
