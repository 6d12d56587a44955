/** Parts of a fleet side by side: what each does, under which lease, and whom it refuses to run beside. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { Lease } from '../../../src/api/kubernetes.js';
import type { MetalError } from '../../../src/errors/classes.js';
import type { ReconcileReport } from '../../../src/reconcile/index.js';
import { holdLease } from '../../../src/reconcile/runtime/lease.js';
import { chooseDriver } from '../../../src/workflows/driver.js';
import { leaseOfShard } from '../../../src/workflows/shards.js';
import { ending, runCommand } from '../../support/commands.js';
import { type World, world } from '../../support/world.js';

const names = Array.from({ length: 12 }, (_, at) => `rack${at}`);

function fleet(): World {
  const w = world();
  for (const name of names) w.addMachine(name);
  return w;
}

async function pass(w: World, ...words: string[]): Promise<string[]> {
  const { stdout } = await runCommand(w, ['reconcile', '--once', '-o', 'json', ...words]);
  const { objects } = JSON.parse(stdout) as ReconcileReport;
  return objects.map(({ kind, name }) => `${kind}/${name}`);
}

/** Holds the lease of somebody else while `work` runs. */
async function beside(w: World, shard: Parameters<typeof leaseOfShard>[0], work: () => Promise<void>): Promise<void> {
  const options = { ...w.ports, ...leaseOfShard(shard), namespace: 'metalctl-system', identity: 'somebody' };
  const lease = await ending(w, holdLease(options));
  await work();
  await ending(w, lease.release());
}

test('three parts do the whole, none does what another does, and no BMC of another part is asked', async () => {
  const whole = new Set(await pass(fleet()));
  const w = fleet();
  const seen: string[] = [];
  for (const part of ['1/3', '2/3', '3/3']) {
    const asked = () => names.filter((name) => w.bmcs.machine(name).calls.length > 0);
    const before = asked();
    const objects = await pass(w, '--shard', part);
    const mine = objects.filter((each) => each.startsWith('BMC/')).map((each) => each.slice(4));
    assert.ok(mine.length > 0 && mine.length < names.length, `${part}: ${mine}`);
    assert.deepEqual(
      asked().filter((name) => !before.includes(name)),
      names.filter((name) => mine.includes(name)),
    );
    seen.push(...objects);
  }
  assert.equal(new Set(seen).size, seen.length, 'nothing is done twice');
  assert.deepEqual(seen.sort(), [...whole].sort());
});

test('each part has a lease of its own that says of how many it is one, unless a lease is named', async () => {
  const w = fleet();
  await pass(w, '--shard', '2/3');
  await pass(w, '--shard', '3/3', '--lease', 'mine');
  const leases = w.cluster.all(Lease).map(({ metadata }) => metadata);
  assert.deepEqual(
    leases.map(({ name, annotations }) => [name, annotations?.['metalctl.dev/shards']]),
    [
      ['metalctl-reconciler-2', '3'],
      ['mine', '3'],
    ],
  );
});

test('a part runs beside the others, and not beside the whole or a fleet divided otherwise', async () => {
  const w = fleet();
  const isRefused = (error: MetalError) => {
    assert.equal(error.code, 'LEASE_HELD');
    assert.match(error.why ?? '', /somebody/);
    return true;
  };
  await beside(w, { index: 1, count: 3 }, async () => {
    assert.ok((await pass(w, '--shard', '2/3')).length > 0);
    await assert.rejects(pass(w, '--shard', '1/3'), isRefused);
    await assert.rejects(pass(w, '--shard', '2/4'), isRefused);
    await assert.rejects(pass(w), isRefused);
    const { stderr } = await runCommand(w, ['reconcile', '--once', '--lease-skip']);
    assert.match(stderr, /skipped: .*somebody/);
  });
  await beside(w, undefined, async () => assert.rejects(pass(w, '--shard', '2/3'), isRefused));
  for (const { spec } of w.cluster.all(Lease)) assert.ok(!spec?.holderIdentity, 'who is refused keeps no lease');
});

test('a command that waits leaves the work to the parts that run', async () => {
  const w = fleet();
  await beside(w, { index: 2, count: 3 }, async () => {
    const { signal } = new AbortController();
    const refused = chooseDriver(w.ports, () => assert.fail('drives beside a part'), { mode: 'auto', signal });
    assert.match((await ending(w, refused)).note ?? '', /driver: cluster .*metalctl-reconciler-2/);
  });
});

const manifests = async (...words: string[]) => {
  const { stdout } = await runCommand(world(), ['install', ...words, '--image', 'img', '--print']);
  return parseAllDocuments(stdout)
    .map((each) => each.toJS())
    .filter(({ kind }) => kind === 'CronJob' || kind === 'Deployment');
};

test('install --shards makes a workload for each part, and pods of one do not answer for another', async () => {
  const jobs = await manifests('cronjob', '--shards', '3');
  const argsOf = (job: (typeof jobs)[number]): string =>
    job.spec.jobTemplate.spec.template.spec.containers[0].args.join(' ');
  assert.deepEqual(
    jobs.map((job) => [job.metadata.name, /--shard (\S+)/.exec(argsOf(job))?.[1]]),
    [
      ['metalctl-1', '1/3'],
      ['metalctl-2', '2/3'],
      ['metalctl-3', '3/3'],
    ],
  );
  const [whole] = await manifests('cronjob');
  assert.equal(whole?.metadata.name, 'metalctl');
  assert.doesNotMatch(argsOf(whole), /--shard/);
  const daemons = await manifests('daemon', '--shards', '2', '--registry-url', 'http://r-{shard}:10000');
  const selectors = daemons.map(({ spec }) => JSON.stringify(spec.selector.matchLabels));
  assert.equal(new Set(selectors).size, 2);
  for (const { spec } of daemons) assert.deepEqual(spec.template.metadata.labels, spec.selector.matchLabels);
  assert.match(daemons[1].spec.template.spec.containers[0].args.join(' '), /--registry-url http:\/\/r-2:10000/);
  assert.equal((await manifests('all', '--shards', '2')).length, 2);
});

test('one registry for several daemons, and no part at all, are refused', async () => {
  await assert.rejects(manifests('daemon', '--shards', '2', '--registry-url', 'http://r:10000'), { code: 'USAGE' });
  await assert.rejects(manifests('cronjob', '--shards', '0'), { code: 'USAGE' });
});
