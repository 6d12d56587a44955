/**
 * Validation of a value against a structural schema, with the error texts of a real server (kube-openapi's validators).
 * CEL rules are not checked here: see cel.ts.
 */
import type { RE2JS } from 're2js';
import { engines } from '../engines.js';
import { duplicate, invalidValue, notSupported, required, tooLong, tooMany, typeInvalid } from '../field-errors.js';
import type { FieldError } from '../status.js';
import { canonical, equal, isObject, type Json, type JsonObject } from '../types.js';
import { matchesFormat } from './formats.js';
import { below, fieldSchema, isIntOrString, type Schema } from './schema.js';

/** Every error of a value; `path` is where it stands. */
export function validate(value: Json | undefined, schema: Schema, path = ''): FieldError[] {
  const errors: FieldError[] = [];
  check(value as Json, schema, path, errors);
  return errors;
}

const isInt64 = (value: number) => Number.isInteger(value) && Math.abs(value) < 2 ** 63;

const typeOf = (value: Json): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return isInt64(value) ? 'integer' : 'number';
  return typeof value;
};

const wrongType = (path: string, type: string, shown: string) =>
  typeInvalid(path, shown, `${path} in body must be of type ${type}: ${JSON.stringify(shown)}`);

function check(value: Json, schema: Schema, path: string, errors: FieldError[]): void {
  if (value === null && schema.nullable === true) return;
  checkType(value, schema, path, errors);
  if (schema.enum !== undefined && !schema.enum.some((allowed) => equal(allowed, value))) {
    errors.push(
      notSupported(
        path,
        value,
        schema.enum.map((v) => (typeof v === 'string' ? v : canonical(v))),
      ),
    );
  }
  if (typeof value === 'string') checkString(value, schema, path, errors);
  if (typeof value === 'number') checkNumber(value, schema, path, errors);
  if (Array.isArray(value)) checkArray(value, schema, path, errors);
  if (isObject(value)) checkObject(value, schema, path, errors);
  checkCombinations(value, schema, path, errors);
}

function checkType(value: Json, schema: Schema, path: string, errors: FieldError[]): void {
  const type = typeOf(value);
  if (isIntOrString(schema)) {
    if (type !== 'integer' && type !== 'string') errors.push(wrongType(path, 'integer,string', type));
    return;
  }
  if (schema.type === undefined) {
    if (value === null && Object.keys(schema).length > 0 && schema['x-kubernetes-preserve-unknown-fields'] !== true)
      return;
    return;
  }
  if (type !== schema.type && !(type === 'integer' && schema.type === 'number')) {
    if (type === 'number' && schema.type === 'integer') {
      errors.push({
        reason: 'FieldValueInvalid',
        field: '<nil>',
        message: `Invalid value: "": Checked value must be of type integer (default format) in ${path}`,
      });
    }
    errors.push(wrongType(path, schema.type, type));
    return;
  }
  if (typeof value === 'string' && schema.format !== undefined && !matchesFormat(schema.format, value)) {
    errors.push(wrongType(path, schema.format, value));
  }
}

const patterns = new Map<string, RE2JS>();

/** A compiled RE2 pattern; linear time whatever the input. @throws RE2JSSyntaxException */
export function re2(pattern: string): RE2JS {
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    compiled = engines().re2.RE2JS.compile(pattern);
    patterns.set(pattern, compiled);
  }
  return compiled;
}

const runes = (text: string): number => {
  let count = 0;
  for (const _ of text) count++;
  return count;
};

function checkString(value: string, schema: Schema, path: string, errors: FieldError[]): void {
  const length = schema.maxLength === undefined && schema.minLength === undefined ? 0 : runes(value);
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    errors.push(tooLong(path, schema.maxLength));
  } else if (schema.minLength !== undefined && length < schema.minLength) {
    errors.push(invalidValue(path, value, `${path} in body should be at least ${schema.minLength} chars long`));
  } else if (schema.pattern !== undefined && !re2(schema.pattern).matcher(value).find()) {
    errors.push(invalidValue(path, value, `${path} in body should match '${schema.pattern}'`));
  }
}

function checkNumber(value: number, schema: Schema, path: string, errors: FieldError[]): void {
  const { multipleOf, maximum, minimum } = schema;
  if (multipleOf !== undefined && !Number.isInteger(Number((value / multipleOf).toPrecision(12)))) {
    errors.push(invalidValue(path, value, `${path} in body should be a multiple of ${multipleOf}`));
  }
  if (maximum !== undefined && (schema.exclusiveMaximum === true ? value >= maximum : value > maximum)) {
    const bound = schema.exclusiveMaximum === true ? 'less than' : 'less than or equal to';
    errors.push(invalidValue(path, value, `${path} in body should be ${bound} ${maximum}`));
  }
  if (minimum !== undefined && (schema.exclusiveMinimum === true ? value <= minimum : value < minimum)) {
    const bound = schema.exclusiveMinimum === true ? 'greater than' : 'greater than or equal to';
    errors.push(invalidValue(path, value, `${path} in body should be ${bound} ${minimum}`));
  }
}

function checkArray(value: Json[], schema: Schema, path: string, errors: FieldError[]): void {
  if (schema.maxItems !== undefined && value.length > schema.maxItems) {
    errors.push(tooMany(path, value.length, schema.maxItems));
  }
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    errors.push(invalidValue(path, value.length, `${path} in body should have at least ${schema.minItems} items`));
  }
  const { items } = schema;
  if (items !== undefined) {
    value.forEach((item, index) => {
      check(item, items, below(path, index), errors);
    });
  }
  checkListType(value, schema, path, errors);
}

function checkListType(value: Json[], schema: Schema, path: string, errors: FieldError[]): void {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'set' && type !== 'map') return;
  const seen = new Map<string, number>();
  value.forEach((item, index) => {
    const key = type === 'set' ? item : listKey(item, schema['x-kubernetes-list-map-keys'] ?? []);
    if (key === undefined) return;
    const text = canonical(key);
    const times = seen.get(text) ?? 0;
    seen.set(text, times + 1);
    if (times === 1) errors.push(duplicate(below(path, index), key)); // a third occurrence is not reported again
  });
}

function listKey(item: Json, keys: readonly string[]): JsonObject | undefined {
  if (!isObject(item)) return undefined;
  return Object.fromEntries(keys.filter((key) => item[key] !== undefined).map((key) => [key, item[key] as Json]));
}

function checkObject(value: JsonObject, schema: Schema, path: string, errors: FieldError[]): void {
  const keys = Object.keys(value);
  if (schema.maxProperties !== undefined && keys.length > schema.maxProperties) {
    errors.push(tooMany(path, keys.length, schema.maxProperties));
  }
  if (schema.minProperties !== undefined && keys.length < schema.minProperties) {
    const detail = `${path} in body should have at least ${schema.minProperties} properties`;
    errors.push(invalidValue(path, keys.length, detail));
  }
  for (const key of schema.required ?? []) {
    if (value[key] === undefined) errors.push(required(below(path, key)));
  }
  for (const key of keys) {
    const child = fieldSchema(schema, key);
    if (child !== undefined) check(value[key] as Json, child, below(path, key), errors);
  }
}

const unplaced = (text: string): FieldError => ({
  reason: 'FieldValueInvalid',
  field: '<nil>',
  message: `Invalid value: "": ${text}`,
});

function checkCombinations(value: Json, schema: Schema, path: string, errors: FieldError[]): void {
  if (schema.anyOf !== undefined) checkAnyOf(value, schema.anyOf, path, errors);
  if (schema.oneOf !== undefined) checkOneOf(value, schema.oneOf, path, errors);
  if (schema.allOf !== undefined) checkAllOf(value, schema.allOf, path, errors);
  if (schema.not !== undefined && validate(value, schema.not, path).length === 0) {
    errors.push(unplaced(`"${path}" must not validate the schema (not)`));
  }
}

function checkAnyOf(value: Json, options: readonly Schema[], path: string, errors: FieldError[]): void {
  const failures = options.map((option) => validate(value, option, path));
  if (failures.some((failure) => failure.length === 0)) return;
  errors.push(unplaced(`"${path}" must validate at least one schema (anyOf)`), ...best(failures));
}

function checkOneOf(value: Json, options: readonly Schema[], path: string, errors: FieldError[]): void {
  const failures = options.map((option) => validate(value, option, path));
  const valid = failures.filter((failure) => failure.length === 0).length;
  if (valid === 1) return;
  const found = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`;
  errors.push(unplaced(`"${path}" must validate one and only one schema (oneOf). ${found}`));
  if (valid === 0) errors.push(...best(failures));
}

/** The real server shows the alternative that got furthest: a wrong value beats a missing field. */
function best(failures: readonly FieldError[][]): readonly FieldError[] {
  const weight = (errors: readonly FieldError[]) => errors.filter((e) => e.reason === 'FieldValueRequired').length;
  let chosen = failures[0] ?? [];
  for (const failure of failures) if (weight(failure) < weight(chosen)) chosen = failure;
  return chosen;
}

function checkAllOf(value: Json, options: readonly Schema[], path: string, errors: FieldError[]): void {
  const failures = options.map((option) => validate(value, option, path));
  const valid = failures.filter((failure) => failure.length === 0).length;
  errors.push(...failures.flat());
  if (valid === options.length) return;
  errors.push(unplaced(`"${path}" must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`));
}
