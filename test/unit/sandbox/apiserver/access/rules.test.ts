import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Asked,
  allowsPath,
  allowsResource,
  describeRights,
  missingRights,
  type PolicyRule,
} from '../../../../../src/sandbox/apiserver/access/rules.js';

const rule = (more: Partial<PolicyRule>): PolicyRule => ({
  verbs: ['get'],
  apiGroups: ['g'],
  resources: ['pods'],
  ...more,
});
const asked = (more: Partial<Asked>): Asked => ({
  verb: 'get',
  group: 'g',
  resource: 'pods',
  subresource: '',
  namespace: 'n',
  name: 'a',
  ...more,
});

const RESOURCES: readonly [string, Partial<PolicyRule>, Partial<Asked>, boolean][] = [
  ['what is named', {}, {}, true],
  ['another verb', {}, { verb: 'list' }, false],
  ['every verb', { verbs: ['*'] }, { verb: 'anything' }, true],
  ['another group', {}, { group: '' }, false],
  ['every group', { apiGroups: ['*'] }, { group: '' }, true],
  ['another resource', {}, { resource: 'nodes' }, false],
  ['every resource', { resources: ['*'] }, { resource: 'nodes' }, true],
  ['a subresource is another resource', {}, { subresource: 'log' }, false],
  ['every resource means subresources too', { resources: ['*'] }, { subresource: 'log' }, true],
  ['the subresource named', { resources: ['pods/log'] }, { subresource: 'log' }, true],
  ['a subresource of everything', { resources: ['*/log'] }, { subresource: 'log' }, true],
  ['another subresource of everything', { resources: ['*/exec'] }, { subresource: 'log' }, false],
  ['every subresource by pods/* is no wildcard', { resources: ['pods/*'] }, { subresource: 'log' }, false],
  ['the object named', { resourceNames: ['a', 'b'] }, {}, true],
  ['another object', { resourceNames: ['b'] }, {}, false],
  ['a list names no object', { verbs: ['list'], resourceNames: ['a'] }, { verb: 'list', name: '' }, false],
];

for (const [name, granted, wanted, expected] of RESOURCES) {
  test(`a rule ${expected ? 'allows' : 'does not allow'}: ${name}`, () => {
    assert.equal(allowsResource(rule(granted), asked(wanted)), expected);
  });
}

test('paths are allowed by name, by a star at the end, and by a lone star; never by a resource rule', () => {
  const allows = (urls: string[], path: string) => allowsPath({ verbs: ['get'], nonResourceURLs: urls }, 'get', path);
  assert.deepEqual(
    [
      allows(['/metrics'], '/metrics'),
      allows(['/metrics/*'], '/metrics/a'),
      allows(['/metrics/*'], '/metrics'),
      allows(['*'], '/anything'),
      allows(['/me'], '/metrics'),
    ],
    [true, true, false, true, false],
  );
  assert.equal(allowsPath(rule({ verbs: ['*'], resources: ['*'] }), 'get', '/metrics'), false);
});

test('rights held in pieces cover a rule; a rule for some objects covers none without a name', () => {
  const held = [rule({ verbs: ['get', 'list'] }), rule({ apiGroups: ['h'], resources: ['*'] })];
  assert.deepEqual(missingRights(held, [rule({ apiGroups: ['g', 'h'] })]), []);
  assert.deepEqual(missingRights(held, [rule({ verbs: ['get', 'watch'] })]), [rule({ verbs: ['watch'] })]);
  const one = rule({ resourceNames: ['a'] });
  assert.deepEqual(missingRights([rule({})], [one]), []);
  assert.deepEqual(missingRights([one], [rule({})]), [rule({})]);
  assert.deepEqual(missingRights([one], [rule({ resourceNames: ['a', 'b'] })]), [rule({ resourceNames: ['b'] })]);
  const paths = { verbs: ['get'], nonResourceURLs: ['/a/*'] };
  assert.deepEqual(missingRights([paths], [{ verbs: ['get'], nonResourceURLs: ['/a/b', '/c'] }]), [
    { verbs: ['get'], nonResourceURLs: ['/c'] },
  ]);
  assert.deepEqual(missingRights([rule({ verbs: ['get'] })], [rule({ verbs: ['*'] })]), [rule({ verbs: ['*'] })]);
});

test('missing rights are told with the verbs on one thing together, sorted', () => {
  const rights = missingRights([], [rule({ verbs: ['list', 'get'] }), rule({ apiGroups: [''] })]);
  assert.deepEqual(describeRights(rights), [
    '{APIGroups:[""], Resources:["pods"], Verbs:["get"]}',
    '{APIGroups:["g"], Resources:["pods"], Verbs:["list", "get"]}',
  ]);
});
