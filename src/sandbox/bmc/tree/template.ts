/**
 * The documents a profile's BMCs share: parsed once, frozen, with `{{name}}` where a machine's identity goes. Filling
 * one in copies just that document.
 */
import { trailingSlashes } from '../../../lib/trailing-slashes.js';
import { deepFreeze, isObject, type Json, type JsonObject, objectAt, stringAt } from '../json.js';

/** An action as found in a document. */
export interface ActionEntry {
  /** Path of the resource that offers it. */
  readonly owner: string;
  /** `ComputerSystem.Reset`. */
  readonly name: string;
}

/** Path without trailing slash and fragment; the form all tables use as key. */
export function normalPath(path: string): string {
  const end = path.search(/[#?]/);
  const bare = end < 0 ? path : path.slice(0, end);
  return bare.length > 1 && bare.endsWith('/') ? bare.replace(trailingSlashes, '') : bare;
}

/** `ComputerSystem` of `#ComputerSystem.v1_20_0.ComputerSystem`. */
export function typeOf(doc: JsonObject): string {
  return (stringAt(doc, '@odata.type') ?? '').replace(/^#/, '').split('.')[0] ?? '';
}

export class Template {
  readonly #docs: ReadonlyMap<string, JsonObject>;
  readonly #spelling = new Map<string, string>();
  readonly #actions = new Map<string, ActionEntry>();

  constructor(docs: Map<string, JsonObject>) {
    this.#docs = docs;
    for (const [path, doc] of docs) {
      deepFreeze(doc);
      this.#spelling.set(path.toLowerCase(), path);
      this.#indexActions(path, objectAt(doc, 'Actions'));
      // Vendors also keep actions in their own part (iLO).
      for (const own of Object.values(objectAt(doc, 'Oem'))) {
        if (isObject(own)) this.#indexActions(path, objectAt(own, 'Actions'));
      }
    }
  }

  get paths(): Iterable<string> {
    return this.#docs.keys();
  }

  get(path: string): JsonObject | undefined {
    return this.#docs.get(path);
  }

  /** The path as the tree spells it, for services that ignore case. */
  spelling(path: string): string {
    return this.#docs.has(path) ? path : (this.#spelling.get(path.toLowerCase()) ?? path);
  }

  action(path: string): ActionEntry | undefined {
    return this.#actions.get(path.toLowerCase());
  }

  /** Paths of all documents of a type. */
  ofType(type: string): readonly string[] {
    return [...this.#docs].filter(([, doc]) => typeOf(doc) === type).map(([path]) => path);
  }

  #indexActions(owner: string, actions: JsonObject): void {
    for (const [name, action] of Object.entries(actions)) {
      if (!isObject(action)) continue;
      if (name === 'Oem') this.#indexActions(owner, action);
      const target = stringAt(action, 'target');
      if (target) this.#actions.set(normalPath(target).toLowerCase(), { owner, name: name.replace(/^#/, '') });
    }
  }
}

/** A private copy of a document with every `{{name}}` replaced. */
export function fill(doc: JsonObject, fact: (name: string) => string): JsonObject {
  const copy: JsonObject = {};
  for (const key of Object.keys(doc)) {
    const value = doc[key];
    if (value !== undefined) copy[key] = fillValue(value, fact);
  }
  return copy;
}

function fillValue(value: Json, fact: (name: string) => string): Json {
  if (typeof value === 'string') {
    return value.includes('{{') ? value.replace(/\{\{([\w.]+)\}\}/g, (_, name: string) => fact(name)) : value;
  }
  if (Array.isArray(value)) return value.map((item: Json) => fillValue(item, fact));
  return isObject(value) ? fill(value, fact) : value;
}
