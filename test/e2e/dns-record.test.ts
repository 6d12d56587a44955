/** The template and the role of `docs/how-to/keep-bmcs-in-dns.md`, word for word, on a sandbox that enforces roles and knows a DNSRecord. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import type { KindDef, KubeObject } from '../../src/api/kind.js';
import { builtinKind, CustomResourceDefinition } from '../../src/api/kubernetes.js';
import { BMC } from '../../src/api/metal/v1alpha1/index.js';
import { ClusterRole, ClusterRoleBinding } from '../../src/api/rbac.js';
import { settingsOf } from '../../src/commands/impl/reconcile-settings.js';
import { defaultSettings } from '../../src/reconcile/index.js';
import { type Live, startLive } from '../support/live.js';
import { type Holder, roleHolder } from '../support/roles.js';

const page = readFileSync(new URL('../../docs/how-to/keep-bmcs-in-dns.md', import.meta.url), 'utf8');
const [template = '', role = ''] = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);

interface RecordObject extends KubeObject {
  spec?: { hostname?: string; ip?: string; recordType?: string; ttl?: number };
}
const DNSRecord = builtinKind<RecordObject>('dns.ironcore.dev', 'v1alpha1', 'DNSRecord', 'dnsrecords', 'Namespaced');

const text = { type: 'string' };
const spec = {
  type: 'object',
  required: ['hostname', 'ip', 'recordType'],
  properties: { hostname: text, ip: text, recordType: { ...text, enum: ['A', 'AAAA'] }, ttl: { type: 'integer' } },
};
const crd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'dnsrecords.dns.ironcore.dev' },
  spec: {
    group: 'dns.ironcore.dev',
    scope: 'Namespaced',
    names: { kind: 'DNSRecord', plural: 'dnsrecords', singular: 'dnsrecord', listKind: 'DNSRecordList' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
      },
    ],
  },
};

const folder = mkdtempSync(join(tmpdir(), 'metalctl-dns-'));
let live: Live;
let holder: Holder;
let name = '';
before(async () => {
  live = await startLive({ servers: 1 });
  await live.installCrds();
  holder = await roleHolder(live, 'daemon');
  await live.onboard();
  name = live.sandbox.emulator.bmcs[0]?.name ?? '';
});
after(async () => {
  await holder.close();
  await live.close();
  rmSync(folder, { recursive: true, force: true });
});

const admin = () => live.ports.cluster;
const record = () => admin().get(DNSRecord, { namespace: 'metalctl-system', name });
const condition = async (type = 'DNSRecordApplied') =>
  (await admin().get(BMC, { name }))?.status?.conditions?.find((each) => each.type === type);

/** Passes as the operator's own account. */
async function pass(): Promise<number> {
  const path = join(folder, 'record.yaml');
  writeFileSync(path, template);
  const flags = { dnsRecordTemplatePath: path, discoveryPrefix: [] };
  const { dnsRecord } = await settingsOf(flags as never);
  assert.ok(dnsRecord !== undefined);
  const settings = { ...defaultSettings, powerPollMs: 300, dnsRecord };
  const { reconcileOnce, reconcilers } = await import('../../src/reconcile/index.js');
  const ports = { ...live.ports, cluster: holder.cluster };
  const registrations = reconcilers.filter(({ name: kind }) => kind === 'bmc');
  const { report } = await reconcileOnce(ports, { registrations, settings, deadlineMs: 30_000 });
  return report.writes;
}

test('a kind the account may not read is a condition that names the right; the BMC is ready all the same', async () => {
  await pass();
  assert.equal((await condition())?.reason, 'APIForbidden');
  assert.match((await condition())?.message ?? '', /RBAC does not allow "get" on dnsrecords.dns.ironcore.dev/);
  assert.equal((await condition('Ready'))?.status, 'True');
  assert.equal(await pass(), 0);
});

test('a kind that is not served is a condition, and no failing loop', async () => {
  const kinds: Record<string, KindDef> = { ClusterRole, ClusterRoleBinding };
  for (const document of parseAllDocuments(role)) {
    const object = document.toJS();
    await admin().create(kinds[object.kind] ?? assert.fail(object.kind), object);
  }
  await pass();
  assert.equal((await condition())?.reason, 'CrdMissing');
  assert.equal((await condition('Ready'))?.status, 'True');
  assert.equal(await pass(), 0);
});

test('a BMC has its record from the template, with the role of the page and no more', async () => {
  await admin().create(CustomResourceDefinition, crd as never);
  await pass();
  const bmc = (await admin().get(BMC, { name })) ?? assert.fail('no BMC');
  const made = (await record()) ?? assert.fail((await condition())?.message);
  assert.deepEqual(made.spec, { hostname: name, ip: bmc.status?.ip, recordType: 'A', ttl: 300 });
  assert.deepEqual(made.metadata.labels, { 'example.com/made-by': 'metalctl' });
  assert.deepEqual(
    made.metadata.ownerReferences?.map(({ uid, controller }) => [uid, controller]),
    [[bmc.metadata.uid, true]],
  );
  assert.equal((await condition())?.status, 'True');
  assert.equal(await pass(), 0);
  assert.equal((await record())?.metadata.resourceVersion, made.metadata.resourceVersion);
});

test('labels travel, and those that are taken off the BMC are taken off the record', async () => {
  await admin().patch(BMC, { name }, { metadata: { labels: { rack: 'r1' } } }, 'merge');
  await pass();
  assert.equal((await record())?.metadata.labels?.rack, 'r1');
  await admin().patch(BMC, { name }, { metadata: { labels: { rack: null } } }, 'merge');
  await pass();
  assert.deepEqual((await record())?.metadata.labels, { 'example.com/made-by': 'metalctl' });
  assert.equal(await pass(), 0);
});

test('a label that has the name of a key of the template does not take its place', async () => {
  await admin().patch(BMC, { name }, { metadata: { labels: { 'example.com/made-by': 'x' } } }, 'merge');
  await pass();
  assert.equal((await condition())?.reason, 'DNSRecordInvalid');
  await admin().patch(BMC, { name }, { metadata: { labels: { 'example.com/made-by': null } } }, 'merge');
  await pass();
  assert.equal((await condition())?.status, 'True');
});

test('the record goes with its BMC', async () => {
  const present = (await admin().get(BMC, { name })) ?? assert.fail('no BMC');
  await admin().patch(BMC, { name }, { metadata: { finalizers: [] } }, 'merge');
  await admin().delete(BMC, { name }, { uid: present.metadata.uid ?? '' });
  for (let tries = 0; tries < 50 && (await record()) !== undefined; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(await record(), undefined);
});
