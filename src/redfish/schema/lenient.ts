/**
 * Building blocks for reading what BMCs send. One odd property must not cost a resource, so every property is optional,
 * nullable and falls back to undefined; enums are open; numbers come as strings and ids as numbers.
 */
import { z } from 'zod';

const bounded = 1024;

/** Text; numbers become text; empty or blank counts as absent. */
export const text = z
  .union([z.string(), z.number()])
  .transform((value) => String(value).slice(0, bounded).trim() || undefined)
  .optional()
  .catch(undefined);

/** A number, or text that is one. */
export const number = z
  .union([z.number(), z.string().regex(/^\s*-?\d{1,18}(\.\d{1,9})?\s*$/)])
  .transform(Number)
  .optional()
  .catch(undefined);

/** A link as it stands, neither trimmed nor cut: judging it is `safePath`'s work. */
export const uri = z.string().optional().catch(undefined);

/** `absent`, `null` and a value are three different things where a write depends on them. */
export const threeState = z.union([z.string(), z.null()]).optional().catch(undefined);

/** List of text; anything else in it is left out. Some BMCs nest the list once more. */
export const texts = z
  .array(z.unknown())
  .transform((items) => items.flat().filter((item) => typeof item === 'string'))
  .optional()
  .catch(undefined);

/** Reference to another resource, `{"@odata.id": "/…"}`, as the bare link. */
export const link = z
  .object({ '@odata.id': z.string() })
  .transform((reference) => reference['@odata.id'])
  .optional()
  .catch(undefined);

/** Members as sent, references or whole resources; null counts as none. */
export const items = z.array(z.unknown()).catch([]);

/** A nested object; when it is something else, the same as an empty one. */
export const nested = <S extends z.ZodRawShape>(shape: S) => z.looseObject(shape).partial().optional().catch(undefined);
