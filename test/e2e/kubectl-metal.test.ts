/** The program as a plugin of kubectl, which finds it by the name `kubectl-metal` on the PATH. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-plugin-'));
after(() => rmSync(folder, { recursive: true }));
const plugin = join(folder, 'kubectl-metal');
symlinkSync(fileURLToPath(new URL('../../bin/metalctl', import.meta.url)), plugin);

const run = (...words: string[]) => spawnSync(plugin, words, { encoding: 'utf8', env: { PATH: process.env.PATH } });

test('kubectl metal: help, errors and hints name what was typed', () => {
  const help = run('get', '--help');
  assert.match(help.stdout, /^Usage: kubectl metal get /m);
  assert.doesNotMatch(help.stdout, /(?<!kubectl )\bmetalctl get\b/, 'examples too');

  const refused = run('gte');
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /more: kubectl metal explain error USAGE$/m);
  assert.match(run('get', 'servers', '-o', 'form').stderr, /^ {2}fix {3}kubectl metal get --help$/m);
});
