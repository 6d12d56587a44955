/** Kubeconfigs as kubectl reads them: where they are found, how they merge, what is said when they are wrong. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { MetalError } from '../../../src/errors/classes.js';
import { loadConfig } from '../../../src/kube/index.js';

const canary = 'canary-9f2c';

async function directory(t: TestContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'metalctl-kubeconfig-'));
  t.after(() => rm(made, { recursive: true, force: true }));
  return made;
}

interface Parts {
  readonly current?: string;
  readonly contexts?: readonly string[];
  readonly user?: string;
  readonly cluster?: string;
}

/** A kubeconfig whose contexts, clusters and users bear the same names. */
function kubeconfig({ current, contexts = ['lab'], user = `token: ${canary}`, cluster = '' }: Parts): string {
  const block = (kind: string, body: (name: string) => string) =>
    `${kind}s:\n${contexts.map((name) => `- name: ${name}\n  ${kind}:\n${body(name)}`).join('')}`;
  return [
    'apiVersion: v1\nkind: Config\n',
    current === undefined ? '' : `current-context: ${current}\n`,
    block('context', (name) => `    cluster: ${name}\n    user: ${name}\n    namespace: ns-${name}\n`),
    block('cluster', (name) => `    server: https://${name}.example:6443/\n${cluster && `    ${cluster}\n`}`),
    block('user', () => `    ${user}\n`),
  ].join('');
}

async function written(t: TestContext, parts: Parts): Promise<string> {
  const file = join(await directory(t), 'config');
  await writeFile(file, kubeconfig(parts));
  return file;
}

const failsWith = (code: string, pattern: RegExp) => (error: MetalError) => {
  assert.equal(error.code, code);
  assert.match(`${error.message} ${error.why}`, pattern);
  assert.doesNotMatch(
    `${error.stack} ${error.why} ${JSON.stringify(error.context)} ${error.cause}`,
    new RegExp(canary),
  );
  return true;
};

test('a context gives address, namespace and the token', async (t) => {
  const context = await loadConfig({ kubeconfig: await written(t, { current: 'lab' }) });
  assert.equal(context.name, 'lab');
  assert.equal(context.server, 'https://lab.example:6443');
  assert.equal(context.namespace, 'ns-lab');
  assert.deepEqual(await context.headers(), { authorization: `Bearer ${canary}` });
  assert.deepEqual(context.warnings, []);
});

test('--context chooses, and a missing one names what exists', async (t) => {
  const file = await written(t, { current: 'lab', contexts: ['lab', 'fra'] });
  assert.equal((await loadConfig({ kubeconfig: file, context: 'fra' })).server, 'https://fra.example:6443');
  assert.equal((await loadConfig({ kubeconfig: file, cluster: 'fra' })).server, 'https://fra.example:6443');
  await assert.rejects(
    loadConfig({ kubeconfig: file, context: 'prod' }),
    failsWith('CONTEXT_NOT_FOUND', /context "prod" not found .*has: lab, fra/),
  );
  await assert.rejects(
    loadConfig({ kubeconfig: file, cluster: 'prod' }),
    failsWith('KUBECONFIG_INVALID', /cluster "prod" not found .*has: lab, fra/),
  );
});

test('no current context is an error, even when there is only one to take', async (t) => {
  const kubeconfigFile = await written(t, {});
  await assert.rejects(
    loadConfig({ kubeconfig: kubeconfigFile }),
    failsWith('KUBECONFIG_INVALID', /no current context .*contexts: lab/),
  );
});

test('nothing found, a named file that is absent, and a list of absent files are KUBECONFIG_MISSING', async (t) => {
  const home = await directory(t);
  await assert.rejects(loadConfig({ env: {}, home }), failsWith('KUBECONFIG_MISSING', /does not exist/));
  await assert.rejects(loadConfig({ kubeconfig: '/no/such' }), failsWith('KUBECONFIG_MISSING', /\/no\/such/));
  await assert.rejects(
    loadConfig({ env: { KUBECONFIG: '/no/a:/no/b' }, home }),
    failsWith('KUBECONFIG_MISSING', /none of them/),
  );
});

test('the home directory comes after KUBECONFIG, and the first file of a list wins', async (t) => {
  const home = await directory(t);
  await mkdir(join(home, '.kube'));
  await writeFile(join(home, '.kube', 'config'), kubeconfig({ current: 'home', contexts: ['home'] }));
  assert.equal((await loadConfig({ env: {}, home })).name, 'home');
  const first = await written(t, { contexts: ['fra'], user: 'token: first' });
  const second = await written(t, { current: 'lab', contexts: ['fra', 'lab'], user: 'token: second' });
  const env = { KUBECONFIG: `/no/such:${first}:${second}` };
  assert.equal((await loadConfig({ env, home })).name, 'lab');
  const merged = await loadConfig({ env, home, context: 'fra' });
  assert.deepEqual(await merged.headers(), { authorization: 'Bearer first' });
});

test('a broken file is named without quoting it', async (t) => {
  const file = join(await directory(t), 'config');
  for (const [text, pattern] of [
    [`users:\n- name: a\n  user: {token: ${canary}\n`, /line \d+: /],
    ['', /the input is empty/],
    ['just text', /no current context/],
    ['clusters:\n- name: a\n', /clusters\[0\]\.cluster is missing/],
  ] as const) {
    await writeFile(file, text);
    await assert.rejects(loadConfig({ kubeconfig: file }), failsWith('KUBECONFIG_INVALID', pattern));
  }
  await assert.rejects(loadConfig({ kubeconfig: tmpdir() }), failsWith('KUBECONFIG_INVALID', /not a file/));
  const withoutCa = await written(t, { current: 'lab', cluster: 'certificate-authority: ./absent.pem' });
  await assert.rejects(loadConfig({ kubeconfig: withoutCa }), failsWith('KUBECONFIG_INVALID', /absent\.pem/));
});

test('data win over files, skipped verification warns, relative files lie beside the kubeconfig', async (t) => {
  const file = await written(t, {
    current: 'lab',
    cluster: `certificate-authority-data: ${Buffer.from('PEM').toString('base64')}\n    insecure-skip-tls-verify: true`,
    user: 'tokenFile: token\n    as: dora\n    as-groups: [ops, oncall]\n    as-uid: "42"',
  });
  await writeFile(join(file, '..', 'token'), `${canary}\n`);
  const context = await loadConfig({ kubeconfig: file });
  const { tls } = await context.access();
  assert.equal(String(tls.ca), 'PEM');
  assert.equal(tls.isVerified, false);
  assert.match(context.warnings[0] ?? '', /not verified/);
  assert.deepEqual(await context.headers(), {
    authorization: `Bearer ${canary}`,
    'impersonate-user': 'dora',
    'impersonate-group': ['ops', 'oncall'],
    'impersonate-uid': '42',
  });
  const other = await loadConfig({ kubeconfig: file, as: 'bob', asGroups: ['dev'] });
  const { authorization: _, ...asBob } = await other.headers();
  assert.deepEqual(asBob, { 'impersonate-user': 'bob', 'impersonate-group': ['dev'] });
});

test('a rotated token file is read again, after ten seconds or a 401', async (t) => {
  const file = await written(t, { current: 'lab', user: 'tokenFile: token' });
  const token = join(file, '..', 'token');
  await writeFile(token, 'one');
  let nowMs = 0;
  const context = await loadConfig({ kubeconfig: file, monotonicMs: () => nowMs });
  await writeFile(token, 'two');
  await utimes(token, 1, 1);
  nowMs = 9_000;
  assert.deepEqual(await context.headers(), { authorization: 'Bearer one' });
  nowMs = 10_000;
  assert.deepEqual(await context.headers(), { authorization: 'Bearer two' });
  await writeFile(token, 'three');
  await context.refresh();
  assert.deepEqual(await context.headers(), { authorization: 'Bearer three' });
});

test('somebody switching contexts or breaking the file does not move a running process', async (t) => {
  const file = await written(t, { current: 'lab', contexts: ['lab', 'fra'] });
  let nowMs = 0;
  const context = await loadConfig({ kubeconfig: file, monotonicMs: () => nowMs });
  const before = await context.access();
  await writeFile(file, kubeconfig({ current: 'fra', contexts: ['lab', 'fra'], user: 'token: new' }));
  nowMs += 10_000;
  assert.deepEqual(await context.headers(), { authorization: 'Bearer new' });
  assert.equal(context.name, 'lab');
  assert.equal(await context.access(), before, 'connections are kept while the TLS material is the same');
  await writeFile(file, '{');
  nowMs += 10_000;
  assert.deepEqual(await context.headers(), { authorization: 'Bearer new' });
});

test('an exec plugin is run once for many requests, beside its kubeconfig, and its failure is told', async (t) => {
  const exec = (command: string) =>
    `exec:\n      apiVersion: client.authentication.k8s.io/v1\n      command: ${command}`;
  const file = await written(t, { current: 'lab', user: exec('./plugin') });
  const credential = {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token: 'exec' },
  };
  const script = `#!/bin/sh\necho run >> "$0.runs"\necho '${JSON.stringify(credential)}'\n`;
  await writeFile(join(file, '..', 'plugin'), script, { mode: 0o755 });
  const context = await loadConfig({ kubeconfig: file });
  const answers = await Promise.all(Array.from({ length: 8 }, () => context.headers()));
  assert.deepEqual(answers[7], { authorization: 'Bearer exec' });
  const { readFile } = await import('node:fs/promises');
  assert.equal(await readFile(join(file, '..', 'plugin.runs'), 'utf8'), 'run\n');
  const failing = await loadConfig({ kubeconfig: await written(t, { current: 'lab', user: exec('/no/such/plugin') }) });
  await assert.rejects(
    failing.headers(),
    failsWith('KUBECONFIG_INVALID', /credential plugin \/no\/such\/plugin failed/),
  );
});

test('in a pod the service account is used, and its token followed', async (t) => {
  const podRoot = await directory(t);
  const account = join(podRoot, 'var/run/secrets/kubernetes.io/serviceaccount');
  await mkdir(account, { recursive: true });
  await writeFile(join(account, 'token'), 'pod-token');
  await writeFile(join(account, 'ca.crt'), 'PEM');
  await writeFile(join(account, 'namespace'), 'metal');
  const saved = { ...process.env };
  Object.assign(process.env, { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' });
  t.after(() => {
    process.env = saved;
  });
  const env = { KUBERNETES_SERVICE_HOST: 'fd00::1' };
  const context = await loadConfig({ env, home: podRoot, podRoot });
  assert.equal(context.server, 'https://[fd00::1]:443');
  assert.equal(context.namespace, 'metal');
  assert.equal(String((await context.access()).tls.ca), 'PEM');
  assert.deepEqual(await context.headers(), { authorization: 'Bearer pod-token' });
});
