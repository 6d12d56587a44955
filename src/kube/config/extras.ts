/** What kubectl reads of a kubeconfig's users and client-node does not. */
import { resolve } from 'node:path';
import { yamlReader } from '../../lib/read-yaml.js';

/** Members of a user that client-node does not read. */
export interface Extras {
  readonly tokenFile?: string;
  readonly asGroups?: readonly string[];
  readonly asUid?: string;
}

/**
 * Extras by user name. Leaving impersonated groups out would silently make requests as somebody else, so such files
 * are read twice.
 */
export async function readExtras(text: string, directory: string): Promise<Map<string, Extras>> {
  const extras = new Map<string, Extras>();
  if (!/tokenFile|as-groups|as-uid/.test(text)) return extras;
  const read = await yamlReader();
  const { users } = read(text) as {
    users?: { name: string; user?: Record<string, unknown> }[];
  };
  for (const { name, user = {} } of users ?? []) {
    const { tokenFile, 'as-groups': asGroups, 'as-uid': asUid } = user;
    extras.set(name, {
      ...(typeof tokenFile === 'string' ? { tokenFile: resolve(directory, tokenFile) } : {}),
      ...(Array.isArray(asGroups) ? { asGroups: asGroups.map(String) } : {}),
      ...(typeof asUid === 'string' ? { asUid } : {}),
    });
  }
  return extras;
}
