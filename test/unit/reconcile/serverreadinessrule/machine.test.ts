/** Readiness rules: both modes, several rules with one taint, labels that change, long names, deletion, taints of others. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { Server, ServerReadinessRule } from '../../../../src/api/metal/v1alpha1/index.js';
import { reconcileOnce } from '../../../../src/reconcile/index.js';
import { serverReadinessRuleRegistration } from '../../../../src/reconcile/serverreadinessrule/machine.js';
import { aServer, before } from '../../../support/build.js';
import { type World, world } from '../../../support/world.js';

const taint = { key: 'net/unwired', effect: 'NoBind' as const };
const key = { name: 'rack1-system-0' };

function aRule(name: string, enforcementMode: 'BootstrapOnly' | 'Continuous', more: object = {}): ServerReadinessRule {
  return {
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'ServerReadinessRule',
    metadata: { name, uid: `uid-${name}` },
    spec: {
      conditions: [{ type: 'NICWired', requiredStatus: 'True' }],
      enforcementMode,
      taint,
      serverSelector: { matchLabels: { pool: 'a' } },
      ...more,
    },
  } as ServerReadinessRule;
}

const server = () => aServer().in('Available').labelled({ pool: 'a' });
const wired = (status: 'True' | 'False') => ({
  status: { conditions: [{ type: 'NICWired', status, reason: 'R', message: 'm', lastTransitionTime: before(0) }] },
});

const pass = (w: World) =>
  reconcileOnce(w.ports, { registrations: [serverReadinessRuleRegistration], settings: w.settings });
const setWired = (w: World, status: 'True' | 'False') =>
  w.cluster.patch(Server, key, wired(status), 'merge', { subresource: 'status' });
const taintsOf = (w: World) => w.cluster.peek(Server, key)?.spec?.taints ?? [];

async function start(...rules: ServerReadinessRule[]): Promise<World> {
  const w = world();
  w.cluster.seed(server().build());
  w.cluster.seed(...rules);
  await pass(w);
  return w;
}

test('a Continuous rule taints what is not ready, lifts the taint, and brings it back', async () => {
  const w = await start(aRule('wired', 'Continuous'));
  assert.deepEqual(taintsOf(w), [taint]);
  await setWired(w, 'True');
  await pass(w);
  assert.deepEqual(taintsOf(w), []);
  await setWired(w, 'False');
  await pass(w);
  assert.deepEqual(taintsOf(w), [taint]);
  assert.equal((await pass(w)).report.writes, 0, 'what is as it should be is not written');
});

test('a BootstrapOnly rule lifts its taint once and for good', async () => {
  const w = await start(aRule('wired', 'BootstrapOnly'));
  assert.deepEqual(taintsOf(w), [taint]);
  await setWired(w, 'True');
  await pass(w);
  await setWired(w, 'False');
  await pass(w);
  assert.deepEqual(taintsOf(w), []);
  const marks = w.cluster.peek(Server, key)?.metadata.annotations;
  assert.equal(marks?.['readiness.metal.ironcore.dev/bootstrap-completed-wired'], 'true');
});

test('a rule with a long name marks a Server by a valid key', async () => {
  const name = `wired-${'x'.repeat(200)}`;
  const w = await start(aRule(name, 'BootstrapOnly'));
  await setWired(w, 'True');
  await pass(w);
  const found = Object.keys(w.cluster.peek(Server, key)?.metadata.annotations ?? {}).filter((it) =>
    it.includes('bootstrap-completed'),
  );
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  assert.equal(found.length, 1);
  assert.ok(found[0]?.endsWith(`-${hash}`) && (found[0]?.split('/')[1]?.length ?? 99) <= 63, found[0]);
});

test('a taint that another rule still wants stays', async () => {
  const other = aRule('powered', 'Continuous', { conditions: [{ type: 'PowerFed', requiredStatus: 'True' }] });
  const w = await start(aRule('wired', 'Continuous'), other);
  await setWired(w, 'True');
  await pass(w);
  assert.deepEqual(taintsOf(w), [taint]);
});

test('a Server that no longer matches loses the taint of the rule', async () => {
  const w = await start(aRule('wired', 'Continuous'));
  await w.cluster.patch(Server, key, { metadata: { labels: { pool: 'b' } } }, 'merge');
  await pass(w);
  assert.deepEqual(taintsOf(w), []);
});

test('an equal taint on a Server the rule is not for is somebody else’s', async () => {
  const w = world();
  w.cluster.seed(aServer().in('Available').labelled({ pool: 'b' }).taint(taint.key).build());
  w.cluster.seed(aRule('wired', 'Continuous'));
  await pass(w);
  assert.deepEqual(taintsOf(w), [taint]);
});

test('a rule that is deleted takes its taints along, also from Servers that no longer match, and then goes', async () => {
  const w = await start(aRule('wired', 'Continuous'));
  assert.deepEqual(w.cluster.peek(ServerReadinessRule, { name: 'wired' })?.metadata.finalizers, [
    'readiness.metal.ironcore.dev/cleanup-taints',
  ]);
  await w.cluster.patch(Server, key, { spec: { taints: [taint, { key: 'mine', effect: 'NoBind' }] } }, 'merge');
  await w.cluster.delete(ServerReadinessRule, { name: 'wired' });
  await pass(w);
  assert.deepEqual(taintsOf(w), [{ key: 'mine', effect: 'NoBind' }]);
  assert.equal(w.cluster.peek(ServerReadinessRule, { name: 'wired' }), undefined);
  const marks = Object.keys(w.cluster.peek(Server, key)?.metadata.annotations ?? {});
  assert.deepEqual(
    marks.filter((mark) => mark.startsWith('metalctl.dev/readiness')),
    [],
  );
});
