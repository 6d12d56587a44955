/**
 * Writes everything that is derived: CRDs, references, error pages. Each module in `scripts/generate/` that exports
 * `generate` is asked for its files.
 *   node --import tsx scripts/generate.ts [--check]     with --check: writes nothing, fails on any difference
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Generator } from './generate/module.js';
import { filesBelow, root } from './lib/files.js';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
process.exitCode = await main(values.check);

async function main(isCheck: boolean): Promise<number> {
  const files = await everything();
  const changed = [...files].filter(([path, text]) => current(path) !== text);
  if (!isCheck) return write(changed, files.size);
  if (changed.length === 0) return 0;
  for (const [path] of changed) console.error(`out of date: ${path}`);
  console.error('run npm run generate');
  return 1;
}

/** What all generators say; two that claim one file are a mistake. */
async function everything(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const module of filesBelow('scripts/generate', /\.ts$/)) {
    const { generate } = (await import(join(root, module))) as Partial<Generator>;
    for (const [path, text] of (await generate?.()) ?? []) {
      if (files.has(path)) throw new Error(`${module} writes ${path}, which another generator writes too`);
      files.set(path, text);
    }
  }
  return files;
}

function current(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

function write(changed: readonly [string, string][], total: number): number {
  for (const [path, text] of changed) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }
  console.log(`${changed.length} of ${total} generated files changed`);
  return 0;
}
