/** Snapshots on the disk: a folder, or a compressed archive. Written beside and then renamed; read within limits. */
import { lstat, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { ConflictError, UserError } from '../../errors/classes.js';
import { readTar, type TarEntry, writeTar } from '../../lib/tar.js';
import { isSnapshotFile, type Read, snapshotOf, sumOf, sumsFile } from '../../workflows/snapshot/files.js';

export type Form = 'folder' | 'file';

const file = /\.(tar\.gz|tgz)$/i;
const others = /\.(tar(\.[a-z0-9]+)?|zst|zip|gz|bz2|xz|7z|t[bx]z2?|tzst|ya?ml|json)$/i;

/** What a name stands for. @throws UserError USAGE for a form that is not written */
export function formOf(path: string): Form {
  if (file.test(path)) return 'file';
  const [ending] = others.exec(path) ?? [];
  if (ending === undefined) return 'folder';
  throw new UserError('USAGE', `a snapshot is not written as ${ending}`, {
    why: 'it is a folder of YAML files, or one compressed .tar.gz',
    hint: [`--to ${path.slice(0, -ending.length)}.tar.gz`, `--to ${path.slice(0, -ending.length)}`],
  });
}

export interface Written {
  readonly bytes: number;
  /** Of the file; of a folder, of its list of sums. */
  readonly sha256: string;
}

/** There whole or not at all. @throws UserError FILE_NOT_FOUND · ConflictError ALREADY_EXISTS for a folder with content */
export async function writeSnapshot(path: string, form: Form, files: readonly TarEntry[], at: Date): Promise<Written> {
  const target = resolve(path);
  const draft = `${target}.${process.pid}.tmp`;
  try {
    return await (form === 'file' ? writeArchive(target, draft, files, at) : writeFolder(target, draft, files));
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    if (cause instanceof ConflictError) throw cause;
    throw new UserError('FILE_NOT_FOUND', `${path} cannot be written`, { why: (cause as Error).message });
  }
}

async function writeArchive(target: string, draft: string, files: readonly TarEntry[], at: Date): Promise<Written> {
  const data = await promisify(gzip)(writeTar(files, at.getTime() / 1000), { level: 9 });
  await writeOne(draft, data);
  await rename(draft, target);
  return { bytes: data.length, sha256: sumOf(data) };
}

async function writeFolder(target: string, draft: string, files: readonly TarEntry[]): Promise<Written> {
  await requireEmpty(target);
  await mkdir(draft, { mode: 0o700 });
  for (const { path, data } of files) {
    await mkdir(dirname(join(draft, path)), { recursive: true, mode: 0o700 });
    await writeOne(join(draft, path), data);
  }
  await rename(draft, target);
  const sums = files.find(({ path }) => path === sumsFile);
  return { bytes: files.reduce((sum, { data }) => sum + data.length, 0), sha256: sumOf(sums?.data ?? Buffer.of()) };
}

/** A folder that has something in it is somebody's: an earlier snapshot, or a repository. */
async function requireEmpty(target: string): Promise<void> {
  const present = await readdir(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (present.length === 0) return;
  throw new ConflictError('ALREADY_EXISTS', `the folder ${target} is there, and not empty`, {
    why: 'a snapshot is put in place whole, and nothing of somebody else is taken away for it',
    hint: 'name a new folder, or a FILE.tar.gz, which is replaced',
  });
}

async function writeOne(path: string, data: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const largestArchive = 256 * 2 ** 20;
const largestUnpacked = 512 * 2 ** 20;
const mostFiles = 200_000;

/** @throws UserError FILE_NOT_FOUND · MANIFEST_INVALID */
export async function readSnapshot(path: string): Promise<Read> {
  const info = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'it does not exist' : cause.message;
    throw new UserError('FILE_NOT_FOUND', `the snapshot ${path} cannot be read`, { why });
  });
  const files = info.isDirectory() ? await filesBelow(path) : await unpacked(path, info);
  return snapshotOf(
    files.filter((each) => isSnapshotFile(each.path)),
    path,
  );
}

async function unpacked(path: string, info: { isFile(): boolean; size: number }): Promise<TarEntry[]> {
  const bad = (why: string): UserError =>
    new UserError('MANIFEST_INVALID', `${path} is no snapshot that can be read`, { why });
  if (!info.isFile() || info.size > largestArchive) throw bad('it is no regular file of at most 256 MiB');
  try {
    const archive = await promisify(gunzip)(await readFile(path), { maxOutputLength: largestUnpacked });
    return readTar(archive, mostFiles);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw bad('unpacked it is larger than 512 MiB');
    throw bad(cause instanceof RangeError ? message : 'it is no .tar.gz, or was cut off');
  }
}

/** Regular files, three folders deep; links lead nowhere. */
async function filesBelow(root: string, below = '', depth = 0): Promise<TarEntry[]> {
  const found: TarEntry[] = [];
  for (const name of (await readdir(join(root, below))).sort()) {
    const path = below === '' ? name : `${below}/${name}`;
    const info = await lstat(join(root, path));
    if (info.isDirectory() && depth < 3 && !name.startsWith('.'))
      found.push(...(await filesBelow(root, path, depth + 1)));
    else if (info.isFile() && isSnapshotFile(path) && info.size <= largestArchive)
      found.push({ path, data: await readFile(join(root, path)) });
  }
  return found;
}
