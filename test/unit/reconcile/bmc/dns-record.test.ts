/** The DNS record of a BMC: written where it differs, compared where it is, and never in the way of anything else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { ConfigMap } from '../../../../src/api/kubernetes.js';
import { PermanentError, TransientError } from '../../../../src/errors/classes.js';
import { BMC, Server, world } from '../../../support/world.js';

const text = `apiVersion: v1
kind: ConfigMap
metadata:
  name: dns-{{ .Name }}
data:
  host: {{ .Hostname }}
  ip: {{ .IP }}
{{- with index .Labels "rack" }}
  rack: {{ . }}
{{- end }}
`;
const dnsRecord = { text, readYaml: (made: string): unknown => parse(made) };
const [key, at] = [{ name: 'rack1' }, { namespace: 'metalctl-system', name: 'dns-rack1' }];

async function scene(settings: Parameters<typeof world>[0] = { dnsRecord }) {
  const w = world(settings);
  w.addMachine('rack1');
  const settle = async (again = settings) => {
    for (let pass = 0; pass < 8; pass += 1) await w.pass({ settings: { ...w.settings, ...again } });
  };
  const condition = (type = 'DNSRecordApplied') =>
    w.cluster.peek(BMC, key)?.status?.conditions?.find((each) => each.type === type);
  const told = (reason: string) => w.events.filter(({ event }) => event.reason === reason).length;
  const calls = (verb: string) =>
    w.cluster.calls.filter((call) => call.verb === verb && call.kind === 'ConfigMap').length;
  const writes = () => w.cluster.writes().filter(({ kind }) => kind === 'ConfigMap').length;
  return { w, settle, condition, told, calls, writes, record: () => w.cluster.peek(ConfigMap, at) };
}

test('a BMC has its record, which belongs to it, and nothing is written twice', async () => {
  const { w, settle, record, writes, condition } = await scene();
  await settle();
  const { metadata, data } = record() ?? assert.fail('no record');
  assert.deepEqual(data, { host: 'rack1', ip: '10.0.0.1' });
  const { uid } = w.cluster.peek(BMC, key)?.metadata ?? {};
  const owner = { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'BMC', name: 'rack1', uid };
  assert.deepEqual(metadata.ownerReferences, [{ ...owner, controller: true, blockOwnerDeletion: true }]);
  await settle();
  assert.equal(writes(), 1);
  assert.equal(condition(), undefined, 'what is well needs no word');
});

test('without a template nothing is written, and nothing is read', async () => {
  const { settle, calls, record, condition } = await scene({});
  await settle();
  assert.equal(record(), undefined);
  assert.deepEqual([calls('get'), calls('list'), condition()], [0, 0, undefined]);
});

test('it follows its BMC, and comes back when it was changed or deleted by hand', async () => {
  const { w, settle, record, writes } = await scene();
  await settle();
  await w.cluster.patch(BMC, key, { spec: { hostname: 'oob.example.com' } }, 'merge');
  await settle();
  assert.equal(record()?.data?.host, 'oob.example.com');
  await w.cluster.patch(ConfigMap, at, { data: { ip: '6.6.6.6' } }, 'merge');
  await settle();
  assert.equal(record()?.data?.ip, '10.0.0.1');
  await w.cluster.delete(ConfigMap, at);
  await settle();
  assert.equal(record()?.data?.ip, '10.0.0.1');
  // Ours: the first, the three corrections; by hand: a patch and a deletion.
  assert.equal(writes(), 6);
});

test('owners and fields of others do not make it be written again', async () => {
  const { w, settle, record, writes } = await scene();
  await settle();
  const others = [...(record()?.metadata.ownerReferences ?? []), { apiVersion: 'v1', kind: 'X', name: 'x', uid: 'x' }];
  const metadata = { ownerReferences: others, labels: { theirs: 'yes' } };
  await w.cluster.patch(ConfigMap, at, { metadata, data: { more: '1' } }, 'merge');
  const before = writes();
  await settle();
  assert.equal(writes(), before);
});

test('one that nobody owns becomes its own; one that belongs to somebody else is left alone, and told once', async () => {
  const { w, settle, record, condition, told, writes } = await scene();
  const owner = { apiVersion: 'v1', kind: 'BMC', name: 'other', uid: 'other', controller: true };
  const metadata = { ...at, ownerReferences: [owner] };
  w.cluster.seed({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { ip: 'theirs' } } as ConfigMap);
  await settle();
  assert.deepEqual([record()?.data?.ip, writes()], ['theirs', 0]);
  assert.deepEqual([condition()?.status, condition()?.reason], ['False', 'DNSRecordTaken']);
  assert.equal(told('DNSRecordTaken'), 1);
  await w.cluster.patch(ConfigMap, at, { metadata: { ownerReferences: [] } }, 'merge');
  await settle();
  assert.equal(record()?.metadata.ownerReferences?.[0]?.name, 'rack1');
  assert.deepEqual([record()?.data?.ip, condition()?.status], ['10.0.0.1', 'True']);
});

const refusals = [
  ['get', new PermanentError('CRD_MISSING', 'the cluster does not serve configmaps'), 'CrdMissing'],
  ['get', new PermanentError('API_FORBIDDEN', 'cannot read'), 'APIForbidden'],
  ['create', new PermanentError('API_FORBIDDEN', 'cannot write'), 'APIForbidden'],
  ['create', new PermanentError('API_INVALID', 'it is refused'), 'APIInvalid'],
] as const;

for (const [verb, error, reason] of refusals) {
  test(`${error.code} of ${verb} is a condition and one event; the BMC is Ready, its Servers are there`, async () => {
    const { w, settle, condition, told, record } = await scene();
    const real = { get: w.cluster.get, patch: w.cluster.patch };
    const isOurs = (kind: { kind: string }) => kind.kind === 'ConfigMap';
    if (verb === 'get')
      w.cluster.get = (kind, ...rest) => (isOurs(kind) ? Promise.reject(error) : real.get(kind, ...rest));
    else w.cluster.patch = (kind, ...rest) => (isOurs(kind) ? Promise.reject(error) : real.patch(kind, ...rest));
    await settle();
    const since = condition()?.lastTransitionTime;
    assert.deepEqual([condition()?.status, condition()?.reason], ['False', reason]);
    assert.equal(condition('Ready')?.status, 'True');
    assert.equal(w.cluster.all(Server).length, 1);
    await w.clock.tick(600_000);
    const { report } = await w.pass();
    assert.deepEqual([report.writes, condition()?.lastTransitionTime, told(reason)], [0, since, 1]);
    Object.assign(w.cluster, real);
    await settle();
    assert.deepEqual([condition()?.status, record()?.data?.ip], ['True', '10.0.0.1']);
  });
}

test('a cluster that does not answer fails the visit, which is tried again', async () => {
  const { w, settle, record, condition } = await scene();
  w.cluster.failNext('get', new TransientError('API_UNREACHABLE', 'no answer'), 'ConfigMap');
  await settle();
  assert.equal(record()?.data?.ip, '10.0.0.1');
  assert.equal(condition(), undefined);
});

test('a label the template insists on and the BMC has not is a condition; nothing is asked of the cluster', async () => {
  const insisting = { ...dnsRecord, text: text.replace('{{ .Hostname }}', '{{ .Labels.site }}') };
  const { w, settle, condition, told, calls, record } = await scene({ dnsRecord: insisting });
  await settle();
  assert.deepEqual([condition()?.reason, told('DNSRecordInvalid'), calls('get')], ['DNSRecordInvalid', 1, 0]);
  assert.match(condition()?.message ?? '', /line 6: there is no "site" in this map/);
  assert.equal(condition('Ready')?.status, 'True');
  await w.cluster.patch(BMC, key, { metadata: { labels: { site: 'ber1' } } }, 'merge');
  await settle();
  assert.deepEqual([record()?.data?.host, condition()?.status], ['ber1', 'True']);
});

test('a template that is given no more leaves the record, and takes the complaint back', async () => {
  const { w, settle, condition } = await scene({ dnsRecord: { ...dnsRecord, text: '{{ .Labels.gone }}' } });
  await settle();
  assert.equal(condition()?.status, 'False');
  const { dnsRecord: _, ...without } = w.settings;
  for (let pass = 0; pass < 3; pass += 1) await w.pass({ settings: without });
  assert.deepEqual([condition()?.status, condition()?.reason], ['Unknown', 'NotConfigured']);
  assert.equal((await w.pass({ settings: without })).report.writes, 0);
});
