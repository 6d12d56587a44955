/** A pass: rounds to a fixpoint, what it waits for, what ends it, and what it says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PermanentError, TransientError } from '../../../../src/errors/classes.js';
import { reconcilers } from '../../../../src/reconcile/index.js';
import { endState } from '../../../invariants/invariants.js';
import { BMC, Server, ServerClaim, type World, world } from '../../../support/world.js';

const name = 'rack1-system-0';
const stateOf = (w: World) => w.cluster.peek(Server, name)?.status?.state;
const aClaim = (): ServerClaim => ({
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'ServerClaim',
  metadata: { name: 'db-07', namespace: 'db' },
  spec: { power: 'On', image: 'os:1' },
});

/** Steps the clock, with boot operator and probe, until the pass is over. */
async function through<T>(w: World, work: Promise<T>): Promise<T> {
  let isOver = false;
  const end = work.finally(() => {
    isOver = true;
  });
  end.catch(() => undefined);
  while (!isOver) {
    await w.clock.tick(1_000);
    await w.bootOperator();
    for (const uuid of w.probes.expected.keys()) if (w.bmcs.machine('rack1').power === 'On') w.probes.arrive(uuid);
  }
  return end;
}

async function available(): Promise<World> {
  const w = world();
  w.addMachine('rack1');
  await through(w, w.pass({ settle: true }));
  assert.equal(stateOf(w), 'Available');
  return w;
}

test('one pass goes on from BMC to Server to boot configuration until nothing is left to do but wait', async () => {
  const w = world();
  w.addMachine('rack1');
  const { report } = await w.pass();
  assert.equal(stateOf(w), 'Discovery');
  const server = report.objects.find(({ kind }) => kind === 'Server');
  assert.deepEqual([server?.outcome, server?.because], ['deferred', 'WaitingForBootConfiguration']);
  assert.ok(Date.parse(server?.due ?? '') > w.clock.now().getTime());
});

test('an idle pass writes nothing, and no version moves', async () => {
  const w = await available();
  const versions = () =>
    reconcilers.flatMap(({ kind }) => w.cluster.all(kind).map(({ metadata }) => metadata.resourceVersion));
  await w.pass();
  const [before, writes] = [versions(), w.cluster.writes().length];
  for (let time = 0; time < 10; time += 1) {
    await w.clock.tick(130_000);
    const { report } = await w.pass();
    assert.equal(report.writes, 0);
    assert.ok(report.objects.every(({ outcome }) => outcome === 'unchanged'));
  }
  assert.deepEqual([versions(), w.cluster.writes().length], [before, writes]);
});

test('settling waits for what time finishes, and ends when nothing is due', async () => {
  const w = await available();
  w.cluster.seed(aClaim());
  const { report, isDeadlineHit } = await through(w, w.pass({ settle: true }));
  assert.equal(w.cluster.peek(ServerClaim, 'db/db-07')?.status?.phase, 'Bound');
  assert.deepEqual([isDeadlineHit, report.objects.every(({ due }) => due === undefined)], [false, true]);
  assert.equal(w.clock.pending(), 0);
});

test('settling does not wait for a claim that only another server could help', async () => {
  const w = world();
  w.cluster.seed(aClaim());
  const { report } = await w.pass({ settle: true });
  assert.equal(report.objects[0]?.because, 'NoServerMatches');
});

test('a pass that is not done in time says so', async () => {
  const w = world();
  w.addMachine('rack1');
  const pass = w.pass({ settle: true, deadlineMs: 30_000 });
  for (let second = 0; second < 40; second += 1) await w.clock.tick(1_000);
  const { isDeadlineHit } = await pass;
  assert.deepEqual([isDeadlineHit, stateOf(w)], [true, 'Discovery']);
});

test('the fuse stops a pass before it changes more than it may', async () => {
  const w = world();
  w.addMachine('rack1');
  const { isFuseBlown } = await w.pass({ maxChanges: 2 });
  assert.equal(isFuseBlown, true);
  assert.ok(w.cluster.writes().length <= 2, `${w.cluster.writes().length} writes`);
});

test('an interrupt ends the wait of a pass at once', async () => {
  const w = world();
  w.addMachine('rack1');
  const stop = new AbortController();
  const pass = w.pass({ settle: true, signal: stop.signal });
  await w.clock.tick(1_000);
  stop.abort();
  await w.clock.tick(0);
  const { isDeadlineHit } = await pass;
  assert.equal(isDeadlineHit, false);
});

test('the order of the reconcilers does not matter for the end', async () => {
  const ends: unknown[] = [];
  const orders = [reconcilers, [...reconcilers].reverse(), [...reconcilers.slice(2), ...reconcilers.slice(0, 2)]];
  for (const registrations of orders) {
    const w = world();
    w.addMachine('rack1');
    w.cluster.seed(aClaim());
    await through(w, w.pass({ settle: true, registrations }));
    await through(w, w.pass({ settle: true, registrations }));
    ends.push(
      endState(
        w.cluster,
        reconcilers.map(({ kind }) => kind),
      ),
    );
    assert.equal(stateOf(w), 'Reserved');
  }
  assert.deepEqual(ends[1], ends[0]);
  assert.deepEqual(ends[2], ends[0]);
});

test('a kind that is not served switches off its reconciler alone', async () => {
  const w = world();
  w.addMachine('rack1');
  w.cluster.failNext('list', new PermanentError('CRD_MISSING', 'endpoints are not served'), 'Endpoint');
  await w.pass();
  assert.equal(w.cluster.peek(BMC, 'rack1')?.status?.state, 'Enabled');
});

test('a cluster that serves none of the kinds is told from an empty one', async () => {
  const w = world();
  for (let kind = 0; kind < 20; kind += 1) w.cluster.failNext('list', new PermanentError('CRD_MISSING', 'not served'));
  await assert.rejects(w.pass(), { code: 'CRD_MISSING', class: 'user' });
});

test('one dead BMC does not stop the others, and is named with its code', async () => {
  const w = world();
  w.addMachine('rack1');
  w.addMachine('rack2');
  w.bmcs.machine('rack2').failNext('manager', new TransientError('BMC_UNREACHABLE', 'no route'));
  const { report } = await w.pass();
  assert.equal(stateOf(w), 'Discovery');
  const dead = report.objects.find(({ kind, name: of }) => kind === 'BMC' && of === 'rack2');
  assert.deepEqual([dead?.outcome, dead?.code, dead?.because], ['failed', 'BMC_UNREACHABLE', 'ConnectionFailed']);
});

test('the report adds up, in the order of the reconcilers', async () => {
  const w = world();
  w.addMachine('rack1');
  const { report } = await w.pass();
  assert.equal(report.writes, w.cluster.writes().length);
  assert.equal(
    report.writes,
    report.objects.reduce((sum, { writes }) => sum + writes, 0),
  );
  assert.equal(report.bmcCalls, w.bmcs.machine('rack1').calls.length);
  assert.deepEqual(
    report.objects.map(({ kind }) => kind),
    ['BMC', 'Server', 'ServerBootConfiguration'],
  );
});
