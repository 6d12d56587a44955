/** The exit table, row by row, through the real program: whatever a script branches on. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, test } from 'node:test';
import { CustomResourceDefinition } from '../../src/api/kubernetes.js';
import { BMC, Server } from '../../src/api/metal/v1alpha1/index.js';
import { Exit, type ExitName } from '../../src/errors/exit.js';
import { type Ended, startCli } from './cli-process.js';

const cli = await startCli(2);
after(() => cli.close());
const { cluster } = cli.live.ports;

const server = (name: string, labels: Record<string, string> = {}) =>
  ({
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'Server',
    metadata: { name, labels },
    spec: { systemUUID: `38947555-7742-3448-3784-82334782383${name.length}` },
  }) as unknown as Server;
await cluster.create(Server, server('a', { pool: 'x' }));
await cluster.create(Server, server('bb'));
await cluster.create(Server, server('ccc'));
await cluster.patch(Server, { name: 'ccc' }, { status: { state: 'Error' } }, 'merge', { subresource: 'status' });
await cluster.delete(CustomResourceDefinition, { name: 'endpoints.metal.ironcore.dev' });

const { kubeconfig } = cli.live.sandbox.record;
const { readFileSync } = await import('node:fs');
const kubeconfigWith = (name: string, change: (text: string) => string) => ({
  KUBECONFIG: cli.file(name, change(readFileSync(kubeconfig, 'utf8'))),
});
const nobody = kubeconfigWith('nobody', (text) => text.replace(/token: .*/, 'token: expired'));
const away = kubeconfigWith('away', (text) => text.replace(/server: .*/, 'server: https://127.0.0.1:1'));
const wrong = ['--bmc-username', 'admin', '--bmc-password-file', cli.file('wrong', 'Wrong-Password-1\n')];
const claim = cli.file('claim.json', JSON.stringify({ ...server('new'), metadata: { name: 'new' } }));

interface Row {
  readonly when: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly code?: string;
}

const line = (text: string): readonly string[] => text.split(' ');
const rows: Readonly<Record<Exclude<ExitName, 'SIGINT' | 'SIGTERM' | 'EPIPE'>, Row>> = {
  OK: { when: 'done', args: line('get servers') },
  ERROR: { when: 'no better code', args: line('get servers --request-timeout 2s'), env: away, code: 'API_UNREACHABLE' },
  USAGE: { when: 'a bad flag', args: line('get servers --wath'), code: 'USAGE' },
  WAITING: {
    when: 'the time is over',
    args: line('wait server/a --for state=Available --timeout 300ms'),
    code: 'WAIT_TIMEOUT',
  },
  FAILED_STATE: {
    when: 'a bad end, at once',
    args: line('wait server/ccc --for state=Available --timeout 1h'),
    code: 'FAILED_STATE',
  },
  CHANGES: { when: 'differences', args: ['diff', '-f', claim] },
  NO_CAPACITY: {
    when: 'no server fits',
    args: line('claim c -l pool=none --image os:1 --no-interactive'),
    code: 'NO_CAPACITY',
  },
  NEEDS_INPUT: { when: 'nobody can be asked', args: line('delete server a --yes'), code: 'CONFIRM_REQUIRED' },
  NOT_FOUND: { when: 'no such object', args: line('get servers nowhere'), code: 'NOT_FOUND' },
  UNSUPPORTED: { when: 'a kind that is not installed', args: line('get endpoints'), code: 'CRD_MISSING' },
  CHECKS_FAILED: {
    when: 'a warning where none is allowed',
    args: line('version --fail-on-warning --request-timeout 2s'),
    env: away,
  },
  CONFLICT: { when: 'set already', args: line('label server a pool=y'), code: 'CONFLICT' },
  PARTIAL: { when: 'one of two', args: line('label server a bb pool=y'), code: 'PARTIAL' },
  FORBIDDEN: { when: 'a refused token', args: line('get servers'), env: nobody, code: 'API_UNAUTHORIZED' },
  BMC_AUTH: {
    when: 'a refused password',
    args: ['discover', ...cli.range, ...wrong, '--strict'],
    code: 'BMC_AUTH_FAILED',
  },
  BMC_UNREACHABLE: {
    when: 'nothing answers',
    args: line('discover --target 127.0.0.1:1 --probe-timeout 500ms'),
    code: 'NO_BMC',
  },
};

for (const [name, { when, args, env = {}, code }] of Object.entries(rows) as [ExitName, Row][]) {
  test(`cli.md §18.5: ${Exit[name]} ${name}: ${when}`, async () => {
    const ended = await cli.run(args, { env });
    assert.equal(ended.code, Exit[name], ended.stdout + ended.stderr);
    if (code !== undefined) assert.match(ended.stderr, new RegExp(`code {2}${code} \\(exit ${Exit[name]}\\)`));
    assert.doesNotMatch(ended.stderr, /\n\s+at /);
    if (code !== undefined) {
      const machine = await cli.run([...args, '-o', 'json'], { env });
      const last = machine.stderr.trim().split('\n').at(-1) ?? '';
      assert.deepEqual([JSON.parse(last).code, JSON.parse(last).exit], [code, Exit[name]], machine.stderr);
    }
  });
}

const binary = new URL('../../bin/metalctl', import.meta.url).pathname;

/** Runs until the first word on stderr, then sends a signal. */
function signalled(args: readonly string[], signal: NodeJS.Signals): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [binary, ...args], {
      env: cli.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (chunks.stdout += chunk));
    child.stderr.on('data', (chunk) => (chunks.stderr += chunk));
    child.stderr.once('data', () => child.kill(signal));
    child.once('close', (code) => resolve({ code, ...chunks }));
  });
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`cli.md §18.5: ${Exit[signal]} ${signal}: says that it stops`, async () => {
    const ended = await signalled(line('wait server/a --for state=Available'), signal);
    assert.equal(ended.code, Exit[signal], ended.stderr);
    assert.match(ended.stderr, new RegExp(`${signal}: stopping at the next safe point`));
  });
}

test('cli.md §18.5: 141 EPIPE: the reader went away, quietly', async () => {
  const { metadata, spec } = server('x');
  for (let n = 0; n < 60; n += 1) {
    const many = {
      ...server(`pad-${n}`),
      metadata: { ...metadata, name: `pad-${n}`, annotations: { pad: 'x'.repeat(4_000) } },
      spec,
    };
    await cluster.create(Server, many as unknown as Server);
  }
  const script = `"${process.execPath}" "${binary}" get servers -o json | head -1 >/dev/null; echo "\${PIPESTATUS[0]}"`;
  const said = await new Promise<string>((resolve) => {
    const child = spawn('bash', ['-c', script], { env: cli.environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.stderr.on('data', (chunk) => (text += chunk));
    child.once('close', () => resolve(text));
  });
  assert.equal(said, `${Exit.EPIPE}\n`);
});

test('many targets that fail for one cause are one error with three names', async () => {
  for (let n = 0; n < 17; n += 1)
    await cluster.patch(Server, { name: `pad-${n}` }, { metadata: { labels: { pool: 'x' } } }, 'merge');
  const names = Array.from({ length: 60 }, (_, n) => `pad-${n}`);
  const ended = await cli.run(['label', 'server', ...names, 'pool=z']);
  assert.equal(ended.code, Exit.PARTIAL, ended.stderr);
  assert.match(
    ended.stderr,
    /^error: 17 of 60 targets failed\n {2}on {4}17: server\/pad-0, server\/pad-1, server\/pad-2, …\n/,
  );
  assert.ok(ended.stderr.split('\n').length < 10, ended.stderr);
  assert.equal(ended.stdout.trim().split('\n').length, 43);
});

test('the BMC kind is still served: only what was taken away is missing', async () => {
  assert.deepEqual((await cluster.list(BMC)).items, []);
});
