/**
 * Walks `docs/how-to/first-hour.md` with the built program and writes down what it prints.
 *   npm run build && node --import tsx scripts/first-hour.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { firstHourPage, lasting } from '../test/e2e/first-hour.js';
import { walk } from '../test/e2e/transcript.js';
import { root } from './lib/files.js';
import { outputsOf, withOutputs } from './lib/transcript.js';

const path = join(root, firstHourPage);
const page = readFileSync(path, 'utf8');
const before = outputsOf(page);
const steps = await walk(page, { patienceMs: 45_000 });
// What is the same but for its times stays, so that a diff shows what became otherwise.
const outputs = steps.map(({ output }, at) => {
  const old = before[at] ?? '';
  return lasting(old) === lasting(output) ? old : output.replaceAll(`by ${userInfo().username}`, 'by you');
});
writeFileSync(path, withOutputs(page, outputs));
