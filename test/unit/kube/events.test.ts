/** Events: series instead of floods, bounded, and never a failure for the caller. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../../src/api/kind.js';
import { Event } from '../../../src/api/kubernetes.js';
import { PermanentError, TransientError } from '../../../src/errors/classes.js';
import { createEvents } from '../../../src/kube/index.js';
import type { EventNote } from '../../../src/ports/events.js';
import { fakeClock, settle } from '../../support/clock.js';
import { fakeCluster } from '../../support/fake-cluster.js';

const minutes = 60_000;
const server: KubeObject = {
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'Server',
  metadata: { name: 'fra-1', uid: 'u1', resourceVersion: '7' },
};
const note = (reason = 'Probed'): EventNote => ({
  type: 'Normal',
  reason,
  action: 'Discover',
  note: 'report received',
});

function setup() {
  const clock = fakeClock();
  const cluster = fakeCluster();
  return { clock, cluster, events: createEvents(cluster, { clock, instance: 'host' }) };
}

test('an event names object, reporter and time, and lives in default for a cluster-scoped object', async () => {
  const { cluster, events } = setup();
  events.emit(server, note());
  await settle();
  const [stored] = (await cluster.list(Event)).items;
  assert.match(stored?.metadata.name ?? '', /^fra-1\.[0-9a-f]{16}$/);
  assert.equal(stored?.metadata.namespace, 'default');
  assert.match(stored?.eventTime ?? '', /^2026-01-01T00:00:00\.\d{6}Z$/);
  assert.equal(stored?.reportingController, 'metalctl/server');
  assert.equal(stored?.reportingInstance, 'host');
  assert.deepEqual(stored?.regarding, {
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'Server',
    name: 'fra-1',
    uid: 'u1',
    resourceVersion: '7',
  });
});

test('a repeated event is one object whose count moves at most every six minutes', async () => {
  const { clock, cluster, events } = setup();
  for (let second = 0; second < 300; second += 1) {
    events.emit(server, note());
    await clock.tick(1000);
  }
  assert.equal(cluster.writes().length, 2, 'created, and counted once as soon as it repeated');
  await clock.tick(2 * minutes);
  assert.equal(cluster.writes().length, 3);
  const [stored] = (await cluster.list(Event)).items;
  assert.equal(stored?.series?.count, 300);
  assert.match(stored?.series?.lastObservedTime ?? '', /^2026-01-01T00:04:59\.\d{6}Z$/);
  await clock.tick(10 * minutes);
  events.emit(server, note());
  await settle();
  assert.equal((await cluster.list(Event)).items.length, 2, 'after six quiet minutes it is a new event');
});

test('one object may cause 25 different events at once, then one in five minutes', async () => {
  const { clock, cluster, events } = setup();
  for (let n = 0; n < 100; n += 1) events.emit(server, note(`Reason${n}`));
  await settle(200);
  assert.equal(cluster.writes().length, 25);
  await clock.tick(5 * minutes);
  for (let n = 0; n < 10; n += 1) events.emit(server, note(`Later${n}`));
  await settle(20);
  assert.equal(cluster.writes().length, 26);
});

test('flush sends the counts that wait, and leaves no timer', async () => {
  const { clock, cluster, events } = setup();
  for (let n = 0; n < 5; n += 1) {
    events.emit(server, note());
    await settle();
  }
  assert.equal(clock.pending(), 1);
  await events.flush(2000);
  const [stored] = (await cluster.list(Event)).items;
  assert.equal(stored?.series?.count, 5);
  assert.equal(clock.pending(), 0);
});

test('flush ends at its deadline when the API hangs', async () => {
  const { clock, events } = setup();
  const hanging = { ...fakeCluster(), create: () => new Promise<never>(() => undefined) };
  const stuck = createEvents(hanging, { clock });
  stuck.emit(server, note());
  let isDone = false;
  const flushed = stuck.flush(2000).then(() => {
    isDone = true;
  });
  await clock.tick(1999);
  assert.equal(isDone, false);
  await clock.tick(1);
  await flushed;
  await events.flush(0);
});

test('failures are swallowed; a refused right ends the attempts', async () => {
  const { cluster, events } = setup();
  cluster.failNext('create', new TransientError('API_ERROR', 'cannot create event'));
  cluster.failNext('create', new PermanentError('API_FORBIDDEN', 'cannot create event'));
  for (const reason of ['A', 'B', 'C']) {
    events.emit(server, note(reason));
    await settle();
  }
  assert.equal(cluster.writes().length, 2);
  assert.equal((await cluster.list(Event)).items.length, 0);
});

test('foreign text cannot act or overflow', async () => {
  const { cluster, events } = setup();
  events.emit(server, { ...note(), note: `\u001b[2J${'é'.repeat(2000)}` });
  await settle();
  const text = (await cluster.list(Event)).items[0]?.note ?? '';
  assert.ok(Buffer.byteLength(text) <= 1024);
  assert.ok(text.startsWith('\\x1b[2J') && text.endsWith('é…'));
});
