/** Decisions are numbered once, in the order in which they were made, and their titles carry the number. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const folder = join(import.meta.dirname, '../../../docs/adr');
const files = readdirSync(folder).sort();

test('every number is given once, without a gap', () => {
  assert.deepEqual(
    files.map((name) => Number(name.slice(0, 4))),
    files.map((_, at) => at + 1),
  );
});

test('the title says the number of the file', () => {
  for (const name of files) {
    const title = readFileSync(join(folder, name), 'utf8').split('\n')[0] ?? '';
    assert.match(title, new RegExp(`^# (ADR )?${name.slice(0, 4)}`), name);
  }
});
