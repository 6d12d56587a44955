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

/** Combine two sets; `keep` decides for each path by its membership in both. */
function combine(a: FieldSet, b: FieldSet, keep: (inA: boolean, inB: boolean) => boolean): FieldSet {
  const result = emptySet();
  for (const element of new Set([...a.keys(), ...b.keys()])) {
    const left = a.get(element);
    const right = b.get(element);
    const member = keep(left?.member === true, right?.member === true);
    const children = combine(left?.children ?? emptySet(), right?.children ?? emptySet(), keep);
    if (member || children.size > 0) result.set(element, { member, children });
  }
  return result;
}

export const union = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (x, y) => x || y);
export const intersection = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (x, y) => x && y);
export const difference = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (x, y) => x && !y);

/** Take away the paths of `b` and everything below them. */
export function differenceBelow(a: FieldSet, b: FieldSet): FieldSet {
  const result = emptySet();
  for (const [element, node] of a) {
    const other = b.get(element);
    if (other?.member === true) continue;
    const children = other === undefined ? node.children : differenceBelow(node.children, other.children);
    if (node.member || children.size > 0) result.set(element, { member: node.member, children });
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
