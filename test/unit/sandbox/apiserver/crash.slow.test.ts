import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { crashRounds } from './crash-rounds.js';

/** In parts, each on a store of its own: a store of 200 lives is mostly read at its end. */
const PARTS = 8;
const ROUNDS = 25;

for (let part = 1; part <= PARTS; part++) {
  test(`SIGKILL at random moments, ${ROUNDS} times, part ${part} of ${PARTS}`, async (context) => {
    const path = mkdtempSync(join(tmpdir(), 'metalctl-crash-'));
    context.after(() => rmSync(path, { recursive: true, force: true }));
    await crashRounds(path, ROUNDS);
  });
}
