/** The client, the informer, the Lease and events against the sandbox's API server, over HTTPS and a network that breaks. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CustomResourceDefinition, Event, Lease } from '../../../src/api/kubernetes.js';
import type { MetalError } from '../../../src/errors/classes.js';
import { createCluster, createEvents, type KubeCluster, loadConfig, staticContext } from '../../../src/kube/index.js';
import { Secret } from '../../../src/lib/secret.js';
import { silent } from '../../../src/ports/log.js';
import { startInformer } from '../../../src/reconcile/runtime/informer.js';
import { holdLease } from '../../../src/reconcile/runtime/lease.js';
import { Store } from '../../../src/reconcile/runtime/store.js';
import { type ApiServer, startApiServer } from '../../../src/sandbox/apiserver/index.js';
import { createAuthority } from '../../../src/sandbox/certificates.js';
import { startCutProxy } from './cut-proxy.js';
import { aWidget, quickClock, Widget } from './support.js';

const authority = await createAuthority();
const tls = { ...(await authority.issue({ hosts: ['127.0.0.1'] })), ca: authority.ca };
const clock = quickClock(20);

interface Setup {
  readonly server: ApiServer;
  readonly cluster: KubeCluster;
  /** Watches the clients opened so far. */
  watches(): number;
  /** A client of the same server, by another port, token or CA. */
  client(other?: { port?: number; token?: string; ca?: string }): KubeCluster;
}

async function setup(t: TestContext, historyLimit?: number): Promise<Setup> {
  const server = await startApiServer({
    tls,
    namespaces: ['kt'],
    ...(historyLimit === undefined ? {} : { historyLimit }),
  });
  const clients: KubeCluster[] = [];
  let watches = 0;
  t.after(async () => {
    await Promise.all(clients.map((each) => each.close()));
    await server.close();
  });
  const client: Setup['client'] = ({ port, token = server.adminToken, ca = tls.ca } = {}) => {
    const url = port === undefined ? server.url : `https://127.0.0.1:${port}`;
    const made = createCluster(staticContext({ server: url, token: new Secret(token), ca }), {
      clock,
      log: silent,
      userAgent: 'metalctl-test',
      qps: 10_000,
      burst: 10_000,
      requestTimeoutMs: 200_000,
      onRequest: ({ verb, code }) => {
        if (verb === 'watch' && code === 200) watches += 1;
      },
    });
    clients.push(made);
    return made;
  };
  const cluster = client();
  await cluster.create(CustomResourceDefinition, widgetCrd());
  return { server, cluster, client, watches: () => watches };
}

function widgetCrd(): CustomResourceDefinition {
  const spec = { type: 'object', properties: { size: { type: 'integer' }, owner: { type: 'string' } } };
  const status = { type: 'object', properties: { phase: { type: 'string' } } };
  const { group, kind, plural, singular } = Widget;
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec, status } } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular, listKind: 'WidgetList' },
      versions: [{ name: 'v1', served: true, storage: true, schema, subresources: { status: {} } }],
    },
  };
}

/** Waits for a state that must come, in real time. */
async function until(holds: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > end) assert.fail(`never came true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function inform(t: TestContext, cluster: KubeCluster) {
  const store = new Store();
  const informer = startInformer({ cluster, kind: Widget, clock, log: silent, random: () => 0.5, sink: store });
  t.after(() => informer.stop());
  const versions = () =>
    Object.fromEntries(store.all(Widget).map(({ metadata }) => [metadata.name, metadata.resourceVersion]));
  return { store, informer, versions };
}

async function served(cluster: KubeCluster): Promise<Record<string, string | undefined>> {
  const { items } = await cluster.list(Widget);
  return Object.fromEntries(items.map(({ metadata }) => [metadata.name, metadata.resourceVersion]));
}

test('a thousand objects are created, listed in pages, watched and deleted', async (t) => {
  const { server, cluster, watches } = await setup(t);
  const { store, informer, versions } = inform(t, cluster);
  await informer.synced;
  const names = Array.from({ length: 1000 }, (_, n) => `w${n}`);
  await Promise.all(names.map((name, n) => cluster.create(Widget, aWidget(name, n))));
  const before = server.requestLog.count('list', 'widgets');
  const { items } = await cluster.list(Widget);
  assert.equal(items.length, 1000);
  assert.equal(server.requestLog.count('list', 'widgets') - before, 2, 'two pages');
  await until(() => store.all(Widget).length === 1000, 'the informer shows all');
  await Promise.all(names.slice(700).map((name) => cluster.delete(Widget, { namespace: 'kt', name })));
  await until(() => store.all(Widget).length === 700, 'the informer shows the deletions');
  assert.deepEqual(versions(), await served(cluster));
  assert.equal(watches(), 1, 'on one connection');
});

test('patches, status, conflicts and preconditions', async (t) => {
  const { cluster } = await setup(t);
  const key = { namespace: 'kt', name: 'a' };
  const first = await cluster.create(Widget, aWidget('a'));
  await assert.rejects(cluster.create(Widget, aWidget('a')), { code: 'ALREADY_EXISTS' });
  const swap = (owner: string) =>
    cluster.patch(
      Widget,
      key,
      { metadata: { resourceVersion: first.metadata.resourceVersion }, spec: { owner } },
      'merge',
    );
  const race = await Promise.allSettled(['x', 'y', 'z'].map(swap));
  assert.equal(race.filter(({ status }) => status === 'fulfilled').length, 1, 'exactly one wins the swap');
  const codes = race.flatMap((each) => (each.status === 'rejected' ? [(each.reason as MetalError).code] : []));
  assert.deepEqual(codes, ['CONFLICT', 'CONFLICT']);
  const withStatus = await cluster.patch(Widget, key, { status: { phase: 'Ready' } }, 'merge', {
    subresource: 'status',
  });
  assert.equal(withStatus.status?.phase, 'Ready');
  await assert.rejects(cluster.patch(Widget, key, [{ op: 'test', path: '/spec/size', value: 99 }], 'json'), {
    code: 'CONFLICT',
  });
  const applied = await cluster.patch(Widget, { ...key, name: 'b' }, aWidget('b', 3), 'apply', {
    fieldManager: 'metalctl-x',
  });
  assert.equal(applied.spec?.size, 3);
  await assert.rejects(cluster.patch(Widget, key, { spec: { size: 'big' } }, 'merge'), { code: 'API_INVALID' });
  await assert.rejects(cluster.patch(Widget, { ...key, name: 'no' }, { spec: { size: 1 } }, 'merge'), {
    code: 'NOT_FOUND',
  });
  assert.equal(await cluster.delete(Widget, key, { uid: 'another' }), false);
  assert.equal(await cluster.delete(Widget, key, { dryRun: true }), true);
  assert.equal((await cluster.get(Widget, key))?.metadata.uid, first.metadata.uid);
  assert.equal(await cluster.delete(Widget, key, { uid: first.metadata.uid as string }), true);
  assert.equal(await cluster.delete(Widget, key), false);
});

test('refusals name the verb and the resource, the kind, the token or the certificate', async (t) => {
  const { server, client } = await setup(t);
  const viewer = client({ token: server.viewerToken });
  await assert.rejects(viewer.create(Widget, aWidget('a')), (error: MetalError) => {
    assert.equal(error.code, 'API_FORBIDDEN');
    assert.match(error.why ?? '', /^RBAC does not allow "create" on widgets\.test\.metalctl\.dev: /);
    return true;
  });
  await assert.rejects(client({ token: 'wrong' }).list(Widget), { code: 'API_UNAUTHORIZED' });
  await assert.rejects(viewer.list({ ...Widget, plural: 'gadgets' }), { code: 'CRD_MISSING' });
  assert.equal(await viewer.served({ ...Widget, group: 'nope.example.com' }), false);
  const stranger = await createAuthority();
  await assert.rejects(client({ ca: stranger.ca }).list(Widget), { code: 'API_TLS' });
});

test('connections that are cut again and again lose no final state, and one watch is open in the end', async (t) => {
  const { server, cluster, client } = await setup(t);
  const proxy = await startCutProxy(Number(new URL(server.url).port));
  t.after(() => proxy.close());
  const { informer, versions } = inform(t, client({ port: proxy.port }));
  await informer.synced;
  for (let round = 0; round < 20; round += 1) {
    await cluster.create(Widget, aWidget(`w${round}`));
    proxy.cut();
    if (round % 3 === 2) await cluster.delete(Widget, { namespace: 'kt', name: `w${round - 1}` });
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const wanted = await served(cluster);
  await until(() => JSON.stringify(sorted(versions())) === JSON.stringify(sorted(wanted)), 'the informer caught up');
  assert.equal(server.requestLog.count('list', 'widgets'), 2, 'ours above and the first: a cut does not list again');
  await until(() => proxy.open() <= 2, 'one watch and at most one idle connection');
});

test('history that is gone makes the informer list again and apply the difference', async (t) => {
  const { server, cluster, client } = await setup(t, 0);
  const proxy = await startCutProxy(Number(new URL(server.url).port));
  t.after(() => proxy.close());
  const made = await cluster.create(Widget, aWidget('reborn'));
  await cluster.create(Widget, aWidget('gone'));
  const { store, informer, versions } = inform(t, client({ port: proxy.port }));
  await informer.synced;
  proxy.setDown(true);
  const removed: (string | undefined)[] = [];
  store.onChange((_kind, before, after) => after ?? removed.push(before?.metadata.name));
  await cluster.delete(Widget, { namespace: 'kt', name: 'gone' });
  await cluster.delete(Widget, { namespace: 'kt', name: 'reborn' });
  for (let n = 0; n < 20; n += 1) await cluster.create(Widget, aWidget(`w${n}`));
  await cluster.create(Widget, aWidget('reborn', 2));
  const old = cluster.watch(Widget, { resourceVersion: made.metadata.resourceVersion ?? '' });
  await assert.rejects(
    async () => {
      for await (const event of old) assert.fail(`unexpected ${event.type}`);
    },
    { code: 'WATCH_EXPIRED' },
  );
  proxy.setDown(false);
  const wanted = await served(cluster);
  await until(() => JSON.stringify(sorted(versions())) === JSON.stringify(sorted(wanted)), 'the informer caught up');
  assert.deepEqual(removed, ['gone']);
  assert.equal(store.get(Widget, { namespace: 'kt', name: 'reborn' })?.spec?.size, 2);
});

test('a kubeconfig of the sandbox leads in; the Lease and events work on it', async (t) => {
  const { server } = await setup(t);
  const directory = await mkdtemp(join(tmpdir(), 'metalctl-kube-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const kubeconfig = join(directory, 'config');
  await writeFile(kubeconfig, server.kubeconfig());
  const cluster = createCluster(await loadConfig({ kubeconfig }), { clock, log: silent, userAgent: 'metalctl-test' });
  t.after(() => cluster.close());
  assert.match((await cluster.version()).gitVersion, /^v1\./);
  const lease = { cluster, clock: quickClock(1), log: silent, name: 'metalctl-reconciler', namespace: 'kt' };
  const holding = await holdLease({ ...lease, identity: 'a' });
  assert.equal(holding.isHeld(), true);
  await holding.release();
  const next = await holdLease({ ...lease, identity: 'b' });
  assert.equal((await cluster.get(Lease, { namespace: 'kt', name: 'metalctl-reconciler' }))?.spec?.holderIdentity, 'b');
  await next.release();
  const events = createEvents(cluster, { clock });
  const widget = await cluster.create(Widget, aWidget('a'));
  for (let n = 0; n < 3; n += 1) {
    events.emit(widget, { type: 'Normal', reason: 'Probed', action: 'Discover', note: 'report received' });
    await events.flush(2_000_000);
  }
  const [event] = (await cluster.list(Event, { namespace: 'kt' })).items;
  assert.equal(event?.series?.count, 3);
});

const sorted = (map: Record<string, unknown>): [string, unknown][] =>
  Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
