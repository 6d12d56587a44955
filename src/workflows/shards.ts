/**
 * Parts of a fleet beside each other: each under a lease of its own that says of how many it is one. Where somebody
 * reconciles the whole, or another number of parts, a machine would be in two hands.
 */
import type { LeaseObject } from '../api/kubernetes.js';
import { ownAnnotations, reconcilerLease, shardLease } from '../api/metal/v1alpha1/constants.js';
import { ConflictError } from '../errors/classes.js';
import type { Clock } from '../ports/clock.js';
import type { ClusterReads } from '../ports/cluster.js';
import type { Shard } from '../reconcile/index.js';
import { findLiveController, heldText, leasesOf } from './driver.js';

/** Name and marks of the lease a run takes: `metalctl-reconciler`, or `metalctl-reconciler-2` for the second part. */
export const leaseOfShard = (
  shard: Shard | undefined,
): { readonly name: string; readonly annotations?: Readonly<Record<string, string>> } =>
  shard === undefined
    ? { name: reconcilerLease }
    : { name: shardLease(shard.index), annotations: { [ownAnnotations.shards]: String(shard.count) } };

/**
 * Makes sure that nobody alive divides the fleet otherwise. Asked after the own lease is held: of two that begin at the
 * same time at least one sees the other. @throws ConflictError LEASE_HELD
 */
export async function refuseBesideOtherShards(
  { cluster, clock }: { readonly cluster: ClusterReads; readonly clock: Clock },
  namespace: string,
  shard: Shard | undefined,
  signal: AbortSignal,
): Promise<void> {
  const others = async (): Promise<LeaseObject[]> => {
    const all = await leasesOf(cluster, { namespace, signal });
    return all.filter((lease) => lease.spec?.holderIdentity && divides(lease, shard));
  };
  const live = await findLiveController(cluster, clock, signal, others);
  if (live === undefined) return;
  const what = shard === undefined ? 'the whole' : `part ${shard.index} of ${shard.count}`;
  throw new ConflictError('LEASE_HELD', `another reconciler does a part of the fleet that overlaps ${what}`, {
    why: heldText(live),
    hint: [
      'stop that one first: all that run at the same time must agree on the N of --shard I/N',
      '--lease NAME --only KINDS   beside one that runs with --skip KINDS',
    ],
  });
}

const partLease = new RegExp(`^${reconcilerLease}-[1-9]\\d*$`);

/** Whether a lease stands for another division than ours. */
function divides({ metadata }: LeaseObject, shard: Shard | undefined): boolean {
  const isPart = partLease.test(metadata.name);
  if (shard === undefined) return isPart;
  if (metadata.name === reconcilerLease) return true;
  return isPart && metadata.annotations?.[ownAnnotations.shards] !== String(shard.count);
}
