/** `metalctl demo`, the first thing the README asks for: it goes as told, and leaves nothing behind, also when it is stopped. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Exit } from '../../src/errors/exit.js';
import { faultsOf } from '../support/schemas.js';

const binary = new URL('../../bin/metalctl', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'metalctl-demo-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Told {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** In a process group of its own, as a shell runs it: Ctrl-C goes to all of the group. */
function demo(words: readonly string[], heard: (text: string, child: ChildProcess) => void = () => {}): Promise<Told> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [binary, 'demo', '--servers', '2', ...words], {
      env: { PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8', TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        said[name] += text;
        heard(said.stdout, child);
      });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...said }));
  });
}

/** Sandboxes that were raised below this folder and still run. */
const running = (): string[] =>
  readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return process.kill(Number(pid), 0) && commandOf(pid).includes(`${folder}/metalctl-demo-`);
    } catch {
      return false;
    }
  });
const commandOf = (pid: string): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8');
const left = (): string[] => readdirSync(folder).filter((name) => name.startsWith('metalctl-demo-'));

test('demo goes as told, from an empty cluster to the reason why a server cannot be claimed', async () => {
  const { code, stdout, stderr } = await demo([]);
  assert.equal(code, Exit.OK, `${stdout}\n${stderr}`);
  for (const line of [/^\$ metalctl discover /m, /2 BMCs: 2 new/, /bound to /, /released/, /cannot be claimed/])
    assert.match(stdout + stderr, line);
  assert.match(stdout, /\nThat was the main job\. \d+ commands in [\d.]+s\.\n$/);
  assert.doesNotMatch(stdout + stderr, /expected/);
  assert.deepEqual([running(), left()], [[], []]);
});

test('demo -o json is one document, as its schema says, and every step went as told', async () => {
  const { code, stdout } = await demo(['-o', 'json']);
  assert.equal(code, Exit.OK);
  const document = JSON.parse(stdout) as { kind: string; ok: boolean; steps: { ok: boolean; command: string }[] };
  assert.equal(faultsOf(document), '');
  assert.ok(document.ok && document.steps.length > 10 && document.steps.every(({ ok }) => ok), stdout);
});

test('Ctrl-C in the middle of demo ends it with 130, says so, and leaves neither sandbox nor file', async () => {
  let isSent = false;
  const { code, stdout } = await demo([], (text, child) => {
    if (isSent || !text.includes('metalctl onboard') || child.pid === undefined) return;
    isSent = true;
    process.kill(-child.pid, 'SIGINT');
  });
  assert.equal(code, Exit.SIGINT, stdout);
  assert.match(stdout, /\nStopped in the middle\. The sandbox and its files go with it\.\n$/);
  assert.deepEqual([running(), left()], [[], []]);
});
