import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApiServer } from '../../src/sandbox/apiserver/index.js';
import { clientOf } from './client.js';
import {
  ACCOUNTS,
  accountToken,
  clusterRole,
  clusterRoleBinding,
  grant,
  issueToken,
  make,
  RBAC,
  REVIEWS,
  roleBinding,
  rule,
  subject,
} from './rbac.js';
import { embeddedOnly } from './servers/choice.js';
import { type Body, type EmbeddedApi, startEmbedded, testCertificates } from './start-api.js';
import { causes, MERGE } from './widget.js';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const only = { skip: embeddedOnly('a cluster whose roles are all its own') };
const user = 'system:serviceaccount:default:bot';
const groups = '["system:serviceaccounts" "system:serviceaccounts:default" "system:authenticated"]';

const configMap = (name: string): Body => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
const allowedBy = async (api: EmbeddedApi, token: string, attributes: Body): Promise<Body> => {
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: attributes };
  return (await api.call('POST', `${REVIEWS}/selfsubjectaccessreviews`, { token, body })).body.status;
};

test(
  'a token of a ServiceAccount is somebody who may discover, ask about itself, and nothing else',
  only,
  async (context) => {
    const api = await startEmbedded(context);
    const token = await accountToken(api, 'bot');
    const who = await api.call('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      token,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    });
    assert.equal(who.body.status.userInfo.username, user);
    assert.deepEqual(who.body.status.userInfo.groups, JSON.parse(groups.replaceAll(' ', ',')));
    assert.equal((await api.call('GET', '/apis', { token })).status, 200);
    const refused = await api.call('GET', `${CONFIG_MAPS}/a`, { token });
    assert.equal(refused.status, 403);
    assert.equal(
      refused.body.message,
      `configmaps "a" is forbidden: User "${user}" cannot get resource "configmaps" in API group "" in the namespace "default"`,
    );
    const path = await api.call('GET', '/metrics', { token });
    assert.deepEqual([path.status, path.body.message], [403, `forbidden: User "${user}" cannot get path "/metrics"`]);
  },
);

test('who may patch and not create changes by applying, and creates nothing by it', only, async (context) => {
  const api = await startEmbedded(context);
  const token = await accountToken(api, 'bot');
  await grant(api, 'bot', [rule('', 'configmaps', ['get', 'patch'])]);
  const headers = { 'content-type': 'application/apply-patch+yaml' };
  const apply = (name: string) =>
    api.call('PATCH', `${CONFIG_MAPS}/${name}?fieldManager=bot`, { token, body: configMap(name), headers });
  const refused = await apply('fresh');
  assert.equal(refused.status, 403);
  assert.match(refused.body.message as string, /cannot create resource "configmaps"/);
  assert.equal((await api.call('GET', `${CONFIG_MAPS}/fresh`)).status, 404);
  assert.equal((await api.call('POST', CONFIG_MAPS, { body: configMap('there') })).status, 201);
  assert.equal((await apply('there')).status, 200);
});

test('a cluster role counts everywhere from the moment it is bound to the moment it is not', only, async (context) => {
  const api = await startEmbedded(context);
  const token = await accountToken(api, 'bot');
  await grant(api, 'bot', [rule('', 'configmaps', ['list'])]);
  assert.equal((await api.call('GET', CONFIG_MAPS, { token })).status, 200);
  assert.equal((await api.call('GET', '/api/v1/configmaps', { token })).status, 200);
  assert.equal((await api.call('GET', '/api/v1/secrets', { token })).status, 403);
  await api.call('DELETE', `${RBAC}/clusterrolebindings/bot`);
  assert.equal((await api.call('GET', CONFIG_MAPS, { token })).status, 403);
});

test('a role binding counts in its namespace only, for roles and for cluster roles', only, async (context) => {
  const api = await startEmbedded(context);
  const token = await accountToken(api, 'bot');
  await make(api, `${RBAC}/clusterroles`, clusterRole('reader', [rule('', 'configmaps', ['list'])]));
  const role = { ...clusterRole('writer', [rule('', 'configmaps', ['create'])]), kind: 'Role' };
  await make(api, `${RBAC}/namespaces/default/roles`, role);
  const bindings = `${RBAC}/namespaces/default/rolebindings`;
  // A ServiceAccount without namespace is one of the binding's own.
  await make(api, bindings, roleBinding('reader', 'ClusterRole', 'reader', [{ kind: 'ServiceAccount', name: 'bot' }]));
  await make(api, bindings, roleBinding('writer', 'Role', 'writer', [subject('bot')]));
  assert.equal((await api.call('GET', CONFIG_MAPS, { token })).status, 200);
  assert.equal((await api.call('POST', CONFIG_MAPS, { token, body: configMap('a') })).status, 201);
  assert.equal((await api.call('GET', '/api/v1/namespaces/kube-system/configmaps', { token })).status, 403);
  assert.equal((await api.call('GET', '/api/v1/configmaps', { token })).status, 403);
});

test(
  'groups: bindings to system:serviceaccounts reach every account, others only their members',
  only,
  async (context) => {
    const api = await startEmbedded(context);
    const token = await accountToken(api, 'bot');
    await make(api, `${RBAC}/clusterroles`, clusterRole('reader', [rule('', 'configmaps', ['list'])]));
    const group = (name: string) => [{ kind: 'Group', name, apiGroup: 'rbac.authorization.k8s.io' }];
    const bindings = `${RBAC}/clusterrolebindings`;
    await make(api, bindings, clusterRoleBinding('else', 'reader', group('system:serviceaccounts:kube-system')));
    assert.equal((await api.call('GET', CONFIG_MAPS, { token })).status, 403);
    await make(api, bindings, clusterRoleBinding('all', 'reader', group('system:serviceaccounts')));
    assert.equal((await api.call('GET', CONFIG_MAPS, { token })).status, 200);
  },
);

test('subresources and single objects are rights of their own', only, async (context) => {
  const api = await startEmbedded(context);
  const token = await accountToken(api, 'bot');
  await make(api, CONFIG_MAPS, configMap('mine'));
  await make(api, CONFIG_MAPS, configMap('other'));
  await grant(api, 'bot', [
    rule('', 'configmaps', ['get', 'delete'], { resourceNames: ['mine'] }),
    rule('', 'serviceaccounts', ['create']),
  ]);
  assert.equal((await api.call('GET', `${CONFIG_MAPS}/mine`, { token })).status, 200);
  assert.equal((await api.call('GET', `${CONFIG_MAPS}/other`, { token })).status, 403);
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const refused = await api.call('POST', `${ACCOUNTS}/bot/token`, { token, body });
  assert.match(refused.body.message, /cannot create resource "serviceaccounts\/token" in API group ""/);
  const rules = [rule('', 'serviceaccounts/token', ['create'])];
  await api.call('PATCH', `${RBAC}/clusterroles/bot`, { body: { rules }, headers: MERGE });
  assert.equal((await api.call('POST', `${ACCOUNTS}/bot/token`, { token, body })).status, 201);
});

test('paths that are no resources are granted by nonResourceURLs', only, async (context) => {
  const api = await startEmbedded(context);
  const token = await accountToken(api, 'bot');
  const paths = { nonResourceURLs: ['/metrics/*'], verbs: ['get'] };
  await grant(api, 'bot', [paths]);
  assert.equal((await api.call('GET', '/metrics', { token })).status, 403);
  assert.equal((await api.call('GET', '/metrics/slis', { token })).status, 404, 'allowed, and not there');
});

test('a binding to a role that is not there grants nothing, and the refusal names it', only, async (context) => {
  const api = await startEmbedded(context);
  const token = await accountToken(api, 'bot');
  await make(api, `${RBAC}/clusterrolebindings`, clusterRoleBinding('b', 'gone', [subject('bot')]));
  const refused = await api.call('GET', '/api/v1/configmaps', { token });
  assert.equal(
    refused.body.message,
    `configmaps is forbidden: User "${user}" cannot list resource "configmaps" in API group "" at the cluster scope: RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found`,
  );
});

test('nobody grants what they do not hold: roles, bindings, and the verbs escalate and bind', only, async (context) => {
  const api = await startEmbedded(context);
  const token = await accountToken(api, 'bot');
  const write = ['create', 'update', 'patch', 'get'];
  const all = { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles', 'clusterrolebindings'] };
  await grant(api, 'bot', [{ ...all, verbs: write }, rule('', 'configmaps', ['get'])]);
  const post = (body: Body) => api.call('POST', `${RBAC}/${body.kind.toLowerCase()}s`, { token, body });
  assert.equal((await post(clusterRole('held', [rule('', 'configmaps', ['get'])]))).status, 201);
  const more = clusterRole('more', [
    rule('', 'configmaps', ['get', 'update', 'list']),
    { nonResourceURLs: ['/x'], verbs: ['get'] },
    rule('apps', 'pods', ['get'], { resourceNames: ['a'] }),
  ]);
  const refused = await post(more);
  assert.equal(refused.status, 403);
  assert.equal(
    refused.body.message,
    `clusterroles.rbac.authorization.k8s.io "more" is forbidden: user "${user}" (groups=${groups}) is attempting to grant RBAC permissions not currently held:\n` +
      '{APIGroups:[""], Resources:["configmaps"], Verbs:["update", "list"]}\n' +
      '{APIGroups:["apps"], Resources:["pods"], ResourceNames:["a"], Verbs:["get"]}\n' +
      '{NonResourceURLs:["/x"], Verbs:["get"]}',
  );
  await make(api, `${RBAC}/clusterroles`, more);
  const patch = { body: { rules: more.rules }, headers: MERGE, token };
  assert.equal((await api.call('PATCH', `${RBAC}/clusterroles/held`, patch)).status, 403);
  const bound = await post(clusterRoleBinding('own', 'more', [subject('bot')]));
  assert.match(
    bound.body.message,
    /^clusterrolebindings\.rbac\.authorization\.k8s\.io "own" is forbidden: user .*not currently held/,
  );
  assert.equal((await post(clusterRoleBinding('none', 'absent', [subject('bot')]))).status, 404);

  const rights = [{ ...all, verbs: [...write, 'bind'] }, rule('', 'configmaps', ['get'])];
  await api.call('PATCH', `${RBAC}/clusterroles/bot`, { body: { rules: rights }, headers: MERGE });
  assert.equal((await api.call('PATCH', `${RBAC}/clusterroles/held`, patch)).status, 403, 'bind is not escalate');
  assert.equal((await post(clusterRoleBinding('own', 'more', [subject('bot')]))).status, 201);
  const escalating = [{ ...all, verbs: [...write, 'escalate'] }];
  await api.call('PATCH', `${RBAC}/clusterroles/bot`, { body: { rules: escalating }, headers: MERGE });
  assert.equal((await api.call('PATCH', `${RBAC}/clusterroles/held`, patch)).status, 200);
});

test(
  'the finalizers of a role can be changed by who does not hold its rules: garbage collection needs it',
  only,
  async (context) => {
    const api = await startEmbedded(context);
    const token = await accountToken(api, 'bot');
    await grant(api, 'bot', [rule('rbac.authorization.k8s.io', 'clusterroles', ['patch'])]);
    await make(api, `${RBAC}/clusterroles`, clusterRole('more', [rule('', 'secrets', ['get'])]));
    const patch = (metadata: Body) =>
      api.call('PATCH', `${RBAC}/clusterroles/more`, { body: { metadata }, headers: MERGE, token });
    assert.equal((await patch({ finalizers: ['test.metalctl.dev/x'] })).status, 200);
    assert.equal((await patch({ labels: { a: 'b' } })).status, 403);
  },
);

test('reviews answer from the roles: for oneself, for others, and all rules at once', only, async (context) => {
  const api = await startEmbedded(context);
  const token = await accountToken(api, 'bot');
  await grant(api, 'bot', [rule('', 'configmaps', ['list'], {}), { nonResourceURLs: ['/x'], verbs: ['get'] }]);
  const resourceAttributes = { verb: 'list', resource: 'configmaps' };
  const reason = 'RBAC: allowed by ClusterRoleBinding "bot" of ClusterRole "bot" to ServiceAccount "bot/default"';
  assert.deepEqual(await allowedBy(api, token, { resourceAttributes }), { allowed: true, reason });
  assert.deepEqual(await allowedBy(api, token, { resourceAttributes: { verb: 'get', resource: 'secrets' } }), {
    allowed: false,
  });
  assert.equal((await allowedBy(api, token, { nonResourceAttributes: { path: '/x', verb: 'get' } })).allowed, true);
  const ask = (spec: Body, as?: string) =>
    api.call('POST', `${REVIEWS}/subjectaccessreviews`, {
      token: as,
      body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec },
    });
  assert.deepEqual((await ask({ user, resourceAttributes })).body.status, { allowed: true, reason });
  assert.equal((await ask({ user: 'jane', groups: ['system:masters'], resourceAttributes })).body.status.allowed, true);
  assert.equal((await ask({ user: 'jane', resourceAttributes })).body.status.allowed, false);
  assert.deepEqual(causes(await ask({ resourceAttributes })), [
    'spec.user: Invalid value: "": at least one of user or group must be specified',
  ]);
  assert.equal((await ask({ user, resourceAttributes }, token)).status, 403, 'about others only who may ask');
  const rules = await api.call('POST', `${REVIEWS}/selfsubjectrulesreviews`, {
    token,
    body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace: 'default' } },
  });
  assert.deepEqual(rules.body.status.resourceRules.at(-1), rule('', 'configmaps', ['list']));
  assert.deepEqual(rules.body.status.nonResourceRules.at(-1), { nonResourceURLs: ['/x'], verbs: ['get'] });
});

test(
  'tokens end: with their time, with their account, with another audience, with a changed letter',
  only,
  async (context) => {
    let nowMs = Date.parse('2026-05-04T03:02:01Z');
    const api = await startEmbedded(context, { now: () => new Date(nowMs) });
    const status = async (token: string) => (await api.call('GET', '/api', { token })).status;
    const token = await accountToken(api, 'bot');
    assert.equal(await status(token), 200);
    const [head, body, signature = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(body ?? '', 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 1 })).toString('base64url');
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    for (const wrong of [
      `${head}.${forged}.${signature}`,
      `${none}.${body}.`,
      `${head}.${body}`,
      `${token}.x`,
      'a.b.c',
    ]) {
      assert.equal(await status(wrong), 401, wrong);
    }
    assert.equal(await status(await issueToken(api, 'bot', { audiences: ['https://elsewhere'] })), 401);
    const short = await issueToken(api, 'bot', { expirationSeconds: 600 });
    nowMs += 600_000;
    assert.deepEqual([await status(short), await status(token)], [401, 200]);
    await api.call('DELETE', `${ACCOUNTS}/bot`);
    assert.equal(await status(token), 401);
    await make(api, ACCOUNTS, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'bot' } });
    assert.equal(await status(token), 401, 'another account of the same name');
  },
);

test("a token outlives a restart of the server, as the administrator's does", only, async (context) => {
  const { mkdtemp, rm } = await import('node:fs/promises');
  const { tmpdir } = await import('node:os');
  const dataDir = await mkdtemp(`${tmpdir()}/metalctl-rbac-`);
  const tls = await testCertificates();
  const tokens = { admin: 'a'.repeat(64), viewer: 'b'.repeat(64) };
  const start = async () => {
    const server = await startApiServer({ tls, dataDir, tokens });
    return { server, ...clientOf({ url: server.url, ca: tls.ca, auth: { authorization: `Bearer ${tokens.admin}` } }) };
  };
  const first = await start();
  const token = await accountToken(first, 'bot');
  await first.server.close();
  const second = await start();
  context.after(async () => {
    await second.server.close();
    await rm(dataDir, { recursive: true });
  });
  assert.equal((await second.call('GET', '/api', { token })).status, 200);
});

test('token requests that cannot be granted are refused', only, async (context) => {
  const api = await startEmbedded(context);
  await accountToken(api, 'bot');
  const ask = (name: string, spec: Body) =>
    api.call('POST', `${ACCOUNTS}/${name}/token`, {
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec },
    });
  assert.deepEqual(causes(await ask('bot', { expirationSeconds: 599 })), [
    'spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
  ]);
  assert.deepEqual(causes(await ask('bot', { expirationSeconds: 2 ** 32 + 1 })), [
    'spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds',
  ]);
  assert.equal((await ask('bot', { boundObjectRef: { kind: 'Pod', name: 'p' } })).status, 400);
  assert.equal((await ask('nobody', {})).status, 404);
  assert.equal((await api.call('GET', `${ACCOUNTS}/bot/token`)).status, 405);
});

test('roles and bindings that make no sense are refused field by field', only, async (context) => {
  const api = await startEmbedded(context);
  const refused = async (path: string, body: Body) => causes(await api.call('POST', `${RBAC}/${path}`, { body }));
  assert.deepEqual(await refused('clusterroles', clusterRole('r', [{ verbs: [] }])), [
    'rules[0].verbs: Required value: verbs must contain at least one value',
    'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
    'rules[0].resources: Required value: resource rules must supply at least one resource',
  ]);
  const mixed = { ...rule('', 'pods', ['get']), nonResourceURLs: ['/x'] };
  const role = { ...clusterRole('r', [mixed]), kind: 'Role' };
  assert.deepEqual(await refused('namespaces/default/roles', role), [
    'rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs',
    'rules[0].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular resources and non-resource URLs',
  ]);
  const binding = clusterRoleBinding('a/b', 'r', [
    { kind: 'Robot', name: 'x' },
    { kind: 'ServiceAccount', name: 's' },
  ]);
  binding.roleRef.kind = 'Role';
  assert.deepEqual(await refused('clusterrolebindings', binding), [
    'metadata.name: Invalid value: "a/b": may not contain \'/\'',
    'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
    'subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"',
    'subjects[1].namespace: Required value',
  ]);
  await make(api, `${RBAC}/clusterroles`, clusterRole('system:x', [rule('', 'pods', ['get'])]));
  await make(api, `${RBAC}/clusterrolebindings`, clusterRoleBinding('system:x', 'system:x', []));
  const path = `${RBAC}/clusterrolebindings/system:x`;
  const changed = await api.call('PATCH', path, { body: { roleRef: { name: 'y' } }, headers: MERGE });
  assert.deepEqual(causes(changed), [
    'roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"ClusterRole","Name":"y"}: cannot change roleRef',
  ]);
});

test('the request log tells who made use of which right, and who was refused', only, async (context) => {
  const api = await startEmbedded(context);
  const token = await accountToken(api, 'bot');
  await grant(api, 'bot', [rule('', 'configmaps', ['list', 'delete'])]);
  api.server.requestLog.reset();
  await api.call('GET', CONFIG_MAPS, { token });
  await api.call('GET', CONFIG_MAPS, { token });
  await api.call('GET', '/api/v1/secrets', { token });
  const use = { user, group: '', verb: 'list' };
  assert.deepEqual(api.server.requestLog.uses(user), [
    { ...use, resource: 'configmaps', namespace: 'default', allowed: 2, refused: 0 },
    { ...use, resource: 'secrets', namespace: '', allowed: 0, refused: 1 },
  ]);
});

test('kubectl shows roles and bindings in the columns of a real server', only, async (context) => {
  const api = await startEmbedded(context);
  await make(api, `${RBAC}/clusterroles`, clusterRole('r', [rule('', 'pods', ['get'])]));
  const subjects = [subject('bot'), { kind: 'User', name: 'jane' }, { kind: 'User', name: 'joe' }];
  await make(api, `${RBAC}/clusterrolebindings`, clusterRoleBinding('b', 'r', subjects));
  const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  const { body } = await api.call('GET', `${RBAC}/clusterrolebindings`, { headers });
  assert.deepEqual(
    body.columnDefinitions.map((column: Body) => `${column.name} ${column.priority}`),
    ['Name 0', 'Role 0', 'Age 0', 'Users 1', 'Groups 1', 'ServiceAccounts 1'],
  );
  const [name, role, , users, group, accounts] = body.rows[0].cells;
  assert.deepEqual([name, role, users, group, accounts], ['b', 'ClusterRole/r', 'jane, joe', '', 'default/bot']);
});

test('--as: administrators stand for anybody, others for whom they may impersonate', only, async (context) => {
  const api = await startEmbedded(context);
  const token = await accountToken(api, 'bot');
  await grant(api, 'bot', [rule('', 'configmaps', ['list'])]);
  const as = (name: string, more: Body = {}) => ({ headers: { 'impersonate-user': name, ...more } });
  assert.equal((await api.call('GET', CONFIG_MAPS, as(user))).status, 200);
  const jane = await api.call('GET', CONFIG_MAPS, as('jane'));
  assert.match(jane.body.message, /^configmaps is forbidden: User "jane" cannot list/);
  assert.equal((await api.call('GET', CONFIG_MAPS, as('jane', { 'impersonate-group': 'viewers' }))).status, 200);
  const bold = await api.call('GET', CONFIG_MAPS, { ...as('admin'), token });
  assert.equal(
    bold.body.message,
    `users "admin" is forbidden: User "${user}" cannot impersonate resource "users" in API group "" at the cluster scope`,
  );
  const rules = [rule('', 'users', ['impersonate'], { resourceNames: ['jane'] })];
  await api.call('PATCH', `${RBAC}/clusterroles/bot`, { body: { rules }, headers: MERGE });
  assert.match((await api.call('GET', CONFIG_MAPS, { ...as('jane'), token })).body.message, /User "jane" cannot list/);
  const masters = { ...as('jane', { 'impersonate-group': 'system:masters' }), token };
  assert.match((await api.call('GET', CONFIG_MAPS, masters)).body.message, /cannot impersonate resource "groups"/);
  assert.equal((await api.call('GET', CONFIG_MAPS, { headers: { 'impersonate-group': 'viewers' } })).status, 500);
});
