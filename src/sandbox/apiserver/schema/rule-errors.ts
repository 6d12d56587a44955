/** Are the CEL rules of a schema acceptable? They must parse, type-check, give a bool and stay cheap. */
import type { Environment } from '@marcbachmann/cel-js';
import { engines } from '../engines.js';
import { forbiddenField, invalidValue, notSupported, required } from '../field-errors.js';
import type { FieldError } from '../status.js';
import { namesOldSelf } from './cel.js';
import { exceedsBudget } from './cel-cost.js';
import { registerKubernetesLibrary } from './cel-library/index.js';
import type { Schema, ValidationRule } from './schema.js';

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

/** Every rule that cannot be accepted. */
export function ruleErrors(schema: Schema, path: string): FieldError[] {
  const errors = visit(schema, path, undefined, 1);
  if (!errors.some(({ message }) => message.endsWith(TOTAL))) return errors;
  const why = `x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of more than 100x ${HINT}`;
  return [...errors, forbiddenField(path, why)];
}

/** `atomic` is the path of the list in which old values cannot be found; `times` how often the rule may run. */
function visit(schema: Schema, path: string, atomic: string | undefined, times: number): FieldError[] {
  const errors = (schema['x-kubernetes-validations'] ?? []).flatMap((rule, index) =>
    checkRule(rule, schema, `${path}.x-kubernetes-validations[${index}]`, atomic, times),
  );
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    errors.push(...visit(child, `${path}.properties[${key}]`, atomic, times));
  }
  if (typeof schema.additionalProperties === 'object') {
    const many = times * (schema.maxProperties ?? UNBOUNDED);
    errors.push(...visit(schema.additionalProperties, `${path}.additionalProperties`, atomic, many));
  }
  if (schema.items !== undefined) {
    const correlates = schema['x-kubernetes-list-type'] === 'map';
    errors.push(
      ...visit(
        schema.items,
        `${path}.items`,
        atomic ?? (correlates ? undefined : path),
        times * (schema.maxItems ?? UNBOUNDED),
      ),
    );
  }
  return errors;
}

/** What a real server assumes of a list or map that names no limit: as many as fit in a request. */
const UNBOUNDED = 1000;

function checkRule(
  rule: ValidationRule,
  schema: Schema,
  path: string,
  atomic: string | undefined,
  times: number,
): FieldError[] {
  if (rule.rule.trim() === '') return [required(`${path}.rule`, 'rule is not specified')];
  const errors = formErrors(rule, schema, path);
  if (namesOldSelf(rule.rule) && atomic !== undefined && rule.optionalOldSelf !== true) {
    const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${atomic}`;
    errors.push(invalidValue(`${path}.rule`, rule.rule, why));
  }
  if (errors.length > 0) return errors;
  return [...expressionErrors(rule, schema, path), ...costErrors(rule, schema, path, times)];
}

function formErrors(rule: ValidationRule, schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (rule.message?.includes('\n'))
    errors.push(invalidValue(`${path}.message`, rule.message, 'must not contain line breaks'));
  if (rule.message !== undefined && rule.message !== '' && rule.message.trim() === '') {
    errors.push(invalidValue(`${path}.message`, rule.message, 'message must be non-empty if specified'));
  }
  if (rule.rule.trim().includes('\n') && !rule.message && !rule.messageExpression) {
    errors.push(required(`${path}.message`, 'message must be specified if rule contains line breaks'));
  }
  if (rule.reason !== undefined && !REASONS.includes(rule.reason)) {
    errors.push(notSupported(`${path}.reason`, rule.reason, REASONS));
  }
  if (rule.fieldPath !== undefined && !leadsSomewhere(schema, rule.fieldPath)) {
    errors.push(invalidValue(`${path}.fieldPath`, rule.fieldPath, 'must be a valid path'));
  }
  return errors;
}

function leadsSomewhere(schema: Schema, path: string): boolean {
  if (!path.startsWith('.')) return false;
  let at: Schema | undefined = schema;
  for (const step of path.slice(1).split('.')) {
    const additional: Schema | undefined =
      typeof at?.additionalProperties === 'object' ? at.additionalProperties : undefined;
    at = at?.properties?.[step.replace(/\['([^']+)'\]$/, '')] ?? additional;
  }
  return at !== undefined;
}

function expressionErrors(rule: ValidationRule, schema: Schema, path: string): FieldError[] {
  const ruleFault = typeFault(rule.rule, schema, rule.optionalOldSelf === true, 'bool');
  if (ruleFault !== undefined) return [invalidRule(`${path}.rule`, rule, ruleFault)];
  if (rule.messageExpression === undefined) return [];
  const messageFault = typeFault(rule.messageExpression, schema, rule.optionalOldSelf === true, 'string');
  return messageFault === undefined
    ? []
    : [invalidRule(`${path}.messageExpression`, rule, messageFault.replace(/^cel expression/, 'messageExpression'))];
}

const invalidRule = (field: string, rule: ValidationRule, why: string): FieldError => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${JSON.stringify({
    Rule: rule.rule,
    Message: rule.message ?? '',
    MessageExpression: rule.messageExpression ?? '',
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? '',
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  })}: ${why}`,
});

/** What is wrong with an expression over values of this schema, or undefined. */
function typeFault(expression: string, schema: Schema, optionalOld: boolean, wanted: string): string | undefined {
  const environment = registerKubernetesLibrary(
    new (engines().cel.Environment)({ enableOptionalTypes: true, homogeneousAggregateLiterals: false }),
  );
  const type = new TypeNames(environment).of(schema);
  environment.registerVariable('self', type);
  environment.registerVariable('oldSelf', optionalOld ? `optional<${type}>` : type);
  const result = environment.check(expression);
  if (!result.valid) return `compilation failed: ${result.error?.message ?? 'unknown'}`;
  if (result.type === wanted || result.type === 'dyn') return undefined;
  return `cel expression must evaluate to a ${wanted}`;
}

/** Gives each object schema a CEL type of its own, so that a misspelt field is found. */
class TypeNames {
  readonly #environment: Environment;
  #count = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  of(schema: Schema | undefined): string {
    if (schema === undefined) return 'dyn';
    if (schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields']) return 'dyn';
    if (schema.type === 'object') return this.#ofObject(schema);
    if (schema.type === 'array') return `list<${this.of(schema.items)}>`;
    if (schema.format === 'date-time' || schema.format === 'byte') return 'dyn';
    return { string: 'string', integer: 'int', number: 'double', boolean: 'bool' }[schema.type ?? ''] ?? 'dyn';
  }

  #ofObject(schema: Schema): string {
    if (typeof schema.additionalProperties === 'object') return `map<string, ${this.of(schema.additionalProperties)}>`;
    if (schema.properties === undefined) return 'map';
    const fields = Object.fromEntries(
      Object.entries(schema.properties).map(([key, child]) => [key, key === 'metadata' ? 'dyn' : this.of(child)]),
    );
    this.#count += 1;
    const name = `Object${this.#count}`;
    this.#environment.registerType(name, { fields });
    this.#environment.registerOperator(`${name} == ${name}`, () => true); // only types are checked here
    return name;
  }
}

const TOTAL = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
const HINT =
  '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)';

function costErrors(rule: ValidationRule, schema: Schema, path: string, times: number): FieldError[] {
  const errors: FieldError[] = [];
  const add = (field: string, what: string) => {
    errors.push(forbiddenField(field, `estimated ${what} cost exceeds budget by factor of more than 100x ${HINT}`));
    errors.push(forbiddenField(field, TOTAL));
  };
  if (exceedsBudget(rule.rule, schema, times)) add(`${path}.rule`, 'rule');
  if (rule.messageExpression !== undefined && exceedsBudget(rule.messageExpression, schema, times)) {
    add(`${path}.messageExpression`, 'messageExpression');
  }
  return errors;
}
