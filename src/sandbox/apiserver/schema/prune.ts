/** Pruning: fields that the schema does not name are dropped on write, and reported by path. */
import { isObject, type Json, type JsonObject } from '../types.js';
import { below, fieldSchema, isEmbedded, keepsUnknown, type Schema } from './schema.js';

const EMBEDDED_FIELDS = new Set(['apiVersion', 'kind', 'metadata']);
const NOTHING: Schema = {};

/** Remove unknown fields in place. Gives the paths removed, in the order met. `root` marks a whole resource. */
export function prune(value: Json, schema: Schema, root = true): string[] {
  const removed: string[] = [];
  visit(value, schema, '', root, removed);
  return removed;
}

function visit(value: Json | undefined, schema: Schema, path: string, resource: boolean, removed: string[]): void {
  if (Array.isArray(value)) {
    if (schema.items === undefined && keepsUnknown(schema)) return;
    value.forEach((item, index) => {
      visit(item, schema.items ?? NOTHING, below(path, index), false, removed);
    });
  } else if (isObject(value)) {
    visitObject(value, schema, path, resource || isEmbedded(schema), removed);
  }
}

function visitObject(value: JsonObject, schema: Schema, path: string, resource: boolean, removed: string[]): void {
  for (const key of Object.keys(value)) {
    if (resource && EMBEDDED_FIELDS.has(key)) continue; // metadata is coerced elsewhere
    const child = fieldSchema(schema, key);
    const held = value[key];
    if (child !== undefined) {
      if (typeof held === 'object') visit(held, child, below(path, key), false, removed); // a path only where it is needed
    } else if (!keepsUnknown(schema) && schema.additionalProperties !== true) {
      delete value[key];
      removed.push(below(path, key));
    }
  }
}
