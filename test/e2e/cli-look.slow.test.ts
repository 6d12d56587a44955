/** apply, diff, edit, events, history, tree, api-resources and explain, through the real program on a real sandbox. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { startCli } from './cli-process.js';

const cli = await startCli(2);
after(() => cli.close());
await cli.live.onboard();
await cli.live.pass({ settle: true });
await cli.live.ports.events.flush(5_000);
const name = 'bmc-1-system-0';

async function ran(code: number, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const ended = await cli.run(args);
  assert.equal(ended.code, code, `${args.join(' ')}\n${ended.stdout}${ended.stderr}`);
  assert.ok(!`${ended.stdout}${ended.stderr}`.includes('\u001b'), 'no escape byte');
  return ended;
}

const manifest = cli.file(
  'claims.yaml',
  `apiVersion: metal.ironcore.dev/v1alpha1
kind: ServerClaim
metadata: { name: one, labels: { app: t } }
spec: { power: "Off", image: os:1, serverRef: { name: ${name} } }
---
apiVersion: v1
kind: List
items:
- { apiVersion: v1, kind: ConfigMap, metadata: { name: two, labels: { app: t } }, data: { a: b } }
`,
);

test('diff tells what apply will do, apply does it, and the second time neither has anything to say', async () => {
  const before = await ran(10, 'diff', '-f', manifest);
  assert.match(before.stdout, /\+ +serverclaim\/default\/one .*create/);
  assert.match(
    (await ran(0, 'apply', '-f', manifest, '--dry-run')).stdout,
    /one created \(dry run\)\nconfigmap\/default\/two created \(dry run\)/,
  );
  assert.match(
    (await ran(0, 'apply', '-f', manifest)).stdout,
    /^serverclaim\/default\/one created\nconfigmap\/default\/two created\n$/,
  );
  const { writes } = cli.live.sandbox.api.requestLog;
  assert.match((await ran(0, 'apply', '-f', manifest)).stdout, /one unchanged\nconfigmap\/default\/two unchanged\n$/);
  assert.ok(cli.live.sandbox.api.requestLog.writes >= writes);
  assert.match((await ran(0, 'diff', '-f', manifest)).stderr, /Nothing would change/);
  writeFileSync(manifest, (await import('node:fs')).readFileSync(manifest, 'utf8').replace('a: b', 'a: c'));
  const changed = await ran(10, 'diff', '-f', manifest);
  assert.match(changed.stdout, /~ +configmap\/default\/two +data\.a +b -> c/);
  assert.equal(JSON.parse((await ran(10, 'diff', '-f', manifest, '-o', 'json')).stdout).objects[0].fields[0].to, 'c');
});

test('pruning deletes what no manifest holds, after a question, and never without labels', async () => {
  const only = cli.file(
    'only.yaml',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: three, labels: { app: t } }\n',
  );
  await ran(2, 'apply', '-f', only, '--prune');
  assert.match(
    (await ran(12, 'apply', '-f', only, '--prune', '--prune-selector', 'app=t')).stderr,
    /two will be deleted: no manifest holds it/,
  );
  assert.match(
    (await ran(0, 'apply', '-f', only, '--prune', '--prune-selector', 'app=t', '--yes')).stdout,
    /three created\nconfigmap\/default\/two pruned\n/,
  );
  await ran(13, 'get', 'cm', 'two');
});

test('what is no manifest is told by file and document, and a secret line is not quoted', async () => {
  const bad = cli.file('bad.yaml', 'kind: Secret\nstringData: {password: "CANARY}\n');
  const ended = await ran(2, 'apply', '-f', bad);
  assert.match(ended.stderr, /bad\.yaml#1 is no manifest/);
  assert.ok(!ended.stderr.includes('CANARY'));
  await ran(13, 'apply', '-f', '/nowhere/x.yaml');
  await ran(2, 'apply');
  await ran(2, 'diff');
});

test('two servers are compared field by field', async () => {
  const { stdout } = await ran(10, 'diff', `server/${name}`, 'bmc-2-system-0', '--status');
  assert.match(stdout, /status\.serialNumber/);
  assert.match((await ran(0, 'diff', `server/${name}`, name)).stderr, /No difference/);
});

test('edit needs a terminal', async () => {
  assert.match((await ran(12, 'edit', 'server', name)).stderr, /NEEDS_INPUT/);
  assert.match((await ran(2, 'edit', 'bmcsecret', 'bmc-1')).stderr, /never shown/);
});

test('events are of our kinds, oldest first, filtered by object, type and age', async () => {
  const { stdout } = await ran(0, 'events', `server/${name}`);
  assert.match(stdout, /^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n/);
  assert.ok(
    stdout
      .trim()
      .split('\n')
      .slice(1)
      .every((line) => line.includes(`server/${name}`)),
  );
  assert.match((await ran(0, 'events', '--types', 'Nonsense')).stderr, /No events found/);
  assert.equal(JSON.parse((await ran(0, 'events', '--since', '0', '-o', 'json', '-q')).stdout).items.length, 0);
});

test('history puts events, conditions and writers in one line of time', async () => {
  const { entries } = JSON.parse((await ran(0, 'history', 'server', name, '-o', 'json')).stdout);
  const sources = new Set(entries.map(({ source }: { source: string }) => source));
  for (const source of ['created', 'event', 'write']) assert.ok(sources.has(source), `${source}: ${[...sources]}`);
  const times = entries.map(({ time }: { time: string }) => time);
  assert.deepEqual(times, [...times].sort());
});

test('tree is the same from wherever one asks', async () => {
  const { stdout } = await ran(0, 'tree', `server/${name}`);
  assert.match(stdout, new RegExp(`^bmcsecret/bmc-1\n└─ bmc/bmc-1  .*\n   └─ server/${name}  .*Available\n`));
  assert.equal((await ran(0, 'tree', 'bmc/bmc-1')).stdout, stdout);
  assert.equal((await ran(0, 'tree', 'bmcsecret/bmc-1')).stdout, stdout);
  assert.match(
    (await ran(0, 'tree', `server/${name}`, '-o', 'mermaid')).stdout,
    /^graph TD\n {2}n0\["bmcsecret\/bmc-1"\]\n/,
  );
  assert.match((await ran(0, 'tree', `server/${name}`, '-o', 'dot')).stdout, /"bmcsecret\/bmc-1" -> "bmc\/bmc-1";/);
  assert.match((await ran(2, 'get', 'servers', '-o', 'dot')).stderr, /for graphs/);
});

test('api-resources says what is installed and what one may do', async () => {
  assert.match(
    (await ran(0, 'api-resources')).stdout,
    /servers +srv +metal\.ironcore\.dev\/v1alpha1 +false +Server +true/,
  );
  assert.match((await ran(0, 'api-resources', '--missing')).stderr, /Nothing is missing/);
});

test('explain knows kinds, fields, states and the nearest of what it does not know', async () => {
  assert.match((await ran(0, 'explain', 'server.spec.taints')).stdout, /^Server\.spec\.taints <\[\]object>/);
  assert.match((await ran(0, 'explain', 'srv', '--recursive')).stdout, /spec\.taints\.key <string>/);
  assert.match((await ran(13, 'explain', 'server.spec.tants')).stderr, /did you mean: taints/);
  assert.match(
    (await ran(0, 'explain', 'state', 'Server.Parked')).stdout,
    /^Server\.Parked: .*\nEnter from +others, when it is asked for\nMay leave to Available, Reserved\n$/,
  );
  assert.match((await ran(13, 'explain', 'state', 'Server.Parkd')).stderr, /Server\.Parked/);
  assert.match((await ran(2, 'explain', 'servr')).stderr, /metalctl explain server/);
});
