import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createAuthority } from '../../../src/sandbox/certificates.js';
import {
  apiserverArguments,
  etcdArguments,
  startAssets,
  waitReady,
  writeFiles,
} from '../../conformance/servers/assets.js';
import { announce, chooseKubectl, chooseServer, testServer } from '../../conformance/servers/choice.js';
import { startServer } from '../../conformance/servers/shared.js';
import { startEmbedded } from '../../conformance/start-api.js';

test('the embedded server is the default; a folder of assets, or one program elsewhere, is taken by envtest’s names', () => {
  assert.deepEqual(chooseServer({}), { kind: 'embedded' });
  assert.deepEqual(chooseServer({ KUBEBUILDER_ASSETS: '/a', TEST_ASSET_ETCD: '/b/etcd' }), {
    kind: 'assets',
    assets: { etcd: '/b/etcd', apiserver: '/a/kube-apiserver' },
  });
  assert.deepEqual(chooseServer({ KUBEBUILDER_ASSETS: '/a', METALCTL_TEST_KUBECONFIG: '/k' }), {
    kind: 'kubeconfig',
    path: '/k',
  });
  assert.equal(chooseKubectl({ TEST_ASSET_KUBECTL: '/t', METALCTL_KUBECTL: '/m' }), '/m');
  assert.equal(chooseKubectl({ KUBEBUILDER_ASSETS: '/a' }, '/cached'), '/a/kubectl');
  assert.equal(chooseKubectl({}, '/cached'), '/cached');
});

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'metalctl-assets-'));
  context.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('every file the arguments name is written, fits its use, and everything stays on loopback', async (context) => {
  const path = folder(context);
  const ports = { client: 1001, peer: 1002, api: 1003 };
  const ca = await writeFiles(path, 'secret');
  const words = [...etcdArguments(path, ports), ...apiserverArguments(path, ports)];
  const files = words.filter((word) => /-(file|key-file)=/.test(word)).map((word) => word.replace(/^[^=]+=/, ''));
  assert.equal(files.length, 5);
  for (const file of files) assert.ok(readFileSync(file, 'utf8').length > 0, file);
  const certificate = new X509Certificate(readFileSync(join(path, 'tls.crt')));
  assert.ok(certificate.checkIP('127.0.0.1') && certificate.verify(new X509Certificate(ca).publicKey));
  assert.equal(createPrivateKey(readFileSync(join(path, 'accounts.key'))).asymmetricKeyType, 'rsa');
  for (const url of words.join(' ').match(/https?:\/\/[^,\s]+/g) ?? []) assert.match(url, /^https?:\/\/127\.0\.0\.1:/);
  assert.doesNotMatch(words.join(' '), /secret/, 'a token is in a file, never among the arguments');
});

test('readiness is polled until 200, and giving up says what was last heard', async (context) => {
  const { ca, issue } = await createAuthority();
  let asked = 0;
  const server = createServer({ ...(await issue({ hosts: ['127.0.0.1'] })) }, (_request, response) => {
    asked += 1;
    response.writeHead(asked < 3 ? 500 : 200).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  context.after(() => server.close());
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await waitReady(url, ca, 5_000);
  assert.equal(asked, 3);
  asked = -1_000;
  await assert.rejects(waitReady(url, ca, 150), /not ready after 150 ms: 500/);
  await assert.rejects(
    waitReady(url, ca, 5_000, () => true),
    /ended before it was ready/,
  );
});

test('a test file is told who answers, and skips what only another has', () => {
  assert.equal(testServer({}).kind, 'embedded');
  const env: NodeJS.ProcessEnv = {};
  announce(env, { kind: 'assets', name: 'kube-apiserver', kubeconfig: '/k', gc: false });
  assert.deepEqual(testServer(env), { kind: 'assets', name: 'kube-apiserver', kubeconfig: '/k', gc: false });
});

test('a cluster in which something lies is refused by name, for these tests delete what they find', async (context) => {
  const api = await startEmbedded(context);
  await api.call('POST', '/api/v1/namespaces/default/secrets', { body: { metadata: { name: 'precious' } } });
  const path = join(folder(context), 'kubeconfig');
  writeFileSync(path, await api.kubeconfig());
  await assert.rejects(startServer({ kind: 'kubeconfig', path }), /is not empty \(precious\)/);
  await api.call('DELETE', '/api/v1/namespaces/default/secrets/precious');
  const { server } = await startServer({ kind: 'kubeconfig', path });
  assert.match(server.name, /^kube-apiserver v1\.\d+\.\S+ at https:/);
});

test('programs that end at once are reported, and leave no process behind', async () => {
  await assert.rejects(startAssets({ etcd: '/bin/false', apiserver: '/bin/false' }), /ended before it was ready/);
});
