/** YAML files that flags name. */
import { UserError } from '../../../errors/classes.js';
import { yamlReader } from '../../../lib/read-yaml.js';

/** The document of a file. @throws UserError MANIFEST_INVALID, without the parser's words */
export async function yamlOf(text: string, path: string): Promise<unknown> {
  const read = await yamlReader();
  try {
    return read(text);
  } catch {
    // The parser quotes the line it stumbled on, which may be a password.
    throw new UserError('MANIFEST_INVALID', `${path} is not YAML`);
  }
}
