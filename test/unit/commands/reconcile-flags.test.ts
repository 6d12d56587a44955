/** What the flags of `reconcile` narrow down, stop and report: real command lines over a small world. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Lease } from '../../../src/api/kubernetes.js';
import type { ReconcileReport } from '../../../src/reconcile/index.js';
import { holdLease } from '../../../src/reconcile/runtime/lease.js';
import { ending, runCommand } from '../../support/commands.js';
import { BMC, Server, type World, world } from '../../support/world.js';

/** Two machines in two zones, nothing done yet. */
function two(): World {
  const w = world();
  for (const name of ['rack1', 'rack2']) {
    w.addMachine(name);
    const bmc = w.cluster.peek(BMC, name);
    assert.ok(bmc);
    w.cluster.seed({ ...bmc, metadata: { ...bmc.metadata, labels: { zone: name === 'rack1' ? 'a' : 'b' } } });
  }
  return w;
}

async function reconcile(w: World, ...words: string[]) {
  const { stdout, exit, stderr } = await runCommand(w, ['reconcile', '--once', '-o', 'json', ...words]);
  return { exit, stderr, report: (stdout === '' ? undefined : JSON.parse(stdout)) as ReconcileReport | undefined };
}

const seen = (report: ReconcileReport | undefined): string[] =>
  [...new Set(report?.objects.map(({ kind, name }) => `${kind}/${name}`))].sort();
const written = (w: World): string[] => [
  ...new Set(
    w.cluster
      .writes()
      .filter(({ kind }) => kind !== 'Lease')
      .map(({ kind, name }) => `${kind}/${name}`),
  ),
];

test('--only visits these kinds alone', async () => {
  const w = two();
  const { report } = await reconcile(w, '--only', 'bmcs');
  assert.deepEqual(seen(report), ['BMC/rack1', 'BMC/rack2']);
  assert.equal(w.cluster.all(Server).length, 2);
  assert.ok(w.cluster.all(Server).every(({ status }) => status?.state === undefined));
});

test('--skip visits all but these kinds', async () => {
  const w = two();
  const { report } = await reconcile(w, '--skip', 'bmc,serverclaim');
  assert.deepEqual(seen(report), []);
  assert.deepEqual(written(w), []);
});

test('a kind nobody reconciles is refused before anything is asked', async () => {
  const w = two();
  await assert.rejects(reconcile(w, '--only', 'secrets'), { code: 'USAGE' });
  assert.deepEqual(w.cluster.calls, []);
});

test('KIND/NAME visits this object alone', async () => {
  const w = two();
  const { report } = await reconcile(w, 'bmc/rack2');
  assert.deepEqual(seen(report), ['BMC/rack2']);
  assert.ok(
    written(w).every((object) => object.includes('rack2')),
    written(w).join(),
  );
  assert.deepEqual(w.bmcs.machine('rack1').calls, []);
});

test('-l visits what has the labels', async () => {
  const w = two();
  const { report } = await reconcile(w, '-l', 'zone=a');
  assert.deepEqual(seen(report), ['BMC/rack1', 'Server/rack1-system-0']);
  assert.deepEqual(w.bmcs.machine('rack2').calls, []);
});

test('--max-changes stops the pass before it changes more, and its exit says that not all was done', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'metalctl-fuse-'));
  try {
    const w = two();
    const file = join(folder, 'report.json');
    await assert.rejects(reconcile(w, '--max-changes', '3', '--report', file), { code: 'MAX_CHANGES' });
    const { writes } = JSON.parse(readFileSync(file, 'utf8')) as ReconcileReport;
    assert.ok(writes <= 3, `${writes} writes`);
    assert.equal(w.cluster.writes().filter(({ kind }) => kind !== 'Lease').length, writes);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the report in a file is the one that is printed, and adds up', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'metalctl-report-'));
  try {
    const w = two();
    const file = join(folder, 'report.json');
    const { report } = await reconcile(w, '--report', file);
    const kept = JSON.parse(readFileSync(file, 'utf8')) as ReconcileReport;
    const { apiVersion: _, ...printed } = report as ReconcileReport & { apiVersion?: string };
    const { apiVersion: __, ...saved } = kept as ReconcileReport & { apiVersion?: string };
    assert.deepEqual(saved, printed);
    assert.equal(kept.writes, w.cluster.writes().filter(({ kind }) => kind !== 'Lease').length);
    assert.ok(kept.bmcCalls > 0, `${kept.bmcCalls} BMC calls`);
    assert.ok(kept.passes > 0, `${kept.passes} rounds`);
    for (const object of kept.objects)
      assert.deepEqual(
        ['kind', 'name', 'outcome', 'because', 'message'].filter((member) => !(member in object)),
        [],
      );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('beside a living reconciler a pass is refused by name and writes nothing; --lease-skip ends it quietly', async () => {
  const w = two();
  const held = { name: 'metalctl-reconciler', namespace: 'metalctl-system', identity: 'the-daemon' };
  const lease = await ending(w, holdLease({ ...w.ports, ...held }));
  await assert.rejects(reconcile(w), (error: { code: string; why?: string; message: string }) => {
    assert.equal(error.code, 'LEASE_HELD');
    assert.match(`${error.message} ${error.why}`, /the-daemon/);
    return true;
  });
  const { exit, report, stderr } = await reconcile(w, '--lease-skip');
  assert.deepEqual([exit, report], [undefined, undefined]);
  assert.match(stderr, /skipped: .*the-daemon/);
  assert.deepEqual(written(w), []);
  assert.equal(w.cluster.peek(Lease, 'metalctl-system/metalctl-reconciler')?.spec?.holderIdentity, 'the-daemon');
  await ending(w, lease.release());
});

test('--plan writes nothing and tells no machine anything, and the pass that follows writes exactly that', async () => {
  const w = two();
  const { stdout } = await runCommand(w, ['reconcile', '--once', '--plan', '--max-passes', '1', '-o', 'json']);
  const { steps } = JSON.parse(stdout) as { steps: { to: string; kind: string; name: string; subresource?: string }[] };
  assert.deepEqual(w.cluster.writes(), []);
  const sent = (name: string) => w.bmcs.machine(name).calls.filter((call) => /^(set|reset|create|delete)/i.test(call));
  assert.deepEqual([...sent('rack1'), ...sent('rack2')], []);
  await reconcile(w, '--max-passes', '1');
  const text = ({ kind, name, subresource = '' }: { kind: string; name: string; subresource?: string }) =>
    `${kind}/${name}/${subresource}`;
  const made = w.cluster.writes().filter(({ kind }) => kind !== 'Lease');
  assert.ok(steps.length > 0);
  assert.deepEqual(
    steps
      .filter(({ to }) => to === 'api')
      .map(text)
      .sort(),
    made.map(text).sort(),
  );
});
