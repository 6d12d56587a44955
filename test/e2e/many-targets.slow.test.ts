/** Two hundred targets of which seventeen fail for one cause: one error of a few lines, one exit code, and nothing hidden. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server } from '../../src/api/metal/v1alpha1/index.js';
import { Exit } from '../../src/errors/exit.js';
import { type Cli, type Ended, startCli } from './cli-process.js';

const names = Array.from({ length: 200 }, (_, n) => `node-${String(n).padStart(3, '0')}`);
/** Every twelfth: spread over all that is done at once. */
const stubborn = names.filter((_, n) => n % 12 === 5);
let cli: Cli;

before(async () => {
  cli = await startCli(1);
  for (const name of names) {
    await cli.live.ports.cluster.create(Server, {
      apiVersion: 'metal.ironcore.dev/v1alpha1',
      kind: 'Server',
      metadata: { name, labels: stubborn.includes(name) ? { pool: 'other' } : {} },
      spec: { systemUUID: `00000000-0000-0000-0000-000000000${name.slice(5)}` },
    } as Server);
  }
});
after(() => cli.close());

const label = (...more: string[]): Promise<Ended> => cli.run(['label', 'servers', '--all', 'pool=web', ...more]);

test('200 targets, 17 of which fail for one cause: three names, one cause, what to do, exit 17', async () => {
  assert.equal(stubborn.length, 17);
  const { code, stdout, stderr } = await label();
  assert.equal(code, Exit.PARTIAL, stderr);
  const [what, on, ...rest] = stderr.trimEnd().split('\n');
  assert.equal(what, 'error: 17 of 200 targets failed');
  assert.match(on ?? '', /^ {2}on {4}17: (server\/node-\d{3}, ){3}…$/);
  for (const name of (on ?? '').match(/node-\d{3}/g) ?? []) assert.ok(stubborn.includes(name), name);
  assert.equal(stderr.match(/^ {2}why /gm)?.length, 1, stderr);
  assert.equal(stderr.match(/^ {2}fix /gm)?.length, 1, stderr);
  assert.match(rest.at(-1) ?? '', /^ {2}code {2}PARTIAL \(exit 17\)/);
  assert.ok(stderr.split('\n').length < 10, stderr);
  assert.equal(stdout.match(/ labelled$/gm)?.length, 183);
});

test('the same for a program: all seventeen by name, in one line', async () => {
  const { code, stderr } = await label('-o', 'json');
  assert.equal(code, Exit.PARTIAL);
  const document = JSON.parse(stderr) as { kind: string; exit: number; targets: string[] };
  assert.deepEqual([document.kind, document.exit], ['Error', 17]);
  assert.deepEqual(
    document.targets.sort(),
    stubborn.map((name) => `server/${name}`),
  );
});

test('what was done stays done, and the way out does the rest', async () => {
  const { code, stderr } = await label('--overwrite');
  assert.equal(code, Exit.OK, stderr);
  const { items } = await cli.live.ports.cluster.list(Server, { labelSelector: 'pool=web' });
  assert.equal(items.filter(({ metadata }) => names.includes(metadata.name)).length, 200);
});
