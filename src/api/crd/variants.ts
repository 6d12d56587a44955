/** Discriminated unions in a CRD: one object with the fields of all variants, and a rule per variant on top. */
import type { CrdSchema } from '../kubernetes.js';
import type { RawSchema } from './structural.js';

/**
 * Hoists `z.discriminatedUnion`: a structural schema may not hold types below `oneOf`, so every field moves up and
 * `oneOf` keeps only which fields the value of the discriminator requires.
 */
export function hoistVariants(node: RawSchema, path: string): RawSchema {
  if (!node.oneOf) return node;
  const { oneOf: variants, ...rest } = node;
  const discriminator = discriminatorOf(variants);
  if (discriminator === undefined) throw new Error(`${path} is a union without a discriminator: CRDs have none`);
  return {
    ...rest,
    type: 'object',
    properties: { ...joinedFields(variants, path), [discriminator]: joinedDiscriminator(variants, discriminator) },
    required: requiredByAll(variants),
    oneOf: variants.map((variant) => ({
      properties: { [discriminator]: { enum: variant.properties?.[discriminator]?.enum ?? [] } },
      required: [...(variant.required ?? [])].sort(),
    })),
  };
}

/** The field every variant requires and narrows to values of its own. */
function discriminatorOf(variants: readonly CrdSchema[]): string | undefined {
  const [first] = variants;
  return requiredByAll(variants).find(
    (field) => first?.properties?.[field]?.enum && variants.every((variant) => variant.properties?.[field]?.enum),
  );
}

const requiredByAll = (variants: readonly CrdSchema[]): string[] =>
  (variants[0]?.required ?? []).filter((field) => variants.every((variant) => variant.required?.includes(field)));

function joinedFields(variants: readonly CrdSchema[], path: string): Record<string, CrdSchema> {
  const fields: Record<string, CrdSchema> = {};
  for (const [name, schema] of variants.flatMap((variant) => Object.entries(variant.properties ?? {}))) {
    const isSame = fields[name] === undefined || fields[name].type === schema.type;
    if (!isSame) throw new Error(`${path}.${name} has a different type in two variants`);
    fields[name] = schema;
  }
  return fields;
}

function joinedDiscriminator(variants: readonly CrdSchema[], field: string): CrdSchema {
  const values = variants.flatMap((variant) => variant.properties?.[field]?.enum ?? []);
  return { ...variants[0]?.properties?.[field], enum: [...new Set(values)] };
}
