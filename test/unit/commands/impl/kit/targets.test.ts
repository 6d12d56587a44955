/** What a command is about: by manifests, and only in one way at a time. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Server } from '../../../../../src/api/metal/v1alpha1/server.js';
import { Exit } from '../../../../../src/errors/exit.js';
import { fakeClock } from '../../../../support/clock.js';
import { fakeCluster } from '../../../../support/fake-cluster.js';
import { runLine } from '../../../../support/run-line.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-targets-'));
after(() => rmSync(folder, { recursive: true }));

const head = (kind: string, name: string, namespace = '') =>
  `apiVersion: metal.ironcore.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}${namespace && `, namespace: ${namespace}`}}\n`;
const fileOf = (name: string, ...manifests: string[]): string => {
  const path = join(folder, name);
  writeFileSync(path, manifests.join('---\n'));
  return path;
};
const two = fileOf('two.yaml', head('Server', 's1'), head('Server', 's3'));
const mixed = fileOf('mixed.yaml', head('ServerClaim', 'c1', 'db'), head('Server', 's2'));

const start = () => {
  const cluster = fakeCluster();
  for (const name of ['s1', 's2', 's3'])
    cluster.seed({
      apiVersion: 'metal.ironcore.dev/v1alpha1',
      kind: 'Server',
      metadata: { name, labels: { pool: name } },
      spec: { systemUUID: name },
      status: { state: name === 's2' ? 'Reserved' : 'Available' },
    } as never);
  cluster.seed({
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'ServerClaim',
    metadata: { name: 'c1', namespace: 'db' },
    spec: { power: 'Off' },
  } as never);
  const run = (line: string) => runLine(line, { ports: { cluster, clock: fakeClock() } });
  const cordoned = async () =>
    (await cluster.list(Server)).items.filter(({ spec }) => spec?.unclaimable === true).map((one) => one.metadata.name);
  return { run, cordoned, cluster };
};

test('cordon -f is about the servers that a file names, and no other', async () => {
  const { run, cordoned } = start();
  const { code, stdout } = await run(`cordon -f ${two}`);
  assert.deepEqual([code, stdout], [Exit.OK, 'server/s1 cordoned\nserver/s3 cordoned\n']);
  assert.deepEqual(await cordoned(), ['s1', 's3']);
});

test('a server command refuses a file with something else in it, and changes nothing', async () => {
  const { run, cordoned } = start();
  const { code, stderr } = await run(`cordon -f ${mixed}`);
  assert.equal(code, Exit.USAGE);
  assert.match(stderr, /serverclaim\/db\/c1 is no server/);
  assert.deepEqual(await cordoned(), []);
});

test('get, label and delete -f take objects of several kinds, in the namespaces that the file says', async () => {
  const { run, cluster } = start();
  const got = await run(`get -f ${mixed} -o name -A`);
  assert.equal(got.stdout, 'db/serverclaim.metal.ironcore.dev/c1\nserver.metal.ironcore.dev/s2\n');
  const labelled = await run(`label -f ${mixed} team=a`);
  assert.equal(labelled.stdout, 'serverclaim/db/c1 labelled\nserver/s2 labelled\n');
  const gone = await run(`delete -f ${fileOf('claim.yaml', head('ServerClaim', 'c1', 'db'))} --yes`);
  assert.equal(gone.stdout, 'serverclaim/db/c1 deleted\n');
  assert.equal((await cluster.list(Server)).items.length, 3);
  const again = await run(`get -f ${mixed} -o name`);
  assert.equal(again.code, Exit.NOT_FOUND);
});

test('--field narrows what a file or names say', async () => {
  const { run } = start();
  const { stdout } = await run(`label server s1 s2 s3 team=a --field state=Available`);
  assert.equal(stdout, 'server/s1 labelled\nserver/s3 labelled\n');
});

const twoWays = [
  'cordon s1 -l pool=s2',
  'cordon s1 --all',
  `cordon s1 -f ${two}`,
  `cordon -f ${two} -l pool=s2`,
  'label server/s1 -l pool=s2 a=b',
  'delete server s1 --all --confirm s1',
  `delete server s1 -f ${two} --confirm s1`,
  `get servers -f ${two}`,
  `get -f ${two} -l pool=s1`,
];
for (const line of twoWays) {
  test(`${line.replaceAll(folder, '')}: two ways of saying it are refused, and nothing is changed`, async () => {
    const { run, cluster } = start();
    const before = JSON.stringify((await cluster.list(Server)).items);
    const { code, stderr } = await run(line);
    assert.deepEqual([code, /do not go together/.test(stderr)], [Exit.USAGE, true], stderr);
    assert.equal(JSON.stringify((await cluster.list(Server)).items), before);
  });
}

for (const line of ['get', 'delete', 'describe', 'wait --for state=Available', 'label a=b'])
  test(`${line}: about nothing, it says what it could be about`, async () => {
    const { code, stderr } = await start().run(line);
    assert.equal(code, Exit.USAGE);
    assert.match(
      stderr,
      /^error: no (kind|object) was named\n {2}fix {3}(metalctl get servers|KIND NAME or KIND\/NAME)\n/,
    );
    assert.match(stderr, /-f FILE/);
  });
