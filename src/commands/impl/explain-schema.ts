/** `explain --schema`: the form of a document that `-o json` prints, as JSON Schema. */
import { UserError } from '../../errors/classes.js';
import { nearest } from '../../lib/nearest.js';
import { documentKinds, documentSchema } from './documents/index.js';
import type { ExplainRun } from './explain.js';

/** Prints the schema, whatever the form; with `all` the names of those there are. @throws UserError NOT_FOUND */
export async function explainSchema({ out }: ExplainRun, kind: string): Promise<void> {
  if (kind === 'all') return out.value(documentKinds, () => `${documentKinds.join('\n')}\n`, documentKinds);
  const name = documentKinds.find((each) => each.toLowerCase() === kind.toLowerCase());
  const schema = name === undefined ? undefined : documentSchema(name);
  if (schema === undefined) {
    const close = nearest(kind, documentKinds, 3);
    throw new UserError('NOT_FOUND', `no schema is shipped for "${kind}"`, {
      hint: close.length > 0 ? `did you mean: ${close.join(', ')}` : 'metalctl explain --schema all',
    });
  }
  return out.value(schema, () => `${JSON.stringify(schema, null, 2)}\n`);
}
