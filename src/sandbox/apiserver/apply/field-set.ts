/**
 * Sets of field paths, as server-side apply keeps them per manager. A path element is a text in the notation of
 * FieldsV1: `f:name` (field), `k:{"port":80}` (list item by keys), `v:"x"` (set item), `i:0` (position).
 */
import { canonical, isObject, type Json, type JsonObject } from '../types.js';

export interface FieldNode {
  /** True when the path ending here is in the set. */
  member: boolean;
  children: FieldSet;
}

export type FieldSet = Map<string, FieldNode>;
export type FieldPath = readonly string[];

export const emptySet = (): FieldSet => new Map();

export function insert(set: FieldSet, path: FieldPath): void {
  let current = set;
  path.forEach((element, index) => {
    let node = current.get(element);
    if (node === undefined) {
      node = { member: false, children: new Map() };
      current.set(element, node);
    }
    if (index === path.length - 1) node.member = true;
    current = node.children;
  });
}

export function has(set: FieldSet, path: FieldPath): boolean {
  let current: FieldSet | undefined = set;
  let node: FieldNode | undefined;
  for (const element of path) {
    node = current?.get(element);
    current = node?.children;
  }
  return node?.member === true;
}

export const isEmpty = (set: FieldSet): boolean => set.size === 0;

/** A node is left out when it neither is a member nor holds one. */
function put(set: FieldSet, element: string, member: boolean, children: FieldSet): void {
  if (member || children.size > 0) set.set(element, { member, children });
}

const NONE: FieldNode = { member: false, children: emptySet() };

// Sets are changed only while they are made; so results share the parts that are the same.

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a.size === 0) return b;
  if (b.size === 0) return a;
  const result: FieldSet = new Map(a);
  for (const [element, node] of b) {
    const other = a.get(element) ?? NONE;
    put(result, element, node.member || other.member, union(other.children, node.children));
  }
  return result;
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const result = emptySet();
  if (b.size === 0) return result;
  for (const [element, node] of a) {
    const other = b.get(element);
    if (other === undefined) continue;
    put(result, element, node.member && other.member, intersection(node.children, other.children));
  }
  return result;
}

export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (b.size === 0) return a;
  const result = emptySet();
  for (const [element, node] of a) {
    const other = b.get(element);
    if (other === undefined) result.set(element, node);
    else put(result, element, node.member && !other.member, difference(node.children, other.children));
  }
  return result;
}

/** Take away the paths of `b` and everything below them. */
export function differenceBelow(a: FieldSet, b: FieldSet): FieldSet {
  if (b.size === 0) return a;
  const result = emptySet();
  for (const [element, node] of a) {
    const other = b.get(element);
    if (other === undefined) result.set(element, node);
    else if (!other.member) put(result, element, node.member, differenceBelow(node.children, other.children));
  }
  return result;
}

/** Every path, members of a level before what lies below it, in order of their elements. */
export function* paths(set: FieldSet, prefix: FieldPath = []): Generator<FieldPath> {
  const elements = [...set.keys()].sort();
  for (const element of elements) if (set.get(element)?.member) yield [...prefix, element];
  for (const element of elements) yield* paths(set.get(element)?.children ?? emptySet(), [...prefix, element]);
}

/** The wire form (meta.k8s.io/v1 FieldsV1). */
export function toFieldsV1(set: FieldSet): JsonObject {
  const result: JsonObject = {};
  for (const element of [...set.keys()].sort()) {
    const node = set.get(element) as FieldNode;
    const below = toFieldsV1(node.children);
    result[element] = node.member && node.children.size > 0 ? { '.': {}, ...below } : below;
  }
  return result;
}

/** @throws Error when the text is no FieldsV1. */
export function fromFieldsV1(fields: Json | undefined): FieldSet {
  const result = emptySet();
  if (!isObject(fields)) return result;
  for (const [element, below] of Object.entries(fields)) {
    if (element === '.') continue;
    if (!/^[fkvi]:/.test(element) || !isObject(below)) throw new Error(`unsupported path element ${element}`);
    const keys = Object.keys(below);
    result.set(normalised(element), {
      member: keys.length === 0 || keys.includes('.'),
      children: fromFieldsV1(below),
    });
  }
  return result;
}

/** Keys of list items are compared as text: bring their JSON to one form. */
function normalised(element: string): string {
  if (element.startsWith('k:') || element.startsWith('v:')) {
    return element.slice(0, 2) + canonical(JSON.parse(element.slice(2)));
  }
  return element;
}

/** A path as conflict messages show it: `.spec.ports[port=80,protocol="TCP"].label`. */
export const showPath = (path: FieldPath): string => path.map(showElement).join('');

function showElement(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('k:')) {
    const keys = Object.entries(JSON.parse(rest) as JsonObject);
    return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
  }
  return element.startsWith('v:') ? `[=${rest}]` : `[${rest}]`;
}
