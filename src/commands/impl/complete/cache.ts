/**
 * Names for completion, kept per kubeconfig and context: fresh for a minute, good enough for a day. A shell that asks
 * gets what is there; who finds it old starts a process that reads anew, and waits for it no longer than a key press may.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync, watch, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { stateDir } from '../../../lib/state-dir.js';

const freshMs = 60_000;
const goodMs = 24 * 3_600_000;
/** After a failed reading nobody tries again for so long: a cluster that is away costs one process, not one per key. */
const restMs = 10_000;
/** Of the 300 ms a key may take, what is left after the process has started. */
const waitMs = 170;

/** A name as the cluster knows it. */
export interface Name {
  readonly name: string;
  readonly namespace: string;
  readonly description: string;
}

export interface Names {
  /** Namespace of the context. */
  readonly namespace: string;
  readonly items: readonly Name[];
}

/** Which cluster is meant: the words that say so, and what the kubeconfigs hold now. */
export interface Place {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
}

/** `--kubeconfig` and `--context` of a command line. */
export function placeIn(words: readonly string[]): Place {
  const given = (flag: string): string | undefined => {
    const at = words.findLastIndex((word) => word === flag || word.startsWith(`${flag}=`));
    if (at === -1) return undefined;
    return words[at] === flag ? words[at + 1] : words[at]?.slice(flag.length + 1);
  };
  return { kubeconfig: given('--kubeconfig'), context: given('--context') };
}

const folder = (): string => join(stateDir(), 'completion');

/** Another file, another content (a context that was switched), another context: another cache. */
function fileOf(place: Place, names: string): string {
  const paths = place.kubeconfig ?? process.env.KUBECONFIG ?? join(homedir(), '.kube', 'config');
  const hash = createHash('sha256').update(`${paths}\n${place.context ?? ''}\n`);
  for (const path of paths.split(':')) {
    try {
      hash.update(readFileSync(path));
    } catch {
      hash.update('absent');
    }
  }
  return join(folder(), `${hash.digest('hex').slice(0, 24)}-${names}`);
}

const ageOf = (path: string): number => {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
};

/** Names that are known within the time a key may take; undefined when there are none yet. Never throws. */
export async function cachedNames(place: Place, names: string): Promise<Names | undefined> {
  try {
    const path = fileOf(place, names);
    const ageMs = ageOf(path);
    if (ageMs > freshMs && begin(path)) {
      refresh(place, names);
      await written(path);
    }
    return ageOf(path) <= goodMs ? parsed(readFileSync(path, 'utf8')) : undefined;
  } catch {
    return undefined;
  }
}

/** Claims the reading: one process at a time. */
function begin(path: string): boolean {
  mkdirSync(folder(), { recursive: true, mode: 0o700 });
  const lock = `${path}.lock`;
  if (ageOf(lock) < restMs) return false;
  closeSync(openSync(lock, 'w', 0o600));
  return true;
}

/** Reads in a process of its own, which outlives this one. */
function refresh({ kubeconfig, context }: Place, names: string): void {
  const program = process.argv[1] ?? '';
  const where = [...(kubeconfig ? ['--kubeconfig', kubeconfig] : []), ...(context ? ['--context', context] : [])];
  const child = spawn(process.execPath, [program, '__complete', '--refresh', names, ...where], {
    detached: true,
    stdio: 'ignore',
  });
  child.on('error', () => undefined);
  child.unref();
}

/** Resolves when the file is there anew, or when it takes too long. */
function written(path: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder(), (_, name) => {
      if (name === basename(path)) end();
    });
    const timer = setTimeout(() => end(), waitMs);
    const end = (): void => {
      clearTimeout(timer);
      watcher.close();
      resolve();
    };
  });
}

const clean = (text: string): string => text.replace(/[\t\n\r]/g, ' ');

/** Keeps what was read. The file appears whole. */
export function keepNames(place: Place, names: string, { namespace, items }: Names): void {
  const path = fileOf(place, names);
  mkdirSync(folder(), { recursive: true, mode: 0o700 });
  const rows = items.map((item) => [item.name, item.namespace, item.description].map(clean).join('\t'));
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, `${[clean(namespace), ...rows].join('\n')}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}

function parsed(text: string): Names {
  const [namespace = '', ...rows] = text.trimEnd().split('\n');
  return {
    namespace,
    items: rows.map((row) => {
      const [name = '', inside = '', description = ''] = row.split('\t');
      return { name, namespace: inside, description };
    }),
  };
}
