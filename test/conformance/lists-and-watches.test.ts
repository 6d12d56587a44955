import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ApiServerOptions } from '../../src/sandbox/apiserver/index.js';
import { embeddedOnly } from './servers/choice.js';
import { type Body, startApi, startEmbedded, type TestApi } from './start-api.js';
import { createWidget, installWidgets, MERGE, TABLE, WIDGETS } from './widget.js';

async function widgets(context: TestContext, options?: Partial<ApiServerOptions>): Promise<TestApi> {
  const api = await (options === undefined ? startApi(context) : startEmbedded(context, options));
  await installWidgets(api);
  return api;
}

const names = (body: Body): string[] => body.items.map((item: Body) => item.metadata.name);
const seen = (events: readonly { type: string; object: Body }[]) =>
  events.map(({ type, object }) => `${type} ${object.metadata?.name ?? ''}`.trim());
const versionOf = async (api: TestApi) => (await api.call('GET', WIDGETS)).body.metadata.resourceVersion;

test('label and field selectors choose, by equality, set, existence and selectable fields', async (context) => {
  const api = await widgets(context);
  await createWidget(api, 'a', { metadata: { labels: { app: 'x', tier: 'front' } } });
  await createWidget(api, 'b', { metadata: { labels: { app: 'y' } }, spec: { mode: 'Manual' } });
  const list = async (query: string) => names((await api.call('GET', `${WIDGETS}?${query}`)).body);
  assert.deepEqual(await list('labelSelector=app%3Dx'), ['a']);
  assert.deepEqual(await list('labelSelector=app%20in%20(x,y),!tier'), ['b']);
  assert.deepEqual(await list('labelSelector=app%20notin%20(x)'), ['b']);
  assert.deepEqual(await list('fieldSelector=metadata.name!%3Da'), ['b']);
  assert.deepEqual(await list('fieldSelector=spec.mode%3DManual'), ['b']);
  assert.equal((await api.call('GET', `${WIDGETS}?labelSelector=app%20in%20x`)).status, 400);
  assert.equal((await api.call('GET', `${WIDGETS}?fieldSelector=spec.size%3D1`)).status, 400);
});

test('pages are consistent: what is written between them does not show', async (context) => {
  const api = await widgets(context);
  for (const name of ['a', 'b', 'c', 'd']) await createWidget(api, name);
  const first = await api.call('GET', `${WIDGETS}?limit=2`);
  assert.deepEqual([names(first.body), first.body.metadata.remainingItemCount], [['a', 'b'], 2]);
  await createWidget(api, 'bb');
  await api.call('DELETE', `${WIDGETS}/c`);
  const second = await api.call('GET', `${WIDGETS}?limit=2&continue=${first.body.metadata.continue}`);
  assert.deepEqual([names(second.body), second.body.metadata.continue], [['c', 'd'], '']);
});

test('an expired continue token is 410 with a token that goes on inconsistently', {
  skip: embeddedOnly('a history that ends when a test wants'),
}, async (context) => {
  const api = await widgets(context, { historyLimit: 0 });
  for (const name of ['a', 'b', 'c']) await createWidget(api, name);
  const first = await api.call('GET', `${WIDGETS}?limit=1`);
  await createWidget(api, 'bb');
  const gone = await api.call('GET', `${WIDGETS}?limit=5&continue=${first.body.metadata.continue}`);
  assert.deepEqual([gone.status, gone.body.reason], [410, 'Expired']);
  const rest = await api.call('GET', `${WIDGETS}?limit=5&continue=${gone.body.metadata.continue}`);
  assert.deepEqual(names(rest.body), ['b', 'bb', 'c']);
});

test('a future version is 504 on lists, and a forged continue token 400', async (context) => {
  const api = await widgets(context);
  const future = await api.call('GET', `${WIDGETS}?resourceVersion=99999999&resourceVersionMatch=NotOlderThan`);
  assert.deepEqual([future.status, future.headers['retry-after']], [504, '1']);
  assert.equal(future.body.details.causes[0].reason, 'ResourceVersionTooLarge');
  assert.equal((await api.call('GET', `${WIDGETS}?continue=garbage`)).status, 400);
});

test('an exact version shows the past', async (context) => {
  const api = await widgets(context);
  await createWidget(api, 'a');
  const then = await versionOf(api);
  await api.call('DELETE', `${WIDGETS}/a`);
  const past = await api.call('GET', `${WIDGETS}?resourceVersion=${then}&resourceVersionMatch=Exact`);
  assert.deepEqual(names(past.body), ['a']);
});

test('a watch from a version gets what it missed, then what happens, in order', async (context) => {
  const api = await widgets(context);
  const from = await versionOf(api);
  await createWidget(api, 'a');
  const watch = await api.watch(`${WIDGETS}?watch=true&resourceVersion=${from}`);
  await api.call('PATCH', `${WIDGETS}/a`, { body: { spec: { size: 4 } }, headers: MERGE });
  await api.call('DELETE', `${WIDGETS}/a`);
  const events = await watch.until(3);
  assert.deepEqual(seen(events), ['ADDED a', 'MODIFIED a', 'DELETED a']);
  const versions = events.map(({ object }) => Number(object.metadata.resourceVersion));
  assert.deepEqual(
    versions,
    [...versions].sort((x, y) => x - y),
  );
  watch.close();
});

test('selectors turn changes into entering and leaving', async (context) => {
  const api = await widgets(context);
  await createWidget(api, 'a', { metadata: { labels: { color: 'blue' } } });
  const from = await versionOf(api);
  const watch = await api.watch(`${WIDGETS}?watch=true&resourceVersion=${from}&labelSelector=color%3Dred`);
  const paint = (color: string) =>
    api.call('PATCH', `${WIDGETS}/a`, { body: { metadata: { labels: { color } } }, headers: MERGE });
  await paint('red');
  await paint('green');
  assert.deepEqual(seen(await watch.until(2)), ['ADDED a', 'DELETED a']);
  assert.equal(watch.events[1]?.object.metadata.labels.color, 'red', 'who leaves is shown as last seen');
  watch.close();
});

test('sendInitialEvents: all there is, then a bookmark that says so', async (context) => {
  const api = await widgets(context);
  await createWidget(api, 'a');
  const query = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
  const watch = await api.watch(`${WIDGETS}?${query}`);
  const [added, bookmark] = await watch.until(2);
  assert.equal(added?.type, 'ADDED');
  assert.equal(bookmark?.object.metadata.annotations['k8s.io/initial-events-end'], 'true');
  watch.close();
  const refused = await api.call('GET', `${WIDGETS}?watch=true&sendInitialEvents=true`);
  assert.equal(refused.status, 422);
});

test('a watch from a forgotten version gets one ERROR event of 410 and ends', {
  skip: embeddedOnly('a history that ends when a test wants'),
}, async (context) => {
  const api = await widgets(context, { historyLimit: 0 });
  const from = await versionOf(api);
  await createWidget(api, 'a');
  const watch = await api.watch(`${WIDGETS}?watch=true&resourceVersion=${from}`);
  await watch.ended;
  assert.equal(watch.status, 200);
  assert.deepEqual(
    watch.events.map(({ type, object }) => [type, object.code, object.reason]),
    [['ERROR', 410, 'Expired']],
  );
});

test('bookmarks carry the version of the moment, and only when there is news', {
  skip: embeddedOnly('bookmarks as often as a test wants'),
}, async (context) => {
  const api = await widgets(context, { bookmarkIntervalMs: 30 });
  const from = await versionOf(api);
  const watch = await api.watch(
    `${WIDGETS}?watch=true&allowWatchBookmarks=true&resourceVersion=${from}&labelSelector=none`,
  );
  await createWidget(api, 'a');
  const [bookmark] = await watch.until(1);
  assert.equal(bookmark?.type, 'BOOKMARK');
  assert.equal(bookmark?.object.metadata.resourceVersion, await versionOf(api));
  watch.close();
});

test('timeoutSeconds ends a watch from the server side', async (context) => {
  const api = await widgets(context);
  const watch = await api.watch(`${WIDGETS}?watch=true&timeoutSeconds=1&resourceVersion=${await versionOf(api)}`);
  await watch.ended;
  assert.deepEqual(watch.events, []);
});

test('Tables: columns of the definition, rows of metadata, and in watches the columns only once', async (context) => {
  const api = await widgets(context);
  await createWidget(api, 'a');
  const table = (await api.call('GET', WIDGETS, { headers: TABLE })).body;
  assert.deepEqual(
    table.columnDefinitions.map((column: Body) => column.name),
    ['Name', 'Size'],
  );
  assert.deepEqual([table.rows[0].cells, table.rows[0].object.kind], [['a', 3], 'PartialObjectMetadata']);
  const watch = await api.watch(`${WIDGETS}?watch=true`, TABLE);
  await createWidget(api, 'b');
  const events = await watch.until(2);
  assert.deepEqual(
    events.map(({ object }) => object.columnDefinitions === null),
    [false, true],
  );
  watch.close();
});

test('a thousand random writes: list and watch come to the same end', async (context) => {
  const api = await widgets(context);
  const watch = await api.watch(`${WIDGETS}?watch=true&resourceVersion=${await versionOf(api)}`);
  let seed = 7;
  const random = (limit: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % limit;
  };
  const work = Array.from({ length: 20 }, async () => {
    for (let step = 0; step < 50; step++) {
      const path = `${WIDGETS}/w${random(30)}`;
      const kind = random(3);
      if (kind === 0) await api.call('DELETE', path);
      else if (kind === 1) await api.call('PATCH', path, { body: { spec: { size: 1 + random(10) } }, headers: MERGE });
      else
        await api.call('POST', WIDGETS, {
          body: {
            apiVersion: 'conformance.metalctl.dev/v1',
            kind: 'Widget',
            metadata: { name: path.split('/').at(-1) },
            spec: { name: 'n' },
          },
        });
    }
  });
  await Promise.all(work);
  await createWidget(api, 'last');
  while (!watch.events.some(({ object }) => object.metadata.name === 'last'))
    await watch.until(watch.events.length + 1);
  const known = new Map<string, string>();
  for (const { type, object } of watch.events) {
    if (type === 'DELETED') known.delete(object.metadata.name);
    else known.set(object.metadata.name, object.metadata.resourceVersion);
  }
  const listed = (await api.call('GET', WIDGETS)).body.items.map((item: Body) => [
    item.metadata.name,
    item.metadata.resourceVersion,
  ]);
  assert.deepEqual([...known].sort(), listed);
  watch.close();
});

test('a list too long for one piece is whole, in order and of one version', async (context) => {
  const api = await startApi(context);
  const path = '/api/v1/namespaces/default/configmaps';
  const wanted = Array.from({ length: 501 }, (_, index) => `c-${String(index).padStart(4, '0')}`);
  for (let from = 0; from < wanted.length; from += 50) {
    const group = wanted.slice(from, from + 50);
    await Promise.all(group.map((name) => api.call('POST', path, { body: { metadata: { name } } })));
  }
  const { body } = await api.call('GET', path);
  assert.deepEqual(names(body), wanted);
  assert.deepEqual([body.kind, body.metadata.continue], ['ConfigMapList', undefined]);
  const versions = body.items.map((item: Body) => Number(item.metadata.resourceVersion));
  assert.equal(Number(body.metadata.resourceVersion), Math.max(...versions));
});
