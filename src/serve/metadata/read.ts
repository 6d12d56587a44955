/**
 * What a machine may read about itself: its metadata, and the user data of the claim it serves. Read from the cluster
 * for each request: what was true when a cache was filled opens nobody's data.
 */
import { Secret } from '../../api/kubernetes.js';
import { isBoundTo, metadataPrefix, Server, ServerClaim, userDataSecretType } from '../../api/metal/v1alpha1/index.js';
import { sameAddress } from '../../lib/machine-address.js';
import type { ClusterReads } from '../../ports/cluster.js';
import { addressesOf } from './address-book.js';

/** Static values, then the name, then annotations, then labels: the later wins. */
export function metadataOf({ metadata }: Server, fixed: Readonly<Record<string, string>>): Map<string, string> {
  const prefixed = (from: Record<string, string> | undefined): [string, string][] =>
    Object.entries(from ?? {})
      .filter(([key]) => key.startsWith(metadataPrefix))
      .map(([key, value]) => [key.slice(metadataPrefix.length), value]);
  return new Map([
    ...Object.entries(fixed),
    ['server-name', metadata.name],
    ...prefixed(metadata.annotations),
    ...prefixed(metadata.labels),
  ]);
}

/** The Server as it is now, if it still reports this address. */
export async function serverNow(cluster: ClusterReads, name: string, address: string): Promise<Server | undefined> {
  const server = await cluster.get(Server, { name });
  const known = sameAddress(address);
  return server !== undefined && known !== undefined && addressesOf(server).includes(known) ? server : undefined;
}

/** User data by key; undefined when the machine has none, or its claim is not the one it is bound to any more. */
export async function userDataOf(cluster: ClusterReads, server: Server): Promise<Map<string, Buffer> | undefined> {
  const ref = server.spec?.serverClaimRef;
  if (ref?.namespace === undefined || ref.name === undefined) return undefined;
  const claim = await cluster.get(ServerClaim, { namespace: ref.namespace, name: ref.name });
  if (claim === undefined || !isBound(claim, server)) return undefined;
  const name = claim.spec?.userDataRef?.name;
  if (name === undefined) return undefined;
  const secret = await cluster.get(Secret, { namespace: ref.namespace, name });
  if (secret === undefined) return undefined;
  if (secret.type !== userDataSecretType) throw new WrongSecretType(secret.type ?? '');
  const entries = Object.entries(secret.data ?? {});
  if (entries.length === 0) return undefined;
  return new Map(entries.map(([key, value]) => [key, Buffer.from(value, 'base64')]));
}

/** A claim made again under the old name, one that is being given up, and one bound elsewhere are somebody else's. */
function isBound(claim: ServerClaim, server: Server): boolean {
  if (claim.metadata.deletionTimestamp !== undefined) return false;
  if (!isBoundTo(server, claim)) return false;
  const serves = claim.spec?.serverRef?.name;
  return serves === undefined || serves === server.metadata.name;
}

/** Upstream's words for a Secret that is not meant for machines. */
export class WrongSecretType extends Error {
  constructor(type: string) {
    super(`wrong secret type for user-data '${type}'`);
  }
}
