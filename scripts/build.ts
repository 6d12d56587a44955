/**
 * Builds `dist/`: the bundle, its metafile, notices and bill of materials of what is in it, and the library's types.
 *   node --import tsx scripts/build.ts [--quiet] [--force]
 * Does nothing when nothing changed since the last build.
 */
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import type { OutputFile } from 'esbuild';
import { type Bundle, bundle } from './build/bundle.js';
import { declarations } from './build/declarations.js';
import { notices } from './build/notices.js';
import { writePages } from './build/pages.js';
import { billOfMaterials } from './build/sbom.js';
import { isFresh, presentStamp, remember } from './build/stamp.js';
import { filesBelow, root } from './lib/files.js';

const { values } = parseArgs({
  options: { quiet: { type: 'boolean', default: false }, force: { type: 'boolean', default: false } },
});
const say = values.quiet ? () => {} : (line: string) => console.log(line);
await main(values.force);

async function main(isForced: boolean): Promise<void> {
  const startedMs = performance.now();
  const stamp = presentStamp();
  if (!isForced && isFresh(stamp)) return say('dist/ is up to date');
  mkdirSync(join(root, 'dist'), { recursive: true });
  const [built, complaints] = await Promise.all([bundle(), declarations()]);
  writeBundle(built);
  writePages(join(root, 'dist/pages'));
  remember(stamp);
  tell(built, complaints, performance.now() - startedMs);
}

function writeBundle({ metafile, files }: Bundle): void {
  for (const file of files) replaceFile(file.path, file.contents);
  removeStale(files);
  replaceFile(join(root, 'dist/meta.json'), JSON.stringify(metafile));
  replaceFile(join(root, 'dist/THIRD_PARTY_LICENSES'), notices(Object.keys(metafile.inputs)));
  replaceFile(join(root, 'dist/sbom.cdx.json'), billOfMaterials(Object.keys(metafile.inputs)));
}

/** Whoever runs the program meanwhile sees the old file or the new one, never half of it. */
function replaceFile(path: string, contents: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

/** Old chunks stay for an hour: a program started before the build may still have to load one. */
function removeStale(files: readonly OutputFile[]): void {
  const current = new Set(files.map((file) => relative(root, file.path)));
  const anHourAgo = Date.now() - 3_600_000;
  for (const path of filesBelow('dist', /^dist\/[^/]+\.js(\.map)?$/)) {
    const isOld = (statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0) < anHourAgo;
    if (!current.has(path) && isOld) rmSync(join(root, path), { force: true });
  }
}

function tell({ files }: Bundle, complaints: string, ms: number): void {
  if (complaints) console.error(`The bundle is built, but the types of the library have errors:\n${complaints}`);
  const scripts = files.filter((file) => file.path.endsWith('.js'));
  const bytes = scripts.reduce((sum, file) => sum + file.contents.byteLength, 0);
  say(`dist/ built in ${(ms / 1000).toFixed(1)} s: ${scripts.length} files, ${Math.round(bytes / 1024)} KB`);
  for (const file of scripts.filter((script) => !/-[A-Z0-9]{8}\.js$/.test(script.path))) {
    say(`  ${basename(file.path).padEnd(12)} ${Math.round(file.contents.byteLength / 1024)} KB`);
  }
}
