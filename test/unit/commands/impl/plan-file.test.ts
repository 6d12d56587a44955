/** A plan in a file: what it holds, and that apply does what it says or nothing. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { PlanFile } from '../../../../src/commands/impl/kit/plan-file.js';
import type { MetalError } from '../../../../src/errors/classes.js';
import { runCommand } from '../../../support/commands.js';
import { Server, ServerClaim, type World, world } from '../../../support/world.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-plan-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;
const path = (): string => join(folder, `${files++}`);

function manifest(text: string): string {
  const file = `${path()}.yaml`;
  writeFileSync(file, text);
  return file;
}

const claim = (image = 'os:1') => `
apiVersion: metal.ironcore.dev/v1alpha1
kind: ServerClaim
metadata: { name: db, namespace: default }
spec: { power: "Off", image: "${image}", serverRef: { name: rack1-system-0 } }
`;

/** One machine that can be claimed. */
async function ready(): Promise<World> {
  const w = world();
  w.addMachine('rack1');
  await w.pass({ maxPasses: 1 });
  const status = { state: 'Available', powerState: 'Off', processors: [], storages: [] };
  await w.cluster.patch(Server, { name: 'rack1-system-0' }, { status }, 'merge', { subresource: 'status' });
  return w;
}

async function planned(w: World, file: string): Promise<{ plan: string; kept: PlanFile; text: string }> {
  const plan = path();
  const { exit } = await runCommand(w, ['plan', '-f', file, '--out', plan]);
  assert.equal(exit, 'CHANGES');
  const text = readFileSync(plan, 'utf8');
  return { plan, text, kept: JSON.parse(text) as PlanFile };
}

const writes = (w: World) => w.cluster.writes().map(({ verb, kind, name }) => `${verb} ${kind}/${name}`);

test('the file is its owner’s alone, and names what the plan rests on', async () => {
  const w = await ready();
  const before = writes(w).length;
  const { plan, kept } = await planned(w, manifest(claim()));
  assert.equal(writes(w).length, before, 'a plan writes nothing');
  assert.equal(statSync(plan).mode & 0o777, 0o600);
  assert.equal(kept.kind, 'Plan');
  assert.ok(kept.steps.some((step) => step.to === 'api' && step.kind === 'Server'));
  const rests = new Map(kept.restsOn.map(({ kind, name, resourceVersion }) => [`${kind}/${name}`, resourceVersion]));
  assert.equal(rests.get('Server/rack1-system-0'), w.cluster.peek(Server, 'rack1-system-0')?.metadata.resourceVersion);
  assert.ok(rests.has('ServerClaim/default/db') && rests.get('ServerClaim/default/db') === undefined);
  assert.ok(rests.get('BMC/rack1'));
});

test('a plan that fits is applied as it is, and again it changes nothing', async () => {
  const w = await ready();
  const { plan, kept } = await planned(w, manifest(claim()));
  const first = await runCommand(w, ['apply', plan]);
  assert.match(first.stdout, /serverclaim\/default\/db created/);
  const { spec } = w.cluster.peek(ServerClaim, 'default/db') as ServerClaim;
  assert.deepEqual(spec, (kept.manifests[0] as ServerClaim).spec);
  await w.pass();
  const again = await runCommand(w, ['apply', plan]);
  assert.match(again.stdout, /serverclaim\/default\/db unchanged/);
});

test('plan -f of what is applied already is about it all the same: what still follows is planned', async () => {
  const w = await ready();
  const file = manifest(claim());
  await runCommand(w, ['apply', '-f', file]);
  const { exit, stdout } = await runCommand(w, ['plan', '-f', file]);
  assert.equal(exit, 'CHANGES', stdout);
  assert.match(stdout, /server\/rack1-system-0 +spec\.serverClaimRef|spec\.serverClaimRef\.name/);
});

test('a plan is stale as soon as what it rests on has changed: it names what, and nothing is written', async () => {
  const w = await ready();
  const file = manifest(claim());
  const { plan } = await planned(w, file);
  const old = w.cluster.peek(Server, 'rack1-system-0')?.metadata.resourceVersion;
  await w.cluster.patch(Server, { name: 'rack1-system-0' }, { spec: { unclaimable: true } }, 'merge');
  const fresh = w.cluster.peek(Server, 'rack1-system-0')?.metadata.resourceVersion;
  const before = writes(w).length;
  await assert.rejects(runCommand(w, ['apply', plan]), (error: MetalError) => {
    assert.equal(error.code, 'PLAN_STALE');
    assert.ok(error.why?.includes(`server/rack1-system-0 changed since the plan (resourceVersion ${old} -> ${fresh}`));
    assert.deepEqual(error.hints, [`metalctl plan -f ${file} --out ${plan}`]);
    return true;
  });
  assert.equal(writes(w).length, before);
  assert.equal(w.cluster.peek(ServerClaim, 'default/db'), undefined);
});

test('what was not there and is there now, or is gone, is a change too', async () => {
  const w = await ready();
  const { plan } = await planned(w, manifest(claim()));
  await runCommand(w, ['apply', '-f', manifest(claim('other:2'))]);
  await assert.rejects(runCommand(w, ['apply', plan]), {
    code: 'PLAN_STALE',
    why: /serverclaim\/default\/db was made/,
  });
  const next = await planned(w, manifest(claim('third:3')));
  await w.cluster.delete(ServerClaim, { namespace: 'default', name: 'db' });
  await assert.rejects(runCommand(w, ['apply', next.plan]), {
    code: 'PLAN_STALE',
    why: /serverclaim\/default\/db is gone/,
  });
});

test('a resource of a BMC that the plan would write makes it stale by its ETag', async () => {
  const w = await ready();
  const light = manifest(
    'apiVersion: metal.ironcore.dev/v1alpha1\nkind: Server\nmetadata: { name: rack1-system-0 }\nspec: { indicatorLED: Lit }\n',
  );
  const { plan, kept } = await planned(w, light);
  assert.ok(kept.steps.some((step) => step.to === 'bmc' && step.action === 'setIndicator'));
  const [seen] = kept.resources;
  assert.ok(seen?.etag, JSON.stringify(kept.resources));
  writeFileSync(plan, JSON.stringify({ ...kept, resources: [{ ...seen, etag: 'W/"before"' }] }));
  await assert.rejects(runCommand(w, ['apply', plan]), { code: 'PLAN_STALE', why: /ETag W\/"before" ->/ });
});

test('a plan of another cluster, a file that is none, and one with more flags are refused', async () => {
  const w = await ready();
  const { plan, kept } = await planned(w, manifest(claim()));
  await assert.rejects(runCommand(w, ['apply', manifest(claim())]), { code: 'MANIFEST_INVALID' });
  await assert.rejects(runCommand(w, ['apply', join(folder, 'none')]), { code: 'FILE_NOT_FOUND' });
  await assert.rejects(runCommand(w, ['apply', plan, '-f', plan]), { code: 'USAGE' });
  await assert.rejects(runCommand(w, ['plan', '--out', plan]), { code: 'USAGE' });
  assert.ok(kept.manifests.length === 1);
});

test('a plan keeps no secrets: a manifest that holds one is refused and nothing is written down', async () => {
  const w = await ready();
  const file = manifest(
    `${claim()}---\napiVersion: v1\nkind: Secret\nmetadata: { name: s, namespace: default }\nstringData: { a: CANARY-1 }\n`,
  );
  const plan = path();
  await assert.rejects(runCommand(w, ['plan', '-f', file, '--out', plan]), (error: MetalError) => {
    assert.equal(error.code, 'USAGE');
    assert.match(error.message, /keeps no secrets, and secret\/default\/s/);
    return true;
  });
  assert.throws(() => statSync(plan));
  const { stdout } = await runCommand(w, ['plan', '-f', file, '-o', 'json']);
  assert.doesNotMatch(stdout, /CANARY-1/);
});

test('--dry-run=server and --plan of apply look at the plan and write nothing', async () => {
  const w = await ready();
  const { plan } = await planned(w, manifest(claim()));
  const dry = await runCommand(w, ['apply', plan, '--dry-run=server']);
  assert.match(dry.stdout, /db created \(dry run\)/);
  assert.equal(w.cluster.peek(ServerClaim, 'default/db'), undefined);
});

test('a plan as a graph: a frame for each object with its steps, and arrows in their order', async () => {
  const w = await ready();
  const file = manifest(claim());
  const { stdout } = await runCommand(w, ['plan', '-f', file, '-o', 'mermaid']);
  assert.match(stdout, /^graph TD\n {2}subgraph g0\["serverclaim\/default\/db"\]\n {4}n0\["1 \+ create"\]/);
  assert.match(stdout, /subgraph g\d\["server\/rack1-system-0"\]/);
  assert.match(stdout, /\n {2}n0 --> n1\n/);
  const dot = await runCommand(w, ['plan', '-f', file, '-o', 'dot']);
  assert.match(dot.stdout, /^digraph metalctl \{[\s\S]*"1" -> "2";/);
  await assert.rejects(runCommand(w, ['apply', '-f', file, '-o', 'mermaid']), { code: 'USAGE' });
});
