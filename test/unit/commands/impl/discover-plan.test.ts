/** Behind the discover view: what a row tells, names of a template, what blocks a plan, and the command that does the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BMC } from '../../../../src/api/metal/v1alpha1/bmc.js';
import { commandOf } from '../../../../src/commands/impl/discover-command.js';
import { namesOf, type PlanFacts, planChosen } from '../../../../src/commands/impl/discover-plan.js';
import { rowOf } from '../../../../src/commands/impl/discover-rows.js';
import { Secret } from '../../../../src/lib/secret.js';
import type { Chosen } from '../../../../src/ui/discover/model.js';
import type { Finding } from '../../../../src/workflows/discover/finding.js';
import { type World, world } from '../../../support/world.js';

const aFinding = (address: string, serial: string, more: Partial<Finding> = {}): Finding => ({
  address,
  port: 443,
  scheme: 'https',
  status: 'new',
  vendor: 'Dell Inc.',
  model: 'PowerEdge R660',
  serial,
  redfish: '1.17.0',
  manager: 'iDRAC',
  firmware: '7.10.50',
  fingerprint: '9f3a00112233445566778899',
  certificateEnds: '2026-08-03T00:00:00Z',
  trust: 'first-use',
  credential: '--bmc-username root',
  power: 'Off',
  systems: [{ uri: '/redfish/v1/Systems/System.Embedded.1', uuid: 'u', power: 'Off', memoryGiB: 512 }],
  ...more,
});
const on = { power: 'On', systems: [{ uri: '/redfish/v1/Systems/1', power: 'On' }] };
const given = { username: 'root', password: new Secret('p'), source: '--bmc-username root', version: 'flag' };
const flags = {
  cidr: ['10.0.0.0/24'],
  target: [],
  label: ['team=db'],
  location: undefined,
  rack: undefined,
  nameTemplate: '{vendor}-{serial}',
  bmcUsername: 'root',
  bmcPasswordFile: 'pw',
  credentials: undefined,
  bmcSecret: undefined,
  bmcPasswordStdin: false,
};

const factsOf = (w: World, ...findings: Finding[]): PlanFacts => ({
  run: { program: 'metalctl', flags, ports: { cluster: w.cluster } } as unknown as PlanFacts['run'],
  options: { secret: { create: given }, labels: { team: 'db' }, power: 'keep' },
  findings: new Map(findings.map((finding) => [finding.address, finding])),
  typed: new Map(),
});
const choose = (place: string, name: string, labels = {}): Chosen => ({ place, name, labels });
const nowMs = Date.parse('2026-01-01T00:00:00Z');
const context = { proposed: 'dell-a', secret: { create: given }, location: 'fra', rack: undefined, labels: {}, nowMs };

test('a row tells its service, certificate with days left and pin, login and systems', () => {
  const row = rowOf(aFinding('10.0.0.1', 'A'), context);
  assert.deepEqual(row.about, [
    '10.0.0.1        Dell PowerEdge R660   serial A   uuid u',
    'Service         Redfish 1.17.0 · iDRAC 7.10.50',
    'Certificate     expires in 214 days  sha256 9f:3a:00:11:22:33:44:55:…  first seen: will be pinned',
    'Login           ok with --bmc-username root',
    'Systems         System.Embedded.1  512Gi  power Off',
  ]);
  assert.deepEqual(
    [row.systems, row.firmware, row.onboarding],
    ['1', '7.10.50', { secret: 'new', labels: 'location=fra' }],
  );
});

test('what nobody told is a dash; an expired certificate and a refused login say so', () => {
  const bare: Finding = {
    address: '10.0.0.2',
    port: 443,
    scheme: 'https',
    status: 'auth',
    why: '401 with x',
    credential: 'x',
  };
  const row = rowOf({ ...bare, certificateEnds: '2025-12-30T00:00:00Z' }, context);
  assert.deepEqual(row.about, [
    '10.0.0.2        -   serial -   uuid -',
    'Service         Redfish - · firmware -',
    'Certificate     expired 2 days ago  sha256 -  not trusted',
    'Login           401 with x',
    'Systems         -',
  ]);
  assert.equal(row.onboarding, undefined);
  assert.match(rowOf({ ...bare, scheme: 'http' }, context).about?.[2] ?? '', /none: plain HTTP/);
});

test('the plan lists objects with their labels, discovery boots, and machines that are cordoned because they run', async () => {
  const facts = factsOf(world(), aFinding('10.0.0.1', 'A'), aFinding('10.0.0.2', 'B', on));
  const { told, plan } = await planChosen(facts, [
    choose('10.0.0.1', 'dell-a', { rack: 'r12' }),
    choose('10.0.0.2', 'dell-b', { rack: 'r12' }),
  ]);
  assert.deepEqual(told.lines, [
    'PLAN  2 BMCs · 2 BMCSecrets · 0 reboots now · 1 discovery boot (dell-a) · 1 cordoned (running: dell-b)',
    '',
    'Objects',
    ' dell-a  BMC + BMCSecret  10.0.0.1  team=db  rack=r12',
    ' dell-b  BMC + BMCSecret  10.0.0.2  team=db  rack=r12',
    '',
    'Discovery boots',
    ' dell-a',
    '',
    'Cordoned, because they run',
    ' dell-b',
  ]);
  assert.equal(plan?.entries.length, 2);
});

test('two equal names, and a name another BMC has, block the plan: all of them are said', async () => {
  const w = world();
  const facts = factsOf(w, aFinding('10.0.0.1', 'A'), aFinding('10.0.0.2', 'B'));
  const twice = await planChosen(facts, [choose('10.0.0.1', 'x'), choose('10.0.0.2', 'x')]);
  assert.deepEqual([twice.plan, twice.told.isBlocked], [undefined, true]);
  assert.equal(twice.told.lines[1], ' x  at 10.0.0.1 and 10.0.0.2');
  w.cluster.seed({
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: BMC.kind,
    metadata: { name: 'x' },
    spec: { access: { ip: '10.9.9.9' }, bmcSecretRef: { name: 's' }, protocol: { name: 'Redfish', port: 443 } },
  } as never);
  const taken = await planChosen(facts, [choose('10.0.0.1', 'x')]);
  assert.equal(taken.told.isBlocked, true);
  assert.match(taken.told.lines[1] ?? '', /bmc\/x exists and is at another address: it is at 10\.9\.9\.9/);
});

test('a template names rows by their serial, their number, and the labels that were typed for them', () => {
  const facts = factsOf(world(), aFinding('10.0.0.1', 'A'), aFinding('10.0.0.2', 'B'));
  const chosen = [choose('10.0.0.1', '', { location: 'fra' }), choose('10.0.0.2', '', { location: 'ber' })];
  assert.deepEqual(
    [...namesOf(facts, '{location}-{serial}-{n}', chosen)],
    [
      ['10.0.0.1', 'fra-a-1'],
      ['10.0.0.2', 'ber-b-2'],
    ],
  );
  assert.throws(() => namesOf(facts, '{size}', chosen), /no field \{size\}/);
  assert.throws(() => namesOf(facts, 'x{vendor}', chosen), /two BMCs would be named "xdell"/);
});

test('the printed command names rows as they are named: by a template, or one by one', () => {
  const facts = factsOf(world(), aFinding('10.0.0.1', 'A'), aFinding('10.0.0.2', 'B'));
  const tail = '--bmc-username root --bmc-password-file pw';
  const said = (templates: string[], ...chosen: Chosen[]): string => commandOf(facts, templates, chosen);
  assert.equal(
    said([], choose('10.0.0.1', 'dell-a'), choose('10.0.0.2', 'dell-b')),
    `same as: metalctl onboard --from last 10.0.0.1 10.0.0.2 --label team=db ${tail}`,
  );
  const fra = { location: 'fra', shelf: '19' };
  assert.equal(
    said(['{location}-{serial}'], choose('10.0.0.1', 'fra-a', fra), choose('10.0.0.2', 'fra-b', fra)),
    `same as: metalctl onboard --from last 10.0.0.1 10.0.0.2 --location fra --label team=db --label shelf=19 --name-template '{location}-{serial}' ${tail}`,
  );
  assert.equal(
    said([], choose('10.0.0.1', 'rack3-07'), choose('10.0.0.2', 'dell-b')),
    `same as: metalctl onboard --from last 10.0.0.2 --label team=db ${tail}; metalctl onboard --from last 10.0.0.1 --label team=db --name-template rack3-07 ${tail}`,
  );
});
