/** Whether something occurs anywhere in a schema: asked at every write, so looked for once per schema. */
import { isEmbedded, type Schema } from './schema.js';

/** Schemas are never changed once they are served. */
function anywhere(test: (schema: Schema) => boolean): (schema: Schema) => boolean {
  const known = new WeakMap<Schema, boolean>();
  const look = (schema: Schema): boolean => {
    let found = known.get(schema);
    if (found === undefined) {
      found = test(schema) || parts(schema).some(look);
      known.set(schema, found);
    }
    return found;
  };
  return look;
}

function parts(schema: Schema): Schema[] {
  const found = Object.values(schema.properties ?? {});
  if (schema.items !== undefined) found.push(schema.items);
  if (typeof schema.additionalProperties === 'object') found.push(schema.additionalProperties);
  return found;
}

/** Does defaulting have anything to do here or below? */
export const hasDefaults = anywhere(({ default: value }) => value !== undefined);
export const hasEmbedded = anywhere(isEmbedded);
