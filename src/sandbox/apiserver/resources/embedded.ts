/** Embedded resources (`x-kubernetes-embedded-resource`): objects within objects, with type and metadata of their own. */
import { invalidValue, required } from '../field-errors.js';
import { hasEmbedded } from '../schema/anywhere.js';
import { below, fieldSchema, isEmbedded, type Schema } from '../schema/schema.js';
import type { FieldError } from '../status.js';
import { isObject, type Json, type JsonObject } from '../types.js';
import { decodeMetadata, validateSharedMetadata } from './metadata.js';
import { label1035Errors, subdomainErrors } from './names.js';

type Visit = (value: JsonObject, path: string) => void;

/** Call back for every embedded resource below a value. */
function eachEmbedded(value: Json | undefined, schema: Schema | undefined, path: string, visit: Visit): void {
  if (schema === undefined || !hasEmbedded(schema)) return;
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      eachEmbedded(item, schema.items, below(path, index), visit);
    });
  } else if (isObject(value)) {
    if (isEmbedded(schema)) visit(value, path);
    for (const key of Object.keys(value)) eachEmbedded(value[key], fieldSchema(schema, key), below(path, key), visit);
  }
}

/** Decode embedded metadata in place, like that of the object itself. Gives unknown fields by path. @throws StatusError 400 */
export function coerceEmbedded(value: Json, schema: Schema): string[] {
  const unknown: string[] = [];
  eachEmbedded(value, schema, '', (object, path) => {
    if (!isObject(object.metadata)) return;
    const decoded = decodeMetadata(object.metadata, below(path, 'metadata'));
    object.metadata = decoded.metadata as JsonObject;
    unknown.push(...decoded.unknown);
  });
  return unknown;
}

/** Errors of embedded resources. */
export function embeddedErrors(value: Json, schema: Schema): FieldError[] {
  const errors: FieldError[] = [];
  eachEmbedded(value, schema, '', (object, path) => {
    if (path === '') return;
    const wrongType = typeErrors(object, path);
    errors.push(...(wrongType.length > 0 ? wrongType : metadataErrors(object, path)));
  });
  return errors;
}

function typeErrors(object: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { apiVersion, kind } = object;
  if (apiVersion === undefined) errors.push(required(`${path}.apiVersion`));
  else if (typeof apiVersion === 'string' && apiVersion.split('/').length > 2) {
    errors.push(invalidValue(`${path}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  }
  if (kind === undefined) errors.push(required(`${path}.kind`));
  else if (typeof kind === 'string') {
    for (const why of label1035Errors(kind.toLowerCase())) {
      errors.push(invalidValue(`${path}.kind`, kind, `may have mixed case, but should otherwise match: ${why}`));
    }
  }
  return errors;
}

function metadataErrors(object: JsonObject, path: string): FieldError[] {
  if (!isObject(object.metadata)) return [];
  const { name } = object.metadata;
  const nameErrors =
    typeof name === 'string' ? subdomainErrors(name).map((why) => invalidValue('metadata.name', name, why)) : [];
  return [...nameErrors, ...validateSharedMetadata(object.metadata)].map((error) => ({
    ...error,
    field: `${path}.${error.field}`,
  }));
}
