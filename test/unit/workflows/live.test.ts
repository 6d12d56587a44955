/** Live objects: what a view is told while objects change, and while the API is away. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiVersionOf } from '../../../src/api/kind.js';
import { BMC } from '../../../src/api/metal/v1alpha1/bmc.js';
import { Server } from '../../../src/api/metal/v1alpha1/server.js';
import { PermanentError, TransientError } from '../../../src/errors/classes.js';
import { followKinds, type LostLink } from '../../../src/workflows/live-view.js';
import { fakeClock } from '../../support/clock.js';
import { fakeCluster } from '../../support/fake-cluster.js';

const server = (name: string): Server => ({
  apiVersion: apiVersionOf(Server),
  kind: 'Server',
  metadata: { name },
  spec: { systemUUID: '4c4c4544-0058-4b10-8032-b8c04f4d3134' },
});

/** Follows Servers and BMCs and writes down what is told. */
function following() {
  const clock = fakeClock();
  const cluster = fakeCluster(() => clock.now());
  const seen: string[][] = [];
  const links: (LostLink | undefined)[] = [];
  const refused: string[] = [];
  const failures: Error[] = [];
  const start = (): (() => void) =>
    followKinds(
      { cluster, clock },
      [Server, BMC],
      {
        onObjects: (store) => seen.push([...(store.get('Server')?.keys() ?? [])]),
        onLink: (link) => links.push(link),
        onRefused: (kind, { message }) => refused.push(`${kind}: ${message}`),
      },
      (error) => failures.push(error),
    );
  return { clock, cluster, seen, links, refused, failures, start };
}

const gone = (): TransientError => new TransientError('API_UNREACHABLE', 'connection refused');

test('a long list is told while it arrives: the first part at once, how much there will be, then all of it', async () => {
  const clock = fakeClock();
  const cluster = fakeCluster(() => clock.now());
  cluster.seed(...Array.from({ length: 1_700 }, (_, at) => server(`node-${at}`)));
  const told: string[] = [];
  const stop = followKinds(
    { cluster, clock },
    [Server, BMC],
    {
      onObjects: (store) => told.push(`all ${store.get('Server')?.size}`),
      onPart: (store, { got, of }) => told.push(`${store.get('Server')?.size}: ${got} of ${of}`),
      onLink: () => undefined,
      onRefused: () => undefined,
    },
    assert.fail,
  );
  await clock.tick(0);
  assert.deepEqual(told, ['500: 500 of 1700', 'all 1700']);
  stop();
  await clock.tick(1_000);
  assert.equal(clock.pending(), 0);
});

test('what is shown whole is not cut down to a part while it is read anew', async () => {
  const clock = fakeClock();
  const cluster = fakeCluster(() => clock.now());
  cluster.seed(...Array.from({ length: 600 }, (_, at) => server(`node-${at}`)));
  cluster.failNext('watch', new TransientError('WATCH_EXPIRED', 'too old'), 'Server');
  const told: string[] = [];
  const stop = followKinds(
    { cluster, clock },
    [Server],
    {
      onObjects: (store) => told.push(`all ${store.get('Server')?.size}`),
      onPart: (_, { got }) => told.push(`part ${got}`),
      onLink: () => undefined,
      onRefused: () => undefined,
    },
    assert.fail,
  );
  await clock.tick(300);
  assert.deepEqual(told, ['part 500', 'all 600', 'all 600']);
  stop();
});

test('everything once at the start, then changes gathered, with one list per kind', async () => {
  const { clock, cluster, seen, failures, start } = following();
  cluster.seed(server('a'));
  const stop = start();
  await clock.tick(0);
  assert.deepEqual(seen, [['a']]);
  await cluster.create(Server, server('b'));
  await cluster.create(Server, server('c'));
  await cluster.delete(Server, { name: 'a' });
  await clock.tick(200);
  assert.deepEqual(seen.slice(1), [['b', 'c']]);
  assert.equal(cluster.calls.filter(({ verb }) => verb === 'list').length, 2);
  stop();
  await clock.tick(60_000);
  assert.equal(clock.pending(), 0);
  assert.deepEqual(failures, []);
});

test('an API that does not answer is told every second until it is back', async () => {
  const { clock, cluster, links, seen, start } = following();
  cluster.seed(server('a'));
  cluster.failNext('list', gone(), 'Server');
  cluster.failNext('list', gone(), 'Server');
  const stop = start();
  await clock.tick(400);
  assert.deepEqual(links, [{ why: 'connection refused', tries: 1, seconds: 0 }]);
  await clock.tick(2_000);
  assert.equal(links.at(-1), undefined);
  assert.ok(links.some((link) => link?.tries === 2 && link.seconds === 1));
  assert.deepEqual(seen.at(-1), ['a']);
  const told = links.length;
  await clock.tick(10_000);
  assert.equal(links.length, told);
  stop();
});

test('an expired watch begins with a new list and is no loss', async () => {
  const { clock, cluster, links, seen, start } = following();
  cluster.seed(server('a'));
  cluster.failNext('watch', new TransientError('WATCH_EXPIRED', 'too old'), 'Server');
  const stop = start();
  await clock.tick(200);
  assert.deepEqual(links, []);
  assert.deepEqual(seen[0], ['a']);
  assert.equal(cluster.calls.filter(({ verb, kind }) => verb === 'list' && kind === 'Server').length, 2);
  stop();
});

test('a kind that may not be read does not keep the others back', async () => {
  const { clock, cluster, seen, refused, links, start } = following();
  cluster.seed(server('a'));
  cluster.failNext('list', new PermanentError('API_FORBIDDEN', 'bmcs is forbidden'), 'BMC');
  const stop = start();
  await clock.tick(0);
  assert.deepEqual(refused, ['BMC: bmcs is forbidden']);
  assert.deepEqual(seen, [['a']]);
  assert.deepEqual(links, []);
  stop();
});

test('a bug is told, not taken for a loss', async () => {
  const { clock, cluster, failures, links, start } = following();
  cluster.failNext('list', new TypeError('x is undefined'), 'Server');
  const stop = start();
  await clock.tick(0);
  assert.deepEqual(
    failures.map(({ message }) => message),
    ['x is undefined'],
  );
  assert.deepEqual(links, []);
  stop();
});

test('what takes long to show is shown less often: four fifths of the time stay for keys', async () => {
  const clock = fakeClock();
  const cluster = fakeCluster(() => clock.now());
  let elapsedMs = 0;
  const slow = { ...clock, monotonicMs: () => clock.monotonicMs() + elapsedMs };
  let told = 0;
  const stop = followKinds(
    { cluster, clock: slow },
    [Server],
    {
      onObjects: () => {
        told += 1;
        elapsedMs += 100;
      },
      onLink: () => undefined,
      onRefused: () => undefined,
    },
    assert.fail,
  );
  await clock.tick(0);
  for (let step = 0; step < 50; step += 1) {
    await cluster.create(Server, server(`n-${step}`));
    await clock.tick(100);
  }
  // Five seconds, shown every half of one.
  assert.ok(told >= 9 && told <= 11, `${told} times`);
  stop();
});
