/**
 * Built-in kinds and all metadata pass through Go structs in a real server: unknown fields are lost, wrong types are
 * refused, empty values are left out. This does the same to plain JSON, led by the schema.
 */
import { below, fieldSchema, type Schema } from '../schema/schema.js';
import { badRequest } from '../status.js';
import { isObject, type Json, type JsonObject, setOwn } from '../types.js';

const GO_TYPES: Readonly<Record<string, string>> = { integer: 'int64', boolean: 'bool', object: 'map', array: '[]' };

/** Drop unknown fields, check types, normalise times and nulls, leave out what is empty. @throws StatusError 400 */
export function encodeAsGo(
  value: JsonObject,
  schema: Schema,
  typeName: string,
): { value: JsonObject; unknown: string[] } {
  const unknown: string[] = [];
  const encoded = new Encoder(typeName, unknown).value(value, schema, '') as JsonObject;
  return { value: encoded, unknown };
}

class Encoder {
  readonly #typeName: string;
  readonly #unknown: string[];

  constructor(typeName: string, unknown: string[]) {
    this.#typeName = typeName;
    this.#unknown = unknown;
  }

  value(value: Json, schema: Schema, path: string): Json {
    if (schema.type === undefined) return value;
    if (value === null) return schema.type === 'string' ? '' : value;
    if (schema.type === 'object') return this.#object(value, schema, path);
    if (schema.type === 'array') return this.#array(value, schema, path);
    return this.#scalar(value, schema, path);
  }

  #object(value: Json, schema: Schema, path: string): Json {
    if (!isObject(value)) throw this.#mismatch(value, schema, path);
    const result: JsonObject = {};
    for (const [key, child] of Object.entries(value)) {
      const below_ = below(path, key);
      const childSchema = fieldSchema(schema, key);
      if (childSchema === undefined) {
        if (schema['x-kubernetes-preserve-unknown-fields'] === true) setOwn(result, key, child);
        else this.#unknown.push(below_);
      } else if (child !== null || schema.properties === undefined) {
        setOwn(result, key, this.value(child, childSchema, below_));
      }
    }
    return schema.properties === undefined ? result : withoutEmpty(result, schema);
  }

  #array(value: Json, schema: Schema, path: string): Json {
    if (!Array.isArray(value)) throw this.#mismatch(value, schema, path);
    const { items } = schema;
    if (items === undefined) return value;
    const isStruct = items.type === 'object' && items.properties !== undefined;
    // A null among structs is a struct of nothing.
    return value.map((item, index) => this.value(item === null && isStruct ? {} : item, items, below(path, index)));
  }

  #scalar(value: Json, schema: Schema, path: string): Json {
    const isFit =
      schema.type === 'integer'
        ? Number.isInteger(value)
        : typeof value === (schema.type === 'number' ? 'number' : schema.type);
    if (!isFit) throw this.#mismatch(value, schema, path);
    return typeof value === 'string' && schema.format !== undefined ? normaliseText(value, schema.format) : value;
  }

  #mismatch(value: Json, schema: Schema, path: string) {
    const found = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
    const field = path
      .replace(/\[\d+\]/g, '')
      .split('.')
      .slice(-2)
      .join('.');
    const wanted = GO_TYPES[schema.type ?? ''] ?? schema.type;
    return badRequest(
      `json: cannot unmarshal ${found} into Go struct field ${this.#typeName}.${field} of type ${wanted}`,
    );
  }
}

function normaliseText(value: string, format: string): string {
  if (format === 'date-time') return asSeconds(value);
  if (format === 'micro-time' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/.test(value)) {
    throw badRequest(`parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05.000000Z07:00": cannot parse`);
  }
  if (format === 'byte' && !(value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value))) {
    const position = Math.max(0, value.search(/[^A-Za-z0-9+/=]/));
    throw badRequest(`illegal base64 data at input byte ${position}`);
  }
  return value;
}

/** Kubernetes times have no fractions and are in UTC. */
function asSeconds(value: string): string {
  const time = Date.parse(value);
  if (Number.isNaN(time)) {
    throw badRequest(`parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse`);
  }
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

const isEmpty = (value: Json | undefined) =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === 0 ||
  value === false ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0);

function withoutEmpty(value: JsonObject, schema: Schema): JsonObject {
  const result: JsonObject = {};
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    const current = value[key];
    if (!isEmpty(current) || (child.go === 'pointer' && current !== undefined && current !== null)) {
      result[key] = current as Json;
    } else if (child.go === 'struct') result[key] = withoutEmpty(isObject(current) ? current : {}, child);
    else if (child.go === 'null') result[key] = null;
    else if (child.go === 'zero') result[key] = '';
  }
  return schema['x-kubernetes-preserve-unknown-fields'] === true ? { ...value, ...result } : result;
}

/** An object with every struct and null its Go type always has: what field ownership is computed on. */
export function materialise(value: Json | undefined, schema: Schema): Json {
  const result: JsonObject = isObject(value) ? { ...value } : {};
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    if (child.go === 'struct' || (isObject(result[key]) && child.properties !== undefined)) {
      result[key] = materialise(result[key], child);
    } else if (child.go === 'null' && result[key] === undefined) result[key] = null;
    else if (child.go === 'zero' && result[key] === undefined) result[key] = '';
  }
  return result;
}
