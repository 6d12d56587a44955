/** Admission webhooks over TLS, as an API server asks them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isMetalError, TransientError } from '../../../src/errors/classes.js';
import { silent } from '../../../src/ports/log.js';
import { startAdmission } from '../../../src/serve/index.js';
import { fakeCluster } from '../../support/fake-cluster.js';

const folder = mkdtempSync(join(tmpdir(), 'admission-'));
const [certFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
const form = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
execFileSync('openssl', ['req', ...form, '-keyout', keyFile, '-out', certFile, ...subject], { stdio: 'ignore' });
const tls = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };

const cluster = fakeCluster();
const place = { host: '127.0.0.1', port: 0 };
const service = await startAdmission({ ...place, tls, cluster, log: silent });
after(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

const apiVersion = 'metal.ironcore.dev/v1alpha1';
const endpoint = (name: string, macAddress: string) => ({
  apiVersion,
  kind: 'Endpoint',
  metadata: { name },
  spec: { macAddress },
});

function post(body: unknown, path = '/validate', method = 'POST') {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = request(`${service.url}${path}`, { method, ca: tls.cert, agent: false }, (answer) => {
      let text = '';
      answer.on('data', (part: Buffer) => {
        text += part.toString();
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on('error', reject).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
}
const review = (kind: string, operation: string, object: unknown, oldObject: unknown = null) => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: 'u-1',
    kind: { group: 'metal.ironcore.dev', version: 'v1alpha1', kind },
    name: 'e2',
    operation,
    object,
    oldObject,
  },
});
const judge = async (...args: Parameters<typeof review>) => JSON.parse((await post(review(...args))).text).response;

test('a duplicate MAC is refused with the field and the words of the rule', async () => {
  cluster.seed(endpoint('e1', 'AA-BB-CC-00-00-01'));
  const refused = await judge('Endpoint', 'CREATE', endpoint('e2', 'aa:bb:cc:00:00:01'));
  assert.equal(refused.uid, 'u-1');
  assert.equal(refused.allowed, false);
  assert.equal(refused.status.code, 422);
  assert.equal(
    refused.status.message,
    'Endpoint.metal.ironcore.dev "e2" is invalid: spec.macAddress: Duplicate value: "aa:bb:cc:00:00:01"',
  );
  assert.equal(refused.status.details.causes[0].reason, 'FieldValueDuplicate');
  assert.deepEqual(await judge('Endpoint', 'CREATE', endpoint('e2', 'aa:bb:cc:00:00:02')), {
    uid: 'u-1',
    allowed: true,
  });
});

test('an immutable BMCSecret, and kinds and operations without rules', async () => {
  const secret = { apiVersion, kind: 'BMCSecret', metadata: { name: 's' }, immutable: true, data: { a: 'MQ==' } };
  const refused = await judge('BMCSecret', 'UPDATE', { ...secret, data: { a: 'Mg==' } }, secret);
  assert.match(refused.status.message, /data: Forbidden: data field is immutable and cannot be updated$/);
  assert.ok(!JSON.stringify(refused).includes('Mg=='));
  assert.equal((await judge('BMCSecret', 'CREATE', secret)).allowed, true);
  assert.equal((await judge('BMC', 'UPDATE', secret, secret)).allowed, true);
});

test('what cannot be judged is refused', async () => {
  cluster.failNext('list', new TransientError('API_UNREACHABLE', 'no way'), 'Endpoint');
  const refused = await judge('Endpoint', 'CREATE', endpoint('e3', 'aa:bb:cc:00:00:03'));
  assert.deepEqual([refused.allowed, refused.status.code], [false, 500]);
});

test('what is no review is turned away', async () => {
  for (const body of ['{', '[]', {}, { ...review('Endpoint', 'CREATE', {}), apiVersion: 'admission.k8s.io/v1beta1' }]) {
    assert.equal((await post(body)).status, 400);
  }
  assert.equal((await post(review('Endpoint', 'CONNECT', {}))).status, 400);
  assert.equal((await post({}, '/other')).status, 404);
  assert.equal((await post('', '/validate', 'GET')).status, 405);
  assert.equal((await post('x'.repeat(1_100_000))).status, 413);
});

test('a key that is no key is said before anything listens', async () => {
  const broken = startAdmission({ ...place, tls: { cert: tls.cert, key: 'nonsense' }, cluster, log: silent });
  await assert.rejects(broken, (error: unknown) => isMetalError(error) && error.code === 'USAGE');
});
