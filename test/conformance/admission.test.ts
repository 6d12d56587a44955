import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { allCrds } from '../../src/api/crd/index.js';
import { admissionHooks } from '../../src/sandbox/admission.js';
import { embeddedOnly } from './servers/choice.js';
import { type Body, type Reply, startEmbedded, type TestApi } from './start-api.js';
import { CRDS, causes, createWidget, installWidgets, MERGE, WIDGETS, widget } from './widget.js';

const GROUP = '/apis/metal.ironcore.dev/v1alpha1';
const ENDPOINTS = `${GROUP}/endpoints`;

async function metal(context: TestContext): Promise<TestApi> {
  const api = await startEmbedded(context, { admission: admissionHooks() });
  for (const crd of allCrds()) assert.equal((await api.call('POST', CRDS, { body: crd })).status, 201);
  return api;
}

const object = (kind: string, name: string, more: Body): Body => ({
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind,
  metadata: { name },
  ...more,
});
const endpoint = (name: string, macAddress: string) =>
  object('Endpoint', name, { spec: { macAddress, ip: '192.0.2.7' } });

function assertRefused(reply: Reply, status: number, reason: string, message: string): void {
  assert.deepEqual([reply.status, reply.body.reason, reply.body.message], [status, reason, message]);
}

test('a second Endpoint of a MAC address is refused in the words of the webhook, on create, update and dry run', {
  skip: embeddedOnly('hooks in its process'),
}, async (context) => {
  const api = await metal(context);
  assert.equal((await api.call('POST', ENDPOINTS, { body: endpoint('a', '00:00:5e:00:53:01') })).status, 201);
  const denied = (name: string) =>
    `admission webhook "vendpoint-v1alpha1.kb.io" denied the request: Endpoint.metal.ironcore.dev "${name}" is invalid: spec.macAddress: Duplicate value: "00:00:5e:00:53:01"`;
  for (const query of ['', '?dryRun=All']) {
    const refused = await api.call('POST', `${ENDPOINTS}${query}`, { body: endpoint('b', '00:00:5e:00:53:01') });
    assertRefused(refused, 422, 'Invalid', denied('b'));
    assert.deepEqual(causes(refused), ['spec.macAddress: Duplicate value: "00:00:5e:00:53:01"']);
    assert.deepEqual(refused.body.details.causes[0].reason, 'FieldValueDuplicate');
  }
  assert.equal((await api.call('POST', ENDPOINTS, { body: endpoint('b', '00:00:5e:00:53:02') })).status, 201);
  const patch = { body: { spec: { macAddress: '00:00:5e:00:53:01' } }, headers: MERGE };
  assertRefused(await api.call('PATCH', `${ENDPOINTS}/b`, patch), 422, 'Invalid', denied('b'));
  const own = { body: { metadata: { labels: { rack: '3' } } }, headers: MERGE };
  assert.equal((await api.call('PATCH', `${ENDPOINTS}/a`, own)).status, 200, 'an object is no duplicate of itself');
});

test('of Endpoints created at once with one MAC address exactly one is stored', {
  skip: embeddedOnly('hooks in its process'),
}, async (context) => {
  const api = await metal(context);
  const names = Array.from({ length: 12 }, (_, index) => `e${index}`);
  const replies = await Promise.all(
    names.map((name) => api.call('POST', ENDPOINTS, { body: endpoint(name, '00:00:5e:00:53:07') })),
  );
  assert.equal(replies.filter(({ status }) => status === 201).length, 1);
  assert.equal(replies.filter(({ status }) => status === 422).length, 11);
});

test('an immutable BMCSecret keeps its values', { skip: embeddedOnly('hooks in its process') }, async (context) => {
  const api = await metal(context);
  const secret = object('BMCSecret', 's', { immutable: true, data: { username: 'YQ==', password: 'Yg==' } });
  assert.equal((await api.call('POST', `${GROUP}/bmcsecrets`, { body: secret })).status, 201);
  const body = { data: { password: 'Yw==' } };
  const refused = await api.call('PATCH', `${GROUP}/bmcsecrets/s`, { body, headers: MERGE });
  const denied = 'admission webhook "vbmcsecret-v1alpha1.kb.io" denied the request: ';
  const why =
    'BMCSecret.metal.ironcore.dev "s" is invalid: data: Forbidden: data field is immutable and cannot be updated';
  assertRefused(refused, 422, 'Invalid', denied + why);
});

test('a Server in maintenance is not deleted, alone or with the rest, unless it says so', {
  skip: embeddedOnly('hooks in its process'),
}, async (context) => {
  const api = await metal(context);
  const servers = `${GROUP}/servers`;
  for (const name of ['a', 'b']) {
    const uuid = '38947555-7742-3448-3784-823347823834';
    const body = object('Server', name, { spec: { systemUUID: uuid } });
    assert.equal((await api.call('POST', servers, { body })).status, 201);
  }
  const status = { body: { status: { state: 'Maintenance' } }, headers: MERGE };
  assert.equal((await api.call('PATCH', `${servers}/a/status`, status)).status, 200);
  const denied =
    'admission webhook "vserver-v1alpha1.kb.io" denied the request: cannot delete Server a in state Maintenance';
  assertRefused(await api.call('DELETE', `${servers}/a`), 403, 'Forbidden', denied);
  assertRefused(await api.call('DELETE', servers), 403, 'Forbidden', denied);
  const allow = { metadata: { annotations: { 'metal.ironcore.dev/operation': 'allow-in-progress-delete' } } };
  assert.equal((await api.call('PATCH', `${servers}/a`, { body: allow, headers: MERGE })).status, 200);
  assert.equal((await api.call('DELETE', `${servers}/a`)).status, 200);
});

test('a hook that takes its time is asked again about an object changed meanwhile; one that fails refuses', {
  skip: embeddedOnly('hooks in its process'),
}, async (context) => {
  let asked = 0;
  let meanwhile: () => Promise<unknown> = async () => undefined;
  const hook = { group: 'conformance.metalctl.dev', kind: 'Widget' };
  const api = await startEmbedded(context, {
    admission: [
      {
        ...hook,
        name: 'slow.conformance.metalctl.dev',
        operations: ['UPDATE'],
        validate: async (_operation, old) => {
          asked += 1;
          if (asked === 1) await meanwhile();
          return old?.status === undefined ? {} : { denied: 'it has a status' };
        },
      },
      {
        ...hook,
        name: 'broken.conformance.metalctl.dev',
        operations: ['DELETE'],
        validate: () => Promise.reject(new Error('no answer')),
      },
    ],
  });
  await installWidgets(api);
  await createWidget(api, 'a');
  const status = { body: { status: { phase: 'Up' } }, headers: MERGE };
  meanwhile = () => api.call('PATCH', `${WIDGETS}/a/status`, status);
  const patched = await api.call('PATCH', `${WIDGETS}/a`, { body: { spec: { size: 4 } }, headers: MERGE });
  assert.deepEqual([patched.status, asked], [403, 2]);
  const failing = await api.call('DELETE', `${WIDGETS}/a`);
  const message = 'Internal error occurred: failed calling webhook "broken.conformance.metalctl.dev": no answer';
  assertRefused(failing, 500, 'InternalError', message);
  assert.equal((await api.call('POST', WIDGETS, { body: widget('b') })).status, 201);
});
