/**
 * Bad input, row by row: what is sent, and the status and words of the answer, as kube-apiserver 1.35.6 gives them.
 * Words that come out of Go's own parsers are left out of the expectation.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Body, startApi, type TestApi } from './start-api.js';
import { APPLY, CRDS, createWidget, installWidgets, JSON_PATCH, MERGE, WIDGETS, widget, widgetCrd } from './widget.js';

interface Row {
  readonly what: string;
  readonly send: readonly [method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>];
  readonly status: number;
  readonly says?: string;
}

const row = (what: string, send: Row['send'], status: number, says?: string): Row => ({
  what,
  send,
  status,
  ...(says === undefined ? {} : { says }),
});

const CONFIGMAPS = '/api/v1/namespaces/default/configmaps';
const token = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const yaml = { 'content-type': 'application/yaml' };
const unrecognised = 'the object provided is unrecognized (must be of type Widget)';
const big = JSON.stringify(widget('big', { spec: { free: { text: 'x'.repeat(3_400_000) } } }));
const twice =
  '{"apiVersion":"conformance.metalctl.dev/v1","kind":"Widget","metadata":{"name":"d"},"spec":{"name":"n","name":"m"}}';
/** Twice as deep as a real server reads, in the part of a widget that may hold anything. */
const deep = (open: string, close: string, levels = 20_000) => `${open.repeat(levels)}1${close.repeat(levels)}`;
const withFree = (free: string) => JSON.stringify(widget('a', { spec: { free: 'HERE' } })).replace('"HERE"', free);
const withMetadata = (metadata: Body): Body => ({ ...widget('a'), metadata: { name: 'a', ...metadata } });

const bodies = [
  row('a truncated body', ['POST', WIDGETS, '{"apiVersion":'], 400, unrecognised),
  row('an empty body', ['POST', WIDGETS, ''], 400, 'unexpected end of JSON input (<empty>)'),
  row('an array', ['POST', WIDGETS, '[]'], 400, unrecognised),
  row('null', ['POST', WIDGETS, 'null'], 400, "Object 'Kind' is missing in 'null'"),
  row('a text', ['POST', WIDGETS, 'x', { 'content-type': 'text/plain' }], 415, 'application/vnd.kubernetes.protobuf'),
  row('null in YAML', ['POST', WIDGETS, 'null', yaml], 400, "Object 'Kind' is missing in 'null'"),
  row('a list in YAML', ['POST', WIDGETS, '- a', yaml], 400, unrecognised),
  row('YAML cut off', ['POST', WIDGETS, 'kind: [', yaml], 400, unrecognised),
  row('a key twice', ['POST', `${WIDGETS}?fieldValidation=Strict`, twice], 400, 'duplicate field "spec.name"'),
  row(
    'a key twice in a ConfigMap',
    ['POST', `${CONFIGMAPS}?fieldValidation=Strict`, '{"metadata":{"name":"d","name":"e"}}'],
    400,
    'duplicate field "metadata.name"',
  ),
  row('lists in lists', ['POST', WIDGETS, withFree(deep('[', ']'))], 400, 'exceeded max depth'),
  row('objects in objects', ['POST', WIDGETS, withFree(deep('{"a":', '}'))], 400, 'exceeded max depth'),
  row('flow YAML in flow YAML', ['POST', WIDGETS, `a: ${deep('[', ']')}`, yaml], 400, 'exceeded max depth'),
  row('list items on one line', ['POST', WIDGETS, `a:\n  ${deep('- ', '')}`, yaml], 400, 'exceeded max depth'),
  row('a body above the limit', ['POST', WIDGETS, big], 413, 'Request entity too large: limit is 3145728'),
  row(
    'a Secret above 1 MiB',
    [
      'POST',
      '/api/v1/namespaces/default/secrets',
      { metadata: { name: 's' }, data: { a: Buffer.alloc(1_100_000).toString('base64') } },
    ],
    422,
    'may not be more than 1048576 bytes',
  ),
  row(
    'another kind',
    ['POST', WIDGETS, { ...widget('k'), kind: 'Gizmo' }],
    422,
    'kind: Invalid value: "Gizmo": must be Widget',
  ),
  row(
    'another namespace',
    ['POST', WIDGETS, widget('x', { metadata: { namespace: 'other' } })],
    400,
    'does not match the namespace sent on the request',
  ),
  row(
    'a namespace that is not there',
    ['POST', WIDGETS.replace('default', 'nope'), widget('x')],
    404,
    'namespaces "nope" not found',
  ),
  row(
    'a bad name',
    ['POST', WIDGETS, widget('Bad_Name')],
    422,
    'metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain',
  ),
  row(
    'no name',
    ['POST', WIDGETS, { ...widget('x'), metadata: {} }],
    422,
    'metadata.name: Required value: name or generateName is required',
  ),
  row(
    'a bad label',
    ['POST', WIDGETS, widget('x', { metadata: { labels: { ok: '-bad-' } } })],
    422,
    'metadata.labels: Invalid value: "-bad-"',
  ),
  row(
    'a number as label',
    ['POST', WIDGETS, { ...widget('x'), metadata: { name: 'x', labels: { a: 1 } } }],
    400,
    'json: cannot unmarshal number into Go struct field ObjectMeta.labels',
  ),
];

const versions = [
  row(
    'a list of the future',
    ['GET', `${WIDGETS}?resourceVersion=99999999&resourceVersionMatch=NotOlderThan`],
    504,
    'Too large resource version: 99999999, current: ',
  ),
  row('an object of the future', ['GET', `${WIDGETS}/a?resourceVersion=99999999`], 504, 'Too large resource version'),
  row(
    'a version that is none',
    ['GET', `${WIDGETS}?resourceVersion=abc`],
    400,
    'invalid resource version: resourceVersion: Invalid value: "abc"',
  ),
  row(
    'a watch from such a version',
    ['GET', `${WIDGETS}?watch=true&resourceVersion=abc`],
    500,
    'resourceVersion: Invalid value: "abc"',
  ),
  row(
    'an unknown match',
    ['GET', `${WIDGETS}?resourceVersion=1&resourceVersionMatch=Nope`],
    422,
    'supported values: "Exact", "NotOlderThan", ""',
  ),
  row(
    'a match without a version',
    ['GET', `${WIDGETS}?resourceVersionMatch=Exact`],
    422,
    'forbidden unless resourceVersion is provided',
  ),
  row(
    'a match on a watch',
    ['GET', `${WIDGETS}?watch=true&resourceVersionMatch=NotOlderThan`],
    422,
    'forbidden for watch unless sendInitialEvents is provided',
  ),
  row(
    'initial events without a match',
    ['GET', `${WIDGETS}?watch=true&sendInitialEvents=true`],
    422,
    'requires setting resourceVersionMatch to NotOlderThan',
  ),
  row(
    'garbage to continue from',
    ['GET', `${WIDGETS}?continue=garbage`],
    400,
    'invalid continue token: continue key is not valid',
  ),
  row(
    'a forged continue token',
    ['GET', `${WIDGETS}?continue=${token({ v: 'meta.k8s.io/v1', rv: 1, start: '../../etc' })}`],
    400,
    'continue key is not valid: ../../etc',
  ),
  row(
    'a continue token of another version',
    ['GET', `${WIDGETS}?continue=${token({ v: 'v9', rv: 1, start: 'a' })}`],
    400,
    'server does not recognize this encoded version v9',
  ),
  row(
    'a limit that is no number',
    ['GET', `${WIDGETS}?limit=abc`],
    400,
    'strconv.ParseInt: parsing "abc": invalid syntax',
  ),
  row(
    'a stale update',
    ['PUT', `${WIDGETS}/a`, withMetadata({ resourceVersion: '1' })],
    409,
    'the object has been modified; please apply your changes to the latest version and try again',
  ),
  row(
    'an update of a version that is none',
    ['PUT', `${WIDGETS}/a`, withMetadata({ resourceVersion: 'abc' })],
    500,
    'strconv.ParseUint: parsing "abc": invalid syntax',
  ),
  row(
    'an update of another uid',
    ['PUT', `${WIDGETS}/a`, withMetadata({ uid: 'nope' })],
    409,
    'Precondition failed: UID in precondition: nope',
  ),
  row(
    'an update under another name',
    ['PUT', `${WIDGETS}/a`, widget('b')],
    400,
    'the name of the object (b) does not match the name on the URL (a)',
  ),
  row(
    'an update of nothing',
    ['PUT', `${WIDGETS}/zz`, widget('zz')],
    404,
    'widgets.conformance.metalctl.dev "zz" not found',
  ),
];

const requests = [
  row(
    'a label selector cut off',
    ['GET', `${WIDGETS}?labelSelector=a%20in%20x`],
    400,
    "unable to parse requirement: found 'x' expected: '('",
  ),
  row(
    'a label selector of operators',
    ['GET', `${WIDGETS}?labelSelector=%3D%3D`],
    400,
    "found '==', expected: !, identifier, or 'end of string'",
  ),
  row(
    'a field that cannot be selected',
    ['GET', `${WIDGETS}?fieldSelector=spec.nope%3D1`],
    400,
    'field label not supported: spec.nope',
  ),
  row(
    'a field selector without operator',
    ['GET', `${WIDGETS}?fieldSelector=metadata.name`],
    400,
    "invalid selector: 'metadata.name'",
  ),
  row('an unknown path', ['GET', '/nope'], 404, '404 page not found'),
  row('an unknown group', ['GET', '/apis/nope.example.com/v1/foos'], 404, '404 page not found'),
  row(
    'an unknown resource',
    ['GET', '/api/v1/namespaces/default/foos'],
    404,
    'the server could not find the requested resource',
  ),
  row('an unknown subresource', ['GET', `${WIDGETS}/a/nope`], 404, '"a" not found'),
  row('PUT to a collection', ['PUT', CONFIGMAPS, {}], 405, 'does not allow this method'),
  row('DELETE of all namespaces', ['DELETE', '/api/v1/namespaces'], 405, 'does not allow this method'),
  row(
    'a patch of no type',
    ['PATCH', `${WIDGETS}/a`, {}],
    415,
    'application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
  ),
  row('a merge patch cut off', ['PATCH', `${WIDGETS}/a`, '{', MERGE], 400, 'error decoding patch'),
  row(
    'a merge patch of objects in objects',
    ['PATCH', `${WIDGETS}/a`, withFree(deep('{"a":', '}')), MERGE],
    400,
    'exceeded max depth',
  ),
  row(
    'an apply of lists in lists',
    ['PATCH', `${WIDGETS}/a?fieldManager=x`, withFree(deep('[', ']')), APPLY],
    400,
    'exceeded max depth',
  ),
  row(
    'options of a deletion, nested',
    ['DELETE', `${WIDGETS}/a`, `{"preconditions":${deep('[', ']')}}`],
    400,
    'exceeded max depth',
  ),
  row(
    'a JSON patch that copies a copy of a copy',
    [
      'PATCH',
      `${WIDGETS}/a`,
      Array.from({ length: 40 }, (_, at) => ({ op: 'copy', from: '/spec', path: `/spec/free/c${at}` })),
      JSON_PATCH,
    ],
    422,
    'the server rejected our request due to an error in our request',
  ),
  row(
    'a JSON patch of what every object inherits',
    ['PATCH', `${WIDGETS}/a`, [{ op: 'add', path: '/spec/__proto__/polluted', value: 1 }], JSON_PATCH],
    422,
    'the server rejected our request due to an error in our request',
  ),
  row('a JSON patch of nothing', ['PATCH', `${WIDGETS}/a`, [null], JSON_PATCH], 400, 'error decoding patch'),
  row('a JSON patch that is an object', ['PATCH', `${WIDGETS}/a`, {}, JSON_PATCH], 400, 'error decoding patch'),
  row(
    'a JSON patch into nothing',
    ['PATCH', `${WIDGETS}/a`, [{ op: 'replace', path: '/no/x', value: 1 }], JSON_PATCH],
    422,
    'the server rejected our request due to an error in our request',
  ),
  row(
    'an apply by nobody',
    ['PATCH', `${WIDGETS}/a`, widget('a'), APPLY],
    422,
    'fieldManager: Required value: is required for apply patch',
  ),
  row('an apply cut off', ['PATCH', `${WIDGETS}/a?fieldManager=x`, '{', APPLY], 400, 'error decoding YAML'),
  row(
    'an apply of managed fields',
    ['PATCH', `${WIDGETS}/a?fieldManager=x`, withMetadata({ managedFields: [{ manager: 'x' }] }), APPLY],
    400,
    'metadata.managedFields must be nil',
  ),
  row(
    'force on a merge patch',
    ['PATCH', `${WIDGETS}/a?force=true`, {}, MERGE],
    422,
    'may not be specified for non-apply patch',
  ),
  row(
    'a manager of 129 bytes',
    ['PATCH', `${WIDGETS}/a?fieldManager=${'m'.repeat(129)}`, {}, MERGE],
    422,
    'may not be more than 128 bytes',
  ),
  row('a dry run of some', ['POST', `${WIDGETS}?dryRun=Some`, widget('x')], 422, 'supported values: "All"'),
  row(
    'an unknown validation',
    ['POST', `${WIDGETS}?fieldValidation=Nope`, widget('x')],
    422,
    'supported values: "", "Ignore", "Strict", "Warn"',
  ),
  row(
    'an unknown propagation',
    ['DELETE', `${WIDGETS}/a`, { propagationPolicy: 'Nope' }],
    422,
    'supported values: "Foreground", "Background", "Orphan", "nil"',
  ),
  row(
    'two propagations',
    ['DELETE', `${WIDGETS}/a`, { propagationPolicy: 'Orphan', orphanDependents: true }],
    422,
    'cannot be both set',
  ),
  row(
    'a deletion of another uid',
    ['DELETE', `${WIDGETS}/a`, { preconditions: { uid: 'nope' } }],
    409,
    'the UID in the precondition (nope) does not match',
  ),
  row(
    'a grace that is no number',
    ['DELETE', `${WIDGETS}/a?gracePeriodSeconds=abc`],
    400,
    'strconv.ParseInt: parsing "abc": invalid syntax',
  ),
  row(
    'XML, please',
    ['GET', WIDGETS, undefined, { accept: 'application/xml' }],
    406,
    'only the following media types are accepted',
  ),
];

const X = 'spec.validation.openAPIV3Schema.properties[spec].properties[x]';

/** A definition with one more property; `change` may alter the rest of it. */
function definition(x: Body, change: (crd: Body) => void = () => undefined): Row['send'] {
  const crd = structuredClone(widgetCrd());
  crd.metadata.name = 'gadgets.conformance.metalctl.dev';
  crd.spec.names = { plural: 'gadgets', singular: 'gadget', kind: 'Gadget', listKind: 'GadgetList' };
  crd.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.x = x;
  change(crd);
  return ['POST', `${CRDS}?dryRun=All`, crd];
}

const text = { type: 'string', maxLength: 40 };
const list = (items: Body, maxItems?: number) => ({
  type: 'array',
  items,
  ...(maxItems === undefined ? {} : { maxItems }),
});
const ruled = (schema: Body, rule: string, more: Body = {}) =>
  definition({ ...schema, 'x-kubernetes-validations': [{ rule, ...more }] });
const COST = 'estimated rule cost exceeds budget by factor of more than 100x';

const definitions = [
  row(
    'a schema without types',
    definition({ properties: { y: {} } }),
    422,
    `${X}.type: Required value: must not be empty for specified object fields`,
  ),
  row(
    'a type in allOf',
    definition({ type: 'string', allOf: [{ type: 'string' }] }),
    422,
    `${X}.allOf[0].type: Forbidden: must be empty to be structural`,
  ),
  row('unique items', definition({ ...list(text), uniqueItems: true }), 422, `${X}.uniqueItems: Forbidden`),
  row(
    'properties and additional ones',
    definition({ type: 'object', properties: { a: text }, additionalProperties: text }),
    422,
    'additionalProperties and properties are mutual exclusive',
  ),
  row(
    'a default of another type',
    definition({ type: 'integer', default: 'a' }),
    422,
    `${X}.default: Invalid value: "string":  in body must be of type integer`,
  ),
  row(
    'a pattern that is none',
    definition({ type: 'string', pattern: '(' }),
    422,
    'must be a valid regular expression',
  ),
  row(
    'a map list without keys',
    definition({ ...list({ type: 'object', properties: { k: text } }), 'x-kubernetes-list-type': 'map' }),
    422,
    'x-kubernetes-list-map-keys: Required value',
  ),
  row(
    'a version twice',
    definition(text, ({ spec }) => spec.versions.push({ ...spec.versions[0], storage: false })),
    422,
    'must contain unique version names',
  ),
  row(
    'two stored versions',
    definition(text, ({ spec }) => spec.versions.push({ ...spec.versions[0], name: 'v2' })),
    422,
    'must have exactly one version marked as storage version',
  ),
  row(
    'a name of its own',
    definition(text, ({ metadata }) => (metadata.name = 'other')),
    422,
    'metadata.name: Invalid value: "other": must be spec.names.plural+"."+spec.group',
  ),
  row(
    'an unknown scope',
    definition(text, ({ spec }) => (spec.scope = 'World')),
    422,
    'spec.scope: Unsupported value: "World"',
  ),
  row('a rule about nothing', ruled(text, 'self == other'), 422, 'compilation failed'),
  row('a rule of brackets', ruled(text, deep('(', ')', 5_000)), 422, 'compilation failed'),
  row(
    'a pattern of brackets',
    definition({ type: 'string', pattern: deep('(', ')', 5_000) }),
    422,
    'must be a valid regular expression',
  ),
  row('a rule that gives no bool', ruled(text, 'self'), 422, 'must evaluate to a bool'),
  row('a rule cut off', ruled(text, 'self =='), 422, 'compilation failed'),
  row('no rule', ruled(text, ''), 422, 'rule: Required value: rule is not specified'),
  row(
    'loops in loops',
    ruled(list(list({ type: 'string' })), 'self.all(a, a.all(b, self.all(c, c.all(d, b == d))))'),
    422,
    COST,
  ),
  row(
    'texts without limit in loops',
    ruled(list({ type: 'string' }), 'self.all(a, self.all(b, a.contains(b)))'),
    422,
    COST,
  ),
  row(
    'the same with limits',
    ruled(list({ ...text, maxLength: 10 }, 10), 'self.all(a, self.all(b, a.contains(b)))'),
    201,
  ),
  row(
    'a message that is no text',
    ruled(text, "self == 'a'", { messageExpression: '1' }),
    422,
    'messageExpression must evaluate to a string',
  ),
  row('an unknown reason', ruled(text, "self == 'a'", { reason: 'Nope' }), 422, 'reason: Unsupported value: "Nope"'),
  row(
    'a field path to nowhere',
    ruled({ type: 'object', properties: { a: text } }, "self.a == 'a'", { fieldPath: '.b' }),
    422,
    'fieldPath: Invalid value: ".b": must be a valid path',
  ),
  row(
    'an old item of a list without keys',
    definition(list({ ...text, 'x-kubernetes-validations': [{ rule: 'self == oldSelf' }] }, 3)),
    422,
    'oldSelf cannot be used on the uncorrelatable portion of the schema',
  ),
  row('quantities', ruled(text, "isQuantity(self) && quantity(self).isGreaterThan(quantity('1Gi'))"), 201),
  row('addresses', ruled(text, "isIP(self) && ip(self).family() == 4 && cidr('10.0.0.0/8').containsIP(self)"), 201),
  row('URLs', ruled(text, "isURL(self) && url(self).getScheme() == 'https'"), 201),
  row('named formats', ruled(text, '!format.dns1123Label().validate(self).hasValue()'), 201),
  row(
    'lists in order',
    ruled(list({ type: 'integer' }, 5), 'self.isSorted() && self.sum() < 10 && self.min() > 0 && self.indexOf(1) < 2'),
    201,
  ),
  row('sets', ruled(list({ ...text, maxLength: 5 }, 5), "sets.contains(['a', 'b'], self)"), 201),
  row('semantic versions', ruled(text, 'isSemver(self) && semver(self).major() > 1'), 201),
];

describe('bad input', () => {
  let api: TestApi;
  let sweep: () => unknown;
  before(async () => {
    api = await startApi({ after: (hook) => (sweep = hook) });
    await installWidgets(api);
    await createWidget(api, 'a');
  });
  after(() => sweep());

  for (const { what, send, status, says } of [...bodies, ...versions, ...requests, ...definitions]) {
    test(what, async () => {
      const [method, path, body, headers = {}] = send;
      const reply = await api.call(method, path, { body, headers });
      const said = typeof reply.body === 'string' ? reply.body : String(reply.body.message);
      assert.equal(reply.status, status, said);
      if (says !== undefined) assert.ok(said.includes(says), said);
    });
  }

  test('after all of it the object is as it was', async () => {
    const { metadata, spec } = (await api.call('GET', `${WIDGETS}/a`)).body;
    assert.deepEqual([metadata.generation, spec.name], [1, 'n']);
    assert.equal(({} as { polluted?: number }).polluted, undefined);
  });
});
