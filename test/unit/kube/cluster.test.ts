/** The Cluster port over HTTP: what is sent, and what answers become. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetalError } from '../../../src/errors/classes.js';
import { aWidget, failure, json, notFound, scripted, Widget } from './support.js';

const base = '/apis/test.metalctl.dev/v1';
const key = { namespace: 'kt', name: 'a' };

test('get sends the path, the token and the user agent, and returns the object as served', async (t) => {
  const served = { ...aWidget('a'), unknown: { kept: true } };
  const { cluster, seen } = await scripted(t, (_, response) => json(response, 200, served));
  assert.deepEqual(await cluster.get(Widget, key), served);
  assert.equal(seen[0]?.url.pathname, `${base}/namespaces/kt/widgets/a`);
  assert.equal(seen[0]?.headers.authorization, 'Bearer canary-token');
  assert.equal(seen[0]?.headers['user-agent'], 'metalctl-test');
});

test('get of an absent object is undefined, of an absent kind CRD_MISSING', async (t) => {
  const { cluster } = await scripted(t, ({ url }, response) => {
    if (url.pathname.endsWith('/a')) return json(response, 404, notFound('a'));
    response.writeHead(404, { 'content-type': 'text/plain' });
    response.end('404 page not found\n');
  });
  assert.equal(await cluster.get(Widget, key), undefined);
  await assert.rejects(cluster.get(Widget, { ...key, name: 'b' }), (error: MetalError) => {
    assert.equal(error.code, 'CRD_MISSING');
    assert.equal(error.message, 'the cluster does not serve widgets.test.metalctl.dev');
    return true;
  });
});

test('a name that is a path is refused before anything is sent', async (t) => {
  const { cluster, seen } = await scripted(t, (_, response) => json(response, 200, {}));
  for (const name of ['..', '.', 'a/b', '%2e%2e', '']) {
    await assert.rejects(async () => cluster.get(Widget, { ...key, name }), { code: 'API_INVALID' });
    await assert.rejects(async () => cluster.create(Widget, aWidget(name)), { code: 'API_INVALID' });
  }
  assert.equal(seen.length, 0);
});

test('list joins pages, passes selectors and names the kind of items that come without', async (t) => {
  const { cluster, seen } = await scripted(t, ({ url }, response) => {
    const { apiVersion: _a, kind: _k, ...bare } = aWidget(url.searchParams.has('continue') ? 'b' : 'a');
    const token = url.searchParams.has('continue') ? {} : { continue: 'next', remainingItemCount: 1 };
    json(response, 200, { metadata: { resourceVersion: '7', ...token }, items: [bare] });
  });
  const parts: string[] = [];
  const found = await cluster.list(Widget, {
    namespace: 'kt',
    labelSelector: 'a=b,!c',
    resourceVersion: '0',
    onPart: ({ items, remaining }) => parts.push(`${items.length} and ${remaining} more`),
  });
  assert.deepEqual(parts, ['1 and 1 more']);
  assert.deepEqual(found, { resourceVersion: '7', items: [aWidget('a'), aWidget('b')] });
  assert.equal(seen[0]?.url.search, '?labelSelector=a%3Db%2C!c&resourceVersion=0&limit=500');
  assert.equal(seen[1]?.url.search, '?labelSelector=a%3Db%2C!c&limit=500&continue=next');
});

test('a list comes in chunks of the size that was asked for, and 0 is all at once', async (t) => {
  const { cluster, seen } = await scripted(t, (_, response) =>
    json(response, 200, { metadata: { resourceVersion: '9' }, items: [] }),
  );
  await cluster.list(Widget, { chunkSize: 7 });
  await cluster.list(Widget, { chunkSize: 0 });
  assert.deepEqual(
    seen.map(({ url }) => url.search),
    ['?limit=7', ''],
  );
});

test('a continue token that expired starts the list again in one piece', async (t) => {
  const { cluster, seen } = await scripted(t, ({ url }, response) => {
    if (url.searchParams.has('continue')) return json(response, 410, failure(410, 'Expired', 'too old'));
    const isPaged = url.searchParams.has('limit');
    const items = isPaged ? [aWidget('a')] : [aWidget('a'), aWidget('b')];
    json(response, 200, { metadata: { resourceVersion: '9', ...(isPaged ? { continue: 'x' } : {}) }, items });
  });
  assert.equal((await cluster.list(Widget)).items.length, 2);
  assert.deepEqual(
    seen.map(({ url }) => url.search),
    ['?limit=500', '?limit=500&continue=x', ''],
  );
});

test('create, the three patches, replace and delete send what Kubernetes expects', async (t) => {
  const { cluster, seen } = await scripted(t, ({ body }, response) =>
    json(response, 200, { ...aWidget('a'), got: body }),
  );
  await cluster.create(Widget, aWidget('a'), { dryRun: true });
  await cluster.patch(Widget, key, { spec: { size: 2 } }, 'merge', { fieldManager: 'metalctl-server' });
  await cluster.patch(Widget, key, { status: { phase: 'x' } }, 'merge', { subresource: 'status' });
  await cluster.patch(Widget, key, [{ op: 'remove', path: '/spec' }], 'json');
  await cluster.patch(Widget, key, { metadata: { name: 'a' }, spec: { size: 3 } }, 'apply');
  await cluster.replace(Widget, aWidget('a', 4));
  assert.equal(await cluster.delete(Widget, key, { uid: 'u', propagation: 'Foreground' }), true);
  assert.deepEqual(
    seen.map(({ method, url, headers }) => [
      method,
      url.pathname.slice(base.length),
      url.search,
      headers['content-type'],
    ]),
    [
      ['POST', '/namespaces/kt/widgets', '?fieldManager=metalctl&dryRun=All', 'application/json'],
      ['PATCH', '/namespaces/kt/widgets/a', '?fieldManager=metalctl-server', 'application/merge-patch+json'],
      ['PATCH', '/namespaces/kt/widgets/a/status', '?fieldManager=metalctl', 'application/merge-patch+json'],
      ['PATCH', '/namespaces/kt/widgets/a', '?fieldManager=metalctl', 'application/json-patch+json'],
      ['PATCH', '/namespaces/kt/widgets/a', '?fieldManager=metalctl&force=true', 'application/apply-patch+yaml'],
      ['PUT', '/namespaces/kt/widgets/a', '?fieldManager=metalctl', 'application/json'],
      ['DELETE', '/namespaces/kt/widgets/a', '', 'application/json'],
    ],
  );
  assert.deepEqual(seen[4]?.body, {
    apiVersion: 'test.metalctl.dev/v1',
    kind: 'Widget',
    metadata: { name: 'a' },
    spec: { size: 3 },
  });
  assert.deepEqual(seen[6]?.body, {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    preconditions: { uid: 'u' },
    propagationPolicy: 'Foreground',
  });
});

test('an empty merge patch is not sent; the object is read instead', async (t) => {
  const { cluster, seen } = await scripted(t, (_, response) => json(response, 200, aWidget('a')));
  const empty = { metadata: { resourceVersion: '5', labels: {} }, spec: undefined, status: {} };
  assert.deepEqual(await cluster.patch(Widget, key, empty, 'merge'), aWidget('a'));
  assert.deepEqual(
    seen.map(({ method }) => method),
    ['GET'],
  );
});

test('deleting an absent object, or another object of the name, is false', async (t) => {
  const { cluster } = await scripted(t, ({ method, url }, response) => {
    if (url.pathname.endsWith('/gone')) return json(response, 404, notFound('gone'));
    if (method === 'GET') return json(response, 200, { ...aWidget('a'), metadata: { ...key, uid: 'new' } });
    json(response, 409, failure(409, 'Conflict', 'the UID in the precondition (old) does not match'));
  });
  assert.equal(await cluster.delete(Widget, { ...key, name: 'gone' }), false);
  assert.equal(await cluster.delete(Widget, key, { uid: 'old' }), false);
  await assert.rejects(cluster.delete(Widget, key, { uid: 'new', resourceVersion: '1' }), { code: 'CONFLICT' });
});

test('a failed test of a JSON patch is a conflict, another 422 names the fields', async (t) => {
  const bare = failure(422, 'Invalid', 'the server rejected our request due to an error in our request');
  const named = failure(422, 'Invalid', 'Widget "a" is invalid: spec.size: Invalid value: -1', {
    causes: [
      { field: 'spec.size', reason: 'FieldValueInvalid', message: 'Invalid value: -1' },
      { field: 'spec.size', reason: 'FieldValueInvalid', message: 'must be more than 0' },
    ],
  });
  const { cluster } = await scripted(t, ({ body }, response) =>
    json(response, 422, Array.isArray(body) ? bare : named),
  );
  const tested = [{ op: 'test', path: '/spec/size', value: 1 }];
  await assert.rejects(cluster.patch(Widget, key, tested, 'json'), { code: 'CONFLICT' });
  await assert.rejects(cluster.patch(Widget, key, [{ op: 'nonsense' }], 'json'), { code: 'API_INVALID' });
  await assert.rejects(cluster.patch(Widget, key, { spec: { size: -1 } }, 'merge'), (error: MetalError) => {
    assert.equal(error.code, 'API_INVALID');
    assert.equal(error.message, 'cannot change widget "a" in namespace "kt"');
    assert.match(error.why ?? '', /^refused because of spec\.size: .*Invalid value: -1$/);
    return true;
  });
});

test('version, served and raw', async (t) => {
  const { cluster, seen } = await scripted(t, ({ url }, response) => {
    if (url.pathname === '/version') return json(response, 200, { gitVersion: 'v1.35.6', major: '1', minor: '35' });
    if (url.pathname === base) return json(response, 200, { resources: [{ name: 'widgets' }] });
    json(response, 200, { kind: 'Table' });
  });
  assert.equal((await cluster.version()).gitVersion, 'v1.35.6');
  assert.equal(await cluster.served(Widget), true);
  assert.equal(await cluster.served({ ...Widget, plural: 'gadgets' }), false);
  const table = await cluster.raw('GET', `${base}/widgets`, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
  assert.deepEqual(table.body, { kind: 'Table' });
  assert.equal(seen.at(-1)?.headers.accept, 'application/json;as=Table;v=v1;g=meta.k8s.io');
});
