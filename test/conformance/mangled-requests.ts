/**
 * Valid requests, mangled at random: one value replaced by another, a body cut or with bytes changed, a parameter or a
 * header field that makes no sense. Whatever comes, the server answers as a server and says nothing of its own faults.
 */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { randomFrom } from '../support/random.js';
import { type Body, startApi } from './start-api.js';
import { APPLY, CRDS, installWidgets, JSON_PATCH, MERGE, WIDGETS, widget, widgetCrd } from './widget.js';

interface Seed {
  readonly method: string;
  readonly path: string;
  readonly body: Body;
  readonly headers?: Readonly<Record<string, string>>;
}

const CORE = '/api/v1/namespaces/default';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const STRATEGIC = { 'content-type': 'application/strategic-merge-patch+json' };
const full = widget('a', {
  metadata: {
    labels: { a: 'b' },
    annotations: { c: 'd' },
    finalizers: ['a.b/c'],
    ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'm', uid: 'u' }],
    managedFields: [
      { manager: 'm', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': {} } },
    ],
  },
  spec: {
    size: 4,
    tags: ['x', 'y'],
    ports: [{ port: 1, label: 'l' }],
    free: { any: [1, { thing: null }] },
    low: 1,
    high: 2,
  },
});
const subject = { kind: 'ServiceAccount', name: 's', namespace: 'default' };
const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' };
const review = { spec: { resourceAttributes: { verb: 'get', resource: 'widgets', group: 'x' } } };
const time = '2026-01-02T03:04:05.000000Z';

const seeds: readonly Seed[] = [
  { method: 'POST', path: WIDGETS, body: full },
  { method: 'PUT', path: `${WIDGETS}/a`, body: full },
  {
    method: 'PUT',
    path: `${WIDGETS}/a/status`,
    body: { ...full, status: { conditions: [{ type: 'T', status: 'True' }] } },
  },
  { method: 'PATCH', path: `${WIDGETS}/a`, body: { metadata: full.metadata, spec: full.spec }, headers: MERGE },
  { method: 'PATCH', path: `${WIDGETS}/a?fieldManager=m&force=true`, body: full, headers: APPLY },
  {
    method: 'PATCH',
    path: `${WIDGETS}/a`,
    body: [
      { op: 'add', path: '/spec/tags/-', value: 'z' },
      { op: 'copy', from: '/spec/free', path: '/spec/free/copy' },
      { op: 'move', from: '/spec/low', path: '/spec/high' },
      { op: 'test', path: '/kind', value: 'Widget' },
      { op: 'remove', path: '/spec/ports/0' },
    ],
    headers: JSON_PATCH,
  },
  {
    method: 'DELETE',
    path: `${WIDGETS}/b`,
    body: { propagationPolicy: 'Foreground', preconditions: { uid: 'u' }, gracePeriodSeconds: 0 },
  },
  { method: 'POST', path: `${CRDS}?dryRun=All`, body: { ...widgetCrd(), metadata: { name: 'widgets.other.dev' } } },
  { method: 'PUT', path: `${CRDS}/widgets.conformance.metalctl.dev?dryRun=All`, body: widgetCrd() },
  {
    method: 'POST',
    path: `${CORE}/configmaps`,
    body: { metadata: { name: 'm' }, data: { a: 'b' }, binaryData: { c: 'ZA==' } },
  },
  {
    method: 'PATCH',
    path: `${CORE}/configmaps/m`,
    body: { metadata: { $patch: 'merge', finalizers: ['a.b/c'] }, data: { a: null } },
    headers: STRATEGIC,
  },
  {
    method: 'POST',
    path: `${CORE}/secrets`,
    body: { metadata: { name: 's' }, type: 'Opaque', stringData: { a: 'b' }, immutable: true },
  },
  {
    method: 'POST',
    path: `${CORE}/events`,
    body: {
      metadata: { name: 'e' },
      involvedObject: { kind: 'Widget', name: 'a', namespace: 'default' },
      reason: 'R',
      count: 1,
      firstTimestamp: time,
    },
  },
  {
    method: 'POST',
    path: '/apis/events.k8s.io/v1/namespaces/default/events',
    body: {
      metadata: { name: 'f' },
      eventTime: time,
      action: 'A',
      reason: 'R',
      type: 'Normal',
      reportingController: 'c.d/e',
      reportingInstance: 'i',
      regarding: { kind: 'Widget', name: 'a', namespace: 'default' },
    },
  },
  {
    method: 'POST',
    path: '/apis/coordination.k8s.io/v1/namespaces/default/leases',
    body: { metadata: { name: 'l' }, spec: { holderIdentity: 'h', leaseDurationSeconds: 15, renewTime: time } },
  },
  {
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { metadata: { name: 'n' }, spec: { finalizers: ['kubernetes'] } },
  },
  {
    method: 'POST',
    path: `${RBAC}/namespaces/default/roles`,
    body: {
      metadata: { name: 'r' },
      rules: [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['s'] }],
    },
  },
  {
    method: 'POST',
    path: `${RBAC}/clusterroles`,
    body: {
      metadata: { name: 'c' },
      rules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }],
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] },
    },
  },
  {
    method: 'POST',
    path: `${RBAC}/namespaces/default/rolebindings`,
    body: { metadata: { name: 'b' }, subjects: [subject], roleRef },
  },
  { method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body: review },
  {
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    body: { spec: { ...review.spec, user: 'u', groups: ['g'] } },
  },
  {
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
    body: { spec: { namespace: 'default' } },
  },
  { method: 'POST', path: `${CORE}/serviceaccounts`, body: { metadata: { name: 'bot' } } },
  {
    method: 'POST',
    path: `${CORE}/serviceaccounts/bot/token`,
    body: { spec: { audiences: ['a'], expirationSeconds: 600 } },
  },
];

const odd: readonly unknown[] = [
  null,
  0,
  -1,
  1.5,
  1e300,
  true,
  '',
  'x',
  ' ',
  '\u0000',
  'Zażółć',
  [],
  {},
  [null],
  [[]],
  { a: {} },
  { $patch: 'x' },
  'y'.repeat(300),
];
const oddKeys = ['__proto__', 'constructor', 'toString', '', '$patch', 'metadata', 'f:x', 'a/b/c', '.'];
const oddQueries = [
  'fieldValidation=Strict',
  'dryRun=All',
  'resourceVersion=1',
  'fieldManager=',
  'labelSelector=a in (',
  'fieldSelector=metadata.name=',
  'limit=-9',
  'force=1',
  'pretty=true',
  'continue=e30',
  'timeoutSeconds=x',
  '%zz=%',
  'x',
];
const oddTypes = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/apply-patch+yaml',
  'application/merge-patch+json',
  'application/json-patch+json',
  'text/plain',
  ';;;',
  'application/cbor',
];
const oddAccepts = [
  'application/yaml',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  '*/*;q=0',
  ',,;=',
  'application/json;as=Table',
];

/** Words of JavaScript's own errors: a server that says them has stumbled. */
const STUMBLED =
  /is not (a function|iterable|defined|an object|extensible)|[Cc]annot (read|set|convert|destructure|access|create|mix|assign|delete|use)|Maximum call stack|Invalid (array|string|time|Date)|Reduce of|toISOString|UNIQUE constraint|SQLITE|undefined \(/;

type Random = (limit: number) => number;
const pick = <T>(random: Random, from: readonly T[]): T => from[random(from.length)] as T;

/** A copy with one thing somewhere inside replaced, removed or added. */
function mangleValue(value: Body, random: Random): Body {
  if (typeof value !== 'object' || value === null || random(6) === 0) return pick(random, odd);
  if (Array.isArray(value)) {
    const at = random(value.length + 1);
    return [...value.slice(0, at), mangleValue(value[at] ?? null, random), ...value.slice(at + 1)];
  }
  const entries = Object.entries(value);
  if (entries.length === 0 || random(6) === 0) entries.push([pick(random, oddKeys), pick(random, odd)]);
  const at = random(entries.length);
  if (random(8) === 0) entries.splice(at, 1);
  else entries[at] = [entries[at]?.[0] ?? '', mangleValue(entries[at]?.[1], random)];
  // A key of any name: assigning `__proto__` would not make one.
  return JSON.parse(`{${entries.map(([key, held]) => `${JSON.stringify(key)}:${JSON.stringify(held)}`).join(',')}}`);
}

function mangleText(text: string, random: Random): string {
  const at = random(text.length + 1);
  const byte = String.fromCharCode(random(128));
  switch (random(4)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + byte + text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(at + 1 + random(20));
    default:
      return text.slice(0, at) + text.slice(random(text.length + 1));
  }
}

function mangle(
  seed: Seed,
  random: Random,
): { method: string; path: string; body: string; headers: Record<string, string> } {
  let body = seed.body;
  for (let times = 1 + random(3); times > 0; times--) body = mangleValue(body, random);
  const text = JSON.stringify(body);
  const query = random(4) === 0 ? `${seed.path.includes('?') ? '&' : '?'}${encodeURI(pick(random, oddQueries))}` : '';
  return {
    method: random(20) === 0 ? pick(random, ['GET', 'PUT', 'PATCH', 'DELETE', 'POST', 'HEAD', 'OPTIONS']) : seed.method,
    path: seed.path + query,
    body: random(5) === 0 ? mangleText(text, random) : text,
    headers: {
      ...(random(10) === 0
        ? { 'content-type': pick(random, oddTypes) }
        : (seed.headers ?? { 'content-type': 'application/json' })),
      ...(random(10) === 0 ? { accept: pick(random, oddAccepts) } : {}),
    },
  };
}

/** Sends so many requests. What failed is told with all it takes to send it again. */
export async function mangledRequestsAreAnswered(context: TestContext, count: number, seed: number): Promise<void> {
  const api = await startApi(context);
  await installWidgets(api);
  const next = randomFrom(seed);
  const random: Random = (limit) => Math.floor(next() * limit);
  const codes = new Map<number, number>();
  for (let sent = 0; sent < count; sent++) {
    const { method, path, body, headers } = mangle(pick(random, seeds), random);
    const isRead = method === 'GET' || method === 'HEAD';
    const reply = await api.call(method, path, { ...(isRead ? {} : { body }), headers });
    codes.set(reply.status, (codes.get(reply.status) ?? 0) + 1);
    const said = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? '');
    const what = `request ${sent} of seed ${seed}: ${method} ${path} ${JSON.stringify(headers)}\n${body}\n${reply.status} ${said}`;
    assert.ok(reply.status >= 200 && reply.status < 600, what);
    if (reply.status >= 400) assert.doesNotMatch(said, STUMBLED, what);
  }
  assert.equal(({} as { a?: unknown }).a, undefined, 'what every object inherits is as it was');
  assert.equal((await api.call('GET', WIDGETS)).status, 200);
  context.diagnostic(`answers by code: ${JSON.stringify(Object.fromEntries([...codes].sort()))}`);
}
