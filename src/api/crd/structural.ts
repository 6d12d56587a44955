/**
 * From what zod emits (JSON Schema, OpenAPI 3.0 flavour) to a structural schema, the only form a CRD may have. The
 * rules are those of "Specifying a structural schema" in the Kubernetes documentation; each function below is one.
 */
import { z } from 'zod';
import type { CrdSchema } from '../kubernetes.js';
import { hoistVariants } from './variants.js';

/** A node as zod leaves it: like a CRD schema, with words in it that a CRD may not have. */
export type RawSchema = CrdSchema & { oneOf?: CrdSchema[]; exclusiveMinimum?: unknown };

/**
 * The structural schema of a zod type.
 * @throws Error when the type cannot be structural (recursion, tuples, unions that are neither int-or-string nor
 * discriminated): a mistake in a definition, found when CRDs are generated.
 */
export function structuralSchema(type: z.ZodType): CrdSchema {
  // io 'input': the output side would make every defaulted field required and every object closed.
  const raw = z.toJSONSchema(type, { target: 'openapi-3.0', io: 'input', unrepresentable: 'any' }) as RawSchema;
  return structural(raw, '');
}

const rules: readonly ((node: RawSchema, path: string) => RawSchema)[] = [
  refuseWhatCannotBe,
  hoistVariants,
  asIntOrString,
  withIntegerFormat,
  withPlainFormat,
  withOpenEnds,
  withoutOwnWords,
];

function structural(node: RawSchema, path: string): CrdSchema {
  const shaped = rules.reduce((schema, rule) => rule(schema, path), node);
  const result: CrdSchema = { ...shaped };
  if (shaped.properties)
    result.properties = mapValues(shaped.properties, (child, name) => structural(child, `${path}.${name}`));
  if (shaped.items) result.items = structural(shaped.items, `${path}[]`);
  if (typeof shaped.additionalProperties === 'object') {
    result.additionalProperties = structural(shaped.additionalProperties, `${path}{}`);
  }
  if (shaped.required) result.required = [...shaped.required].sort();
  return result;
}

function refuseWhatCannotBe(node: RawSchema, path: string): RawSchema {
  const parts = [node, ...((node.allOf as RawSchema[] | undefined) ?? [])];
  if (parts.some((part) => '$ref' in part))
    throw new Error(`${path || 'the root'} refers to another schema: CRDs cannot, write it inline`);
  if (node.allOf) throw new Error(`${path} combines schemas: CRDs need one, write the fields together`);
  if (Array.isArray(node.items)) throw new Error(`${path} is a tuple: CRDs need one type for all items`);
  return node;
}

/** `z.union([z.int(), z.string()])`: the one union a CRD may have with types inside. */
function asIntOrString(node: RawSchema, path: string): RawSchema {
  if (!node.anyOf) return node;
  const types = node.anyOf.map((option) => option.type).sort();
  if (types.join() !== 'integer,string')
    throw new Error(`${path} is a union of ${types.join(' and ')}: CRDs have none`);
  return { ...node, anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true };
}

/** zod writes the bounds of an integer type; Kubernetes names the type in `format`. */
function withIntegerFormat(node: RawSchema): RawSchema {
  if (node.type !== 'integer') return node;
  const { minimum, maximum, ...rest } = node;
  const isInt32 = minimum === -2147483648 && maximum === 2147483647;
  const bounds = {
    ...(minimum === undefined || isTypeBound(minimum) ? {} : { minimum }),
    ...(maximum === undefined || isTypeBound(maximum) ? {} : { maximum }),
  };
  return { ...rest, ...bounds, format: node.format ?? (isInt32 ? 'int32' : 'int64') };
}

const typeBounds = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, -2147483648, 2147483647];
const isTypeBound = (bound: number): boolean => typeBounds.includes(bound);

/** Formats zod backs with a pattern of its own. Our own patterns come without one of these. */
const formatsWithPattern = new Map([
  ['date-time', 'date-time'],
  ['date', 'date'],
  ['ipv4', 'ipv4'],
  ['ipv6', 'ipv6'],
  ['uuid', 'uuid'],
  ['email', 'email'],
  ['base64', 'byte'],
]);

function withPlainFormat(node: RawSchema): RawSchema {
  const { contentEncoding: _, ...rest } = withReadablePattern(node);
  const format = formatsWithPattern.get(node.format ?? '');
  if (format === undefined) return rest;
  const { pattern: __, ...plain } = rest;
  return { ...plain, format };
}

/** JavaScript writes `\\/` where the slash needs no escape; others' tools compare patterns as text. */
const withReadablePattern = (node: RawSchema): RawSchema =>
  node.pattern === undefined ? node : { ...node, pattern: node.pattern.replaceAll('\\/', '/') };

/** Anything goes: `z.any()`, `z.looseObject()`. A closed object is an ordinary one, as pruning does the rest. */
function withOpenEnds(node: RawSchema): RawSchema {
  const { additionalProperties, propertyNames: _, ...rest } = node;
  const isOpen = isEmptySchema(additionalProperties) || additionalProperties === true;
  if (isOpen) return { ...rest, type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  if (isUntyped(node)) return { ...rest, 'x-kubernetes-preserve-unknown-fields': true };
  return typeof additionalProperties === 'object' ? { ...rest, additionalProperties } : rest;
}

const isEmptySchema = (schema: unknown): boolean =>
  typeof schema === 'object' && schema !== null && Object.keys(schema).length === 0;
const isUntyped = (node: RawSchema): boolean => node.type === undefined && node.anyOf === undefined;

/** `format: none` says "an integer without a format"; an object without fields needs no empty list of them. */
function withoutOwnWords(node: RawSchema): RawSchema {
  const { format, properties, ...rest } = node;
  const hasProperties = properties !== undefined && Object.keys(properties).length > 0;
  return {
    ...rest,
    ...(format === undefined || format === 'none' ? {} : { format }),
    ...(hasProperties ? { properties } : {}),
  };
}

function mapValues<A, B>(record: Record<string, A>, change: (value: A, key: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
