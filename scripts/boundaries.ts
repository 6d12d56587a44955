/** Fails when a file of `src/` imports against the table in `scripts/boundaries/table.ts`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { offencesOf } from './boundaries/check.js';
import { filesBelow, root } from './lib/files.js';

// Declaration files are gone at run time.
const files = filesBelow('src', /(?<!\.d)\.tsx?$/);
const offences = files.flatMap((path) => offencesOf(path, readFileSync(join(root, path), 'utf8')));
for (const { path, line, sentence } of offences) console.error(`${path}:${line}: ${sentence}`);
if (offences.length > 0) console.error(`${offences.length} imports against the table in scripts/boundaries/table.ts`);
process.exitCode = offences.length > 0 ? 1 : 0;
