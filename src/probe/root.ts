/** Reads the kernel's files below a root, so that a captured tree can stand for a machine. Unreadable is absent. */
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** A machine's `/sys`, `/proc` and `/run/udev`. Paths are absolute as on the machine. */
export interface Root {
  /** Trimmed text of a file; undefined when it is absent, unreadable or empty. */
  text(path: string): string | undefined;
  bytes(path: string): Buffer | undefined;
  /** Names in a folder, sorted; empty when there is none. */
  names(path: string): readonly string[];
  /** Where a link leads, as a path on the machine; undefined when it leads nowhere. */
  target(path: string): string | undefined;
}

export function rootAt(root: string): Root {
  const base = attempt(() => realpathSync(root)) ?? root;
  const at = (path: string): string => join(base, path);
  return {
    text: (path) => attempt(() => readFileSync(at(path), 'utf8').trim()) || undefined,
    bytes: (path) => attempt(() => readFileSync(at(path))),
    names: (path) => attempt(() => readdirSync(at(path)).sort()) ?? [],
    target: (path) => attempt(() => realpathSync(at(path)))?.slice(base === '/' ? 0 : base.length),
  };
}

/** A file's whole number; undefined when it holds none. */
export function numberAt(root: Root, path: string): number | undefined {
  const text = root.text(path);
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

/** The kernel answers some reads with an error (`speed` of a link that is down); no collector fails for one file. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
