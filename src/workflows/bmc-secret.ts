/** BMCSecrets as workflows use them: read into a credential, made from one. */

import { apiVersionOf } from '../api/kind.js';
import { BMCSecret } from '../api/metal/v1alpha1/bmcsecret.js';
import { bmcSecretKeys } from '../api/metal/v1alpha1/constants.js';
import { UserError } from '../errors/classes.js';
import { Secret } from '../lib/secret.js';
import type { ClusterReads } from '../ports/cluster.js';
import type { Credential } from './discover/credentials.js';

/**
 * The credential a BMCSecret holds.
 * @throws UserError NOT_FOUND when it is absent · REFERENCE_MISSING when it lacks a key
 */
export async function readBmcSecret(cluster: ClusterReads, name: string): Promise<Credential> {
  const secret = await cluster.get(BMCSecret, { name });
  if (secret === undefined) {
    throw new UserError('NOT_FOUND', `BMCSecret "${name}" not found`, { hint: 'metalctl get bmcsecrets' });
  }
  return {
    username: textAt(secret, bmcSecretKeys.username),
    password: new Secret(textAt(secret, bmcSecretKeys.password)),
    source: `BMCSecret "${name}"`,
    secretName: name,
    version: `${secret.metadata.uid ?? name}/${secret.metadata.resourceVersion ?? ''}`,
  };
}

/** `data` wins over `stringData`, even when empty. Source: upstream's lookup, core-api "Credential lookup". */
function textAt(secret: BMCSecret, key: string): string {
  const encoded = secret.data?.[key];
  if (encoded !== undefined) return Buffer.from(encoded, 'base64').toString('utf8');
  const plain = secret.stringData?.[key];
  if (plain !== undefined) return plain;
  throw new UserError('REFERENCE_MISSING', `BMCSecret "${secret.metadata.name}" has no key "${key}"`);
}

/** A BMCSecret ready to create. `data` only: a CRD keeps `stringData` readable as written. */
export const bmcSecretOf = (name: string, { username, password }: Credential): BMCSecret => ({
  apiVersion: apiVersionOf(BMCSecret),
  kind: BMCSecret.kind,
  metadata: { name },
  data: {
    [bmcSecretKeys.username]: encode(username),
    [bmcSecretKeys.password]: encode(password.reveal()),
  },
});

const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
