/** `--plan`: what a command and the reconcilers after it would write and tell BMCs; nothing is written or told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server, ServerClaim } from '../../../../src/api/metal/v1alpha1/index.js';
import { commands } from '../../../../src/commands/index.js';
import { runLine, type Said } from '../../../support/run-line.js';
import { type World, world } from '../../../support/world.js';
import { addAvailable, inTime } from '../../workflows/support/servers.js';

const run = (w: World, line: string): Promise<Said> =>
  runLine(line, { ports: { ...w.ports, cluster: w.cluster, bmc: w.bmcs } });

interface Step {
  readonly to: 'api' | 'bmc';
  readonly verb?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly bmc?: string;
  readonly action?: string;
  readonly changes?: readonly { readonly path: string; readonly to?: unknown }[];
}
const stepsOf = ({ stdout }: Said): readonly Step[] => JSON.parse(stdout).steps;
const brief = (step: Step): string =>
  step.to === 'bmc' ? `${step.bmc}: ${step.action}` : `${step.verb} ${step.kind} ${step.name}`;

/** Runs with --plan and holds that nothing was written, and no BMC told anything. */
async function plan(w: World, line: string): Promise<Said> {
  const writes = w.cluster.writes().length;
  const said = await run(w, `${line} --plan -o json`);
  assert.equal(w.cluster.writes().length, writes, `${line} --plan wrote`);
  for (const name of ['node1', 'node2']) {
    const acts = w.bmcs.machine(name).calls.filter((call) => /^(set|reset|boot|delete)/i.test(call));
    assert.deepEqual(acts, [], `${line} --plan told ${name}`);
  }
  return said;
}

function twoMachines(): World {
  const w = world();
  for (const name of ['node1', 'node2']) addAvailable(w, name);
  return w;
}

test('claim --plan: the claim, then what the reconcilers make of it, for the server it would get and no other', async () => {
  const w = twoMachines();
  const said = await plan(w, 'claim db --server node2-system-0 --image os:1 --wait');
  assert.equal(said.code, 10, said.stderr);
  const steps = stepsOf(said);
  assert.deepEqual(steps.slice(0, 1).map(brief), ['create ServerClaim default/db']);
  assert.ok(steps.some((step) => brief(step) === 'update Server node2-system-0'));
  assert.ok(!steps.some(({ name }) => name === 'node1-system-0'), steps.map(brief).join('\n'));
  const bound = steps.flatMap(({ changes = [] }) => changes).find(({ path }) => path.startsWith('spec.serverClaimRef'));
  assert.ok(bound !== undefined);
  const table = await run(w, 'claim db --server node2-system-0 --image os:1 --plan');
  assert.match(table.stdout, /1 {2}\+ {2}serverclaim\/default\/db +create/);
  assert.match(table.stdout, /Nothing was done\.\n$/);
  assert.deepEqual(w.cluster.all(ServerClaim), []);
});

test('what a command refuses it refuses with --plan; what would change nothing is exit 0', async () => {
  const w = twoMachines();
  assert.equal((await plan(w, 'claim db --cpu 9999 --image os:1')).code, 11);
  assert.equal((await plan(w, 'cordon nobody')).code, 13);
  await run(w, 'cordon node1-system-0');
  const none = await plan(w, 'cordon node1-system-0');
  assert.deepEqual([none.code, stepsOf(none)], [0, []]);
});

test('park, power, release, delete and label say what they would do, without asking', async () => {
  const w = twoMachines();
  const claimed = await inTime(w, run(w, 'claim db --server node1-system-0 --image os:1 --wait --driver local'));
  assert.equal(claimed.code, 0, claimed.stderr);
  for (const name of ['node1', 'node2']) w.bmcs.machine(name).calls.length = 0;
  const off = await plan(w, 'power off node1-system-0');
  assert.deepEqual(stepsOf(off).slice(0, 1).map(brief), ['update ServerClaim default/db']);
  assert.ok(stepsOf(off).map(brief).includes('node1: setPower'), stepsOf(off).map(brief).join(', '));
  const released = await plan(w, 'release db --wait');
  assert.deepEqual(stepsOf(released).slice(0, 1).map(brief), ['delete ServerClaim default/db']);
  assert.ok(stepsOf(released).length > 1, 'the reconcilers go on with it');
  assert.deepEqual(
    stepsOf(await plan(w, 'label server node2-system-0 rack=r1'))
      .slice(0, 1)
      .map(brief),
    ['update Server node2-system-0'],
  );
  assert.deepEqual(
    stepsOf(await plan(w, 'delete server node2-system-0'))
      .slice(0, 1)
      .map(brief),
    ['delete Server node2-system-0'],
  );
  const parked = stepsOf(await plan(w, 'park node1-system-0')).map(brief);
  assert.equal(parked[0], 'update Server node1-system-0');
  assert.equal(w.cluster.peek(Server, 'node1-system-0')?.status?.powerState, 'On');
});

test('a command without a plan says so, and names the dry run where there is one', async () => {
  const w = twoMachines();
  await assert.rejects(run(w, 'get servers --plan'), { code: 'USAGE', hints: ['leave --plan out'] });
  await assert.rejects(run(w, 'install crds --plan'), { code: 'USAGE', hints: ['--dry-run shows what it would do'] });
  assert.ok(commands.filter(({ plans }) => plans === 'steps').length >= 18);
});
