/**
 * Prints how large files and functions of `src/` are: medians, and what passes 300 and 60 lines. A conversation, not a
 * gate: it never fails.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, root } from './lib/files.js';
import { functionsOf } from './sizes/functions.js';

const sources = filesBelow('src', /(?<!\.d)\.tsx?$/).map((path) => ({
  path,
  text: readFileSync(join(root, path), 'utf8'),
}));
const files = sources.map(({ path, text }) => ({ where: path, lines: text.split('\n').length - 1 }));
const functions = sources.flatMap(({ path, text }) =>
  functionsOf(text).map(({ name, line, lines }) => ({ where: `${path}:${line} ${name}`, lines })),
);

tell('files', files, 80, 300);
tell('functions', functions, 12, 60);

function tell(what: string, measured: readonly { where: string; lines: number }[], aim: number, limit: number): void {
  const sorted = measured.map((one) => one.lines).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  console.log(
    `${sorted.length} ${what}, median ${median} lines (aim ${aim}), ${sorted.reduce((a, b) => a + b, 0)} in all`,
  );
  for (const { where, lines } of measured.filter((one) => one.lines > limit).sort((a, b) => b.lines - a.lines)) {
    console.log(`  ${lines} ${where}`);
  }
}
