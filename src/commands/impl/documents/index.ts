/** The documents of `-o json` whose form scripts can rely on, by kind. */
import { acts } from './acts.js';
import { bmcDocuments } from './bmc.js';
import { explaining } from './explaining.js';
import { looking } from './looking.js';
import { type doc, type JsonSchema, schemaOf } from './schema.js';
import { workflows } from './workflows.js';

const all = { ...workflows, ...looking, ...bmcDocuments, ...acts, ...explaining } as const;

/** A document that has a schema: no other can be printed. */
export type DocumentKind = keyof typeof all;

const documents: Readonly<Record<string, ReturnType<typeof doc>>> = all;

/** Kinds that have a schema, by name. */
export const documentKinds: readonly string[] = Object.keys(documents).sort();

/** The schema of a kind; undefined when none is shipped. */
export function documentSchema(kind: string): JsonSchema | undefined {
  const known = Object.hasOwn(documents, kind) ? documents[kind] : undefined;
  return known === undefined ? undefined : schemaOf(kind, known);
}
