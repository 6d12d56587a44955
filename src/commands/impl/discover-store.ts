/** Reports in files: where the last one is kept, and how any is written and read. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../../errors/classes.js';
import { stateDir } from '../../lib/state-dir.js';
import { writeWhole } from '../../lib/whole-file.js';
import { type DiscoverReport, parseReport } from '../../workflows/discover/report.js';
import { readText } from './discover-credentials.js';

const lastReport = (): string => join(stateDir(), 'discover', 'last.json');

/** Keeps a report for `onboard --from last`; readable by its owner only. */
export async function keepLast(report: DiscoverReport): Promise<void> {
  await mkdir(dirname(lastReport()), { recursive: true, mode: 0o700 });
  await writeReport(lastReport(), report);
}

/** Writes by renaming: a reader sees the old report or the new one, never half of it. */
export async function writeReport(path: string, report: DiscoverReport): Promise<void> {
  try {
    await writeWhole(path, `${JSON.stringify(report, null, 2)}\n`);
  } catch (cause) {
    throw new UserError('FILE_NOT_FOUND', `${path} cannot be written`, { why: (cause as Error).message });
  }
}

/** Reads `last`, or a file. @throws UserError FILE_NOT_FOUND · MANIFEST_INVALID */
export async function readReport(from: string): Promise<DiscoverReport> {
  if (from !== 'last') return parseReport(await readText(from, 'the report'), from);
  try {
    return parseReport(await readText(lastReport(), 'the last report'), lastReport());
  } catch (cause) {
    throw new UserError('FILE_NOT_FOUND', 'there is no last discover report', {
      cause,
      why: 'no discover has run with this state directory',
      hint: 'metalctl discover --cidr CIDR',
    });
  }
}
