/** JSON Schemas of documents, as far as clients look into them before they write: made of the shape a document has. */
import { isObject, type Json, type JsonObject, stringAt } from '../json.js';
import { root, type TreeBuilder } from './builder.js';

/** Adds the schemas of these documents to JsonSchemas, and their bodies to a store beside it. */
export function putJsonSchemas(tree: TreeBuilder, paths: readonly string[]): void {
  const members = paths.flatMap((path) => {
    const doc = tree.docs.get(path);
    return doc ? [putJsonSchema(tree, doc)] : [];
  });
  tree.collection(`${root}/JsonSchemas`, 'JsonSchemaFile', members);
}

/** Where the schema of an `@odata.type` lies, if the service has it. */
export const schemaPlace = (type: string): string =>
  `${root}/SchemaStore/en/${type.slice(1, type.lastIndexOf('.'))}.json`;

function putJsonSchema(tree: TreeBuilder, doc: JsonObject): string {
  const type = stringAt(doc, '@odata.type') ?? '';
  const name = type.slice(1, type.indexOf('.'));
  const file = type.slice(1, type.lastIndexOf('.'));
  const body = schemaPlace(type);
  tree.docs.set(body, { '@odata.id': body, title: type, type: 'object', properties: shapesIn(doc) });
  return tree.put(`${root}/JsonSchemas/${file}`, 'JsonSchemaFile.v1_1_4', {
    Name: `${name} Schema File`,
    Schema: type,
    Languages: ['en'],
    Location: [{ Language: 'en', Uri: `${body}/`, PublicationUri: `http://redfish.dmtf.org/schemas/v1/${file}.json` }],
  });
}

const shapesIn = (doc: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(doc).map(([name, value]) => [name, shapeOf(value ?? null)]));

function shapeOf(value: Json): JsonObject {
  if (Array.isArray(value)) return { type: 'array', items: value[0] === undefined ? {} : shapeOf(value[0]) };
  if (isObject(value)) return { type: 'object', properties: shapesIn(value) };
  return value === null ? {} : { type: [typeof value, 'null'] };
}
