/** What the program does about itself: private files, no inspector by signal, no memory in core dumps, no open config. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Live, startLive } from '../support/live.js';
import { assertRefused, openShell, type Shell } from '../support/process.js';

let live: Live;
let shell: Shell;
let kubeconfig: string;
before(async () => {
  live = await startLive({ servers: 1 });
  await live.installCrds();
  shell = openShell();
  kubeconfig = shell.file('kubeconfig', live.sandbox.api.kubeconfig());
});
after(async () => {
  await shell.close();
  await live.close();
});

const filesBelow = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? [path, ...filesBelow(path)] : [path];
  });

test('S-PRC-1: whatever it writes is its user’s own, though the shell’s mask allows more', async () => {
  const report = join(shell.folder, 'report.json');
  const line = `umask 000 && KUBECONFIG=${kubeconfig} $METALCTL reconcile --once --report ${report}`;
  const { code, stderr } = await shell.pipe(line);
  assert.equal(code, 0, stderr);
  assert.ok(existsSync(report));
  for (const path of filesBelow(shell.folder)) assert.equal(statSync(path).mode & 0o077, 0, path);
});

test('S-PRC-1: a signal opens no inspector, and a dump of its core has no memory', async () => {
  const watching = shell.start(['get', 'servers', '-w', '-o', 'json'], { env: { KUBECONFIG: kubeconfig } });
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  watching.kill('SIGUSR1');
  await new Promise((resolve) => setTimeout(resolve, 500));
  const filter = `/proc/${watching.pid}/coredump_filter`;
  if (existsSync(filter)) assert.equal(Number.parseInt(readFileSync(filter, 'utf8'), 16), 0);
  watching.kill('SIGINT');
  const { stderr, code } = await watching.ended;
  assert.doesNotMatch(stderr, /Debugger listening/);
  assert.ok([0, 130].includes(code), `${code} ${stderr}`);
});

test('S-PRC-1: a kubeconfig that everybody may write is not used', async () => {
  const open = shell.file('open-kubeconfig', live.sandbox.api.kubeconfig());
  chmodSync(open, 0o666);
  const ended = await shell.run(['get', 'servers'], { env: { KUBECONFIG: open } });
  assertRefused(ended, {
    exit: ended.code,
    code: 'KUBECONFIG_INVALID',
    what: /the kubeconfig .* is not used/,
    why: /everybody on this host may write to it/,
    fix: /chmod o-w/,
  });
});
