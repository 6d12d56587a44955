/** The built program, against a real API server: output forms, streams, exit codes, idempotence, secrets. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startApiServer } from '../../src/sandbox/apiserver/index.js';
import { createAuthority } from '../../src/sandbox/certificates.js';
import { startWorker } from './cli-worker.js';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const program = [`${checkout}bin/metalctl`];
const folder = await mkdtemp(join(tmpdir(), 'metalctl-cli-'));
const authority = await createAuthority();
const { cert, key } = await authority.issue({ hosts: ['127.0.0.1'] });
const api = await startApiServer({ tls: { cert, key, ca: authority.ca } });
const kubeconfig = join(folder, 'kubeconfig');
await writeFile(kubeconfig, api.kubeconfig(), { mode: 0o600 });
after(async () => {
  await worker.close();
  await api.close();
  await rm(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const environment = {
  PATH: process.env.PATH ?? '',
  HOME: folder,
  LANG: 'C.UTF-8',
  KUBECONFIG: kubeconfig,
  METALCTL_STATE_DIR: folder,
};

const worker = await startWorker(environment);

/** As a process of its own: for signals. */
function run(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  onStart?: (kill: (signal: NodeJS.Signals) => void, stdout: NodeJS.ReadableStream) => void,
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...program, ...words], {
      cwd: checkout,
      env: { ...environment, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    onStart?.((signal) => child.kill(signal), child.stdout);
  });
}

/** Runs a line, and says everything it printed when the code is another. */
async function expectCode(code: number, line: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const ran = await worker.run(line.split(' '), env);
  assert.equal(ran.code, code, `${line}\n${ran.stdout}\n${ran.stderr}`);
  assert.ok(!`${ran.stdout}${ran.stderr}`.includes(String.fromCharCode(27)), 'no escape byte leaves for a pipe');
  assert.doesNotMatch(ran.stderr, /\n\s+at /, 'no stack trace');
  return ran;
}

const server = (name: string, more: object = {}) => ({
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'Server',
  metadata: { name, labels: { pool: 'lab' } },
  spec: { systemUUID: `38947555-7742-3448-3784-8233478238${name.length}4` },
  ...more,
});

async function create(path: string, object: object): Promise<void> {
  const { Agent, request } = await import('../../src/http/undici.js');
  const dispatcher = new Agent({ connect: { ca: authority.ca } });
  const headers = { authorization: `Bearer ${api.adminToken}`, 'content-type': 'application/json' };
  const answer = await request(dispatcher, {
    origin: api.url,
    path,
    method: 'POST',
    headers,
    body: JSON.stringify(object),
  });
  assert.equal(answer.statusCode, 201, await answer.body.text());
  await dispatcher.destroy();
}

test('without CRDs: what to install, exit 14', async () => {
  const { stderr } = await expectCode(14, 'get servers');
  assert.match(stderr, /fix {3}metalctl install crds/);
});

test('install crds: created, then unchanged without a write', async () => {
  const first = await expectCode(0, 'install crds');
  assert.equal(first.stdout.match(/customresourcedefinition\S+ created/g)?.length, 8);
  const second = await expectCode(0, 'install crds');
  assert.equal(second.stdout.match(/ unchanged/g)?.length, 9, second.stdout);
  assert.match((await expectCode(0, 'version')).stdout, /CRDs 8\/8/);
  assert.match((await expectCode(0, 'install crds --print')).stdout, /^---\napiVersion: apiextensions.k8s.io\/v1\n/);
});

test('an empty list: nothing on stdout, a sentence on stderr; JSON an empty List', async () => {
  const { code, stdout, stderr } = await expectCode(0, 'get servers');
  assert.deepEqual([code, stdout, stderr], [0, '', 'No servers found.\n']);
  assert.deepEqual(JSON.parse((await expectCode(0, 'get servers -o json -q')).stdout).items, []);
});

test('get in every form', async () => {
  const path = '/apis/metal.ironcore.dev/v1alpha1/servers';
  await create(path, server('node-1'));
  await create(path, server('node-22'));
  assert.match(
    (await expectCode(0, 'get srv')).stdout,
    /^NAME +STATE +POWER +VENDOR +MODEL +CORES +MEMORY +CLAIM +WHERE +AGE\nnode-1 /,
  );
  assert.equal(
    (await expectCode(0, 'get Server -o name')).stdout,
    'server.metal.ironcore.dev/node-1\nserver.metal.ironcore.dev/node-22\n',
  );
  const json = JSON.parse((await expectCode(0, 'get servers node-1 -o json')).stdout);
  assert.deepEqual([json.kind, json.metadata.name, json.metadata.managedFields], ['Server', 'node-1', undefined]);
  assert.equal((await expectCode(0, 'get servers -o jsonl')).stdout.trim().split('\n').length, 2);
  assert.equal((await expectCode(0, 'get servers -o jsonpath={.items[*].metadata.name}')).stdout, 'node-1 node-22');
  assert.equal((await expectCode(0, 'get servers -o custom-columns=N:.metadata.name')).stdout, 'N\nnode-1\nnode-22\n');
  assert.match((await expectCode(0, 'get servers -o csv')).stdout, /^NAME,STATE,/);
  assert.match((await expectCode(0, 'get servers -o wide')).stdout, /CORDONED/);
  assert.match((await expectCode(0, 'get servers -o crd')).stdout, /SYSTEMUUID/);
  assert.match((await expectCode(0, 'get servers -l pool!=lab')).stderr, /No servers found/);
  assert.match((await expectCode(0, 'get ns')).stdout, /metalctl-system/);
});

test('bad input: the code, the nearest name, nothing on stdout', async () => {
  assert.match((await expectCode(2, 'gte servers')).stderr, /did you mean: get/);
  assert.match((await expectCode(2, 'get servres')).stderr, /did you mean: servers/);
  assert.match((await expectCode(2, 'get servers --field stat=x')).stderr, /known: state/);
  assert.match((await expectCode(2, 'get servers -o jsn')).stderr, /-o json/);
  assert.match((await expectCode(13, 'get servers node-2')).stderr, /near names: node-22|near names: node-1/);
  assert.match((await expectCode(2, 'cordon')).stderr, /no server was named/);
  assert.match((await expectCode(13, 'get servers --context nope')).stderr, /nope/);
  await expectCode(2, 'get servers', { KUBECONFIG: '/nonexistent' });
  await expectCode(2, 'get servers --request-timeout -1s');
  await expectCode(2, 'get servers', { METALCTL_CONCURRENCY: 'many' });
});

test('in machine forms an error is one JSON line on stderr', async () => {
  const { stdout, stderr } = await expectCode(13, 'get servers nowhere -o json');
  assert.equal(stdout, '');
  assert.deepEqual([JSON.parse(stderr).code, JSON.parse(stderr).exit], ['NOT_FOUND', 13]);
});

test('a refused token is exit 18, an absent server exit 1', async () => {
  const other = join(folder, 'other');
  await writeFile(other, api.kubeconfig('wrong-token-CANARY'), { mode: 0o600 });
  const { stderr } = await expectCode(18, 'get servers', { KUBECONFIG: other });
  assert.ok(!stderr.includes('CANARY'));
  await writeFile(other, api.kubeconfig().replace(api.url, 'https://127.0.0.1:1'), { mode: 0o600 });
  await expectCode(1, 'get servers --request-timeout 2s', { KUBECONFIG: other });
});

test('cordon twice: the second changes nothing; dry run neither', async () => {
  assert.match((await expectCode(0, 'cordon node-1 --dry-run')).stdout, /cordoned \(dry run\)/);
  assert.equal((await expectCode(0, 'cordon node-1 --reason psu')).stdout, 'server/node-1 cordoned\n');
  assert.equal((await expectCode(0, 'cordon node-1 --reason psu')).stdout, 'server/node-1 unchanged\n');
  assert.match((await expectCode(0, 'describe server node-1')).stdout, /cordoned by .* \("psu"\)/);
  assert.match((await expectCode(0, 'get servers --field cordoned=true -o name')).stdout, /node-1\n$/);
  assert.equal(
    (await expectCode(0, 'uncordon -l pool=lab')).stdout,
    'server/node-1 uncordoned\nserver/node-22 unchanged\n',
  );
});

test('wait: met, late (3), gone', async () => {
  await expectCode(0, 'wait server/node-1 --for jsonpath={.spec.unclaimable}=false --timeout 10s');
  await expectCode(3, 'wait server/node-1 --for state=Available --timeout 300ms');
  await expectCode(3, 'wait server/node-1 --for state=Available --timeout 0');
  await expectCode(0, 'wait server/gone --for delete');
  await expectCode(2, 'wait server/node-1 --for stat=x');
});

test('a machine is deleted only when its name was typed: exit 12 names the flag', async () => {
  assert.match((await expectCode(12, 'delete server node-22 --yes')).stderr, /--confirm node-22/);
  assert.match((await expectCode(0, 'delete server node-22 --confirm node-22')).stdout, /deleted/);
  await expectCode(0, 'wait server/node-22 --for delete --timeout 5s');
});

test('no secret value is ever printed, whatever the form', async () => {
  const secret = {
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'BMCSecret',
    metadata: { name: 's' },
    stringData: { password: 'CANARY' },
  };
  await create('/apis/metal.ironcore.dev/v1alpha1/bmcsecrets', secret);
  const lines = [
    'get bmcsec s -o json',
    'get bmcsec -o yaml',
    'get bmcsec -o jsonl',
    'get bmcsec -o jsonpath={..password}',
    'describe bmcsec s',
    'get bmcsec -o custom-columns=P:.stringData.password -vvv',
  ];
  for (const line of lines) {
    const { stdout, stderr } = await expectCode(0, line);
    assert.ok(!`${stdout}${stderr}`.includes('CANARY'), line);
  }
});

test('SIGINT ends a watch with 0 after what it printed; a wait with 130', async () => {
  const watched = await run(['get', 'servers', '-w'], {}, (kill, stdout) => stdout.once('data', () => kill('SIGINT')));
  assert.equal(watched.code, 0, watched.stderr);
  assert.match(watched.stdout, /node-1/);
  const waited = await run(['wait', 'server/node-1', '--for', 'state=Available', '-v'], {}, (kill) =>
    setTimeout(() => kill('SIGINT'), 1500),
  );
  assert.equal(waited.code, 130, waited.stderr);
});

test('cli.md §18.3: a closed pipe ends with 141 and says nothing', async () => {
  const line = `${[process.execPath, ...program].join(' ')} install crds --print | true; echo "\${PIPESTATUS[0]}" >&2`;
  const ran = await new Promise<string>((resolve) => {
    const child = spawn('bash', ['-c', line], { cwd: checkout, env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
    let text = '';
    child.stderr.on('data', (chunk) => (text += chunk));
    child.on('close', () => resolve(text));
  });
  assert.match(ran, /^141\n$/);
});

test('a crash leaves a redacted report of mode 0600 and one line', async () => {
  await expectCode(0, 'explain exit-codes');
  const { writeCrashReport } = await import('../../src/commands/impl/kit/crash.js');
  process.env.METALCTL_STATE_DIR = folder;
  const path = writeCrashReport(new Error('at https://u:CANARY@host/'), 'get', '0.0.0', new Date());
  delete process.env.METALCTL_STATE_DIR;
  assert.ok(path !== undefined);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.ok(!(await readFile(path, 'utf8')).includes('CANARY'));
  assert.equal((await readdir(join(folder, 'crashes'))).length, 1);
});
