import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startApi, type TestApi } from './start-api.js';
import { APPLY, causes, createWidget, installWidgets, JSON_PATCH, MERGE, WIDGETS, widget } from './widget.js';

const CONFIGMAPS = '/api/v1/namespaces/default/configmaps';
const SECRETS = '/api/v1/namespaces/default/secrets';

describe('objects', () => {
  let api: TestApi;
  let sweep: () => unknown;
  before(async () => {
    api = await startApi({ after: (hook) => (sweep = hook) });
    await installWidgets(api);
  });
  after(() => sweep());

  test('create sets uid, creation time, generation and version, and fills in defaults', async () => {
    const made = await createWidget(api, 'made', { spec: { settings: {} } });
    assert.match(made.metadata.uid, /^[0-9a-f-]{36}$/);
    assert.match(made.metadata.creationTimestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.equal(made.metadata.generation, 1);
    assert.match(made.metadata.resourceVersion, /^\d+$/);
    assert.deepEqual(made.spec, { name: 'n', size: 3, mode: 'Auto', settings: { color: 'red' } });
  });

  test('generateName makes a name of five characters that spell no words', async () => {
    const reply = await api.call('POST', WIDGETS, {
      body: widget('', { metadata: { name: undefined, generateName: 'gen-' } }),
    });
    assert.match(reply.body.metadata.name, /^gen-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  test('a second create of a name is 409 AlreadyExists', async () => {
    await createWidget(api, 'twice');
    const reply = await api.call('POST', WIDGETS, { body: widget('twice') });
    assert.equal(reply.status, 409);
    assert.equal(reply.body.reason, 'AlreadyExists');
    assert.equal(reply.body.message, 'widgets.conformance.metalctl.dev "twice" already exists');
  });

  test('a resourceVersion on create is refused', async () => {
    const reply = await api.call('POST', WIDGETS, { body: widget('rv', { metadata: { resourceVersion: '1' } }) });
    assert.equal(reply.status, 500);
    assert.match(reply.body.message, /resourceVersion should not be set/);
  });

  test('an update that changes nothing keeps the version and sends no event', async () => {
    const made = await createWidget(api, 'same');
    const put = await api.call('PUT', `${WIDGETS}/same`, { body: made });
    assert.equal(put.status, 200);
    assert.equal(put.body.metadata.resourceVersion, made.metadata.resourceVersion);
    const patched = await api.call('PATCH', `${WIDGETS}/same`, { body: {}, headers: MERGE });
    assert.equal(patched.body.metadata.resourceVersion, made.metadata.resourceVersion);
  });

  test('generation counts changes of spec, not of labels or status', async () => {
    await createWidget(api, 'gen');
    const patch = (path: string, body: unknown) => api.call('PATCH', path, { body, headers: MERGE });
    assert.equal((await patch(`${WIDGETS}/gen`, { metadata: { labels: { a: 'b' } } })).body.metadata.generation, 1);
    assert.equal((await patch(`${WIDGETS}/gen/status`, { status: { phase: 'Up' } })).body.metadata.generation, 1);
    assert.equal((await patch(`${WIDGETS}/gen`, { spec: { size: 5 } })).body.metadata.generation, 2);
  });

  test('the main door ignores status and /status ignores the rest', async () => {
    await createWidget(api, 'doors', { status: { phase: 'Ignored' } });
    const main = await api.call('PATCH', `${WIDGETS}/doors`, {
      body: { status: { phase: 'X' }, spec: { size: 4 } },
      headers: MERGE,
    });
    assert.equal(main.body.status, undefined);
    const status = await api.call('PATCH', `${WIDGETS}/doors/status`, {
      body: { status: { phase: 'Up' }, spec: { size: 9 }, metadata: { labels: { no: 'way' } } },
      headers: MERGE,
    });
    assert.deepEqual(
      [status.body.status, status.body.spec.size, status.body.metadata.labels],
      [{ phase: 'Up' }, 4, undefined],
    );
  });

  test('PUT needs the version it replaces, and a stale one is 409', async () => {
    const made = await createWidget(api, 'put');
    const { resourceVersion: _, ...metadata } = made.metadata;
    const blind = await api.call('PUT', `${WIDGETS}/put`, { body: { ...made, metadata } });
    assert.deepEqual(causes(blind), ['metadata.resourceVersion: Invalid value: 0: must be specified for an update']);
    await api.call('PATCH', `${WIDGETS}/put`, { body: { spec: { size: 4 } }, headers: MERGE });
    const stale = await api.call('PUT', `${WIDGETS}/put`, { body: made });
    assert.equal(stale.status, 409);
    assert.match(stale.body.message, /the object has been modified/);
  });

  test('a config map takes an unconditional PUT, a custom resource that is absent none', async () => {
    await api.call('POST', CONFIGMAPS, { body: { metadata: { name: 'c' }, data: { a: '1' } } });
    const put = await api.call('PUT', `${CONFIGMAPS}/c`, { body: { metadata: { name: 'c' }, data: { a: '2' } } });
    assert.deepEqual([put.status, put.body.data], [200, { a: '2' }]);
    assert.equal((await api.call('PUT', `${WIDGETS}/absent`, { body: widget('absent') })).status, 404);
  });

  test('names, namespaces, kinds and uids cannot be changed', async () => {
    await createWidget(api, 'fixed');
    const patch = (body: unknown) => api.call('PATCH', `${WIDGETS}/fixed`, { body, headers: MERGE });
    assert.equal((await patch({ metadata: { name: 'other' } })).status, 400);
    assert.equal((await patch({ metadata: { namespace: 'other' } })).status, 400);
    assert.equal((await patch({ kind: 'Other' })).status, 422);
    assert.equal((await patch({ metadata: { uid: 'other' } })).status, 422);
  });

  test('JSON patch: a failed test is 422 and changes nothing, replace of an absent key adds it', async () => {
    await createWidget(api, 'jp', { spec: { steps: ['a'] } });
    const patch = (body: unknown) => api.call('PATCH', `${WIDGETS}/jp`, { body, headers: JSON_PATCH });
    const failed = await patch([
      { op: 'replace', path: '/spec/size', value: 9 },
      { op: 'test', path: '/spec/mode', value: 'Manual' },
    ]);
    assert.equal(failed.status, 422);
    const done = await patch([
      { op: 'add', path: '/spec/steps/-', value: 'b' },
      { op: 'replace', path: '/spec/low', value: 1 },
    ]);
    assert.deepEqual([done.body.spec.steps, done.body.spec.low, done.body.spec.size], [['a', 'b'], 1, 3]);
  });

  test('merge patch: null removes, lists are replaced; strategic merge patch is 415 for custom resources', async () => {
    await createWidget(api, 'mp', { metadata: { labels: { a: '1', b: '2' } }, spec: { tags: ['x', 'y'] } });
    const body = { metadata: { labels: { a: null } }, spec: { tags: ['z'] } };
    const patched = await api.call('PATCH', `${WIDGETS}/mp`, { body, headers: MERGE });
    assert.deepEqual([patched.body.metadata.labels, patched.body.spec.tags], [{ b: '2' }, ['z']]);
    const strategic = { 'content-type': 'application/strategic-merge-patch+json' };
    assert.equal((await api.call('PATCH', `${WIDGETS}/mp`, { body, headers: strategic })).status, 415);
  });

  test('a patch that names a version fails when it is stale', async () => {
    const made = await createWidget(api, 'pv');
    await api.call('PATCH', `${WIDGETS}/pv`, { body: { spec: { size: 4 } }, headers: MERGE });
    const body = { metadata: { resourceVersion: made.metadata.resourceVersion }, spec: { size: 5 } };
    assert.equal((await api.call('PATCH', `${WIDGETS}/pv`, { body, headers: MERGE })).status, 409);
  });

  test('apply: owns fields, conflicts by name, takes them by force, gives up what it no longer names', async () => {
    const apply = (manager: string, spec: unknown, query = '') =>
      api.call('PATCH', `${WIDGETS}/ap?fieldManager=${manager}${query}`, {
        body: { apiVersion: 'conformance.metalctl.dev/v1', kind: 'Widget', metadata: { name: 'ap' }, spec },
        headers: APPLY,
      });
    assert.equal((await apply('alice', { name: 'n', size: 4, tags: ['a'] })).status, 201);
    const conflict = await apply('bob', { name: 'n', size: 5 });
    assert.deepEqual(causes(conflict), ['.spec.size: conflict with "alice"']);
    assert.equal((await apply('bob', { name: 'n', size: 5 }, '&force=true')).body.spec.size, 5);
    const given = await apply('alice', { name: 'n' });
    assert.deepEqual([given.body.spec.tags, given.body.spec.size], [undefined, 5]);
  });

  test('managedFields: [{}] forgets all owners', async () => {
    await createWidget(api, 'mf');
    const reply = await api.call('PATCH', `${WIDGETS}/mf`, {
      body: { metadata: { managedFields: [{}] } },
      headers: MERGE,
    });
    assert.equal(reply.body.metadata.managedFields, undefined);
  });

  test('dryRun=All validates, answers, and stores nothing', async () => {
    const made = await api.call('POST', `${WIDGETS}?dryRun=All`, { body: widget('dry') });
    assert.deepEqual([made.status, made.body.metadata.resourceVersion], [201, undefined]);
    assert.equal((await api.call('GET', `${WIDGETS}/dry`)).status, 404);
    const bad = await api.call('POST', `${WIDGETS}?dryRun=All`, { body: widget('dry', { spec: { size: 99 } }) });
    assert.equal(bad.status, 422);
  });

  test('fieldValidation: Strict refuses unknown and duplicate fields, Warn names them, Ignore drops them', async () => {
    const body = `{"apiVersion":"conformance.metalctl.dev/v1","kind":"Widget","metadata":{"name":"fv"},"spec":{"name":"a","name":"b","zzz":1}}`;
    const post = (level: string) => api.call('POST', `${WIDGETS}?dryRun=All&fieldValidation=${level}`, { body });
    const strict = await post('Strict');
    assert.equal(strict.status, 400);
    assert.match(strict.body.message, /strict decoding error: duplicate field "spec.name", unknown field "spec.zzz"/);
    const warned = await post('Warn');
    assert.equal(
      warned.headers.warning,
      '299 - "duplicate field \\"spec.name\\"", 299 - "unknown field \\"spec.zzz\\""',
    );
    const ignored = await post('Ignore');
    assert.deepEqual([ignored.headers.warning, ignored.body.spec.zzz], [undefined, undefined]);
  });

  test('validation errors come in the real wording, all at once', async () => {
    const reply = await api.call('POST', WIDGETS, {
      body: widget('bad', { spec: { name: 'A', size: 99, low: 2, high: 1 } }),
    });
    assert.equal(reply.status, 422);
    assert.deepEqual(causes(reply).sort(), [
      'spec.name: Invalid value: "A": spec.name in body should match \'^[a-z]+$\'',
      'spec.size: Invalid value: 99: spec.size in body should be less than or equal to 10',
      'spec: Invalid value: low must not exceed high',
    ]);
  });

  test('transition rules run on updates only, and unchanged invalid values are tolerated', async () => {
    await createWidget(api, 'tr', { spec: { once: 'a' } });
    const reply = await api.call('PATCH', `${WIDGETS}/tr`, { body: { spec: { once: 'b' } }, headers: MERGE });
    assert.deepEqual(causes(reply), ['spec.once: Invalid value: "b": once is immutable']);
  });

  test('secrets: stringData becomes data, type and immutable data stay', async () => {
    const made = await api.call('POST', SECRETS, { body: { metadata: { name: 's' }, stringData: { a: 'x' } } });
    assert.deepEqual([made.body.data, made.body.stringData, made.body.type], [{ a: 'eA==' }, undefined, 'Opaque']);
    await api.call('PATCH', `${SECRETS}/s`, { body: { immutable: true }, headers: MERGE });
    const changed = await api.call('PATCH', `${SECRETS}/s`, { body: { data: { b: 'eA==' } }, headers: MERGE });
    assert.deepEqual(causes(changed), ['data: Forbidden: field is immutable when `immutable` is set']);
  });

  test('events of both groups are one storage in two shapes', async () => {
    const body = {
      metadata: { name: 'e', namespace: 'default' },
      involvedObject: { kind: 'Widget', name: 'w', namespace: 'default' },
      reason: 'Started',
      message: 'It started',
      type: 'Normal',
    };
    assert.equal((await api.call('POST', '/api/v1/namespaces/default/events', { body })).status, 201);
    const other = await api.call('GET', '/apis/events.k8s.io/v1/namespaces/default/events/e');
    assert.deepEqual([other.body.note, other.body.regarding.name], ['It started', 'w']);
    const found = await api.call('GET', '/api/v1/events?fieldSelector=involvedObject.name%3Dw,reason%3DStarted');
    assert.equal(found.body.items.length, 1);
  });

  test('a lease is created by PUT, and renewed only by who read it last', async () => {
    const path = '/apis/coordination.k8s.io/v1/namespaces/default/leases/l';
    const made = await api.call('PUT', path, { body: { metadata: { name: 'l' }, spec: { holderIdentity: 'me' } } });
    assert.equal(made.status, 201);
    assert.equal(
      (await api.call('PUT', path, { body: { ...made.body, spec: { holderIdentity: 'you' } } })).status,
      200,
    );
    assert.equal(
      (await api.call('PUT', path, { body: { ...made.body, spec: { holderIdentity: 'third' } } })).status,
      409,
    );
  });
});
