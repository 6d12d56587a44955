/** Are the CEL rules of a schema acceptable? They must parse, type-check, give a bool and stay cheap. */
import { Environment } from '@marcbachmann/cel-js';
import { forbiddenField, invalidValue, notSupported, required } from '../field-errors.js';
import type { FieldError } from '../status.js';
import { namesOldSelf } from './cel.js';
import { exceedsBudget } from './cel-cost.js';
import { registerKubernetesLibrary } from './cel-library.js';
import type { Schema, ValidationRule } from './schema.js';

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

/** Every rule that cannot be accepted. */
export function ruleErrors(schema: Schema, path: string): FieldError[] {
  return visit(schema, path, undefined, 1);
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
    : [invalidRule(`${path}.messageExpression`, rule, `messageExpression ${messageFault}`)];
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
    new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false }),
  );
  declare(environment, 'self', schema);
  if (optionalOld) environment.registerVariable('oldSelf', 'optional');
  else declare(environment, 'oldSelf', schema);
  const result = environment.check(expression);
  if (!result.valid) return `compilation failed: ${result.error?.message ?? 'unknown'}`;
  if (result.type === wanted || result.type === 'dyn') return undefined;
  return `cel expression must evaluate to a ${wanted}`;
}

/** Declare a variable with the type its schema says; objects with their fields, so that a misspelt one is found. */
function declare(environment: Environment, name: string, schema: Schema): void {
  const type = celType(schema);
  if (typeof type === 'string') environment.registerVariable(name, type);
  else environment.registerVariable({ name, schema: type as Record<string, string> });
}

type CelType = string | { [field: string]: CelType };

function celType(schema: Schema): CelType {
  if (schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields']) return 'dyn';
  if (schema.type === 'object') return objectType(schema);
  if (schema.type === 'array') return `list<${nested(schema.items)}>`;
  if (schema.format === 'date-time') return 'timestamp';
  return { string: 'string', integer: 'int', number: 'double', boolean: 'bool' }[schema.type ?? ''] ?? 'dyn';
}

function objectType(schema: Schema): CelType {
  if (typeof schema.additionalProperties === 'object') return `map<string, ${nested(schema.additionalProperties)}>`;
  if (schema.properties === undefined) return 'map';
  const fields = Object.entries(schema.properties).filter(([key]) => key !== 'metadata');
  const metadata: [string, CelType][] = 'metadata' in schema.properties ? [['metadata', 'dyn']] : [];
  return Object.fromEntries([...fields.map(([key, child]): [string, CelType] => [key, celType(child)]), ...metadata]);
}

/** Inside lists and maps only simple types are declared; the rest is checked when it runs. */
const nested = (schema: Schema | undefined): string => {
  const type = schema === undefined ? 'dyn' : celType(schema);
  return typeof type === 'string' ? type : 'dyn';
};

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
