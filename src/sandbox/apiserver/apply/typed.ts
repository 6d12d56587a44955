/**
 * Values seen through their schema, the way server-side apply sees them: which lists are sets or maps, which parts are
 * atomic, and from that the field set of a value, the difference of two values, and their merge. Pure.
 */
import { fieldSchema, isEmbedded, keepsUnknown, type Schema } from '../schema/schema.js';
import { canonical, equal, isObject, type Json, type JsonObject, own, setOwn } from '../types.js';
import { emptySet, type FieldSet, insert } from './field-set.js';

type Shape = 'leaf' | 'object' | 'keyed' | 'set';

const METADATA_ONLY: Schema = { type: 'object' };

/** What apply makes of a value at this place. */
function shapeOf(value: Json | undefined, schema: Schema | undefined): Shape {
  if (isObject(value)) return schema?.['x-kubernetes-map-type'] === 'atomic' ? 'leaf' : 'object';
  if (!Array.isArray(value)) return 'leaf';
  if (schema?.['x-kubernetes-list-type'] === 'map') return 'keyed';
  return schema?.['x-kubernetes-list-type'] === 'set' ? 'set' : 'leaf';
}

/** Fields named by the schema belong to their parent; keys of maps are items of their own. */
const isNamed = (schema: Schema | undefined, key: string) => own(schema?.properties, key) !== undefined;

/** The path element of a list item: `k:{…}` with defaults of missing keys filled in, or `v:…`. */
export function itemElement(item: Json, schema: Schema | undefined): string {
  const keys = schema?.['x-kubernetes-list-map-keys'];
  if (keys === undefined || schema?.['x-kubernetes-list-type'] !== 'map') return `v:${canonical(item)}`;
  const found: JsonObject = {};
  for (const key of keys) {
    const value = (isObject(item) ? item[key] : undefined) ?? schema?.items?.properties?.[key]?.default;
    if (value !== undefined) found[key] = value;
  }
  return `k:${canonical(found)}`;
}

/** The fields a configuration names: leaves, list items and keys of maps. */
export function fieldSetOf(value: Json | undefined, schema: Schema | undefined): FieldSet {
  const set = emptySet();
  collect(value, schema, [], set);
  return set;
}

/** Where a walk is: it grows and shrinks with the walk, so that no node of a large object costs a list of its own. */
type Trail = string[];

function collect(value: Json | undefined, schema: Schema | undefined, trail: Trail, set: FieldSet): void {
  const shape = shapeOf(value, schema);
  if (shape === 'object') {
    for (const [key, child] of Object.entries(value as JsonObject)) {
      trail.push(`f:${key}`);
      if (isEmptyValue(child) || !isNamed(schema, key)) insert(set, trail);
      collect(child, fieldSchema(schema, key), trail, set);
      trail.pop();
    }
  } else if (shape === 'leaf') {
    if (trail.length > 0) insert(set, trail);
  } else {
    for (const item of value as Json[]) {
      trail.push(itemElement(item, schema));
      insert(set, trail);
      if (shape === 'keyed') collect(item, schema?.items, trail, set);
      trail.pop();
    }
  }
}

const isEmptyValue = (value: Json | undefined) =>
  value === null || (isObject(value) && Object.keys(value).length === 0);

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** How `next` differs from `previous`, path by path. */
export function compare(previous: Json | undefined, next: Json | undefined, schema: Schema | undefined): Comparison {
  const result = { added: emptySet(), modified: emptySet(), removed: emptySet() };
  compareAt(previous, next, schema, [], result);
  return result;
}

function compareAt(
  before: Json | undefined,
  after: Json | undefined,
  schema: Schema | undefined,
  trail: Trail,
  result: Comparison,
): void {
  if (before === after) return;
  const shape = after === undefined || after === null ? shapeOf(before, schema) : shapeOf(after, schema);
  const changesShape = isPresent(before) && isPresent(after) && shapeOf(before, schema) !== shape;
  if (shape === 'leaf' || changesShape || (isHollow(before) && isHollow(after))) {
    compareLeaf(before, after, trail, result);
    return;
  }
  eachPair(before, after, schema, shape, (element, left, right, child) => {
    trail.push(element);
    compareAt(left, right, child, trail, result);
    trail.pop();
  });
  if (trail.length === 0) return;
  if (before === undefined) insert(result.added, trail);
  else if (after === undefined) insert(result.removed, trail);
}

const isPresent = (value: Json | undefined) => value !== undefined && value !== null;
const isHollow = (value: Json | undefined) =>
  !isPresent(value) || (Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0);

function compareLeaf(before: Json | undefined, after: Json | undefined, trail: Trail, result: Comparison): void {
  if (trail.length === 0) return;
  if (before === undefined) insert(result.added, trail);
  else if (after === undefined) insert(result.removed, trail);
  else if (!equal(before, after)) insert(result.modified, trail);
}

type Visit = (element: string, left: Json | undefined, right: Json | undefined, child: Schema | undefined) => void;

/** What stands at the same place on both sides, or on one of them. */
function eachPair(
  before: Json | undefined,
  after: Json | undefined,
  schema: Schema | undefined,
  shape: Shape,
  visit: Visit,
): void {
  if (shape === 'object') {
    const left = isObject(before) ? before : {};
    const right = isObject(after) ? after : {};
    for (const key of Object.keys(left)) visit(`f:${key}`, left[key], own(right, key), fieldSchema(schema, key));
    for (const key of Object.keys(right)) {
      if (!Object.hasOwn(left, key)) visit(`f:${key}`, undefined, right[key], fieldSchema(schema, key));
    }
    return;
  }
  const left = byElement(before, schema);
  const right = byElement(after, schema);
  const child = shape === 'keyed' ? schema?.items : undefined;
  for (const [element, item] of left) visit(element, item, right.get(element), child);
  for (const [element, item] of right) if (!left.has(element)) visit(element, undefined, item, child);
}

const byElement = (list: Json | undefined, schema: Schema | undefined): Map<string, Json> =>
  new Map((Array.isArray(list) ? list : []).map((item) => [itemElement(item, schema), item]));

/** Lay a configuration over a live value: its leaves win, lists keep the order of the configuration. */
export function merge(live: Json | undefined, config: Json | undefined, schema: Schema | undefined): Json | undefined {
  if (config === undefined) return live;
  const shape = shapeOf(config, schema);
  if (live === undefined || shape === 'leaf' || shapeOf(live, schema) !== shape) return config;
  if (shape === 'object') return mergeObjects(live as JsonObject, config as JsonObject, schema);
  return mergeLists(live as Json[], config as Json[], schema);
}

function mergeObjects(live: JsonObject, config: JsonObject, schema: Schema | undefined): JsonObject {
  const result = { ...live };
  for (const [key, value] of Object.entries(config)) {
    setOwn(result, key, merge(own(live, key), value, fieldSchema(schema, key)) as Json);
  }
  return result;
}

function mergeLists(live: Json[], config: Json[], schema: Schema | undefined): Json[] {
  const liveElements = live.map((item) => itemElement(item, schema));
  const configElements = config.map((item) => itemElement(item, schema));
  const inConfig = new Set(configElements);
  const liveItems = byElement(live, schema);
  const result: Json[] = [];
  let at = 0;
  const takeUnshared = (until: string | undefined) => {
    for (; at < live.length && liveElements[at] !== until; at++) {
      if (!inConfig.has(liveElements[at] as string)) result.push(live[at] as Json);
    }
  };
  config.forEach((item, index) => {
    const element = configElements[index] as string;
    const isShared = liveItems.has(element);
    if (isShared && liveElements.indexOf(element) >= at) takeUnshared(element);
    else if (!isShared && !configElements.slice(index + 1).some((later) => liveItems.has(later)))
      takeUnshared(undefined);
    result.push(merge(liveItems.get(element), item, schema?.items) as Json);
  });
  takeUnshared(undefined);
  return result;
}

/** Take the paths of a set out of a value. */
export function removeItems(value: Json, set: FieldSet, schema: Schema | undefined): Json {
  if (Array.isArray(value)) {
    if (shapeOf(value, schema) === 'leaf') return value;
    return value.flatMap((item) => {
      const node = set.get(itemElement(item, schema));
      if (node?.member) return [];
      return [node === undefined ? item : removeItems(item, node.children, schema?.items)];
    });
  }
  if (!isObject(value) || shapeOf(value, schema) === 'leaf') return value;
  const result: JsonObject = {};
  for (const [key, child] of Object.entries(value)) {
    const node = set.get(`f:${key}`);
    if (node?.member) continue;
    const left = node === undefined ? child : removeItems(child, node.children, fieldSchema(schema, key));
    if (isHollow(child) || !isHollow(left)) setOwn(result, key, left); // what removal emptied goes with its content
  }
  return result;
}

/** Add the parents of members that are fields of an object by name: they live and die with what they hold. */
export function withNamedParents(set: FieldSet, schema: Schema | undefined): FieldSet {
  const result = emptySet();
  for (const [element, node] of set) {
    const key = element.startsWith('f:') ? element.slice(2) : undefined;
    const child = key === undefined ? schema?.items : fieldSchema(schema, key);
    const named = key !== undefined && isNamed(schema, key);
    result.set(element, { member: node.member || named, children: withNamedParents(node.children, child) });
  }
  return result;
}

/** What stops a configuration from being typed: unknown fields, wrong types, repeated items. One text each. */
export function typeErrors(value: Json | undefined, schema: Schema | undefined, path = ''): string[] {
  if (schema === undefined || value === undefined || value === null) return [];
  if (isObject(value)) return objectErrors(value, schema, path);
  if (Array.isArray(value)) return listErrors(value, schema, path);
  return scalarErrors(value, schema, path);
}

function objectErrors(value: JsonObject, schema: Schema, path: string): string[] {
  if (schema.type === 'array') return [`${path}: expected list, got map`];
  if (schema.type !== undefined && schema.type !== 'object') return [`${path}: expected ${wording(schema)}, got map`];
  return Object.entries(value).flatMap(([key, child]) => {
    const below = fieldSchema(schema, key) ?? embeddedField(schema, key);
    if (below !== undefined) return typeErrors(child, below, `${path}.${key}`);
    const isOpen = keepsUnknown(schema) || schema.additionalProperties === true || schema.type === undefined;
    return isOpen ? [] : [`${path}.${key}: field not declared in schema`];
  });
}

const embeddedField = (schema: Schema, key: string): Schema | undefined =>
  isEmbedded(schema) && (key === 'metadata' || key === 'apiVersion' || key === 'kind')
    ? { ...METADATA_ONLY, type: key === 'metadata' ? 'object' : 'string', 'x-kubernetes-preserve-unknown-fields': true }
    : undefined;

function listErrors(value: Json[], schema: Schema, path: string): string[] {
  if (schema.type !== undefined && schema.type !== 'array') return [`${path}: expected ${wording(schema)}, got list`];
  const errors = value.flatMap((item, index) => typeErrors(item, schema.items, `${path}[${index}]`));
  if (shapeOf(value, schema) === 'leaf') return errors;
  const seen = new Set<string>();
  for (const item of value) {
    const element = itemElement(item, schema);
    if (seen.has(element)) errors.push(`${path}: duplicate entries for key ${keyText(element)}`);
    seen.add(element);
  }
  return errors;
}

const keyText = (element: string) =>
  element.startsWith('v:')
    ? `[=${element.slice(2)}]`
    : `[${Object.entries(JSON.parse(element.slice(2)) as JsonObject)
        .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
        .join(',')}]`;

const wording = (schema: Schema): string => {
  if (schema.type === 'integer' || schema.type === 'number') return 'numeric (int or float)';
  return { object: 'map', array: 'list' }[schema.type ?? ''] ?? schema.type ?? 'a value';
};

function scalarErrors(value: Json, schema: Schema, path: string): string[] {
  if (schema.type === undefined) return [];
  const isNumeric = schema.type === 'integer' || schema.type === 'number';
  const fits = isNumeric ? typeof value === 'number' : typeof value === schema.type;
  return fits ? [] : [`${path}: expected ${wording(schema)}, got ${typeof value}`];
}
