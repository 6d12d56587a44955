/**
 * An object held against the schema of its kind, offline: what an API server would refuse or drop. Rules in CEL and what
 * depends on other objects are the server's to judge.
 */
import type { CrdSchema } from '../kubernetes.js';

/** One thing wrong with an object: `spec.power`, and why. */
export interface SchemaFault {
  readonly path: string;
  readonly message: string;
}

/** Most faults that are told of one object: more come of one mistake high up. */
const mostFaults = 20;

/** Everything wrong with a value, in the order of its fields. */
export function schemaFaults(schema: CrdSchema, value: unknown, path = ''): SchemaFault[] {
  return [...faultsAt(schema, value, path)].slice(0, mostFaults);
}

function* faultsAt(schema: CrdSchema, value: unknown, path: string): Generator<SchemaFault> {
  const fault = (message: string): SchemaFault => ({ path: path || '.', message });
  if (value === null) {
    if (schema.nullable !== true && schema.type !== undefined) yield fault(`is null, must be ${article(schema.type)}`);
    return;
  }
  const wrong = typeFault(schema, value);
  if (wrong !== undefined) return yield fault(wrong);
  for (const message of limitFaults(schema, value)) yield fault(message);
  if (Array.isArray(value)) yield* itemFaults(schema, value, path);
  else if (typeof value === 'object') yield* memberFaults(schema, value as Record<string, unknown>, path);
}

const article = (type: string): string => `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;

const typeOf = (value: unknown): string =>
  Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value;

function typeFault(schema: CrdSchema, value: unknown): string | undefined {
  const type = typeOf(value);
  if (schema['x-kubernetes-int-or-string'] === true) {
    return type === 'integer' || type === 'string' ? undefined : `is ${article(type)}, must be an integer or a string`;
  }
  if (schema.type === undefined || schema.type === type || (schema.type === 'number' && type === 'integer'))
    return undefined;
  // YAML 1.1, which Kubernetes reads, takes On, yes and off for booleans, and 07 for a number.
  const isUnquoted = schema.type === 'string' && type !== 'object' && type !== 'array';
  return `is ${article(type)}, must be ${article(schema.type)}${isUnquoted ? ': put it in quotes' : ''}`;
}

function* limitFaults(schema: CrdSchema, value: unknown): Generator<string> {
  if (schema.enum !== undefined && !schema.enum.includes(value))
    yield `is "${String(value)}", must be one of ${schema.enum.join(', ')}`;
  if (typeof value === 'number') {
    if (value < (schema.minimum ?? value)) yield `is ${value}, must be at least ${schema.minimum}`;
    if (value > (schema.maximum ?? value)) yield `is ${value}, must be at most ${schema.maximum}`;
  }
  if (typeof value === 'string') yield* textFaults(schema, value);
}

/** Formats an API server checks, and what it takes for one. */
const formats: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text) && !Number.isNaN(Date.parse(text)),
  uuid: (text) => /^[\da-f]{8}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{12}$/i.test(text),
  byte: (text) => /^[A-Za-z0-9+/\s]*={0,2}$/.test(text.trimEnd()),
};

function* textFaults({ minLength = 0, maxLength, pattern, format }: CrdSchema, value: string): Generator<string> {
  const { length } = [...value];
  if (length < minLength) yield length === 0 ? 'is empty' : `has ${length} characters, must have at least ${minLength}`;
  if (length > (maxLength ?? length)) return yield `has ${length} characters, must have at most ${maxLength}`;
  if (pattern !== undefined && !new RegExp(pattern).test(value)) yield `does not match ${pattern}`;
  if (formats[format ?? '']?.(value) === false) yield `is no ${format}`;
}

function* itemFaults(schema: CrdSchema, items: readonly unknown[], path: string): Generator<SchemaFault> {
  const { length } = items;
  if (length < (schema.minItems ?? 0))
    yield { path, message: `has ${length} items, must have at least ${schema.minItems}` };
  if (length > (schema.maxItems ?? length))
    yield { path, message: `has ${length} items, must have at most ${schema.maxItems}` };
  yield* twiceFaults(schema, items, path);
  if (schema.items === undefined) return;
  for (const [at, item] of items.entries()) yield* faultsAt(schema.items, item, `${path}[${at}]`);
}

/** Lists that are sets or maps hold each key once. */
function* twiceFaults(schema: CrdSchema, items: readonly unknown[], path: string): Generator<SchemaFault> {
  const form = schema['x-kubernetes-list-type'];
  if (form !== 'map' && form !== 'set') return;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const seen = new Set<string>();
  for (const [at, item] of items.entries()) {
    const members = item as Readonly<Record<string, unknown>>;
    const key = JSON.stringify(form === 'set' ? item : keys.map((name) => members?.[name] ?? ''));
    if (seen.has(key)) yield { path: `${path}[${at}]`, message: `is there twice: ${key}` };
    seen.add(key);
  }
}

function* memberFaults(schema: CrdSchema, members: Record<string, unknown>, path: string): Generator<SchemaFault> {
  const below = (name: string): string => (path === '' ? name : `${path}.${name}`);
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(members, name)) yield { path: below(name), message: 'is missing' };
  }
  const { properties, additionalProperties: more } = schema;
  for (const [name, value] of Object.entries(members)) {
    const known = properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (known !== undefined) yield* faultsAt(known, value, below(name));
    else if (typeof more === 'object') yield* faultsAt(more, value, below(name));
    else if (!isOpen(schema)) yield { path: below(name), message: unknownField(Object.keys(properties ?? {})) };
  }
}

/** Whether members that are not named are kept. A bare `type: object`, such as metadata, is not ours to judge. */
const isOpen = ({ properties, additionalProperties, ...schema }: CrdSchema): boolean =>
  additionalProperties === true || properties === undefined || schema['x-kubernetes-preserve-unknown-fields'] === true;

const unknownField = (known: readonly string[]): string =>
  `is no field${known.length > 0 && known.length <= 12 ? `; there are: ${known.join(', ')}` : ''}`;
