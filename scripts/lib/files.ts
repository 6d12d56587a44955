/** Walking the repository: what every script needs to know about its files. */
import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout, absolute. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '');

/** Files below a folder of the checkout, as sorted paths relative to it with `/`. An absent folder has none. */
export function filesBelow(folder: string, matches: RegExp, base = root): string[] {
  return walk(join(base, folder))
    .map((path) => relative(base, path).split(sep).join('/'))
    .filter((path) => matches.test(path))
    .sort();
}

function walk(folder: string): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [path];
    return entry.name === 'node_modules' ? [] : walk(path);
  });
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
