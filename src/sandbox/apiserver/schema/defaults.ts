/** Defaulting, and what a real server does with nulls that the schema does not allow. Both change the value in place. */
import { clone, isObject, type Json, type JsonObject } from '../types.js';
import { hasDefaults } from './anywhere.js';
import { fieldSchema, isIntOrString, type Schema } from './schema.js';

/** Fill in defaults; a null where null is not allowed counts as absent when there is a default. */
export function applyDefaults(value: Json | undefined, schema: Schema): void {
  if (!hasDefaults(schema)) return;
  if (Array.isArray(value)) {
    for (const item of value) if (schema.items !== undefined) applyDefaults(item, schema.items);
  } else if (isObject(value)) {
    fillMissing(value, schema);
    for (const key of Object.keys(value)) {
      const child = fieldSchema(schema, key);
      if (child !== undefined) applyDefaults(value[key], child);
    }
  }
}

function fillMissing(value: JsonObject, schema: Schema): void {
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    if (child.default === undefined || child.default === null) continue;
    const current = value[key];
    if (current === undefined || (current === null && child.nullable !== true)) value[key] = clone(child.default);
  }
}

/** True when defaulting would change the value: most stored objects had their defaults when they were written. */
export function lacksDefaults(value: Json | undefined, schema: Schema): boolean {
  if (!hasDefaults(schema)) return false;
  if (Array.isArray(value)) {
    const { items } = schema;
    return items !== undefined && value.some((item) => lacksDefaults(item, items));
  }
  if (!isObject(value)) return false;
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    const current = value[key];
    const isMissing = current === undefined || (current === null && child.nullable !== true);
    if (isMissing && child.default !== undefined && child.default !== null) return true;
  }
  return Object.keys(value).some((key) => {
    const child = fieldSchema(schema, key);
    return child !== undefined && lacksDefaults(value[key], child);
  });
}

/** Drop nulls of fields that are not nullable. List entries stay: they are errors. */
export function dropNulls(value: Json | undefined, schema: Schema): void {
  if (Array.isArray(value)) {
    for (const item of value) if (schema.items !== undefined) dropNulls(item, schema.items);
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) {
      const child = fieldSchema(schema, key);
      if (child === undefined) continue;
      if (value[key] === null && !allowsNull(child)) delete value[key];
      else dropNulls(value[key], child);
    }
  }
}

const allowsNull = (schema: Schema) =>
  schema.nullable === true ||
  (schema.type === undefined && !isIntOrString(schema) && schema['x-kubernetes-preserve-unknown-fields'] === true);
