/**
 * CEL rules of a schema (`x-kubernetes-validations`): compiled once when a CRD is accepted, run after the structural
 * checks passed. Transition rules (those naming `oldSelf`) run only where an old value can be found.
 */
import type { Context, Environment, ParseResult } from '@marcbachmann/cel-js';
import { engines } from '../engines.js';
import { duplicate, forbiddenField, invalidValue, required } from '../field-errors.js';
import type { FieldError } from '../status.js';
import { canonical, isObject, type Json, type JsonObject } from '../types.js';
import { registerKubernetesLibrary } from './cel-library/index.js';
import { below, fieldSchema, type Schema, type ValidationRule } from './schema.js';

interface CompiledRule {
  readonly source: ValidationRule;
  readonly run: ParseResult;
  readonly message: ParseResult | undefined;
  readonly usesOldSelf: boolean;
}

/** A schema with rules somewhere below; parts without rules are left out. */
export interface CelValidator {
  readonly schema: Schema;
  readonly rules: readonly CompiledRule[];
  readonly properties: ReadonlyMap<string, CelValidator>;
  readonly values: CelValidator | undefined;
  readonly items: CelValidator | undefined;
}

const SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'int',
  number: 'double',
  boolean: 'bool',
};

const environments = new Map<string, Environment>();

/** Scalars are declared by type, for the library cannot compare an optional's value of unknown type; the rest is dyn. */
function environmentFor(schema: Schema, optionalOld: boolean): Environment {
  const isPlain = schema.format === undefined || schema.type === 'integer';
  const type = (isPlain ? SCALARS[schema.type ?? ''] : undefined) ?? 'dyn';
  const key = `${type} ${optionalOld}`;
  const { cel } = engines();
  let environment = environments.get(key);
  if (environment === undefined) {
    environment = registerKubernetesLibrary(
      new cel.Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false }),
    )
      .registerVariable('self', type)
      .registerVariable('oldSelf', optionalOld ? `optional<${type}>` : type);
    environments.set(key, environment);
  }
  return environment;
}

/** Parse one expression over `self` and `oldSelf`, values of a schema. @throws ParseError */
export const parseExpression = (expression: string, schema: Schema = {}, optionalOld = false): ParseResult =>
  environmentFor(schema, optionalOld).parse(expression);

export const namesOldSelf = (expression: string): boolean =>
  /\boldSelf\b/.test(expression.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, ''));

/** Compile every rule below a schema; undefined when there is none. @throws ParseError */
export function compileRules(schema: Schema): CelValidator | undefined {
  const rules = (schema['x-kubernetes-validations'] ?? []).map((rule) => compileRule(rule, schema));
  const properties = new Map<string, CelValidator>();
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    const compiled = compileRules(child);
    if (compiled !== undefined) properties.set(key, compiled);
  }
  const values =
    typeof schema.additionalProperties === 'object' ? compileRules(schema.additionalProperties) : undefined;
  const items = schema.items === undefined ? undefined : compileRules(schema.items);
  if (rules.length === 0 && properties.size === 0 && values === undefined && items === undefined) return undefined;
  return { schema, rules, properties, values, items };
}

const compileRule = (source: ValidationRule, schema: Schema): CompiledRule => ({
  source,
  run: parseExpression(source.rule, schema, source.optionalOldSelf === true),
  message: source.messageExpression === undefined ? undefined : parseExpression(source.messageExpression, schema),
  usesOldSelf: namesOldSelf(source.rule),
});

/** Run the rules of a value. `old` is the value it replaces, undefined on create or where it cannot be matched. */
export function runRules(
  validator: CelValidator,
  value: Json | undefined,
  old: Json | undefined,
  path = '',
): FieldError[] {
  if (value === undefined || (value === null && validator.schema.nullable !== true)) return [];
  const errors = validator.rules.flatMap((rule) => runRule(rule, validator.schema, value, old, path));
  if (isObject(value)) errors.push(...runMembers(validator, value, isObject(old) ? old : undefined, path));
  if (Array.isArray(value) && validator.items !== undefined) {
    errors.push(...runItems(validator, validator.items, value, Array.isArray(old) ? old : undefined, path));
  }
  return errors;
}

function runMembers(
  validator: CelValidator,
  value: JsonObject,
  old: JsonObject | undefined,
  path: string,
): FieldError[] {
  return Object.keys(value).flatMap((key) => {
    const child = validator.properties.get(key) ?? (validator.schema.properties?.[key] ? undefined : validator.values);
    if (child === undefined) return [];
    return runRules(child, value[key], old?.[key], child === validator.values ? `${path}[${key}]` : below(path, key));
  });
}

function runItems(
  validator: CelValidator,
  items: CelValidator,
  value: Json[],
  old: Json[] | undefined,
  path: string,
): FieldError[] {
  const find = oldItems(validator.schema, old);
  return value.flatMap((item, index) => runRules(items, item, find(item), below(path, index)));
}

/** Only items of keyed lists have a past; those of atomic lists and sets are never transitions. */
function oldItems(schema: Schema, old: Json[] | undefined): (item: Json) => Json | undefined {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (old === undefined || schema['x-kubernetes-list-type'] !== 'map' || keys === undefined) return () => undefined;
  const keyOf = (item: Json) => canonical(keys.map((key) => (isObject(item) ? (item[key] ?? null) : null)));
  const byKey = new Map(old.map((item) => [keyOf(item), item]));
  return (item) => byKey.get(keyOf(item));
}

function runRule(rule: CompiledRule, schema: Schema, value: Json, old: Json | undefined, path: string): FieldError[] {
  const optional = rule.source.optionalOldSelf === true;
  if (rule.usesOldSelf && !optional && old === undefined) return [];
  const self = toCel(value, schema);
  const before = old === undefined ? undefined : toCel(old, schema);
  const { Optional } = engines().cel;
  const wrapped = before === undefined ? Optional.none() : Optional.of(before);
  try {
    if (rule.run({ self, oldSelf: optional ? wrapped : before }) === true) return [];
  } catch (error) {
    return [evaluationError(rule, schema, path, error)];
  }
  return [toFieldError(rule.source, value, path, messageOf(rule, { self, oldSelf: before }))];
}

/** A rule that cannot be evaluated is a fault of the value, shown by its type. */
function evaluationError({ source }: CompiledRule, schema: Schema, path: string, error: unknown): FieldError {
  const cause = error instanceof Error && 'summary' in error ? String(error.summary) : String(error);
  const about = source.message?.trim() || source.rule.trim();
  return invalidValue(path === '' ? '<nil>' : path, schema.type ?? '', `${goError(cause)} evaluating rule: ${about}`);
}

/** The texts of cel-go, where they are known. */
function goError(text: string): string {
  if (/division by zero|divide by zero/i.test(text)) return 'division by zero';
  const missing = /No such key: (\S+)/i.exec(text);
  return missing === null ? text : `no such key: ${missing[1]}`;
}

function messageOf(rule: CompiledRule, context: Context): string {
  const computed = rule.message === undefined ? undefined : computedMessage(rule.message, context);
  return computed ?? rule.source.message?.trim() ?? `failed rule: ${rule.source.rule.trim()}`;
}

/** A message expression that fails, is empty or spans lines is ignored, as a real server does. */
function computedMessage(message: ParseResult, context: Context): string | undefined {
  try {
    const text: unknown = message(context);
    if (typeof text !== 'string' || text.trim() === '' || text.includes('\n')) return undefined;
    return text.trim();
  } catch {
    return undefined;
  }
}

function toFieldError(source: ValidationRule, value: Json, path: string, detail: string): FieldError {
  const field = source.fieldPath === undefined ? path : `${path}${source.fieldPath}`.replace(/^\./, '');
  const place = field === '' ? '<nil>' : field;
  switch (source.reason) {
    case 'FieldValueRequired':
      return required(place, detail);
    case 'FieldValueForbidden':
      return forbiddenField(place, detail);
    case 'FieldValueDuplicate':
      return isScalar(value) ? duplicate(place, value) : { ...duplicate(place, value), message: 'Duplicate value' };
    default:
      return isScalar(value)
        ? invalidValue(place, value, detail)
        : { reason: 'FieldValueInvalid', field: place, message: `Invalid value: ${detail}` };
  }
}

const isScalar = (value: Json) => value !== null && typeof value !== 'object';

/** JSON as CEL values: integers as BigInt, date-times as Date, byte texts as bytes, by the schema's word. */
export function toCel(value: Json | undefined, schema: Schema | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => toCel(item, schema?.items));
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => [key, toCel(child, fieldSchema(schema, key))]),
    );
  }
  if (typeof value === 'number') return toNumber(value, schema);
  if (typeof value === 'string' && schema?.format === 'date-time') return new Date(value);
  if (typeof value === 'string' && schema?.format === 'byte') return new Uint8Array(Buffer.from(value, 'base64'));
  return value;
}

function toNumber(value: number, schema: Schema | undefined): bigint | number {
  if (schema?.type === 'number') return value;
  return Number.isSafeInteger(value) ? BigInt(value) : value;
}
