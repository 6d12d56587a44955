/** Files that are there whole or not at all, whenever the process or the machine stops. */
import { open, rename, rm, stat, writeFile } from 'node:fs/promises';

/**
 * Writes beside, to the disk, and then in place: a reader sees the old text or the new one. A draft that a killed process
 * left is its own file, ends in `.tmp`, and is read by nobody. The mode is as said, whatever the umask. What is no file (`/dev/stdout`, a pipe) is written to.
 */
export async function writeWhole(path: string, text: string, mode = 0o600): Promise<void> {
  const present = await stat(path).catch(() => undefined);
  if (present !== undefined && !present.isFile()) return writeFile(path, text);
  const draft = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(draft, 'w', mode);
    try {
      await file.chmod(mode);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
