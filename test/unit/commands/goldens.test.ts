/**
 * cli.md §18.2: what the main commands look like at 60, 80, 120 and 200 columns, in a pipe, without colour, in ASCII and
 * in the machine forms. The texts lie in `test/goldens`; `METALCTL_GOLDENS=write` writes them anew, and the diff is read
 * as prose.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { KubeObject } from '../../../src/api/kind.js';
import { widthOf } from '../../../src/lib/output/width.js';
import { fakeClock } from '../../support/clock.js';
import { type FakeCluster, fakeCluster } from '../../support/fake-cluster.js';
import { runLine } from '../../support/run-line.js';
import { world } from '../../support/world.js';
import { fleet } from './golden-fleet.js';

const folder = fileURLToPath(new URL('../../goldens/', import.meta.url));
const isWriting = process.env.METALCTL_GOLDENS === 'write';
const clock = fakeClock('2026-03-04T12:00:00Z');
const utf8 = { LANG: 'C.UTF-8' };

function cluster(objects: readonly KubeObject[] = fleet): FakeCluster {
  const made = fakeCluster(() => clock.now());
  made.seed(...objects.map((object) => structuredClone(object)));
  return Object.assign(made, { served: async () => true, version: async () => ({ gitVersion: 'v1.33.2' }) });
}

interface Look {
  readonly name: string;
  readonly columns?: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly more?: string;
}

const plain = { ...utf8, NO_COLOR: '1' };
const widths: readonly Look[] = [60, 80, 120, 200].map((columns) => ({
  name: `${columns} columns`,
  columns,
  env: plain,
}));
const looks: readonly Look[] = [
  ...widths,
  { name: 'a pipe', env: utf8 },
  { name: '80 columns, ASCII', columns: 80, env: { LANG: 'C', NO_COLOR: '1' } },
  { name: '80 columns, TERM=dumb', columns: 80, env: { ...utf8, TERM: 'dumb' } },
];
const forms: readonly Look[] = ['wide', 'name', 'json', 'csv', 'markdown'].map((form) => ({
  name: `-o ${form}`,
  env: utf8,
  more: ` -o ${form}`,
}));

interface Scene {
  readonly line: string;
  readonly looks: readonly Look[];
  readonly code?: number;
  readonly objects?: readonly KubeObject[];
}

const kinds = ['servers', 'serverclaims', 'bmcs', 'bmcsecrets', 'bmcusers', 'endpoints', 'serverbootconfigurations'];
const scenes: Readonly<Record<string, Scene>> = {
  ...Object.fromEntries(kinds.map((kind) => [`get-${kind}`, { line: `get ${kind} -A`, looks: [...looks, ...forms] }])),
  'get-labels': { line: 'get servers -L pool --show-labels', looks: widths },
  'get-problems': { line: 'get servers --problems', looks: widths },
  'describe-server': { line: 'describe server fra-8xk2m04-system-0', looks },
  'describe-claim': { line: 'describe scl db-07', looks: widths },
  'describe-bmc': { line: 'describe bmc fra-8xk2m04', looks: widths },
  'why-server': { line: 'why server/node044-ap048-system-0', looks, code: 10 },
  'why-claim': { line: 'why claim/waiting', looks: widths, code: 10 },
  'tree-server': { line: 'tree server/fra-8xk2m04-system-0', looks: widths },
  'power-status': { line: 'power status', looks: widths },
  'claim-explain': { line: 'claim x --cpu 64 --explain', looks: widths },
  'error-not-found': { line: 'get servers fra-8xk2m05-system-0', looks, code: 13 },
  'error-no-capacity': { line: 'claim x --cpu 640 --image os:1', looks: widths, code: 11 },
  'error-confirm': { line: 'delete server fra-8xk2m14-system-0', looks: widths, code: 12 },
  'error-usage': { line: 'get servers --field stat=x', looks: widths, code: 2 },
};

const ruler = (text: string): string => `--- ${text} ${'-'.repeat(Math.max(0, 60 - text.length))}`;

async function shown({ line, looks: all, code = 0, objects }: Scene): Promise<string> {
  const parts: string[] = [];
  for (const { name, columns, env, more = '' } of all) {
    const ports = { clock, cluster: cluster(objects) };
    const said = await runLine(line + more, { ports, ...(columns === undefined ? {} : { columns }), env: env ?? utf8 });
    assert.equal(said.code, code, `${line}${more}: ${said.stderr}`);
    const talk = said.stderr === '' ? '' : `${ruler('stderr')}\n${said.stderr}`;
    parts.push(`${ruler(`${name}: ${line}${more}`)}\n${said.stdout}${talk}`);
  }
  return `${parts.join('\n')}`;
}

function compare(name: string, text: string): void {
  const path = `${folder}${name}.txt`;
  if (isWriting) writeFileSync(path, text);
  assert.ok(existsSync(path), `${path} is not there: METALCTL_GOLDENS=write writes it`);
  assert.equal(text, readFileSync(path, 'utf8'));
}

for (const [name, scene] of Object.entries(scenes)) {
  test(`cli.md §18.2: ${name} looks as it is written down`, async () => {
    compare(name, await shown(scene));
  });
}

test('cli.md §18.2: plan looks as it is written down', async () => {
  const w = world();
  w.addMachine('rack1');
  const ports = { ...w.ports, bmc: w.bmcs, cluster: w.cluster };
  const parts: string[] = [];
  for (const columns of [60, 80, 120, 200, undefined]) {
    const said = await runLine('plan', { ports, ...(columns === undefined ? {} : { columns }), env: plain });
    assert.equal(said.code, 10, said.stderr);
    parts.push(`${ruler(`${columns ?? 'a pipe'}: plan`)}\n${said.stdout}${said.stderr}`);
  }
  compare('plan', parts.join('\n'));
});

test('cli.md §18.2: no line of a table is wider than its terminal', async () => {
  for (const kind of kinds) {
    for (const columns of [60, 80, 120, 200]) {
      const { stdout } = await runLine(`get ${kind} -A`, { ports: { clock, cluster: cluster() }, columns, env: plain });
      for (const line of stdout.split('\n')) assert.ok(widthOf(line) <= columns, `${kind} at ${columns}: ${line}`);
    }
  }
});

test('cli.md §18.2: colour is there on a terminal, and gone with NO_COLOR, TERM=dumb, --color never and in a pipe', async () => {
  const coloured = async (columns: number | undefined, env: NodeJS.ProcessEnv, more = ''): Promise<boolean> => {
    const ports = { clock, cluster: cluster() };
    const { stdout } = await runLine(`get servers${more}`, {
      ports,
      ...(columns === undefined ? {} : { columns }),
      env,
    });
    return stdout.includes('\u001b[');
  };
  assert.equal(await coloured(120, utf8), true);
  assert.equal(await coloured(120, { ...utf8, NO_COLOR: '1' }), false);
  assert.equal(await coloured(120, { ...utf8, TERM: 'dumb' }), false);
  assert.equal(await coloured(120, utf8, ' --color never'), false);
  assert.equal(await coloured(undefined, utf8), false);
});

test('cli.md §18.2: every golden belongs to a scene', () => {
  assert.deepEqual(readdirSync(folder).sort(), [...Object.keys(scenes), 'plan'].map((name) => `${name}.txt`).sort());
});

test('a long list is streamed, byte for byte what it would be as a whole', async () => {
  const many = Array.from({ length: 250 }, (_, n) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'default', name: `c${String(n).padStart(3, '0')}`, annotations: { note: 'a\nb\u0085"' } },
    data: { n: String(n) },
  }));
  const ports = { clock, cluster: cluster(many) };
  const json = await runLine('get cm -o json', { ports });
  const list = JSON.parse(json.stdout);
  assert.equal(list.items.length, 250);
  assert.equal(json.stdout, `${JSON.stringify(list, null, 2).replaceAll('\u0085', '\\u0085')}\n`);
  const lines = await runLine('get cm -o jsonl', { ports });
  assert.deepEqual(
    lines.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    list.items,
  );
});
