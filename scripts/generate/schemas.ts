/** `schemas/`: JSON Schemas of the documents that `-o json` prints, as `metalctl explain --schema KIND` shows them. */
import { documentKinds, documentSchema } from '../../src/commands/impl/documents/index.js';

export async function generate(): Promise<Map<string, string>> {
  return new Map(
    documentKinds.map((kind) => [`schemas/${kind}.json`, `${JSON.stringify(documentSchema(kind), null, 2)}\n`]),
  );
}
