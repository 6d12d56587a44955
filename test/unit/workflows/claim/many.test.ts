/** Several claims made together: another server each, spread over racks, all or none; and the command line of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labels } from '../../../../src/api/metal/v1alpha1/constants.js';
import { Server } from '../../../../src/api/metal/v1alpha1/server.js';
import { ServerClaim } from '../../../../src/api/metal/v1alpha1/serverclaim.js';
import { Exit } from '../../../../src/errors/exit.js';
import { claimMany, type ManyOptions, requestsOf, spreadOf } from '../../../../src/workflows/claim/many.js';
import type { ClaimRequest } from '../../../../src/workflows/claim/request.js';
import { watchingDriver } from '../../../../src/workflows/driver.js';
import { runLine } from '../../../support/run-line.js';
import { type World, world } from '../../../support/world.js';
import { addAvailable, aServer, driverOf, inTime } from '../support/servers.js';

const request: ClaimRequest = {
  namespace: 'default',
  name: 'web',
  image: 'os:1',
  power: 'On',
  requirements: [],
  chooses: true,
  tolerations: [],
};

const many = (w: World, count: number, more: Partial<ManyOptions> = {}) =>
  claimMany(w.ports, requestsOf(request, count), {
    driver: watchingDriver('none'),
    timeoutMs: 60_000,
    signal: new AbortController().signal,
    retries: 5,
    concurrency: 16,
    atomic: false,
    onEvent: () => undefined,
    ...more,
  });

const inRack = (name: string, rack: string): Server => aServer(name, { labels: { [labels.rack]: rack } });
const claims = (w: World): (string | undefined)[] =>
  w.cluster.all(ServerClaim).map(({ spec }) => spec?.serverRef?.name);

test('claims made at once never choose one server twice', async () => {
  const w = world();
  w.cluster.seed(...Array.from({ length: 8 }, (_, n) => aServer(`s${n}`)));
  const outcomes = await many(w, 8);
  assert.deepEqual(
    outcomes.map(({ error }) => error?.code),
    Array(8).fill(undefined),
  );
  assert.equal(new Set(claims(w)).size, 8);
});

test('spread: a rack gives a second server only when every rack gave one', async () => {
  const w = world();
  w.cluster.seed(inRack('a1', 'a'), inRack('a2', 'a'), inRack('a3', 'a'), inRack('b1', 'b'), inRack('c1', 'c'));
  const outcomes = await many(w, 4, { spread: 'rack' });
  const servers = outcomes.flatMap(({ view }) => view?.server ?? []);
  assert.deepEqual(
    [...spreadOf(servers, 'rack')],
    [
      ['a', 2],
      ['b', 1],
      ['c', 1],
    ],
  );
});

test('a shortage without --atomic keeps what there was, and names what there was not', async () => {
  const w = world();
  w.cluster.seed(aServer('s0'), aServer('s1'));
  const outcomes = await many(w, 3);
  assert.deepEqual(outcomes.map(({ error }) => error?.code).sort(), ['NO_CAPACITY', undefined, undefined]);
  assert.equal(claims(w).length, 2);
});

test('all or none: what was bound and powered on is released again when one finds no server', async () => {
  const w = world();
  for (const name of ['node1', 'node2']) addAvailable(w, name);
  const outcomes = await inTime(w, many(w, 3, { atomic: true, driver: driverOf(w), waitFor: 'bound' }));
  assert.deepEqual(
    outcomes.map(({ error, isWithdrawn }) => error?.code ?? isWithdrawn),
    [true, true, 'NO_CAPACITY'],
  );
  assert.deepEqual(claims(w), []);
});

test('on the command line: names, document, one exit code, and what is refused', async () => {
  const w = world();
  w.cluster.seed(inRack('a1', 'a'), inRack('a2', 'a'), inRack('b1', 'b'));
  const run = (line: string) => runLine(line, { ports: { ...w.ports, cluster: w.cluster } });
  const two = await run('claim web --count 2 --spread rack --cpu 1 --image os:1 -o json');
  assert.equal(two.code, 0, two.stderr);
  const document = JSON.parse(two.stdout);
  assert.deepEqual(
    [document.kind, document.items.map(({ name }: { name: string }) => name), document.spread],
    ['ClaimReportList', ['web-0', 'web-1'], { a: 1, b: 1 }],
  );
  const short = await run('claim ci --count 4 --cpu 1 --image os:1 -o name');
  assert.equal(short.code, 17, short.stderr);
  assert.equal(short.stdout.trim().split('\n').length, 3);
  assert.match(short.stderr, /^error: 1 of 4 targets failed\n/m);
  assert.equal((await run('claim x --count 2 --server a1 --image os:1')).code, 2);
  assert.equal((await run('claim x --count 0 --cpu 1 --image os:1')).code, 2);
  assert.equal((await run('claim x --count 3 --cpu 1 --explain')).code, 0);
  assert.equal((await run('claim x --count 4 --cpu 1 --explain')).code, 11);
  assert.equal((await run('claim x --cpu-model *6430* --explain')).code, 11);
  const dry = await run('claim x --count 2 --cpu 1 --image os:1 --dry-run -o json');
  assert.deepEqual([dry.code, w.cluster.all(ServerClaim).length], [0, 5]);
});

test('--server repeated with --count: each claim its own server, in that order; what does not add up is refused', async () => {
  const w = world();
  w.cluster.seed(aServer('s0'), aServer('s1'), aServer('s2'));
  const run = (line: string) => runLine(line, { ports: { ...w.ports, cluster: w.cluster } });
  for (const [line, said] of [
    ['--count 2 --server s1', /--server names 1 server, and --count asks for 2/],
    ['--server s1 --server s2', /--server names 2 servers, and --count asks for 1[\s\S]*--count 2/],
    ['--count 2 --server s1 --server s1', /--server s1 is named twice/],
  ] as const) {
    const refused = await run(`claim web ${line} --image os:1`);
    assert.equal(refused.code, 2, line);
    assert.match(refused.stderr, said);
  }
  const explained = await run('claim web --count 2 --server s2 --server s0 --explain -o json');
  assert.deepEqual(JSON.parse(explained.stdout).free, ['s0', 's2']);
  assert.deepEqual(claims(w), []);
  const made = await run('claim web --count 2 --server s2 --server s0 --image os:1 -o name');
  assert.equal(made.code, 0, made.stderr);
  assert.deepEqual(
    w.cluster.all(ServerClaim).map(({ metadata, spec }) => [metadata.name, spec?.serverRef?.name]),
    [
      ['web-0', 's2'],
      ['web-1', 's0'],
    ],
  );
});

test('a processor is asked for by model and architecture', async () => {
  const w = world();
  const cpu = { id: 'c', type: 'CPU', totalCores: 8 };
  w.cluster.seed(
    aServer('intel', { status: { processors: [{ ...cpu, model: 'Intel Xeon 6430', architecture: 'x86' }] } }),
    aServer('arm', {
      status: { processors: [{ ...cpu, model: 'Altra', architecture: 'ARM', instructionSet: 'ARM-A64' }] },
    }),
  );
  const names = async (flags: string): Promise<string[]> => {
    const said = await runLine(`claim x ${flags} --explain -o json`, { ports: { ...w.ports, cluster: w.cluster } });
    return JSON.parse(said.stdout).free;
  };
  assert.deepEqual(await names('--cpu-model *6430'), ['intel']);
  assert.deepEqual(await names('--arch ARM-A64'), ['arm']);
  assert.deepEqual(w.cluster.all(Server).length, 2);
});

for (const [when, abortAt, said] of [
  ['before anything is written', 'list', /interrupted: nothing was written, nothing is in flight; the same command/],
  [
    'when the claim is written',
    'create',
    /interrupted: claim default\/db is written, no server is bound yet\ngo on {4}metalctl wait claim\/db -n default --for phase=Bound\n(.*\n)go back {2}metalctl release db -n default/,
  ],
] as const) {
  test(`Ctrl-C ${when}: says what was done, what is in flight, how to go on`, async () => {
    const w = world();
    w.cluster.seed(aServer('s0'));
    const control = new AbortController();
    const stop = (verb: string) => {
      if (verb === abortAt) control.abort(Object.assign(new Error('SIGINT'), { name: 'AbortError' }));
    };
    const cluster = {
      ...w.cluster,
      list: async (...args: Parameters<typeof w.cluster.list>) => {
        stop('list');
        control.signal.throwIfAborted();
        return w.cluster.list(...args);
      },
      create: async (...args: Parameters<typeof w.cluster.create>) => {
        const made = await w.cluster.create(...args);
        stop('create');
        return made;
      },
    };
    const spoken = { stderr: '' };
    const running = runLine('claim db --cpu 1 --image os:1 --wait --driver cluster', {
      ports: { ...w.ports, cluster: cluster as typeof w.cluster },
      signal: control.signal,
      heard: (text) => {
        spoken.stderr += text;
      },
    });
    assert.equal((await inTime(w, running, 60_000)).code, Exit.SIGINT);
    assert.match(spoken.stderr, said);
  });
}

test('Ctrl-C when a server is bound: names it, and what of its power may be under way', async () => {
  const w = world();
  addAvailable(w, 'node1');
  const control = new AbortController();
  let stderr = '';
  const running = runLine('claim db --cpu 1 --image os:1 --wait --driver local', {
    ports: { ...w.ports, cluster: w.cluster, bmc: w.bmcs },
    signal: control.signal,
    heard: (text) => {
      stderr += text;
      if (text.includes('✔ bound')) control.abort(Object.assign(new Error('SIGINT'), { name: 'AbortError' }));
    },
  });
  assert.equal((await inTime(w, running, 600_000)).code, Exit.SIGINT);
  assert.match(
    stderr,
    /interrupted: claim default\/db is written and bound to node1-system-0 \(\w+\); (power On may be under way: it is \w+|nothing is in flight)\n/,
  );
  assert.match(stderr, /go back {2}metalctl release db -n default/);
});
