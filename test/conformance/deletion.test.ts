import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { needsControllers, testServer } from './servers/choice.js';
import { type Body, startApi, type TestApi } from './start-api.js';
import { CRDS, createWidget, installWidgets, MERGE, WIDGETS, widget, widgetCrd } from './widget.js';

const HOLD = 'conformance.metalctl.dev/hold';

async function widgets(context: TestContext): Promise<TestApi> {
  const api = await startApi(context);
  await installWidgets(api);
  return api;
}

const get = (api: TestApi, name: string) => api.call('GET', `${WIDGETS}/${name}`);
const ownedBy = (owner: Body, more: Body = {}) => ({
  metadata: {
    ownerReferences: [
      { apiVersion: owner.apiVersion, kind: owner.kind, name: owner.metadata.name, uid: owner.metadata.uid, ...more },
    ],
  },
});

/** Controllers work right after the write that concerns them; a few turns are enough. */
async function eventually(check: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, testServer().kind === 'embedded' ? 5 : 100));
  }
  assert.fail('it did not come about');
}

test('a finalizer holds a deleted object: marked first, gone with the last finalizer', async (context) => {
  const api = await widgets(context);
  const made = await createWidget(api, 'a', { metadata: { finalizers: [HOLD] } });
  const from = made.metadata.resourceVersion;
  const marked = await api.call('DELETE', `${WIDGETS}/a`);
  assert.equal(marked.body.kind, 'Widget');
  assert.deepEqual([marked.body.metadata.generation, marked.body.metadata.deletionGracePeriodSeconds], [2, 0]);
  const added = await api.call('PATCH', `${WIDGETS}/a`, {
    body: { metadata: { finalizers: [HOLD, `${HOLD}2`] } },
    headers: MERGE,
  });
  assert.equal(added.status, 422);
  const released = await api.call('PATCH', `${WIDGETS}/a`, {
    body: { metadata: { finalizers: null } },
    headers: MERGE,
  });
  assert.equal(released.body.metadata.resourceVersion, marked.body.metadata.resourceVersion);
  assert.equal((await get(api, 'a')).status, 404);
  const watch = await api.watch(`${WIDGETS}?watch=true&resourceVersion=${from}`);
  const [, last] = await watch.until(2);
  assert.equal(last?.type, 'DELETED');
  assert.deepEqual(last?.object.metadata.finalizers, [HOLD], 'the event shows the object as it was stored');
  assert.ok(Number(last?.object.metadata.resourceVersion) > Number(marked.body.metadata.resourceVersion));
  watch.close();
});

test('preconditions on uid and version guard a deletion', async (context) => {
  const api = await widgets(context);
  const made = await createWidget(api, 'a');
  const remove = (preconditions: unknown) => api.call('DELETE', `${WIDGETS}/a`, { body: { preconditions } });
  assert.equal((await remove({ uid: 'other' })).status, 409);
  assert.equal((await remove({ resourceVersion: '1' })).status, 409);
  assert.equal((await remove({ uid: made.metadata.uid })).body.status, 'Success');
});

test('background deletion collects dependents whose owners are all gone', {
  skip: needsControllers(),
}, async (context) => {
  const api = await widgets(context);
  const [one, two] = [await createWidget(api, 'one'), await createWidget(api, 'two')];
  await createWidget(api, 'child', ownedBy(one));
  const both = {
    metadata: { ownerReferences: [...ownedBy(one).metadata.ownerReferences, ...ownedBy(two).metadata.ownerReferences] },
  };
  await createWidget(api, 'shared', both);
  await api.call('DELETE', `${WIDGETS}/one`);
  await eventually(async () => (await get(api, 'child')).status === 404);
  assert.equal((await get(api, 'shared')).status, 200);
  await api.call('DELETE', `${WIDGETS}/two`);
  await eventually(async () => (await get(api, 'shared')).status === 404);
});

test('foreground deletion waits for dependents that block', { skip: needsControllers() }, async (context) => {
  const api = await widgets(context);
  const owner = await createWidget(api, 'owner');
  const child = ownedBy(owner, { blockOwnerDeletion: true });
  await createWidget(api, 'child', { metadata: { ...child.metadata, finalizers: [HOLD] } });
  await api.call('DELETE', `${WIDGETS}/owner`, { body: { propagationPolicy: 'Foreground' } });
  await eventually(async () => (await get(api, 'child')).body.metadata?.deletionTimestamp !== undefined);
  assert.deepEqual((await get(api, 'owner')).body.metadata.finalizers, ['foregroundDeletion']);
  await api.call('PATCH', `${WIDGETS}/child`, { body: { metadata: { finalizers: null } }, headers: MERGE });
  await eventually(async () => (await get(api, 'owner')).status === 404);
});

test('orphaning leaves dependents behind without their owner', { skip: needsControllers() }, async (context) => {
  const api = await widgets(context);
  const owner = await createWidget(api, 'owner');
  await createWidget(api, 'child', ownedBy(owner));
  await api.call('DELETE', `${WIDGETS}/owner`, { body: { propagationPolicy: 'Orphan' } });
  await eventually(async () => (await get(api, 'owner')).status === 404);
  assert.equal((await get(api, 'child')).body.metadata.ownerReferences, undefined);
});

test('deletecollection takes what selectors choose', async (context) => {
  const api = await widgets(context);
  await createWidget(api, 'a', { metadata: { labels: { batch: '1' } } });
  await createWidget(api, 'b');
  const reply = await api.call('DELETE', `${WIDGETS}?labelSelector=batch%3D1`);
  assert.deepEqual(
    reply.body.items.map((item: Body) => item.metadata.name),
    ['a'],
  );
  assert.deepEqual([(await get(api, 'a')).status, (await get(api, 'b')).status], [404, 200]);
});

test('a namespace empties before it goes, and takes nothing new meanwhile', {
  skip: needsControllers(),
}, async (context) => {
  const api = await widgets(context);
  await api.call('POST', '/api/v1/namespaces', { body: { metadata: { name: 'ns' } } });
  const inside = WIDGETS.replace('/default/', '/ns/');
  await api.call('POST', inside, { body: widget('held', { metadata: { finalizers: [HOLD] } }) });
  await api.call('POST', '/api/v1/namespaces/ns/configmaps', { body: { metadata: { name: 'c' } } });
  const marked = await api.call('DELETE', '/api/v1/namespaces/ns');
  assert.equal(marked.body.status.phase, 'Terminating');
  await eventually(async () => (await api.call('GET', '/api/v1/namespaces/ns/configmaps/c')).status === 404);
  const late = await api.call('POST', inside, { body: widget('late') });
  assert.deepEqual([late.status, late.body.details.causes[0].reason], [403, 'NamespaceTerminating']);
  await api.call('PATCH', `${inside}/held`, { body: { metadata: { finalizers: null } }, headers: MERGE });
  await eventually(async () => (await api.call('GET', '/api/v1/namespaces/ns')).status === 404);
  assert.equal((await api.call('DELETE', '/api/v1/namespaces/default')).status, 403);
});

test('a definition takes its instances along, and its paths are gone after', async (context) => {
  const api = await widgets(context);
  await createWidget(api, 'held', { metadata: { finalizers: [HOLD] } });
  const path = `${CRDS}/${widgetCrd().metadata.name}`;
  const marked = await api.call('DELETE', path);
  assert.ok(marked.body.status.conditions.some((condition: Body) => condition.type === 'Terminating'));
  await eventually(async () => (await get(api, 'held')).body.metadata.deletionTimestamp !== undefined);
  assert.equal((await api.call('POST', WIDGETS, { body: widget('new') })).status, 403);
  await api.call('PATCH', `${WIDGETS}/held`, { body: { metadata: { finalizers: null } }, headers: MERGE });
  await eventually(async () => (await api.call('GET', path)).status === 404);
  assert.equal((await api.call('GET', WIDGETS)).status, 404);
});
