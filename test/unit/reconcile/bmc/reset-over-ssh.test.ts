/** Restarts of a BMC over SSH: asked for by name, or because Redfish is broken; and what the object says when they fail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PermanentError, TransientError } from '../../../../src/errors/classes.js';
import { bmcGates } from '../../../../src/reconcile/bmc/gates.js';
import { reconcilers } from '../../../../src/reconcile/index.js';
import { planOnce } from '../../../../src/reconcile/plan/index.js';
import { BMC, BMCSecret, type World, world } from '../../../support/world.js';

const key = { name: 'rack1' };
const vendors = [
  ['Dell Inc.', 'racreset'],
  ['HPE', 'cd /map1 && reset'],
  ['Lenovo', 'resetsp'],
] as const;

/** One BMC of this vendor, discovered and connected, with an operation asked for. */
async function asked(operation: string, manufacturer = 'Dell Inc.', settings = {}): Promise<World> {
  const w = world(settings);
  w.addMachine('rack1');
  const machine = w.bmcs.machine('rack1');
  machine.manager = { ...machine.manager, manufacturer };
  await pass(w);
  await w.cluster.patch(
    BMC,
    key,
    { metadata: { annotations: { 'metal.ironcore.dev/operation': operation } } },
    'merge',
  );
  machine.calls.length = 0;
  return w;
}

const pass = (w: World) => w.pass({ inScope: (kind) => kind.kind === 'BMC' });
const machineOf = (w: World) => w.bmcs.machine('rack1');
const sentOverSsh = (w: World) => machineOf(w).calls.filter((call) => call.startsWith('ssh '));
const found = (w: World) => {
  const bmc = w.cluster.peek(BMC, key);
  const conditions = bmc?.status?.conditions ?? [];
  const { operation, intent } = {
    operation: bmc?.metadata.annotations?.['metal.ironcore.dev/operation'],
    intent: bmc?.metadata.annotations?.['metalctl.dev/reset-intent'],
  };
  const reset = conditions.find(({ type }) => type === 'Reset');
  return { state: bmc?.status?.state, operation, intent, reset, lastResetTime: bmc?.status?.lastResetTime };
};
const fault = (status: number) => new TransientError('BMC_ERROR', 'broken', { context: { status } });
const busy = () => new TransientError('BMC_BUSY', 'broken', { context: { status: 503 } });
const past = async (w: World) => {
  await w.clock.tick(121_000);
  await pass(w);
};

for (const [manufacturer, command] of vendors) {
  test(`a BMC of ${manufacturer} that is asked for it is restarted over SSH by ${command}`, async () => {
    const w = await asked('force-ssh-reset-bmc', manufacturer);
    await pass(w);
    assert.deepEqual(
      machineOf(w).calls.filter((call) => !/^(manager|systems?)$/.test(call)),
      [`ssh ${command}`],
    );
    const { state, operation, reset, lastResetTime } = found(w);
    assert.deepEqual([state, operation, reset?.status, reset?.reason], ['Pending', undefined, 'True', 'UserRequested']);
    assert.equal(Date.parse(String(lastResetTime)), w.clock.now().getTime());
    await past(w);
    const after = found(w);
    assert.deepEqual([after.state, after.intent, after.reset?.status], ['Enabled', undefined, 'False']);
    assert.equal(after.reset?.reason, 'ResetComplete');
    assert.equal(sentOverSsh(w).length, 1);
  });
}

test('where Redfish answers that it is broken, the restart goes over SSH once the quiet time told nothing better', async () => {
  const w = await asked('graceful-restart-bmc');
  machineOf(w).failNext('resetManager', fault(500));
  await pass(w);
  assert.deepEqual(sentOverSsh(w), [], 'a request that was answered by 500 may have been carried out');
  assert.equal(found(w).operation, 'force-ssh-reset-bmc', 'upstream’s mark');
  machineOf(w).failNext('manager', fault(500));
  await past(w);
  assert.deepEqual(sentOverSsh(w), ['ssh racreset']);
  assert.equal(found(w).reset?.status, 'True');
  await past(w);
  assert.deepEqual([found(w).state, found(w).intent, found(w).operation], ['Enabled', undefined, undefined]);
});

test('a request that Redfish certainly did not take goes over SSH at once', async () => {
  const w = await asked('graceful-restart-bmc');
  machineOf(w).failNext('resetManager', busy());
  await pass(w);
  await w.clock.tick(60_000);
  await pass(w);
  assert.deepEqual(sentOverSsh(w), ['ssh racreset']);
});

test('a BMC that only asks to wait is asked again over Redfish', async () => {
  const w = await asked('graceful-restart-bmc');
  const wait = new TransientError('BMC_BUSY', 'wait', { context: { status: 503 }, retryAfterMs: 1_000 });
  machineOf(w).failNext('resetManager', wait);
  await pass(w);
  await w.clock.tick(60_000);
  await pass(w);
  assert.deepEqual([sentOverSsh(w), machineOf(w).managerResets], [[], 1]);
});

test('answered by 500 and carried out all the same: LastResetTime tells, and nothing is sent again', async () => {
  const w = await asked('graceful-restart-bmc');
  const machine = machineOf(w);
  machine.failNext('resetManager', fault(500));
  await pass(w);
  machine.manager = { ...machine.manager, lastResetTime: new Date(w.clock.now().getTime() + 5_000).toISOString() };
  await past(w);
  assert.deepEqual(sentOverSsh(w), []);
  assert.deepEqual([found(w).state, found(w).intent, found(w).operation], ['Enabled', undefined, undefined]);
});

test('answered by 500 and back without a word about it: unknown is said, and nothing is sent again', async () => {
  const w = await asked('graceful-restart-bmc');
  machineOf(w).failNext('resetManager', fault(500));
  await pass(w);
  await past(w);
  assert.deepEqual(sentOverSsh(w), []);
  assert.ok(w.events.some(({ event }) => event.reason === 'OperationOutcomeUnknown'));
  assert.deepEqual([found(w).intent, found(w).operation], [undefined, undefined]);
});

test('a BMC whose vendor has no command for it is not marked for SSH', async () => {
  const w = await asked('graceful-restart-bmc', 'Contoso');
  machineOf(w).failNext('resetManager', fault(500));
  await pass(w);
  assert.equal(found(w).operation, undefined);
});

test('a restart over SSH that is refused for good ends in Reset=False with its reason, and is not tried again', async () => {
  const w = await asked('force-ssh-reset-bmc');
  const why = { why: 'known_hosts has none; no password was sent', hint: 'metalctl bmc hostkey accept rack1' };
  w.shells.failNext(new PermanentError('SSH_HOST_KEY', 'the host key of rack1 is not known', why));
  await pass(w);
  const { reset, operation, intent, state } = found(w);
  assert.deepEqual([reset?.status, reset?.reason], ['False', 'SshHostKey']);
  assert.match(reset?.message ?? '', /^SSH reset failed: the host key of rack1 is not known: known_hosts has none/);
  assert.deepEqual([operation, intent, state], [undefined, undefined, 'Enabled']);
  assert.ok(w.events.some(({ event }) => event.type === 'Warning' && event.reason === 'SshHostKey'));
  for (let n = 0; n < 3; n += 1) await past(w);
  assert.equal(sentOverSsh(w).length, 1);
});

test('a restart over SSH that did not get through ends in Reset=False, and is tried again', async () => {
  const w = await asked('force-ssh-reset-bmc');
  w.shells.failNext(new TransientError('BMC_UNREACHABLE', 'no connection'));
  await pass(w);
  assert.deepEqual([found(w).reset?.status, found(w).reset?.reason], ['False', 'ConnectionFailed']);
  assert.equal(found(w).operation, 'force-ssh-reset-bmc');
  await past(w);
  assert.equal(sentOverSsh(w).length, 2);
  assert.equal(machineOf(w).managerResets, 1);
  assert.equal(found(w).reset?.status, 'True');
});

test('a vendor nobody knows a command of: Reset=False, and the request is consumed with an event', async () => {
  const w = await asked('force-ssh-reset-bmc', 'Contoso');
  await pass(w);
  const { reset, operation } = found(w);
  assert.deepEqual([reset?.status, reset?.reason, operation], ['False', 'InternalServerError', undefined]);
  assert.match(reset?.message ?? '', /no command that restarts a BMC of Contoso/);
  assert.ok(w.events.some(({ event }) => event.reason === 'UnsupportedOperation'));
  assert.deepEqual(sentOverSsh(w), []);
});

test('inside the quiet time no second restart goes over SSH, however often it is looked at', async () => {
  const w = await asked('force-ssh-reset-bmc');
  for (let n = 0; n < 5; n += 1) {
    await pass(w);
    await w.clock.tick(20_000);
  }
  assert.deepEqual(sentOverSsh(w), ['ssh racreset']);
  assert.equal(found(w).state, 'Pending');
});

test('an outcome that is not known leaves the intent, and evidence decides', async () => {
  const w = await asked('force-ssh-reset-bmc');
  w.shells.failNext(new TransientError('OUTCOME_UNKNOWN', 'no end'));
  await pass(w);
  assert.match(found(w).intent ?? '', /"over":"ssh"/);
  const machine = machineOf(w);
  machine.manager = { ...machine.manager, lastResetTime: new Date(w.clock.now().getTime() - 3_600_000).toISOString() };
  await past(w);
  assert.equal(sentOverSsh(w).length, 2, 'LastResetTime is older: it was not heard');
  assert.equal(found(w).reset?.status, 'True');
});

test('a BMC that restarts itself after failures does so over SSH where Redfish is broken, once for each outage', async () => {
  const w = await asked('', 'Dell Inc.', { bmcFailureResetDelayMs: 600_000 });
  const machine = machineOf(w);
  const broken = () => {
    for (const method of ['manager', 'resetManager'] as const) machine.failNext(method, busy());
  };
  for (let n = 0; n < 30; n += 1) {
    broken();
    await w.clock.tick(120_000);
    await pass(w);
  }
  assert.equal(sentOverSsh(w).length, 1);
  const { reset } = found(w);
  assert.deepEqual([reset?.status, reset?.reason], ['True', 'AutoResetting']);
});

test('a plan tells the restart over SSH, and does not run it', async () => {
  const w = await asked('force-ssh-reset-bmc');
  const { steps } = await planOnce(w.ports, {
    registrations: reconcilers,
    settings: w.settings,
    inScope: (kind) => kind.kind === 'BMC',
  });
  assert.deepEqual(
    steps.filter(({ to }) => to === 'bmc'),
    [{ to: 'bmc', bmc: 'rack1', action: 'ssh', detail: 'racreset' }],
  );
  assert.deepEqual([sentOverSsh(w), found(w).operation], [[], 'force-ssh-reset-bmc']);
});

test('why: what answers with errors of its own is restarted; the key that is missing for it is accepted; silence is waited for', async () => {
  const w = await asked('');
  const remedyAt = (ready: string, reset?: string): string | undefined => {
    const bmc = structuredClone(w.cluster.peek(BMC, key)) as BMC;
    const condition = (type: string, reason: string) =>
      ({ type, status: 'False', reason, message: 'm', lastTransitionTime: '2026-01-01T00:00:00Z' }) as const;
    const conditions = [condition('Ready', ready), ...(reset === undefined ? [] : [condition('Reset', reset)])];
    bmc.status = { ...bmc.status, conditions } as BMC['status'] & object;
    const secret = w.cluster.peek(BMCSecret, key);
    const lines = bmcGates.explain({ bmc, secret, endpoint: undefined, twins: [] });
    return lines.find(({ isOpen }) => !isOpen)?.remedy;
  };
  assert.equal(remedyAt('InternalServerError'), 'metalctl bmc reset rack1');
  assert.equal(remedyAt('InternalServerError', 'SshHostKey'), 'metalctl bmc hostkey accept rack1 --shell');
  assert.equal(remedyAt('ConnectionFailed'), 'metalctl wait bmc rack1 --for condition=Ready');
});
