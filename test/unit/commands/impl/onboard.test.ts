/** `onboard --wait` beside a lease of somebody else: it says who is to do the work, ends in time, and tells what it made. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Lease } from '../../../../src/api/kubernetes.js';
import { BMC, type BMCSecret } from '../../../../src/api/metal/v1alpha1/index.js';
import { Exit } from '../../../../src/errors/exit.js';
import { runLine, type Said } from '../../../support/run-line.js';
import { type World, world } from '../../../support/world.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-onboard-'));
after(() => rmSync(folder, { recursive: true }));
const report = join(folder, 'report.json');
const finding = {
  address: '10.0.0.4',
  port: 443,
  scheme: 'https',
  status: 'new',
  vendor: 'Dell Inc.',
  serial: '8XK2M04',
  fingerprint: 'aa',
  trust: 'ca',
  systems: [{ uri: '/redfish/v1/Systems/1', uuid: 'u4', power: 'Off' }],
};
const counts = { addresses: 1, silent: 0 };
writeFileSync(
  report,
  JSON.stringify({
    apiVersion: 'cli.metalctl.dev/v1',
    kind: 'DiscoverReport',
    findings: [finding],
    unanswered: [],
    counts,
  }),
);

/** A world with a BMC to be, and a lease that somebody else renews every five seconds and does nothing for. */
function beside(lease: string): World {
  const w = world();
  const data = { username: 'cm9vdA==', password: 'cHc=' };
  const metadata = { name: lease, namespace: 'metalctl-system' };
  w.cluster.seed(
    { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'BMCSecret', metadata: { name: 'oob' }, data } as BMCSecret,
    {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata,
      spec: { holderIdentity: 'jump1_77', leaseDurationSeconds: 15, renewTime: w.clock.now().toISOString() },
    } as never,
  );
  w.bmcs.add('dell-8xk2m04', { uuid: 'u4' });
  return w;
}

/** Runs it while the holder renews its lease; how long it took includes what loads meanwhile, so bounds are wide. */
async function onboard(w: World, words: string, lease: string): Promise<Said & { tookMs: number }> {
  const { clock, cluster, bmcs, ports } = w;
  const around = {
    clock,
    cluster,
    bmc: bmcs,
    events: ports.events,
    log: ports.log,
    shells: w.shells,
    identification: {},
  };
  const registry = { ...w.probes, baseUrl: () => 'http://127.0.0.1:9', close: async () => undefined } as never;
  const startMs = clock.monotonicMs();
  let said: Said | undefined;
  const running = runLine(`onboard --from ${report} --bmc-secret oob ${words}`, { ports: around, registry });
  void running.then((all) => {
    said = all;
  });
  for (let turn = 0; turn < 20_000 && said === undefined; turn += 1) {
    await cluster.patch(
      Lease,
      { namespace: 'metalctl-system', name: lease },
      { spec: { renewTime: clock.now().toISOString() } },
      'merge',
    );
    await clock.tick(1_000);
  }
  assert.ok(said, 'it has not ended');
  return { ...said, tookMs: clock.monotonicMs() - startMs };
}

test('onboard --wait did not end in 15 minutes beside a lease of somebody who does nothing: it says who, and ends', async () => {
  const w = beside('metalctl-reconciler');
  const { code, stdout, stderr, tookMs } = await onboard(w, '--wait', 'metalctl-reconciler');
  assert.equal(code, Exit.PARTIAL, stderr);
  assert.match(stderr, /driver: cluster \(lease metalctl-system\/metalctl-reconciler is held by "jump1_77"\)/);
  assert.match(stderr, /warning: nothing has moved for 2m: lease .* is held by "jump1_77"/);
  assert.match(stderr, /why {3}dell-8xk2m04: still Pending\n.*held by "jump1_77": the work is its/);
  assert.match(stderr, /--driver local --take-over/);
  assert.match(stdout, /^bmc\/dell-8xk2m04 {2}created {2}Pending/);
  assert.ok(tookMs >= 30 * 60_000, `${tookMs}`);
});

test('its --timeout holds, and the warning is not said where it ends before', async () => {
  const w = beside('metalctl-reconciler');
  const { code, stderr, tookMs } = await onboard(w, '--wait --timeout 90s', 'metalctl-reconciler');
  assert.equal(code, Exit.PARTIAL);
  assert.doesNotMatch(stderr, /nothing has moved/);
  assert.ok(tookMs < 30 * 60_000, `${tookMs}`);
});

test('a server that another process drives ends it at once, and what was made is told all the same', async () => {
  const lease = 'metalctl.dell-8xk2m04-system-0';
  const w = beside(lease);
  const { code, stdout, stderr, tookMs } = await onboard(w, '--wait --driver local', lease);
  assert.equal(code, Exit.CONFLICT, stderr);
  assert.match(stderr, /another process drives this server\n {2}why {3}.*jump1_77/);
  assert.match(stdout, /^bmc\/dell-8xk2m04 {2}created/);
  assert.ok(w.cluster.peek(BMC, 'dell-8xk2m04'));
  assert.ok(tookMs < 30 * 60_000, `${tookMs}`);
});

test('--cordon and --taint stand in the server from the moment it is made, and the plan says so', async () => {
  const w = beside('metalctl.other');
  const seen: unknown[] = [];
  w.bmcs.machine('dell-8xk2m04').power = 'Off';
  const marks = '--cordon --taint burn-in=2:NoBind --taint lab:NoBind --wait --driver local --timeout 5m';
  const made = w.cluster.create;
  Object.assign(w.cluster, {
    create: async (kind: { kind: string }, object: { spec?: unknown }, more: object) => {
      if (kind.kind === 'Server') seen.push(object.spec);
      return made.call(w.cluster, kind as never, object as never, more);
    },
  });
  const { stderr } = await onboard(w, marks, 'metalctl.other');
  assert.match(stderr, /servers begin cordoned and tainted burn-in=2:NoBind, lab:NoBind/);
  const [spec] = seen as { unclaimable?: boolean; taints?: { key: string }[] }[];
  assert.equal(seen.length, 1);
  assert.deepEqual([spec?.unclaimable, spec?.taints?.map(({ key }) => key)], [true, ['burn-in', 'lab']]);
  const again = await onboard(w, '--status known,new --cordon', 'metalctl.other');
  assert.match(again.stderr, /warning: bmc\/dell-8xk2m04: there before, so their servers are not marked/);
  assert.equal(again.code, Exit.OK);
});

test('a taint that is none is refused before anything is written', async () => {
  const w = beside('metalctl.other');
  const said = await onboard(w, '--taint burn-in', 'metalctl.other');
  assert.equal(said.code, Exit.USAGE);
  assert.match(said.stderr, /burn-in is not a taint\n {2}fix {3}KEY\[=VALUE\]:NoBind/);
  assert.equal(w.cluster.peek(BMC, 'dell-8xk2m04'), undefined);
});
