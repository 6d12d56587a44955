/** Whole sweeps over a network and a cluster in memory: who is found, who is logged in to, and what is never sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BMC } from '../../../../src/api/metal/v1alpha1/bmc.js';
import type { Server } from '../../../../src/api/metal/v1alpha1/server.js';
import { PermanentError } from '../../../../src/errors/classes.js';
import { Secret } from '../../../../src/lib/secret.js';
import { bmcSecretOf, readBmcSecret } from '../../../../src/workflows/bmc-secret.js';
import type { Credential, CredentialBook } from '../../../../src/workflows/discover/credentials.js';
import { type DiscoverOptions, discover } from '../../../../src/workflows/discover/discover.js';
import { type DiscoverReport, parseReport, summaryLine } from '../../../../src/workflows/discover/report.js';
import { sweepDefaults } from '../../../../src/workflows/discover/sweep.js';
import { readTargets, type TargetRequest } from '../../../../src/workflows/discover/targets.js';
import { fakeClock, settle } from '../../../support/clock.js';
import { fakeBmcs } from '../../../support/fake-bmc.js';
import { fakeCluster } from '../../../support/fake-cluster.js';
import { fakeNetwork, notRedfish } from '../support/network.js';

const canary = 'canary-Passw0rd';
const root: Credential = { username: 'root', password: new Secret(canary), source: '--bmc-username', version: '1' };
const everyone: CredentialBook = { rules: [], fallback: { given: root } };

function aNetwork() {
  const clock = fakeClock();
  const network = fakeNetwork();
  const bmcs = fakeBmcs();
  const cluster = fakeCluster();
  /** A BMC at an address, with one system. */
  const machine = (host: string, uuid: string, answer = {}) => {
    network.serve(`https://${host}:443`, answer);
    return bmcs.add(`discover https://${host}:443`, { uuid });
  };
  const run = async (request: TargetRequest, options: Partial<DiscoverOptions> = {}): Promise<DiscoverReport> => {
    const targets = readTargets(request);
    const ports = { identification: network, bmcs, clock, cluster };
    const swept = {
      cidrs: request.cidrs ?? [],
      exclude: [],
      targets: request.targets ?? [],
      ports: [443],
      scheme: 'https' as const,
    };
    const loadCredential: DiscoverOptions['loadCredential'] = async (ref) =>
      'secret' in ref ? readBmcSecret(cluster, ref.secret) : 'given' in ref ? ref.given : assert.fail();
    const whole = {
      ...sweepDefaults,
      ratePerSecond: Infinity,
      targets,
      request: swept,
      loadCredential,
      pin: 'off' as const,
      ...options,
    };
    for await (const event of discover(ports, whole)) if (event.type === 'report') return event.report;
    return assert.fail('no report');
  };
  return { clock, network, bmcs, cluster, machine, run };
}

const meta = { apiVersion: 'metal.ironcore.dev/v1alpha1' };
const aBmc = (name: string, ip: string, pin?: string): BMC => ({
  ...meta,
  kind: 'BMC',
  metadata: { name, ...(pin ? { annotations: { 'metalctl.dev/tls-pin': pin } } : {}) },
  spec: { access: { ip }, bmcSecretRef: { name }, protocol: { name: 'Redfish', port: 443, scheme: 'https' } },
});
const aServer = (bmc: string, uuid: string): Server => ({
  ...meta,
  kind: 'Server',
  metadata: { name: `${bmc}-system-0` },
  spec: { systemUUID: uuid, bmcRef: { name: bmc } },
});
const statuses = (report: DiscoverReport) =>
  Object.fromEntries(report.findings.map((each) => [each.address, each.status]));

test('without credentials nobody is logged in to', async () => {
  const { machine, run, bmcs, network } = aNetwork();
  machine('10.0.0.1', 'u1');
  network.fail('https://10.0.0.2:443', notRedfish('https://10.0.0.2:443'));
  const report = await run({ cidrs: ['10.0.0.0/29'] });
  assert.deepEqual(statuses(report), { '10.0.0.1': 'new', '10.0.0.2': 'silent' });
  assert.deepEqual(bmcs.opened, []);
  assert.equal(report.findings[1]?.why, 'it answered HTML');
  assert.deepEqual(report.summary, { addresses: 6, probed: 6, closed: 4, findings: { new: 1, silent: 1 } });
  assert.equal(summaryLine(report), '1 BMC: 1 new · 1 silent · 6 addresses');
});

test('a login reads who it is, with one attempt', async () => {
  const { machine, run } = aNetwork();
  const bmc = machine('10.0.0.1', '4c4c4544-0058');
  const report = await run({ targets: ['10.0.0.1'] }, { credentials: everyone });
  const [finding] = report.findings;
  assert.equal(finding?.serial, 'SN-discover https://10.0.0.1:443');
  assert.deepEqual(
    finding?.systems?.map(({ uuid, power }) => [uuid, power]),
    [['4c4c4544-0058', 'Off']],
  );
  assert.equal(finding?.trust, 'ca');
  assert.deepEqual(bmc.calls, ['authenticate', 'manager', 'systems']);
});

test('the cluster decides between known, moved, new and conflict', async () => {
  const { machine, run, cluster } = aNetwork();
  for (const n of [1, 2, 3, 4, 5]) machine(`10.0.0.${n}`, `u${n}`);
  cluster.seed<BMC | Server>(
    aBmc('a', '10.0.0.1'),
    aServer('a', 'U1'),
    aBmc('b', '10.0.0.9'),
    aServer('b', 'u2'),
    aBmc('d', '10.0.0.4'),
    aServer('d', 'u-other'),
    aBmc('e', '10.0.0.5'),
  );
  const report = await run({ cidrs: ['10.0.0.0/28'] }, { credentials: everyone });
  assert.deepEqual(
    report.findings.map(({ status, object, was }) => [status, object, was].join(' ').trim()),
    ['known bmc/a', 'moved bmc/b 10.0.0.9', 'new', 'conflict bmc/d', 'known bmc/e'],
  );
});

test('one machine at two addresses is a conflict', async () => {
  const { machine, run } = aNetwork();
  machine('10.0.0.1', 'same');
  machine('10.0.0.2', 'SAME');
  const report = await run({ cidrs: ['10.0.0.0/30'] }, { credentials: everyone });
  assert.deepEqual(statuses(report), { '10.0.0.1': 'conflict', '10.0.0.2': 'conflict' });
  assert.equal(report.findings[0]?.why, 'the same machine answers at 10.0.0.2');
});

test('one BMC met at two addresses is logged in to once', async () => {
  const { machine, run, bmcs } = aNetwork();
  const twin = { serviceUUID: 'svc', fingerprint: 'ff' };
  machine('10.0.0.1', 'u1', twin);
  machine('10.0.0.2', 'u1', twin);
  const report = await run({ cidrs: ['10.0.0.0/30'] }, { credentials: everyone });
  assert.equal(bmcs.opened.length, 1);
  assert.deepEqual(statuses(report), { '10.0.0.1': 'conflict', '10.0.0.2': 'conflict' });
});

test('a refused password is one attempt, named', async () => {
  const { machine, run, cluster } = aNetwork();
  cluster.seed(bmcSecretOf('oob-default', root));
  const bmc = machine('10.0.0.1', 'u1');
  bmc.failNext('authenticate', new PermanentError('BMC_AUTH_FAILED', 'logging in'));
  const report = await run(
    { targets: ['10.0.0.1'] },
    { credentials: { rules: [], fallback: { secret: 'oob-default' } } },
  );
  assert.equal(report.findings[0]?.status, 'auth');
  assert.equal(report.findings[0]?.why, '401 with BMCSecret "oob-default" (1 attempt made, none left)');
  assert.deepEqual(bmc.calls, ['authenticate']);
});

test('an untrusted certificate sees no credential unless it is pinned', async () => {
  const untrusted = { isTrusted: false, trustError: 'self-signed certificate', fingerprint: 'aa' };
  const policies: [DiscoverOptions['pin'], string | undefined, string, number][] = [
    ['off', undefined, 'tls', 0],
    ['off', 'aa', 'known', 1],
    ['off', 'bb', 'tls', 0],
    ['first-use', undefined, 'new', 1],
    ['first-use', 'bb', 'tls', 0],
    ['required', undefined, 'tls', 0],
    ['required', 'aa', 'known', 1],
  ];
  for (const [pin, recorded, status, logins] of policies) {
    const { machine, run, bmcs, cluster } = aNetwork();
    machine('10.0.0.1', 'u1', untrusted);
    if (recorded !== undefined) cluster.seed<BMC | Server>(aBmc('a', '10.0.0.1', recorded), aServer('a', 'u1'));
    const report = await run({ targets: ['10.0.0.1'] }, { credentials: everyone, pin });
    assert.deepEqual([report.findings[0]?.status, bmcs.opened.length], [status, logins], `${pin} ${recorded}`);
    if (logins > 0) assert.equal(bmcs.opened[0]?.tlsPin, 'aa');
  }
});

test('plain HTTP on an https port is a TLS finding', async () => {
  const { network, run } = aNetwork();
  network.fail('https://10.0.0.1:443', new PermanentError('BMC_PLAIN_HTTP', 'it answers plain HTTP'));
  assert.deepEqual(statuses(await run({ targets: ['10.0.0.1'] })), { '10.0.0.1': 'tls' });
});

test('old protocols and services without systems are unsupported and not logged in to', async () => {
  const { machine, run, bmcs } = aNetwork();
  machine('10.0.0.1', 'u1', { redfishVersion: '1.5.1' });
  machine('10.0.0.2', 'u2', { hasSystems: false });
  const report = await run({ cidrs: ['10.0.0.0/30'] }, { credentials: everyone });
  assert.deepEqual(statuses(report), { '10.0.0.1': 'unsupported', '10.0.0.2': 'unsupported' });
  assert.equal(bmcs.opened.length, 0);
});

test('the most specific credential is used, and only it', async () => {
  const { machine, run, bmcs, cluster } = aNetwork();
  for (const name of ['row', 'dell', 'rest']) cluster.seed(bmcSecretOf(name, { ...root, username: name }));
  machine('10.0.0.1', 'u1', { vendor: 'Dell' });
  machine('10.0.0.2', 'u2', { vendor: 'Dell' });
  machine('10.0.0.3', 'u3', { vendor: 'HPE' });
  const credentials = { rules: [{ vendor: 'dell', use: { secret: 'dell' } }], fallback: { secret: 'rest' } };
  await run({ cidrs: ['10.0.0.0/29'], rows: [{ host: '10.0.0.1', secret: 'row' }] }, { credentials });
  assert.deepEqual(bmcs.opened.map(({ url, username }) => `${url} ${username}`).sort(), [
    'https://10.0.0.1:443 row',
    'https://10.0.0.2:443 dell',
    'https://10.0.0.3:443 rest',
  ]);
});

test('no password reaches the report', async () => {
  const { machine, run } = aNetwork();
  machine('10.0.0.1', 'u1');
  const report = await run({ targets: ['10.0.0.1'] }, { credentials: everyone });
  assert.ok(!JSON.stringify(report).includes(canary));
  assert.deepEqual(parseReport(JSON.stringify(report), 'f'), report);
});

test('named hosts that do not answer are told; a range is only counted', async () => {
  const { run } = aNetwork();
  const report = await run({ targets: ['10.0.9.9'], cidrs: ['10.0.0.0/30'] });
  assert.deepEqual(
    report.unanswered.map(({ target }) => target),
    ['https://10.0.9.9:443'],
  );
  assert.equal(report.summary.closed, 3);
});

test('stopping early reports what there is, and a resumed sweep finishes it', async () => {
  const { machine, run, network, bmcs } = aNetwork();
  machine('10.0.0.1', 'u1');
  machine('10.0.0.6', 'u6');
  network.hang('https://10.0.0.3:443');
  const stop = new AbortController();
  const whenBothAreExamined = async (): Promise<void> => {
    while (bmcs.opened.length < 2 || network.asked.length < 6) await settle(1);
    await settle(20);
    stop.abort();
  };
  void whenBothAreExamined();
  const first = await run({ cidrs: ['10.0.0.0/29'] }, { credentials: everyone, concurrency: 2, signal: stop.signal });
  assert.equal(first.complete, false);
  assert.deepEqual(statuses(first), { '10.0.0.1': 'new', '10.0.0.6': 'new' });
  assert.equal(first.cursor, 2);
  network.fail('https://10.0.0.3:443', notRedfish('x'));
  const whole = await run({ cidrs: ['10.0.0.0/29'] }, { credentials: everyone, resume: first });
  assert.equal(whole.complete, true);
  assert.deepEqual(statuses(whole), { '10.0.0.1': 'new', '10.0.0.3': 'silent', '10.0.0.6': 'new' });
  assert.deepEqual(whole.summary, { addresses: 6, probed: 6, closed: 3, findings: { new: 2, silent: 1 } });
  assert.equal(bmcs.opened.length, 3);
});

test('a sweep keeps to its rate and width', async () => {
  const { network, run, clock } = aNetwork();
  const done = run({ cidrs: ['10.0.0.0/28'] }, { ratePerSecond: 10, concurrency: 4 });
  await clock.tick(500);
  assert.equal(network.asked.length, 6);
  await clock.tick(1000);
  assert.equal((await done).summary.probed, 14);
  assert.ok(network.peak() <= 4);
});

test('a bug below is thrown, not swallowed', async () => {
  const { network, run } = aNetwork();
  network.fail('https://10.0.0.1:443', new TypeError('a bug'));
  await assert.rejects(run({ targets: ['10.0.0.1'] }), TypeError);
});
