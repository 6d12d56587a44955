/** Collects the documents of a profile and writes what every document has: id, type, context, name. */
import type { Json, JsonObject } from '../json.js';
import { withoutLaterMembers } from './schema-versions.js';
import { Template } from './template.js';

export const root = '/redfish/v1';
export const link = (path: string): JsonObject => ({ '@odata.id': path });

export class TreeBuilder {
  readonly docs = new Map<string, JsonObject>();
  readonly #hasContext: boolean;
  readonly #hasTrailingSlashes: boolean;

  constructor(style: { hasContext: boolean; hasTrailingSlashes: boolean }) {
    this.#hasContext = style.hasContext;
    this.#hasTrailingSlashes = style.hasTrailingSlashes;
  }

  /** Adds a resource. `type` is `ComputerSystem.v1_20_0`; Id and Name default to the last segment of the path. */
  put(path: string, type: string, properties: JsonObject): string {
    const name = type.split('.')[0] ?? type;
    const id = path.split('/').at(-1) ?? '';
    this.docs.set(path, {
      ...(this.#hasContext ? { '@odata.context': `${root}/$metadata#${name}.${name}` } : {}),
      '@odata.id': path,
      '@odata.type': `#${type}.${name}`,
      Id: id,
      Name: id,
      ...properties,
    });
    return path;
  }

  /** Adds a collection of `of` with these members. */
  collection(path: string, of: string, members: readonly string[], name = `${of} Collection`): string {
    const type = `${of}Collection`;
    this.docs.set(path, {
      ...(this.#hasContext ? { '@odata.context': `${root}/$metadata#${type}.${type}` } : {}),
      '@odata.id': path,
      '@odata.type': `#${type}.${type}`,
      Name: name,
      Members: members.map(link),
      'Members@odata.count': members.length,
    });
    return path;
  }

  /** Changes a document made before; a vendor's own members are added this way. */
  edit(path: string, change: (doc: JsonObject) => void): void {
    const doc = this.docs.get(path);
    if (doc) change(doc);
  }

  /** Changes every document whose path matches. */
  editAll(pattern: RegExp, change: (doc: JsonObject, path: string) => void): void {
    for (const [path, doc] of this.docs) if (pattern.test(path)) change(doc, path);
  }

  /** Takes away every document whose path matches, so that none is left that nothing links to. */
  removeAll(pattern: RegExp): void {
    for (const path of [...this.docs.keys()]) if (pattern.test(path)) this.docs.delete(path);
  }

  build(): Template {
    for (const doc of this.docs.values()) withoutLaterMembers(doc);
    if (this.#hasTrailingSlashes) for (const [path, doc] of this.docs) this.docs.set(path, withSlashes(doc));
    return new Template(this.docs);
  }
}

const linkKeys = new Set(['@odata.id', 'target', '@Redfish.ActionInfo']);

function withSlashes(doc: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(doc).map(([key, value]) => [key, slashed(key, value ?? null)]));
}

function slashed(key: string, value: Json): Json {
  if (typeof value === 'string') return linkKeys.has(key) ? slashedLink(value) : value;
  if (Array.isArray(value)) return value.map((item: Json) => slashed('', item));
  return typeof value === 'object' && value !== null ? withSlashes(value as JsonObject) : value;
}

/** The slash ends the path; what follows `#` points into the document. */
function slashedLink(link: string): string {
  const [path = '', pointer] = link.split('#');
  const ended = path.endsWith('/') ? path : `${path}/`;
  return pointer === undefined ? ended : `${ended}#${pointer}`;
}
