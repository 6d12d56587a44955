/**
 * A snapshot as files: one YAML document per object, what the snapshot is, and the sums of all of them. The same in a
 * folder and in an archive. Pure.
 */
import { createHash } from 'node:crypto';
import { keyOf } from '../../api/kind.js';
import { UserError } from '../../errors/classes.js';
import { type YamlReader, yamlReader } from '../../lib/read-yaml.js';
import { longestTarPath, type TarEntry } from '../../lib/tar.js';
import { toYaml } from '../../lib/yaml.js';
import { type Item, ownersFirst } from '../move/select.js';
import { type About, type Snapshot, snapshotKinds, type Values } from './snapshot.js';

export const aboutFile = 'snapshot.yaml';
export const sumsFile = 'SHA256SUMS';
export const valuesFile = 'secrets.yaml.age';

/** The files, in the order of their names. @param sealed the values of secrets, made unreadable */
export function filesOf({ about, items }: Snapshot, sealed?: Uint8Array): TarEntry[] {
  const entry = (path: string, value: unknown): TarEntry => ({ path, data: Buffer.from(toYaml(value)) });
  const files = [
    entry(aboutFile, about),
    ...items.map((item) => entry(pathOf(item), item.object)),
    ...(sealed === undefined ? [] : [{ path: valuesFile, data: Buffer.from(sealed) }]),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
  return [...files, { path: sumsFile, data: Buffer.from(sumsOf(files)) }];
}

const plainName = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** `servers/node-07.yaml`, `serverclaims/team/db.yaml`. A name that is too long for an archive is cut: the file tells it. */
function pathOf({ kind, object }: Item): string {
  const { namespace, name } = keyOf(object);
  const parts = [kind.plural, ...(namespace === undefined ? [] : [namespace]), name];
  // An API server allows no other names; a path is never made of one all the same.
  const bad = parts.find((part) => !plainName.test(part) || part.includes('..'));
  if (bad !== undefined) throw new UserError('MANIFEST_INVALID', `${kind.kind} has a name that is no file name`);
  const path = `${parts.join('/')}.yaml`;
  if (path.length <= longestTarPath) return path;
  const sum = createHash('sha256').update(path).digest('hex').slice(0, 16);
  return `${kind.plural}/${name.slice(0, 40)}.${sum}.yaml`;
}

export const sumOf = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** As `sha256sum -c` reads them. */
const sumsOf = (files: readonly TarEntry[]): string =>
  files.map(({ path, data }) => `${sumOf(data)}  ${path}\n`).join('');

const objectPath = /^[a-z]+\/([a-z0-9][-a-z0-9.]*\/)?[a-z0-9][-a-z0-9.]*\.yaml$/;
export const isSnapshotFile = (path: string): boolean =>
  path === aboutFile || path === sumsFile || path === valuesFile || (objectPath.test(path) && !path.includes('..'));

export interface Read {
  readonly snapshot: Snapshot;
  /** The values of secrets, unreadable still. */
  readonly sealed?: Uint8Array;
}

/** @throws UserError MANIFEST_INVALID naming the file that is wrong */
export async function snapshotOf(files: readonly TarEntry[], source: string): Promise<Read> {
  const byPath = new Map(files.map(({ path, data }) => [path, data]));
  const read = await yamlReader({ isStrict: true });
  const about = aboutOf(byPath, source, read);
  requireSums(byPath, source);
  const items = files.filter(({ path }) => objectPath.test(path)).map((file) => itemOf(file, source, read));
  if (items.length !== about.objects)
    throw broken(source, `it holds ${items.length} objects and says ${about.objects}`);
  const sealed = byPath.get(valuesFile);
  return { snapshot: { about, items: ownersFirst(items), values: {} }, ...(sealed === undefined ? {} : { sealed }) };
}

const broken = (source: string, why: string): UserError =>
  new UserError('MANIFEST_INVALID', `${source} is no snapshot that can be read`, {
    why,
    hint: 'metalctl backup --to FILE.tar.gz takes one',
  });

function aboutOf(files: ReadonlyMap<string, Buffer>, source: string, read: YamlReader): About {
  const data = files.get(aboutFile);
  if (data === undefined) throw broken(source, `it has no ${aboutFile}`);
  const about = parsed(data, aboutFile, source, read) as Partial<About> | null;
  if (about?.kind !== 'Snapshot' || about.apiVersion !== 'cli.metalctl.dev/v1')
    throw broken(source, `${aboutFile} is no Snapshot of cli.metalctl.dev/v1`);
  if (typeof about.objects !== 'number' || typeof about.takenAt !== 'string') throw broken(source, 'it is incomplete');
  return about as About;
}

/** Half a copy of a folder, or a bad disk, must not be restored. Whoever edits files takes the sums away. */
function requireSums(files: ReadonlyMap<string, Buffer>, source: string): void {
  const sums = files.get(sumsFile);
  for (const line of sums?.toString('utf8').split('\n') ?? []) {
    const [, sum, path = ''] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (sum === undefined) continue;
    const data = files.get(path);
    if (data === undefined) throw broken(source, `${path} is missing`);
    if (sumOf(data) !== sum) throw broken(source, `${path} is not what was written; ${sumsFile} has another sum`);
  }
}

function parsed(data: Buffer, path: string, source: string, read: YamlReader): unknown {
  try {
    return read(data.toString('utf8'));
  } catch {
    // The parser quotes the line it stumbled on.
    throw broken(source, `${path} is not YAML`);
  }
}

function itemOf({ path, data }: TarEntry, source: string, read: YamlReader): Item {
  const object = parsed(data, path, source, read) as Item['object'] | null;
  const kind = snapshotKinds.get(String(object?.kind));
  if (object === null || kind === undefined) throw broken(source, `${path} is of no kind that is restored`);
  if (typeof object.metadata?.name !== 'string' || object.metadata.name === '')
    throw broken(source, `${path} has no name`);
  return { kind, object };
}

/** The values of secrets as text, and back. */
export const valuesText = (values: Values): string => JSON.stringify(values);

/** @throws UserError MANIFEST_INVALID */
export function valuesFrom(text: string, source: string): Values {
  try {
    const values = JSON.parse(text) as Values;
    if (typeof values === 'object' && values !== null && !Array.isArray(values)) return values;
  } catch {
    // said below: the parser would quote what it read
  }
  throw broken(source, `${valuesFile} does not hold values`);
}
