/** What an account may not see is skipped in plain words: a viewer who may not read BMCSecrets has no failures to explain. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BMCSecret } from '../../../../src/api/metal/v1alpha1/index.js';
import { PermanentError } from '../../../../src/errors/classes.js';
import { bmcChecks } from '../../../../src/workflows/doctor/bmc.js';
import { examine, type Patient } from '../../../../src/workflows/doctor/check.js';
import { objectChecks } from '../../../../src/workflows/doctor/objects.js';
import { world } from '../../../support/world.js';
import { addAvailable } from '../support/servers.js';

const why = 'RBAC does not allow "list" on bmcsecrets.metal.ironcore.dev';
const forbidden = () => new PermanentError('API_FORBIDDEN', 'cannot list bmcsecrets', { why });

/** A viewer: reads everything but secrets. */
function viewer() {
  const w = world();
  addAvailable(w, 'node1');
  const list: typeof w.cluster.list = async (kind, options) => {
    if ((kind as { kind: string }).kind === BMCSecret.kind) throw forbidden();
    return w.cluster.list(kind, options);
  };
  const cluster = { ...w.cluster, list };
  return { w, patient: { cluster, clock: w.clock, signal: new AbortController().signal } as unknown as Patient };
}

test('doctor as viewer: the check of BMCSecrets is not permitted and skipped, the others go on', async () => {
  const results = await examine(objectChecks, viewer().patient);
  const secrets = results.find(({ id }) => id === 'D033');
  assert.deepEqual(
    [secrets?.verdict, secrets?.evidence],
    ['skipped', `not permitted to this account, so not checked: ${why}`],
  );
  assert.deepEqual(
    results.filter(({ verdict }) => verdict === 'failure'),
    [],
  );
});

test('doctor --bmc as viewer: no BMC is blamed for credentials that may not be read, and none is asked', async () => {
  const { w, patient } = viewer();
  const access = async () => Promise.reject(forbidden());
  const results = await examine(bmcChecks([{ name: 'node1', access, open: (to) => w.bmcs.open(to) }]), patient);
  assert.deepEqual(
    results.map(({ id, verdict }) => [id, verdict]),
    ['D040', 'D041', 'D042', 'D043', 'D044', 'D045', 'D046'].map((id) => [id, 'skipped']),
  );
  assert.match(results[0]?.evidence ?? '', /^not permitted to this account/);
  assert.equal(w.bmcs.opened.length, 0);
});

test('a BMC that refuses us is a failure still', async () => {
  const { w, patient } = viewer();
  const access = async () => Promise.reject(new PermanentError('BMC_AUTH_FAILED', 'logging in'));
  const [login] = await examine(bmcChecks([{ name: 'node1', access, open: (to) => w.bmcs.open(to) }]), patient);
  assert.equal(login?.verdict, 'failure');
});
