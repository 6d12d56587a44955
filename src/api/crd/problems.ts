/** What an API server would refuse about a schema: checked when CRDs are generated, so that it is never found later. */
import type { CrdSchema } from '../kubernetes.js';

type Finding = string | undefined;
type Check = (schema: CrdSchema) => Finding;

/** Everything wrong with a schema, one sentence each with its path. Empty means an API server would take it. */
export function structuralProblems(schema: CrdSchema, path = ''): string[] {
  const own = checks.flatMap((check) => {
    const finding = check(schema);
    return finding === undefined ? [] : [`${path || '.'}: ${finding}`];
  });
  return [...own, ...children(schema, path).flatMap(([child, at]) => structuralProblems(child, at))];
}

function children(schema: CrdSchema, path: string): [CrdSchema, string][] {
  const properties = Object.entries(schema.properties ?? {}).map(([name, child]): [CrdSchema, string] => [
    child,
    `${path}.${name}`,
  ]);
  const items: [CrdSchema, string][] = schema.items ? [[schema.items, `${path}[]`]] : [];
  const { additionalProperties: more } = schema;
  const values: [CrdSchema, string][] = typeof more === 'object' ? [[more, `${path}{}`]] : [];
  return [...properties, ...items, ...values];
}

const forbidden = [
  '$ref',
  'const',
  'definitions',
  'dependencies',
  'patternProperties',
  'propertyNames',
  'uniqueItems',
  'id',
];

const checks: readonly Check[] = [
  (schema) => {
    const word = forbidden.find((key) => key in schema);
    return word && `"${word}" is not allowed in a CRD`;
  },
  (schema) => {
    const isTyped =
      schema.type !== undefined ||
      schema['x-kubernetes-int-or-string'] === true ||
      schema['x-kubernetes-preserve-unknown-fields'] === true;
    return isTyped ? undefined : 'has no type';
  },
  (schema) =>
    schema.properties && schema.additionalProperties !== undefined
      ? 'has both properties and additionalProperties'
      : undefined,
  (schema) => (schema.type === 'array' && !schema.items ? 'is an array without items' : undefined),
  unusableListKey,
  invalidDefault,
];

/** Keys of a list-map must be scalar, and required or defaulted. */
function unusableListKey(schema: CrdSchema): Finding {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const bad = keys.find((key) => !isUsableKey(schema.items, key));
  return bad && `list key "${bad}" must be a scalar that is required or has a default`;
}

function isUsableKey(items: CrdSchema | undefined, key: string): boolean {
  const field = items?.properties?.[key];
  if (!field || field.type === 'object' || field.type === 'array') return false;
  return field.default !== undefined || items?.required?.includes(key) === true;
}

/** Defaults of the kinds are scalars; objects would need pruning as well. */
function invalidDefault(schema: CrdSchema): Finding {
  const { default: value, enum: allowed, type } = schema;
  if (value === undefined) return undefined;
  if (allowed && !allowed.includes(value)) return `default ${JSON.stringify(value)} is not among its values`;
  const isInteger = type === 'integer' && Number.isInteger(value);
  if (isInteger || type === 'object' || type === 'array' || typeof value === type) return undefined;
  return `default ${JSON.stringify(value)} is not of type ${type}`;
}
