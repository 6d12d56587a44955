/** Judging attribute values: every type, bound and form of a registry, and what its dependencies say. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AttributeValue } from '../../../../src/ports/bmc.js';
import { checkAttributes } from '../../../../src/redfish/attributes/check.js';
import { toRegistry } from '../../../../src/redfish/attributes/registry.js';

const onOff = [{ ValueName: 'On', ValueDisplayName: 'Switched on' }, { ValueName: 'Off' }];
const registry = toRegistry(
  {
    RegistryEntries: {
      Attributes: [
        { AttributeName: 'Mode', Type: 'Enumeration', Value: onOff },
        { AttributeName: 'Other', Type: 'Enumeration', Value: onOff, ResetRequired: false },
        { AttributeName: 'Count', Type: 'Integer', LowerBound: 2, UpperBound: 10, ScalarIncrement: 2 },
        { AttributeName: 'Free', Type: 'Integer', LowerBound: -1, UpperBound: -1 },
        { AttributeName: 'Flag', Type: 'Boolean' },
        { AttributeName: 'Tag', Type: 'String', MinLength: 1, MaxLength: 4, ValueExpression: '[a-z]*' },
        { AttributeName: 'Slow', Type: 'String', ValueExpression: '(a+)+$' },
        { AttributeName: 'Broken', Type: 'String', ValueExpression: '[' },
        { AttributeName: 'Fixed', Type: 'String', ReadOnly: true },
        { AttributeName: 'DellFixed', Type: 'String', Readonly: true },
        { AttributeName: 'Gone', Type: 'String', Hidden: true },
        { AttributeName: 'Secret', Type: 'Password' },
        { Type: 'String' },
        'nonsense',
      ],
      Dependencies: [
        {
          Type: 'Map',
          Dependency: {
            MapFrom: [
              {
                MapFromAttribute: 'Mode',
                MapFromProperty: 'CurrentValue',
                MapFromCondition: 'EQU',
                MapFromValue: 'Off',
              },
              { MapFromAttribute: 'Count', MapFromCondition: 'GTR', MapFromValue: 4, MapTerms: 'AND' },
            ],
            MapToAttribute: 'Other',
            MapToProperty: 'GrayOut',
            MapToValue: true,
          },
        },
      ],
    },
  },
  true,
);

const current = { Mode: 'On', Other: 'On', Count: 4, Free: 0, Flag: false, Tag: 'a', Slow: '', Broken: '' };
const check = (wanted: Record<string, AttributeValue>, pending: Record<string, AttributeValue> = {}) =>
  checkAttributes({ wanted, current, pending, registry, needsReset: true });

const accepted: [string, AttributeValue, AttributeValue][] = [
  ['Mode', 'Off', 'Off'],
  ['Count', 6, 6],
  ['Count', '8', 8],
  ['Free', 12_345, 12_345],
  ['Flag', 'true', true],
  ['Tag', 'abcd', 'abcd'],
  ['Slow', `${'a'.repeat(60)}!`, `${'a'.repeat(60)}!`],
  ['Broken', 'anything', 'anything'],
];

const refused: [string, AttributeValue, RegExp][] = [
  ['Mode', 'Maybe', /one of On, Off/],
  ['Mode', true, /one of/],
  ['Count', 1, /at least 2/],
  ['Count', 12, /at most 10/],
  ['Count', 5, /step of 2 from 2/],
  ['Count', 2.5, /whole number/],
  ['Count', 'many', /whole number/],
  ['Flag', 1, /true or false/],
  ['Tag', '', /at least 1/],
  ['Tag', 'abcde', /at most 4/],
  ['Tag', 'AB', /form/],
  ['Tag', 3, /text/],
  ['Fixed', 'x', /read-only/],
  ['DellFixed', 'x', /read-only/],
  ['Gone', 'x', /hidden/],
  ['Secret', 'x', /passwords/],
  ['Unknown', 'x', /no such/],
];

describe('values of attributes', () => {
  for (const [name, value, sent] of accepted) {
    it(`${name} takes ${JSON.stringify(value).slice(0, 20)}`, () => {
      const { changes, problems } = check({ [name]: value });
      assert.deepEqual({ changes, problems }, { changes: { [name]: sent }, problems: [] });
    });
  }

  for (const [name, value, why] of refused) {
    it(`${name} refuses ${JSON.stringify(value)}`, () => {
      const { changes, problems } = check({ [name]: value });
      assert.deepEqual(changes, {});
      assert.equal(problems[0]?.name, name);
      assert.match(String(problems[0]?.why), why);
    });
  }

  it('are all judged, and those in force or waiting already are no change', () => {
    const { changes, problems } = check({ Mode: 'On', Count: '4', Other: 'Off', Tag: '!!' }, { Other: 'Off' });
    assert.deepEqual(changes, {});
    assert.deepEqual(problems.length, 1);
  });

  it('count as in force when shown by the name people see', () => {
    const shown = { ...current, Mode: 'Switched on' };
    const question = { current: shown, pending: {}, registry, needsReset: true };
    assert.deepEqual(checkAttributes({ ...question, wanted: { Mode: 'On' } }).changes, {});
    assert.deepEqual(checkAttributes({ ...question, wanted: { Mode: 'Switched on' } }).changes, {});
    assert.deepEqual(checkAttributes({ ...question, wanted: { Mode: 'Off' } }).changes, { Mode: 'Off' });
  });

  it('need a reset unless each says that it does not', () => {
    assert.equal(check({ Other: 'Off' }).needsReset, false);
    assert.equal(check({ Other: 'Off', Count: 6 }).needsReset, true);
    assert.equal(check({}).needsReset, false);
  });

  it('are warned of where a dependency greys them out, by what will be in force', () => {
    assert.deepEqual(check({ Other: 'Off', Mode: 'Off' }).warnings, []);
    const [warning] = check({ Other: 'Off', Mode: 'Off', Count: 6 }).warnings;
    assert.equal(warning, 'Other is greyed out while Mode is Off and Count > 4');
    assert.deepEqual(check({ Mode: 'Off', Count: 6 }).warnings, []);
  });

  it('are judged by the types of current values where there is no registry', () => {
    const question = { current: { ...current, None: null }, pending: {}, registry: undefined, needsReset: true };
    const wanted = { Count: '9', Flag: 'x', Mode: 'Whatever', Nobody: 1, None: 'x' };
    const found = checkAttributes({ ...question, wanted });
    assert.deepEqual(found.changes, { Count: 9, Mode: 'Whatever', None: 'x' });
    assert.deepEqual(
      found.problems.map(({ name }) => name),
      ['Flag', 'Nobody'],
    );
  });
});

describe('expressions of a hostile registry', () => {
  for (const expression of [
    '(a+)+$',
    '(a|a)*$',
    '([a-z]+)*x',
    'a*a*a*a*a*b',
    '\\1*',
    '(?=a)',
    'a{1,9999}a{1,9999}a{1,9999}',
  ]) {
    it(`cannot hold us up: ${expression}`, () => {
      const hostile = toRegistry(
        { RegistryEntries: { Attributes: [{ AttributeName: 'X', Type: 'String', ValueExpression: expression }] } },
        true,
      );
      const started = performance.now();
      checkAttributes({
        wanted: { X: 'a'.repeat(250) },
        current: {},
        pending: {},
        registry: hostile,
        needsReset: true,
      });
      assert.ok(performance.now() - started < 50);
    });
  }
});
