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

type BackupRun = Run<typeof backupCommand>;

export default async function (run: BackupRun): Promise<void> {
  const { to, selector, withStatus } = run.flags;
  if (to === undefined)
    throw new UserError('USAGE', 'where is the snapshot to be kept?', { hint: ['--to FILE.tar.gz', '--to FOLDER'] });
  if (selector !== undefined && parseSelector(selector) === undefined)
    throw new UserError('USAGE', `-l ${selector} is not a label selector`);
  const form = formOf(to);
  const { cluster, clock } = run.ports;
  const progress = run.talk.progress('backup');
  try {
    progress.update({ phase: 'reading', text: 'reading the cluster' });
    const wish = { selector, hasStatus: withStatus, hasValues: false, signal: run.signal, clock };
    const snapshot = await takeSnapshot(cluster, wish);
    run.signal.throwIfAborted();
    progress.update({ phase: 'writing', text: `writing ${snapshot.items.length} objects` });
    const written = await writeSnapshot(to, form, filesOf(snapshot), new Date(snapshot.about.takenAt));
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
  const size = `${formatBytes(written.bytes).replace(/^[\d.]+/, '$& ')}B`;
  await run.out.document(
    document,
    () =>
      `${items.length} objects (${secrets} secrets, values left out) -> ${neutralise(to)}  ${size}  sha256 ${written.sha256}\n`,
    [to],
  );
  if (!about.hasStatus)
    run.talk.note('without status: what is restored stays paused; --with-status keeps states and hardware');
}
