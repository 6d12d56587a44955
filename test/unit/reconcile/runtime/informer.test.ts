/** The informer against the fake cluster: what it shows after lists, watches, cuts and expired history. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server } from '../../../../src/api/metal/v1alpha1/index.js';
import { PermanentError, TransientError } from '../../../../src/errors/classes.js';
import type { Log } from '../../../../src/ports/log.js';
import { startInformer } from '../../../../src/reconcile/runtime/informer.js';
import { Store } from '../../../../src/reconcile/runtime/store.js';
import { fakeClock, settle } from '../../../support/clock.js';
import { fakeCluster } from '../../../support/fake-cluster.js';

const server = (name: string, uid?: string) =>
  ({
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'Server',
    metadata: { name, ...(uid && { uid }) },
    spec: { systemUUID: name },
  }) as Server;

function make() {
  const clock = fakeClock();
  const cluster = fakeCluster(() => clock.now());
  const store = new Store();
  const said: string[] = [];
  const log: Log = { log: (level, text) => void said.push(`${level} ${text}`) };
  const start = () => startInformer({ cluster, kind: Server, clock, log, random: () => 0.5, sink: store });
  const names = () =>
    store
      .all(Server)
      .map(({ metadata }) => metadata.name)
      .sort();
  return { clock, cluster, store, start, names, said };
}

test('it shows what the list had and what the watch brings', async () => {
  const { cluster, start, names } = make();
  cluster.seed(server('a'));
  const informer = start();
  await informer.synced;
  assert.deepEqual(names(), ['a']);
  await cluster.create(Server, server('b'));
  await cluster.delete(Server, { name: 'a' });
  await settle();
  assert.deepEqual(names(), ['b']);
  await informer.stop();
});

test('a failing list is tried again with growing pauses, and then shows everything', async () => {
  const { clock, cluster, start, names } = make();
  cluster.seed(server('a'));
  for (let n = 0; n < 3; n += 1) cluster.failNext('list', new TransientError('API_ERROR', '500'));
  const informer = start();
  await settle();
  assert.deepEqual(names(), []);
  await clock.tick(400 + 800 + 1_600);
  await informer.synced;
  assert.deepEqual(names(), ['a']);
  await informer.stop();
  assert.equal(clock.pending(), 0);
});

test('after expired history it lists again and applies the difference', async () => {
  const { cluster, store, start, names } = make();
  cluster.seed(server('kept'), server('gone'), server('reborn'));
  const uidOf = (name: string) => store.get(Server, { name })?.metadata.uid;
  cluster.failNext('watch', new TransientError('WATCH_EXPIRED', '410'));
  const seen: string[] = [];
  const list = cluster.list.bind(cluster);
  let lists = 0;
  cluster.list = async (kind, options) => {
    lists += 1;
    if (lists === 2) {
      await cluster.delete(Server, { name: 'gone' });
      await cluster.delete(Server, { name: 'reborn' });
      cluster.seed(server('reborn', 'second-life'));
    }
    return list(kind, options);
  };
  store.onChange((_kind, before, after) =>
    seen.push(`${before?.metadata.name ?? '-'} → ${after?.metadata.name ?? '-'}`),
  );
  const informer = start();
  await settle(20);
  assert.deepEqual(names(), ['kept', 'reborn']);
  assert.equal(uidOf('reborn'), 'second-life');
  assert.ok(seen.includes('gone → -'));
  assert.equal(seen.filter((change) => change === 'kept → kept').length, 0, 'what did not change is not told');
  await informer.stop();
});

test('refused by RBAC it says so at once, with the right that is missing, is not healthy, and recovers', async () => {
  const { clock, cluster, start, said } = make();
  const why = 'RBAC does not allow "list" on servers';
  cluster.failNext('list', new PermanentError('API_FORBIDDEN', 'cannot list servers', { why }));
  const informer = start();
  await settle();
  assert.equal(informer.isHealthy(), false);
  assert.deepEqual(said, [`warn watch of servers: cannot list servers: ${why}`]);
  await clock.tick(30_000);
  await informer.synced;
  assert.equal(informer.isHealthy(), true);
  await informer.stop();
});

test('stopped while it waits, it leaves no timer and no watch', async () => {
  const { clock, cluster, start } = make();
  cluster.failNext('list', new TransientError('API_ERROR', '500'));
  const informer = start();
  await settle();
  await informer.stop();
  assert.equal(clock.pending(), 0);
  assert.equal(cluster.calls.filter(({ verb }) => verb === 'watch').length, 0);
});

test('history that expires again and again is not listed without pause', async () => {
  const { clock, cluster, start } = make();
  for (let n = 0; n < 50; n += 1) cluster.failNext('watch', new TransientError('WATCH_EXPIRED', '410'));
  const informer = start();
  await settle(100);
  const lists = () => cluster.calls.filter(({ verb }) => verb === 'list').length;
  assert.equal(lists(), 2, 'once at once, then only after a wait');
  await clock.tick(60_000);
  assert.ok(lists() > 4 && lists() < 15, String(lists()));
  await informer.stop();
  assert.equal(clock.pending(), 0);
});
