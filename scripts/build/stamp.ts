/** Whether anything changed since the last build: a hash of every input's path, size and time. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, root } from '../lib/files.js';

const stampFile = join(root, 'dist/.stamp');

/** Stamp of the present sources, lock file and build scripts. */
export function presentStamp(): string {
  const inputs = [
    ...filesBelow('src', /./),
    ...filesBelow('scripts/build', /./),
    'scripts/build.ts',
    'package-lock.json',
  ];
  const hash = createHash('sha256');
  for (const path of inputs) {
    // A file may vanish between listing and reading: then the stamp differs, which is what is wanted.
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    hash.update(`${path} ${stat?.size} ${stat?.mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Whether the last build was made from exactly this. */
export function isFresh(stamp: string): boolean {
  try {
    return readFileSync(stampFile, 'utf8') === stamp;
  } catch {
    return false;
  }
}

/** Remembers what the build was made from. */
export const remember = (stamp: string): void => writeFileSync(stampFile, stamp);
