/** An attribute registry as this client uses it: rules by name, and dependencies between attributes. */
import type { AttributeRule, AttributeValue } from '../../ports/bmc.js';
import { present } from '../operations/present.js';
import { MapFrom, RegistryAttribute, RegistryBody, RegistryDependency, RegistryValue } from '../schema/bios.js';
import { isObject, type JsonObject } from '../transport/json.js';

export interface Condition {
  readonly attribute: string;
  readonly operator: string;
  readonly value: AttributeValue | undefined;
  /** How it joins the one before it. */
  readonly term: 'AND' | 'OR';
}

/** While the conditions hold, a property of an attribute has another value. */
export interface Dependency {
  readonly conditions: readonly Condition[];
  readonly attribute: string;
  readonly property: string;
  readonly value: AttributeValue | undefined;
}

export interface AttributeRegistry {
  readonly rules: ReadonlyMap<string, AttributeRule>;
  readonly dependencies: readonly Dependency[];
}

/** Reads a registry. `needsReset` is meant where an attribute does not say (true for a BIOS, false for a BMC). */
export function toRegistry(json: JsonObject, needsReset: boolean): AttributeRegistry {
  const { Attributes = [], Dependencies = [] } = RegistryBody.parse(json).RegistryEntries ?? {};
  const rules = Attributes.filter(isObject).flatMap((raw) => toRule(raw, needsReset));
  return {
    rules: new Map(rules.map((rule) => [rule.name, rule])),
    dependencies: Dependencies.filter(isObject).flatMap(toDependency),
  };
}

function toRule(raw: JsonObject, needsReset: boolean): AttributeRule[] {
  const parsed = RegistryAttribute.safeParse(raw);
  if (!parsed.success) return [];
  const { data } = parsed;
  const values = data.Value.filter(isObject).flatMap(toValue);
  const facts = present({
    values: values.length > 0 ? values : undefined,
    lowerBound: bound(data.LowerBound, data.UpperBound),
    upperBound: bound(data.UpperBound, data.UpperBound),
    increment: data.ScalarIncrement || undefined,
    minLength: data.MinLength,
    maxLength: data.MaxLength || undefined,
    expression: data.ValueExpression,
    displayName: data.DisplayName,
    help: data.HelpText,
  });
  return [
    {
      name: data.AttributeName,
      type: data.Type ?? 'String',
      isReadOnly: data.ReadOnly === true || data.Readonly === true || data.Immutable === true,
      isHidden: data.Hidden === true,
      needsReset: data.ResetRequired ?? needsReset,
      ...facts,
    },
  ];
}

/** iDRAC writes an upper bound of -1 where there are none. */
const bound = (value: number | undefined, upper: number | undefined): number | undefined =>
  upper !== undefined && upper < 0 ? undefined : value;

function toValue(raw: JsonObject): { name: string; display?: string }[] {
  const { ValueName, ValueDisplayName } = RegistryValue.parse(raw);
  const name = ValueName ?? ValueDisplayName;
  if (name === undefined) return [];
  return [{ name, ...(ValueDisplayName === undefined ? {} : { display: ValueDisplayName }) }];
}

function toDependency(raw: JsonObject): Dependency[] {
  const { Dependency: given, Type } = RegistryDependency.parse(raw);
  if (given?.MapToAttribute === undefined || given.MapToProperty === undefined || (Type ?? 'Map') !== 'Map') return [];
  const conditions = (given.MapFrom ?? []).filter(isObject).flatMap(toCondition);
  if (conditions.length === 0) return [];
  return [{ conditions, attribute: given.MapToAttribute, property: given.MapToProperty, value: given.MapToValue }];
}

/** Only conditions on values: those on other properties of attributes cannot be judged from outside. */
function toCondition(raw: JsonObject): Condition[] {
  const from = MapFrom.parse(raw);
  if (from.MapFromAttribute === undefined || (from.MapFromProperty ?? 'CurrentValue') !== 'CurrentValue') return [];
  const term = from.MapTerms === 'OR' ? 'OR' : 'AND';
  return [
    { attribute: from.MapFromAttribute, operator: from.MapFromCondition ?? 'EQU', value: from.MapFromValue, term },
  ];
}
