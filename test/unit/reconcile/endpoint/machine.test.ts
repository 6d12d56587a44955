/** An Endpoint becomes a BMC and its Secret: by the longest prefix, in any notation, and without ever rewriting them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BMC, BMCSecret, Endpoint } from '../../../../src/api/metal/v1alpha1/index.js';
import { endpointRegistration, longestPrefix } from '../../../../src/reconcile/endpoint/machine.js';
import type { MacPrefix } from '../../../../src/reconcile/reads.js';
import { aBmc, aSecret } from '../../../support/build.js';
import { asked, decideIn } from '../../../support/decide.js';

const prefix = (macPrefix: string, more: Partial<MacPrefix> = {}): MacPrefix => ({
  macPrefix,
  type: 'bmc',
  protocol: 'Redfish',
  port: 443,
  defaultCredentials: [{ username: 'admin', password: 'factory' }],
  ...more,
});

const endpoint = (
  spec: Partial<NonNullable<Endpoint['spec']>> = {},
  more: Partial<Endpoint['metadata']> = {},
): Endpoint => ({
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'Endpoint',
  metadata: { name: 'rack1', uid: 'endpoint-uid', finalizers: ['metal.ironcore.dev/endpoint'], ...more },
  spec: { macAddress: '23:11:8A:33:CF:EA', ip: '10.0.0.1', ...spec },
});

const decide = (macPrefixes: MacPrefix[], object = endpoint(), objects = [] as (BMC | BMCSecret)[]) =>
  decideIn(endpointRegistration, object, { objects, settings: { macPrefixes } });

for (const [mac, database, expected] of [
  ['23:11:8A:33:CF:EA', ['23', '23:11:8A', '23:11'], '23:11:8A'],
  ['23-11-8a-33-cf-ea', ['23:11:8A'], '23:11:8A'],
  ['2311.8a33.cfea', ['23:11:8a', '23118A33'], '23118A33'],
  ['23118a33cfea', ['23-11-8A'], '23-11-8A'],
  ['23:11:8A:33:CF:EA', ['24'], undefined],
  ['23:11:8A:33:CF:EA', [''], undefined],
] as const) {
  test(`${mac} among ${database.join(', ') || 'an empty prefix'} is ${expected ?? 'nobody'}`, () => {
    assert.equal(
      longestPrefix(
        mac,
        database.map((each) => prefix(each)),
      )?.macPrefix,
      expected,
    );
  });
}

test('entries of other types are passed over', () => {
  assert.equal(longestPrefix('23:11:8A:33:CF:EA', [prefix('23:11', { type: 'switch' })]), undefined);
});

test('an Endpoint becomes a Secret and a BMC of its name', async () => {
  const decision = await decide([prefix('23:11:8A', { protocolScheme: 'http', port: 8000 })]);
  assert.equal(decision.because, 'CreatingBMC');
  assert.deepEqual(asked(decision), ['create BMCSecret rack1', 'create BMC rack1']);
  const [secret, bmc] = decision.effects.map((effect) => (effect.do === 'create' ? effect.object : undefined));
  const password = (secret as BMCSecret).data?.password ?? '';
  assert.equal(Buffer.from(password, 'base64').toString(), 'factory');
  assert.deepEqual((bmc as BMC).spec, {
    endpointRef: { name: 'rack1' },
    bmcSecretRef: { name: 'rack1' },
    protocol: { name: 'Redfish', port: 8000, scheme: 'http' },
  });
});

test('a Secret that exists is never overwritten with factory credentials', async () => {
  const decision = await decide([prefix('23')], endpoint(), [aSecret()]);
  assert.deepEqual(asked(decision), ['create BMC rack1']);
});

test('both exist: nothing is asked for', async () => {
  const decision = await decide([prefix('23')], endpoint(), [aSecret(), aBmc()]);
  assert.deepEqual([decision.because, decision.isSettled, asked(decision)], ['Adopted', true, []]);
});

for (const [type, name] of [
  ['ipmi', 'IPMI'],
  ['SSH', 'SSH'],
  ['ssh', 'SSH'],
  ['SshLenovo', 'SSHLenovo'],
  ['telnet', undefined],
] as const) {
  test(`a console spelled ${type} is ${name ?? 'left out'}`, async () => {
    const decision = await decide([prefix('23', { console: { type, port: 22 } })], endpoint(), [aSecret()]);
    const [effect] = decision.effects;
    assert.ok(effect?.do === 'create');
    const expected = name === undefined ? undefined : { name, port: 22 };
    assert.deepEqual((effect.object as BMC).spec?.consoleProtocol, expected);
  });
}

test('an address nobody knows is said to be unknown, and waits', async () => {
  const decision = await decide([prefix('24')]);
  assert.deepEqual([decision.because, decision.isSettled], ['NoPrefixMatches', true]);
});

const finalizers = ['metal.ironcore.dev/endpoint'];
const owners = [
  { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'Endpoint', name: 'rack1', uid: 'endpoint-uid', controller: true },
  { apiVersion: 'example.com/v1', kind: 'Rack', name: 'r1', uid: 'rack-uid' },
];
const owned = <T extends BMC | BMCSecret>(object: T): T => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion: '7', ownerReferences: owners },
});

test('the finalizer comes before anything that outlives the Endpoint', async () => {
  assert.deepEqual(asked(await decide([prefix('23')], endpoint({}, { finalizers: [] }))), [
    'patchSelf {"metadata":{"finalizers":["metal.ironcore.dev/endpoint"]}}',
  ]);
});

test('owner references of v0.7.0 are taken off while the Endpoint lives, those of others stay', async () => {
  const decision = await decide([], endpoint(), [owned(aBmc()), owned(aSecret())]);
  assert.deepEqual(asked(decision), ['patch BMC rack1', 'patch BMCSecret rack1']);
  for (const effect of decision.effects)
    assert.deepEqual(effect.do === 'patch' && effect.patch, { metadata: { ownerReferences: [owners[1]] } });
});

const going = { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers };

test('a deleted Endpoint leaves its BMC behind, with its address inline', async () => {
  const bmc = aBmc();
  const { access: _, ...spec } = bmc.spec as NonNullable<BMC['spec']>;
  const referring = owned({ ...bmc, spec: { ...spec, endpointRef: { name: 'rack1' } } } as BMC);
  const [effect] = (await decide([], endpoint({}, going), [referring])).effects;
  assert.ok(effect?.do === 'patch');
  assert.equal(effect.resourceVersion, '7');
  assert.deepEqual(effect.patch, {
    metadata: { ownerReferences: [owners[1]] },
    spec: { endpointRef: null, access: { ip: '10.0.0.1', macAddress: '23:11:8A:33:CF:EA' } },
  });
});

test('a deleted Endpoint that nothing refers to goes', async () => {
  const decision = await decide([prefix('23')], endpoint({}, going), [aBmc(), aSecret()]);
  assert.deepEqual(asked(decision), ['patchSelf {"metadata":{"finalizers":[]}}']);
});
