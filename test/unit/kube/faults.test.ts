/** Failing requests: what is repeated, what is read back first, what a person is told, and that no secret is in it. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { type MetalError, UserError } from '../../../src/errors/classes.js';
import { createBudget } from '../../../src/kube/budget.js';
import { createCluster, staticContext } from '../../../src/kube/index.js';
import { Secret } from '../../../src/lib/secret.js';
import { silent } from '../../../src/ports/log.js';
import { fakeClock } from '../../support/clock.js';
import { aWidget, failure, json, notFound, quickClock, type Seen, scripted, Widget } from './support.js';

const key = { namespace: 'kt', name: 'a' };
const conflict = failure(409, 'Conflict', 'the object has been modified');
const exists = failure(409, 'AlreadyExists', 'widgets "a" already exists');

/** A one-object store that loses the answers of the writes whose number is in `lost`: `after` it did them, or `before`. */
function lossy(lost: Record<number, 'after' | 'before'>, start?: Widget) {
  let stored: Widget | undefined = start;
  let writes = 0;
  let applied = 0;
  let version = 1;
  const handler = ({ method, body }: Seen, response: ServerResponse): void => {
    if (method === 'GET') {
      json(response, stored ? 200 : 404, stored ?? notFound('a'));
      return;
    }
    writes += 1;
    const fate = lost[writes];
    if (fate === 'before') return void response.destroy();
    const answer = write(method, body as Widget);
    if (fate === 'after') return void response.destroy();
    json(response, answer.code, answer.body);
  };
  const write = (method: string, body: Widget): { code: number; body: unknown } => {
    const based = body.metadata?.resourceVersion;
    if (method === 'POST' && stored) return { code: 409, body: exists };
    if (method === 'DELETE' && !stored) return { code: 404, body: notFound('a') };
    if (based !== undefined && based !== stored?.metadata.resourceVersion) return { code: 409, body: conflict };
    applied += 1;
    version += 1;
    stored =
      method === 'DELETE'
        ? undefined
        : {
            ...aWidget('a'),
            spec: { ...stored?.spec, ...body.spec },
            metadata: { ...key, uid: 'u', resourceVersion: String(version) },
          };
    return { code: 200, body: stored ?? {} };
  };
  return {
    handler,
    applied: () => applied,
    change: (next: Widget) => {
      stored = next;
    },
    stored: () => stored,
  };
}

const at = (version: string, spec: Widget['spec'] = { size: 1 }): Widget => ({
  ...aWidget('a'),
  metadata: { ...key, uid: 'u', resourceVersion: version },
  spec,
});
const swap = { metadata: { resourceVersion: '1' }, spec: { owner: 'me' } };

for (const fate of ['before', 'after'] as const) {
  const when = `an answer lost ${fate} the write was done`;

  test(`create: ${when} makes one object`, async (t) => {
    const world = lossy({ 1: fate });
    const { cluster } = await scripted(t, world.handler);
    assert.equal((await cluster.create(Widget, aWidget('a'))).spec?.size, 1);
    assert.equal(world.applied(), 1);
  });

  test(`compare-and-swap: ${when} is won once`, async (t) => {
    const world = lossy({ 1: fate }, at('1'));
    const { cluster } = await scripted(t, world.handler);
    assert.equal((await cluster.patch(Widget, key, swap, 'merge')).spec?.owner, 'me');
    assert.equal(world.applied(), 1);
  });

  test(`delete by UID: ${when} deletes once`, async (t) => {
    const world = lossy({ 1: fate }, at('1'));
    const { cluster } = await scripted(t, world.handler);
    assert.equal(await cluster.delete(Widget, key, { uid: 'u' }), true);
    assert.equal(world.applied(), 1);
  });
}

test('create: an object of the name that is not ours is ALREADY_EXISTS, not success', async (t) => {
  const world = lossy({ 1: 'before' });
  const { cluster } = await scripted(t, (seen, response) => {
    world.handler(seen, response);
    if (seen.method === 'POST') world.change(at('7', { size: 99 }));
  });
  await assert.rejects(cluster.create(Widget, aWidget('a')), { code: 'ALREADY_EXISTS' });
  assert.equal(world.stored()?.spec?.size, 99);
});

test('compare-and-swap: somebody else won while the answer was lost', async (t) => {
  const world = lossy({ 1: 'before' }, at('1'));
  const { cluster } = await scripted(t, (seen, response) => {
    world.handler(seen, response);
    if (seen.method === 'PATCH') world.change(at('8', { owner: 'other' }));
  });
  await assert.rejects(cluster.patch(Widget, key, swap, 'merge'), { code: 'CONFLICT' });
});

test('delete by name: a lost answer and an object there again is left to the caller', async (t) => {
  const world = lossy({ 1: 'after' }, at('1'));
  const { cluster, seen } = await scripted(t, (each, response) => {
    world.handler(each, response);
    if (each.method === 'DELETE') world.change({ ...at('9'), metadata: { ...key, uid: 'new', resourceVersion: '9' } });
  });
  await assert.rejects(cluster.delete(Widget, key), { code: 'API_UNREACHABLE' });
  assert.equal(seen.filter(({ method }) => method === 'DELETE').length, 1);
  assert.equal(world.stored()?.metadata.uid, 'new');
});

test('a JSON patch whose answer was lost is not repeated', async (t) => {
  const { cluster, seen } = await scripted(t, (_, response) => void response.destroy());
  await assert.rejects(cluster.patch(Widget, key, [{ op: 'add', path: '/spec/list/-', value: 1 }], 'json'), {
    code: 'API_UNREACHABLE',
  });
  assert.equal(seen.length, 1);
});

test('reads are repeated through 500, 503, 429 and cut connections; Retry-After is waited for', async (t) => {
  const clock = quickClock(100);
  const times: number[] = [];
  const { cluster, seen } = await scripted(
    t,
    (_, response) => {
      times.push(clock.monotonicMs());
      if (times.length === 1) return json(response, 500, failure(500, 'InternalError', 'oops'));
      if (times.length === 2)
        return json(response, 429, failure(429, 'TooManyRequests', 'slow'), { 'retry-after': '2' });
      if (times.length === 3) return void response.destroy();
      if (times.length === 4) return json(response, 503, failure(503, 'ServiceUnavailable', 'starting'));
      json(response, 200, aWidget('a'));
    },
    { clock },
  );
  assert.equal((await cluster.get(Widget, key))?.metadata.name, 'a');
  assert.equal(seen.length, 5);
  assert.ok((times[2] ?? 0) - (times[1] ?? 0) >= 1950, 'two seconds were asked for');
});

test('a read that fails for good ends after five attempts; a refusal after one', async (t) => {
  const codes: number[] = [];
  const { cluster, seen } = await scripted(
    t,
    ({ url }, response) =>
      url.pathname.endsWith('/no')
        ? json(response, 403, failure(403, 'Forbidden', 'widgets is forbidden: User "x" cannot get'))
        : json(response, 500, failure(500, 'InternalError', 'oops')),
    { onRequest: ({ code }) => codes.push(code) },
  );
  await assert.rejects(cluster.get(Widget, key), { code: 'API_ERROR' });
  assert.equal(seen.length, 5);
  await assert.rejects(cluster.get(Widget, { ...key, name: 'no' }), (error: MetalError) => {
    assert.equal(error.code, 'API_FORBIDDEN');
    assert.deepEqual(error.hints, ['kubectl auth can-i get widgets.test.metalctl.dev -n kt']);
    return true;
  });
  assert.deepEqual(codes, [500, 500, 500, 500, 500, 403]);
});

test('a server that never answers is API_TIMEOUT, one that is not there API_UNREACHABLE; the token is in neither', async (t) => {
  const { cluster, url } = await scripted(t, () => undefined, { requestTimeoutMs: 5_000 });
  const leaksNothing = (code: string) => (error: MetalError) => {
    assert.equal(error.code, code);
    assert.doesNotMatch(inspect(error, { depth: 10 }), /canary-token/);
    return true;
  };
  await assert.rejects(cluster.get(Widget, key), leaksNothing('API_TIMEOUT'));
  const gone = createCluster(staticContext({ server: 'http://127.0.0.1:1', token: new Secret('canary-token') }), {
    clock: quickClock(),
    log: silent,
    userAgent: 'test',
  });
  t.after(() => gone.close());
  await assert.rejects(gone.get(Widget, key), leaksNothing('API_UNREACHABLE'));
  assert.ok(url.startsWith('http://127.0.0.1'));
});

test('after a 401 the credentials are read again, once', async (t) => {
  const { url } = await scripted(t, ({ headers }, response) =>
    headers.authorization === 'Bearer new'
      ? json(response, 200, aWidget('a'))
      : json(response, 401, failure(401, 'Unauthorized', 'Unauthorized')),
  );
  let token = 'old';
  let refreshed = 0;
  const context = {
    ...staticContext({ server: url }),
    headers: async () => ({ authorization: `Bearer ${token}` }),
    refresh: async () => {
      refreshed += 1;
      token = refreshed === 1 ? 'new' : 'worse';
    },
  };
  const cluster = createCluster(context, { clock: quickClock(), log: silent, userAgent: 'test' });
  t.after(() => cluster.close());
  assert.equal((await cluster.get(Widget, key))?.metadata.name, 'a');
  token = 'expired';
  await assert.rejects(cluster.get(Widget, key), { code: 'API_UNAUTHORIZED' });
  assert.equal(refreshed, 2);
});

test('credentials that cannot be had are told as such, not as an unreachable server', async (t) => {
  const { url, seen } = await scripted(t, (_, response) => json(response, 200, aWidget('a')));
  const context = {
    ...staticContext({ server: url }),
    headers: async () => {
      throw new UserError('KUBECONFIG_INVALID', 'the credential plugin failed');
    },
  };
  const cluster = createCluster(context, { clock: quickClock(), log: silent, userAgent: 'test' });
  t.after(() => cluster.close());
  await assert.rejects(cluster.get(Widget, key), { code: 'KUBECONFIG_INVALID' });
  assert.equal(seen.length, 0);
});

test('the budget lets a burst through and then keeps the pace, in order', async () => {
  const clock = fakeClock();
  const budget = createBudget(clock, 50, 100);
  const passed: number[] = [];
  for (let n = 0; n < 200; n += 1) void budget.take().then(() => passed.push(n));
  await clock.tick(0);
  assert.equal(passed.length, 100);
  await clock.tick(1000);
  assert.equal(passed.length, 150);
  await clock.tick(1000);
  assert.deepEqual(
    passed,
    Array.from({ length: 200 }, (_, n) => n),
  );
});
