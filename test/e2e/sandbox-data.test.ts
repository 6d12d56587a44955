/** What a sandbox keeps: two processes on one folder, a damaged store, and the way back to an empty one. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ownBlock } from '../support/live.js';

const binary = new URL('../../bin/metalctl', import.meta.url).pathname;
const base = mkdtempSync(join(tmpdir(), 'metalctl-data-'));
const folder = join(base, 'kept');
const running = new Set<ChildProcess>();
/** In each test: children left over would keep the test process from ever getting to its own end. */
const stopAll = () => {
  for (const child of running) child.kill('SIGKILL');
};
after(() => rmSync(base, { recursive: true, force: true }));

const start = (...words: string[]): ChildProcess => {
  const env = { PATH: process.env.PATH, HOME: base, METALCTL_STATE_DIR: join(base, 'state') };
  const child = spawn(process.execPath, [binary, 'sandbox', ...words, '--data', folder], { env });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
};

async function ended(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, output };
}

const up = () => start('up', '--servers', '1', '--bmc-network', ownBlock(), '--bmc-port', '0');

/** A sandbox that answers. */
async function started(): Promise<ChildProcess> {
  const child = up();
  await new Promise<void>((done, fail) => {
    child.stdout?.once('data', () => done());
    child.once('exit', (code) => fail(new Error(`sandbox up ended with ${code}`)));
  });
  return child;
}

/** In good order: the journal is folded into the file, which alone is the store then. */
async function stop(child: ChildProcess): Promise<void> {
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  await gone;
}

test('a second process on the folder, a reset of what runs, and a start over a damaged store are refused by name', async (context) => {
  context.after(stopAll);
  const first = await started();
  const second = await ended(up());
  assert.equal(second.code, 16, second.output);
  assert.match(second.output, /sandbox down[\s\S]*SANDBOX_RUNNING/);
  const early = await ended(start('reset', '--yes'));
  assert.equal(early.code, 16, early.output);
  assert.match(early.output, /SANDBOX_RUNNING/);

  rmSync(join(folder, 'sandbox.json')); // as if the first had not got as far as writing its record
  const third = await ended(up());
  assert.equal(third.code, 16, third.output);
  assert.match(third.output, /STORE_LOCKED/);
  await stop(first);

  const file = join(folder, 'store', 'cluster.sqlite');
  writeFileSync(file, Buffer.concat([Buffer.from('not a database at all'), readFileSync(file).subarray(21)]));
  const damaged = await ended(up());
  assert.equal(damaged.code, 1, damaged.output);
  assert.match(damaged.output, /metalctl sandbox reset --data[\s\S]*STORE_DAMAGED/);
});

test('reset asks, clears what the sandbox wrote and nothing else, and is harmless twice', async (context) => {
  context.after(stopAll);
  writeFileSync(join(folder, 'notes.txt'), 'mine');
  const unasked = await ended(start('reset'));
  assert.equal(unasked.code, 12, unasked.output);
  assert.ok(existsSync(join(folder, 'store')));
  assert.equal((await ended(start('reset', '--yes'))).code, 0);
  assert.deepEqual([existsSync(join(folder, 'store')), existsSync(join(folder, 'identity.json'))], [false, false]);
  assert.equal(readFileSync(join(folder, 'notes.txt'), 'utf8'), 'mine');
  const again = await ended(start('reset', '--yes'));
  assert.deepEqual([again.code, /unchanged/.test(again.output)], [0, true]);
  await stop(await started());
});
