/** Onboarding: names, objects, idempotence, and the way of a BMC to an Available server over the real reconcilers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BMC } from '../../../../src/api/metal/v1alpha1/bmc.js';
import { BMCSecret } from '../../../../src/api/metal/v1alpha1/bmcsecret.js';
import { isMetalError } from '../../../../src/errors/classes.js';
import { Secret } from '../../../../src/lib/secret.js';
import { bmcSecretOf } from '../../../../src/workflows/bmc-secret.js';
import type { Credential } from '../../../../src/workflows/discover/credentials.js';
import type { Finding } from '../../../../src/workflows/discover/finding.js';
import { defaultTemplate, nameFindings } from '../../../../src/workflows/onboard/names.js';
import { followOnboarding, type OnboardProgress, writeOnboarding } from '../../../../src/workflows/onboard/onboard.js';
import { type OnboardOptions, planOnboarding, planText, readLabels } from '../../../../src/workflows/onboard/plan.js';
import { type World, world } from '../../../support/world.js';
import { driverOf, inTime } from '../support/servers.js';

const root: Credential = { username: 'root', password: new Secret('pw'), source: 'flags', version: '1' };
const options: OnboardOptions = { secret: { create: root }, labels: {}, power: 'keep' };

const aFinding = (n: number, more: Partial<Finding> = {}): Finding => ({
  address: `10.0.0.${n}`,
  port: 443,
  scheme: 'https',
  status: 'new',
  vendor: 'Dell Inc.',
  serial: `8XK2M0${n}`,
  fingerprint: 'aa',
  trust: 'ca',
  systems: [{ uri: '/redfish/v1/Systems/1', uuid: `u${n}`, power: 'Off' }],
  ...more,
});

const refusal = async (run: () => unknown): Promise<string> => {
  try {
    await run();
  } catch (error) {
    assert.ok(isMetalError(error), String(error));
    return `${error.code} ${error.message}`;
  }
  return 'accepted';
};

async function onboard(w: World, findings: readonly Finding[], more: Partial<OnboardOptions> = {}) {
  const plan = await planOnboarding(w.cluster, nameFindings(findings, defaultTemplate), { ...options, ...more });
  return { plan, outcomes: await writeOnboarding(w.cluster, plan, () => undefined) };
}

test('names come from the template and are DNS labels', async () => {
  const name = (template: string, more: Partial<Finding> = {}) =>
    nameFindings([aFinding(4, more)], template, { location: 'FRA-3' })[0]?.name;
  assert.equal(name(defaultTemplate), 'dell-8xk2m04');
  assert.equal(name('{location}-{serial}-{n}'), 'fra-3-8xk2m04-1');
  assert.equal(name(defaultTemplate, { vendor: 'Hewlett Packard Enterprise' }), 'hpe-8xk2m04');
  assert.match(await refusal(() => name('{colour}')), /^USAGE --name-template has no field \{colour\}/);
  assert.match(
    await refusal(() => nameFindings([{ ...aFinding(1), serial: '' }], defaultTemplate)),
    /^USAGE no name can be made for 10\.0\.0\.1/,
  );
  assert.match(
    await refusal(() => nameFindings([aFinding(1), aFinding(2)], '{vendor}')),
    /^ALREADY_EXISTS two BMCs would be named "dell"/,
  );
});

test('a finding becomes a BMCSecret of its own and a BMC with inline access', async () => {
  const w = world();
  const labels = readLabels(['rack=r12', 'pool=general']);
  await onboard(w, [aFinding(4, { mac: 'aa:bb:cc:00:00:04', trust: 'first-use', location: 'fra' })], { labels });
  const bmc = w.cluster.peek(BMC, 'dell-8xk2m04');
  assert.deepEqual(bmc?.spec, {
    access: { ip: '10.0.0.4', macAddress: 'aa:bb:cc:00:00:04' },
    bmcSecretRef: { name: 'dell-8xk2m04' },
    protocol: { name: 'Redfish', port: 443, scheme: 'https' },
  });
  assert.deepEqual(bmc?.metadata.annotations, { 'metalctl.dev/tls-pin': 'aa', 'metalctl.dev/cordon-running': 'true' });
  assert.deepEqual(bmc?.metadata.labels, {
    'metadata.metal.ironcore.dev/location': 'fra',
    'metadata.metal.ironcore.dev/rack': 'r12',
    pool: 'general',
  });
  const secret = w.cluster.peek(BMCSecret, 'dell-8xk2m04');
  assert.deepEqual(secret?.data, { username: 'cm9vdA==', password: 'cHc=' });
  assert.deepEqual([secret?.stringData, secret?.type], [undefined, undefined]);
  assert.deepEqual(
    w.cluster.writes().map(({ kind }) => kind),
    ['BMCSecret', 'BMC'],
  );
});

test('a second run says unchanged and writes nothing', async () => {
  const w = world();
  await onboard(w, [aFinding(1), aFinding(2)]);
  const writes = w.cluster.writes().length;
  const { plan, outcomes } = await onboard(w, [aFinding(1), aFinding(2)]);
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    ['unchanged', 'unchanged'],
  );
  assert.equal(w.cluster.writes().length, writes);
  assert.equal(planText(plan, 'keep'), 'nothing to create · 2 unchanged');
});

test('a BMC that stands already under another name is left alone: a second object for its address would stop both', async () => {
  const w = world();
  await onboard(w, [aFinding(1)]);
  const writes = w.cluster.writes().length;
  const again = nameFindings([aFinding(1, { status: 'known' })], 'rack-{serial}');
  const plan = await planOnboarding(w.cluster, again, options);
  assert.deepEqual(
    plan.entries.map(({ name, action }) => [name, action]),
    [['dell-8xk2m01', 'unchanged']],
  );
  await writeOnboarding(w.cluster, plan, () => undefined);
  assert.equal(w.cluster.writes().length, writes);
});

test('an abort between two BMCs begins no other, and what was written is whole', async () => {
  const w = world();
  const stop = new AbortController();
  const plan = await planOnboarding(w.cluster, nameFindings([aFinding(1), aFinding(2)], defaultTemplate), options);
  const outcomes = await writeOnboarding(w.cluster, plan, () => stop.abort(), false, stop.signal);
  assert.deepEqual(
    outcomes.map(({ entry, outcome }) => [entry.name, outcome]),
    [['dell-8xk2m01', 'created']],
  );
  assert.deepEqual(
    (await w.cluster.list(BMC)).items.map(({ metadata }) => metadata.name),
    ['dell-8xk2m01'],
  );
});

test('a BMC that an Endpoint leads to is known by the address it was reached at', async () => {
  const w = world();
  const protocol = { name: 'Redfish', port: 443, scheme: 'https' as const };
  w.cluster.seed({
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'BMC',
    metadata: { name: 'from-endpoint' },
    spec: { endpointRef: { name: 'oob-1' }, bmcSecretRef: { name: 'oob' }, protocol },
    status: { ip: '10.0.0.1' },
  } as BMC);
  const plan = await planOnboarding(w.cluster, nameFindings([aFinding(1)], defaultTemplate), options);
  assert.deepEqual([plan.entries[0]?.name, plan.entries[0]?.action], ['from-endpoint', 'unchanged']);
});

test('an existing BMCSecret is referred to and never overwritten', async () => {
  const w = world();
  w.cluster.seed(bmcSecretOf('oob', root), bmcSecretOf('dell-8xk2m01', { ...root, username: 'rotated' }));
  await onboard(w, [aFinding(1), aFinding(2, { secret: 'oob' })]);
  assert.equal(w.cluster.peek(BMC, 'dell-8xk2m02')?.spec?.bmcSecretRef.name, 'oob');
  assert.equal(w.cluster.peek(BMCSecret, 'dell-8xk2m01')?.data?.username, Buffer.from('rotated').toString('base64'));
  assert.equal(w.cluster.peek(BMCSecret, 'dell-8xk2m02'), undefined);
});

test('what cannot be onboarded is refused before anything is written', async () => {
  const w = world();
  assert.match(
    await refusal(() => onboard(w, [aFinding(1)], { secret: undefined })),
    /^NEEDS_INPUT no credential is known/,
  );
  assert.match(
    await refusal(() => onboard(w, [aFinding(1)], { secret: { use: 'none' } })),
    /^NOT_FOUND BMCSecret "none"/,
  );
  await onboard(w, [aFinding(1)]);
  const moved = { ...aFinding(1), address: '10.0.0.9' };
  assert.match(await refusal(() => onboard(w, [moved])), /^ALREADY_EXISTS bmc\/dell-8xk2m01 exists/);
  assert.equal(w.cluster.writes().length, 2);
  for (const label of ['a', '=b', 'a=b c', '-a=b'])
    assert.match(await refusal(() => readLabels([label])), /^USAGE/, label);
});

test('the plan counts what will boot and what is left running', async () => {
  const w = world();
  const running = aFinding(2, { systems: [{ uri: '/s', uuid: 'u2', power: 'On' }] });
  const plan = (power: 'keep' | 'off') =>
    planOnboarding(w.cluster, nameFindings([aFinding(1), running], defaultTemplate), { ...options, power });
  assert.equal(
    planText(await plan('keep'), 'keep'),
    '2 BMCs · 2 BMCSecrets · 0 reboots now · 1 discovery boot (dell-8xk2m01) · 1 cordoned (running: dell-8xk2m02)',
  );
  assert.equal(
    planText(await plan('off'), 'off'),
    '2 BMCs · 2 BMCSecrets · 1 power-off now (dell-8xk2m02) · 2 discovery boots (dell-8xk2m01, dell-8xk2m02)',
  );
});

test('one that fails does not stop the others', async () => {
  const w = world();
  const { PermanentError } = await import('../../../../src/errors/classes.js');
  w.cluster.failNext('create', new PermanentError('API_FORBIDDEN', 'creating a BMC'), 'BMC');
  const { outcomes } = await onboard(w, [aFinding(1), aFinding(2)]);
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    ['failed', 'created'],
  );
});

test('a BMC is followed to its Available server; a running one is cordoned', async () => {
  const w = world();
  w.bmcs.add('dell-8xk2m01', { uuid: 'u1' });
  w.bmcs.add('dell-8xk2m02', { uuid: 'u2', power: 'On' });
  await onboard(w, [aFinding(1), aFinding(2)]);
  const seen: (readonly OnboardProgress[])[] = [];
  const report = setInterval(() => w.probes.arrive('u1'), 1);
  const end = await inTime(
    w,
    followOnboarding(w.ports, ['dell-8xk2m01', 'dell-8xk2m02'], {
      driver: driverOf(w),
      timeoutMs: 1_800_000,
      signal: new AbortController().signal,
      onProgress: (all) => seen.push(all),
    }),
  ).finally(() => clearInterval(report));
  assert.deepEqual(
    end.map(({ name, bmcState, end: how }) => [name, bmcState, how]),
    [
      ['dell-8xk2m01', 'Enabled', 'available'],
      ['dell-8xk2m02', 'Enabled', 'cordoned'],
    ],
  );
  assert.ok(seen.length > 2);
  assert.equal(w.bmcs.machine('dell-8xk2m02').power, 'On');
});

test('refused credentials end the wait at once', async () => {
  const w = world();
  const { PermanentError } = await import('../../../../src/errors/classes.js');
  w.bmcs.add('dell-8xk2m01').failNext('manager', new PermanentError('BMC_AUTH_FAILED', 'logging in'));
  await onboard(w, [aFinding(1)]);
  const end = await inTime(
    w,
    followOnboarding(w.ports, ['dell-8xk2m01'], {
      driver: driverOf(w),
      timeoutMs: 1_800_000,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    }),
  );
  assert.equal(end[0]?.end, 'failed');
  assert.match(end[0]?.bmcWhy ?? '', /^AuthenticationFailed/);
});

test('two objects for one address end the wait at once, and say which', async () => {
  const w = world();
  w.bmcs.add('dell-8xk2m01', { uuid: 'u1' });
  await onboard(w, [aFinding(1)]);
  const twin = structuredClone(w.cluster.peek(BMC, 'dell-8xk2m01'));
  assert.ok(twin);
  w.cluster.seed({ ...twin, metadata: { name: 'twin' } } as BMC);
  const end = await inTime(
    w,
    followOnboarding(w.ports, ['dell-8xk2m01'], {
      driver: driverOf(w),
      timeoutMs: 1_800_000,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    }),
  );
  assert.equal(end[0]?.end, 'failed');
  assert.match(end[0]?.bmcWhy ?? '', /^DuplicateIdentity: bmc\/twin has the same address/);
});

test('a cordoned machine that is off is discovered to its end all the same', async () => {
  const w = world();
  w.bmcs.add('dell-8xk2m01', { uuid: 'u1' });
  const taints = [{ key: 'burn-in', effect: 'NoBind' as const }];
  await onboard(w, [aFinding(1)], { cordon: true, taints });
  const seen: OnboardProgress['servers'][number]['state'][] = [];
  const limits = { driver: driverOf(w), timeoutMs: 600_000, signal: new AbortController().signal };
  const onProgress = (all: readonly OnboardProgress[]) => seen.push(all[0]?.servers[0]?.state ?? '-');
  const [end] = await inTime(w, followOnboarding(w.ports, ['dell-8xk2m01'], { ...limits, onProgress }));
  // It runs, cordoned, while the probe looks at it: that is not left alone.
  assert.ok(seen.includes('Discovery'), seen.join());
  assert.notEqual(end?.end, 'cordoned');
});
