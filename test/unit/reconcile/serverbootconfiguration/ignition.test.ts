/** IgnitionValid: what is said of the ignition a boot configuration names, when it is looked at, and what follows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../../../src/api/kind.js';
import type { ServerBootConfiguration } from '../../../../src/api/metal/v1alpha1/index.js';
import { PermanentError, TransientError } from '../../../../src/errors/classes.js';
import type { ConditionChange } from '../../../../src/reconcile/runtime/decision.js';
import { serverRegistration } from '../../../../src/reconcile/server/machine.js';
import { serverBootConfigurationRegistration } from '../../../../src/reconcile/serverbootconfiguration/machine.js';
import { aBmc, aBoot, aClaim, aSecret, aServer, before, uuid } from '../../../support/build.js';
import { decideIn, type Given } from '../../../support/decide.js';
import { fakeBmcs } from '../../../support/fake-bmc.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const secret = (data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'db-07-ignition', namespace: 'db' },
  data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, base64(text)])),
});
const valid = secret({ ignition: '{"ignition":{"version":"3.4.0"}}' });

function naming(name: string | undefined, state?: string): ServerBootConfiguration {
  const boot = structuredClone(aBoot(state)) as ServerBootConfiguration;
  boot.metadata.generation = 3;
  const { ignitionSecretRef: _, ...spec } = boot.spec as NonNullable<ServerBootConfiguration['spec']>;
  boot.spec = name === undefined ? spec : { ...spec, ignitionSecretRef: { name } };
  return boot;
}

function judged(status: string, reason = 'X', { generation = 3, agoMs = 0, state = 'Ready' } = {}) {
  const boot = naming('db-07-ignition', state);
  const condition = {
    type: 'IgnitionValid',
    status,
    reason,
    message: '',
    lastTransitionTime: before(agoMs),
    observedGeneration: generation,
  };
  boot.status = { ...boot.status, conditions: [condition as never] };
  return boot;
}

const look = (boot: KubeObject, live: Given['live'] = { Secret: valid }) =>
  decideIn(serverBootConfigurationRegistration, boot, { live: live ?? {} });
const said = ({ conditions: [first] }: { conditions: readonly ConditionChange[] }) =>
  first && [first.type, first.status, first.reason];

test('a new boot configuration is Pending and judged in one write', async () => {
  const decision = await look(naming('db-07-ignition'));
  assert.deepEqual([decision.because, decision.status], ['WaitingForBootOperator', { state: 'Pending' }]);
  assert.deepEqual(said(decision), ['IgnitionValid', 'True', 'Valid']);
  assert.equal(decision.recheckMs, undefined);
});

const butane = 'variant: fcos\nversion: 1.5.0\nstorage: { files: [{ path: /a, mode: 0644 }] }';
const verdicts: readonly [string, KubeObject | undefined, string, string][] = [
  ['no Secret of that name', undefined, 'False', 'SecretNotFound'],
  ['a Secret without the key', secret({ other: 'x' }), 'False', 'KeyMissing'],
  ['a Secret without data', { ...valid, data: undefined } as KubeObject, 'False', 'KeyMissing'],
  ['no JSON', secret({ ignition: '{' }), 'False', 'InvalidJSON'],
  ['an old version', secret({ ignition: '{"ignition":{"version":"2.2.0"}}' }), 'False', 'UnsupportedVersion'],
  ['a wrong member', secret({ ignition: '{"ignition":{"version":"3.4.0"},"passwd":[]}' }), 'False', 'SchemaViolation'],
  ['Butane that is none', secret({ ignition: 'a: b', format: 'fcos' }), 'False', 'ConversionFailed'],
  ['Butane', secret({ ignition: butane, format: 'fcos\n' }), 'True', 'Valid'],
];
for (const [what, live, status, reason] of verdicts) {
  test(`${what}: ${status}, ${reason}, whatever the boot operator says`, async () => {
    for (const state of [undefined, 'Ready', 'Error']) {
      const decision = await look(naming('db-07-ignition', state), { Secret: live });
      assert.deepEqual(said(decision), ['IgnitionValid', status, reason]);
      // What is wrong is looked at again: nobody tells when a Secret changes.
      assert.equal(decision.recheckMs, status === 'False' ? 120_000 : undefined);
      assert.equal(decision.status.state, state === undefined ? 'Pending' : undefined);
    }
  });
}

test('what was judged valid is left alone until its generation moves', async () => {
  assert.deepEqual((await look(judged('True'), { Secret: undefined })).conditions, []);
  const moved = await look(judged('True', 'Valid', { generation: 2 }), { Secret: undefined });
  assert.deepEqual(said(moved), ['IgnitionValid', 'False', 'SecretNotFound']);
});

test('what was wrong is judged again on every look', async () => {
  assert.deepEqual(said(await look(judged('False'))), ['IgnitionValid', 'True', 'Valid']);
});

test('without an ignition there is nothing to say, unless something was said', async () => {
  assert.deepEqual((await look(naming(undefined, 'Ready'))).conditions, []);
  const boot = { ...judged('False'), spec: naming(undefined).spec } as KubeObject;
  assert.deepEqual(said(await look(boot)), ['IgnitionValid', 'True', 'Valid']);
});

test('a discovery boot is not judged: its ignition is ours', async () => {
  const boot = naming('db-07-ignition', 'Ready');
  boot.metadata.annotations = { 'metal.ironcore.dev/type': 'Internal' };
  assert.deepEqual((await look(boot, { Secret: undefined })).conditions, []);
});

const refusing = (error: Error): Given['live'] =>
  Object.defineProperty({}, 'Secret', {
    enumerable: true,
    get: () => {
      throw error;
    },
  }) as Given['live'];

test('where the operator may not read Secrets it says so, with the command that lets it, and asks again after a day', async () => {
  const forbidden = refusing(new PermanentError('API_FORBIDDEN', 'no'));
  const decision = await look(naming('db-07-ignition', 'Ready'), forbidden);
  assert.deepEqual(said(decision), ['IgnitionValid', 'Unknown', 'SecretNotReadable']);
  assert.match(decision.conditions[0]?.message ?? '', /--user-data-namespaces db/);
  assert.deepEqual((await look(judged('Unknown'), forbidden)).conditions, []);
  const later = await look(judged('Unknown', 'SecretNotReadable', { agoMs: 24 * 3_600_000 }), forbidden);
  assert.deepEqual(
    [said(later), later.conditions[0]?.restart],
    [['IgnitionValid', 'Unknown', 'SecretNotReadable'], true],
  );
});

test('an API that does not answer is no verdict', async () => {
  await assert.rejects(look(naming('a'), refusing(new TransientError('API_UNREACHABLE', 'no'))), {
    code: 'API_UNREACHABLE',
  });
});

async function reserved(boot: ServerBootConfiguration, ignitionValidation: 'warn' | 'enforce') {
  const bmcs = fakeBmcs();
  bmcs.add('rack1', { uuid, power: 'Off' });
  const server = aServer().in('Reserved').claimedBy().bootingWith('db-07').build();
  const objects = [boot, aClaim(), aBmc(), aSecret()];
  return decideIn(serverRegistration, server, { objects, bmcs, settings: { ignitionValidation } });
}

test('enforced, a machine is not switched on with an ignition that is not valid; else it is', async () => {
  for (const boot of [
    judged('False', 'InvalidJSON'),
    judged('True', 'Valid', { generation: 2 }),
    naming('x', 'Ready'),
  ]) {
    assert.equal((await reserved(boot, 'enforce')).because, 'IgnitionNotValid');
    assert.notEqual((await reserved(boot, 'warn')).because, 'IgnitionNotValid');
  }
  for (const boot of [judged('True'), naming(undefined, 'Ready')])
    assert.notEqual((await reserved(boot, 'enforce')).because, 'IgnitionNotValid');
});
