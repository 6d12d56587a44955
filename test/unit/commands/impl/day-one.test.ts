/** Flags of everyday commands, each by what it changes: power, delete, apply, claim. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ConfigMap } from '../../../../src/api/kubernetes.js';
import { finalizers, Server, ServerClaim } from '../../../../src/api/metal/v1alpha1/index.js';
import { Exit } from '../../../../src/errors/exit.js';
import { runLine, type Said } from '../../../support/run-line.js';
import { type World, world } from '../../../support/world.js';
import { addAvailable, aServer, inTime } from '../../workflows/support/servers.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-day-'));
after(() => rmSync(folder, { recursive: true }));

const run = (w: World, line: string): Promise<Said> =>
  inTime(w, runLine(line, { ports: { ...w.ports, cluster: w.cluster, bmc: w.bmcs } }));
const calls = (w: World, name: string) => w.bmcs.machine(name).calls.filter((call) => /^(set|reset)/i.test(call));

test('--reason of a power command becomes an event of each server, with who asked', async () => {
  const w = world();
  const name = addAvailable(w, 'node1');
  const said = await run(w, `power reset ${name} --direct --yes --reason "hung in POST"`);
  assert.equal(said.code, 0, said.stderr);
  const told = w.events.filter(({ event }) => event.reason === 'PowerRequested');
  assert.equal(told.length, 1);
  assert.equal(told[0]?.object.metadata.name, name);
  assert.match(told[0]?.event.note ?? '', /^restarting by \S+: hung in POST$/);
});

test('--direct of a restart and --type of a power change are told to the BMC, not to the operator', async () => {
  const w = world();
  const name = addAvailable(w, 'node1');
  await run(w, `power reset ${name} --direct --force --yes`);
  assert.match(calls(w, 'node1').at(-1) ?? '', /ForceRestart/);
  await run(w, `power on ${name} --force`);
  assert.match(calls(w, 'node1').at(-1) ?? '', /ForceOn/);
  assert.deepEqual(w.cluster.peek(Server, name)?.metadata.annotations?.['metal.ironcore.dev/operation'], undefined);
});

test('servers are powered one after the other, as far apart as --stagger says', async () => {
  const w = world();
  const names = ['node1', 'node2', 'node3'].map((each) => addAvailable(w, each));
  const begun = w.clock.monotonicMs();
  const said = await run(w, `power on ${names.join(' ')} --direct --stagger 10s`);
  assert.equal(said.code, 0, said.stderr);
  assert.ok(w.clock.monotonicMs() - begun >= 20_000, `${w.clock.monotonicMs() - begun}`);
});

test('--orphan-finalizers wants the name typed, says what stays behind, and lets the object go', async () => {
  const w = world();
  const claim = {
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'ServerClaim',
    metadata: { namespace: 'default', name: 'db', finalizers: [finalizers.serverClaim] },
    spec: { power: 'On' as const, image: 'os:1' },
  };
  w.cluster.seed(claim);
  const asked = await run(w, 'delete scl db --orphan-finalizers --yes');
  assert.equal(asked.code, Exit.NEEDS_INPUT);
  assert.match(asked.stderr, /left behind \(ServerClaim\): the server stays reserved/);
  assert.match(asked.stderr, /--confirm db/);
  assert.ok(w.cluster.peek(ServerClaim, 'default/db') !== undefined);
  const gone = await run(w, 'delete scl db --orphan-finalizers --confirm db');
  assert.equal(gone.stdout, 'serverclaim/default/db deleted, its finalizers taken off\n', gone.stderr);
  assert.equal(w.cluster.peek(ServerClaim, 'default/db'), undefined);
});

test('--force of delete allows a server in maintenance, and is refused for anything else', async () => {
  const w = world();
  w.cluster.seed({ ...aServer('s1'), metadata: { name: 's1', finalizers: [finalizers.server] } });
  const said = await run(w, 'delete server s1 --force --confirm s1');
  assert.equal(said.code, 0, said.stderr);
  const operation = w.cluster.peek(Server, 's1')?.metadata.annotations?.['metal.ironcore.dev/operation'];
  assert.equal(operation, 'allow-in-progress-delete');
  w.cluster.seed({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name: 'x' } } as ConfigMap);
  assert.equal((await run(w, 'delete configmap x --force --yes')).code, Exit.USAGE);
});

test('apply --wait ends when the claim has its server; without anybody who reconciles the time runs out', async () => {
  const w = world();
  const name = addAvailable(w, 'node1');
  const file = join(folder, 'claim.yaml');
  writeFileSync(
    file,
    `apiVersion: metal.ironcore.dev/v1alpha1\nkind: ServerClaim\nmetadata: {name: db}\nspec: {power: "On", image: "os:1", serverRef: {name: ${name}}}\n`,
  );
  const late = await run(w, `apply -f ${file} --wait --timeout 5s --driver none`);
  assert.equal(late.code, Exit.WAITING, late.stderr);
  const said = await run(w, `apply -f ${file} --wait --driver local`);
  assert.equal(said.code, 0, said.stderr);
  assert.match(said.stderr, /✔ serverclaim\/default\/db Bound/);
  assert.equal(w.cluster.peek(ServerClaim, 'default/db')?.status?.phase, 'Bound');
});

test('claim --gpu and --nic-speed: by the status, and by the report the discovery kept', async () => {
  const w = world();
  const processors = [
    { id: 'G1', type: 'GPU' },
    { id: 'G2', type: 'GPU' },
  ];
  const gpu = aServer('gpu');
  w.cluster.seed({ ...gpu, status: { ...gpu.status, processors } } as Server, aServer('fast'), aServer('slow'));
  const report = (name: string, data: string): ConfigMap =>
    ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'metalctl-system', name: `${name}-inventory` },
      data: { 'inventory.json': data },
    }) as ConfigMap;
  w.cluster.seed(
    report('fast', '{"nics":[{"speed":"Unknown!"},{"speed":"25000Mb/s"}]}'),
    report('slow', '{"nics":[{"speed":"1000Mb/s"}]}'),
    report('gpu', 'no report'),
  );
  const free = async (flags: string): Promise<unknown> =>
    JSON.parse((await run(w, `claim x ${flags} --explain -o json`)).stdout).free;
  assert.deepEqual(await free('--gpu'), ['gpu']);
  assert.deepEqual(await free('--gpu=3'), []);
  assert.deepEqual(await free('--nic-speed 25G'), ['fast']);
  assert.deepEqual(await free('--nic-speed 1000'), ['fast', 'slow']);
  assert.deepEqual(await free('--nic-speed 100Gb/s'), []);
  assert.equal((await run(w, 'claim x --nic-speed quick --explain')).code, Exit.USAGE);
});
