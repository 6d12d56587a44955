/**
 * JSON Schemas of documents, written as data that reads like the documents: members by name, `?` behind the name of one
 * that may be missing. Members that are not named are allowed: adding one is compatible (cli.md 6).
 */

/** A JSON Schema, as far as documents need one. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: 'string' | 'number' | 'boolean' | 'array' | 'object';
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema;
}

export type Members = Readonly<Record<string, JsonSchema>>;

export const any: JsonSchema = {};
export const text: JsonSchema = { type: 'string' };
export const number: JsonSchema = { type: 'number' };
export const boolean: JsonSchema = { type: 'boolean' };
export const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
export const record = (values: JsonSchema): JsonSchema => ({ type: 'object', additionalProperties: values });
export const oneOf = (...values: string[]): JsonSchema => ({ type: 'string', enum: values });

/** An object with these members. */
export const object = (members: Members): JsonSchema => {
  const entries = Object.entries(members);
  const required = entries.map(([name]) => name).filter((name) => !name.endsWith('?'));
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, schema]) => [name.replace('?', ''), schema])),
    ...(required.length > 0 ? { required } : {}),
  };
};

/** An object of Kubernetes, as the cluster serves it. */
export const kubeObject: JsonSchema = object({ apiVersion: text, kind: text, metadata: object({ name: text }) });

/** What a document is, and its members beside `apiVersion` and `kind`. */
export const doc = (description: string, members: Members) => ({ description, members });

/** The whole schema of a document. */
export function schemaOf(kind: string, { description, members }: ReturnType<typeof doc>): JsonSchema {
  const head: Members = { apiVersion: { const: 'cli.metalctl.dev/v1' }, kind: { const: kind } };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `https://metalctl.dev/schemas/cli.metalctl.dev/v1/${kind}.json`,
    title: kind,
    description,
    ...object({ ...head, ...members }),
  };
}
