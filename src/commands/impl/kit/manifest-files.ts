/** Objects from files: YAML or JSON, several documents, Lists, folders, stdin. Told by file and document when one is wrong. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../../api/kind.js';
import { UserError } from '../../../errors/classes.js';

/** A desired object and where it was read. */
export interface Manifest {
  readonly object: KubeObject;
  /** `rack.yaml#2` */
  readonly source: string;
}

/**
 * Objects of `-f`, in their order; a folder is its YAML and JSON files by name.
 * @throws UserError USAGE without files, or with a terminal as stdin · FILE_NOT_FOUND · MANIFEST_INVALID
 */
export async function readManifests(paths: readonly string[]): Promise<Manifest[]> {
  if (paths.length === 0) throw new UserError('USAGE', 'no file was named', { hint: '-f FILE, -f FOLDER or -f -' });
  const found: Manifest[] = [];
  for (const path of paths.flatMap(filesOf)) found.push(...objectsOf(await textOf(path), path));
  if (found.length === 0) throw new UserError('MANIFEST_INVALID', `${paths.join(', ')} has no object`);
  return found;
}

function filesOf(path: string): string[] {
  if (path === '-') return [path];
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => /\.(ya?ml|json)$/.test(name));
    return names.sort().map((name) => join(path, name));
  } catch (cause) {
    throw new UserError('FILE_NOT_FOUND', `${path} cannot be read`, { cause });
  }
}

async function textOf(path: string): Promise<string> {
  if (path !== '-') {
    try {
      return readFileSync(path, 'utf8');
    } catch (cause) {
      throw new UserError('FILE_NOT_FOUND', `${path} cannot be read`, { cause });
    }
  }
  if (process.stdin.isTTY === true)
    throw new UserError('USAGE', '-f - reads stdin, which is a terminal', { hint: 'metalctl apply -f FILE' });
  return readFile('/dev/stdin', 'utf8');
}

function objectsOf(text: string, path: string): Manifest[] {
  const documents = parseAllDocuments(text, { version: '1.1', uniqueKeys: true, merge: true, logLevel: 'error' });
  return [...documents].flatMap((document, at) => {
    const source = `${path === '-' ? 'stdin' : path}#${at + 1}`;
    // The parser quotes the line it stumbled on, which may be a password.
    const [broken] = document.errors;
    if (broken !== undefined) throw invalid(source, `line ${broken.linePos?.[0].line ?? '?'} is not YAML`);
    const [doubt] = document.warnings;
    if (doubt !== undefined)
      throw invalid(source, `line ${doubt.linePos?.[0].line ?? '?'} has a tag that is not YAML’s`);
    const value = unfolded(document, source);
    if (value === null || value === undefined) return [];
    const items = (value as { kind?: string; items?: unknown[] }).items;
    const list = /List$/.test(String((value as { kind?: unknown }).kind)) && Array.isArray(items) ? items : [value];
    return list.map((each) => ({ object: checked(each, source), source }));
  });
}

/** A few lines of aliases may stand for gigabytes, or for themselves. */
function unfolded(document: { toJS(options: { maxAliasCount: number }): unknown }, source: string): unknown {
  try {
    const value = document.toJS({ maxAliasCount: 100 });
    JSON.stringify(value);
    return value;
  } catch {
    throw invalid(source, 'its aliases unfold without end');
  }
}

function checked(value: unknown, source: string): KubeObject {
  const { apiVersion, kind, metadata } = (
    typeof value === 'object' && value !== null ? value : {}
  ) as Partial<KubeObject>;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string')
    throw invalid(source, 'apiVersion and kind are missing');
  if (typeof metadata?.name !== 'string' || metadata.name === '')
    throw invalid(source, `the ${kind} has no metadata.name`);
  return value as KubeObject;
}

const invalid = (source: string, why: string): UserError =>
  new UserError('MANIFEST_INVALID', `${source} is no manifest`, { why });
