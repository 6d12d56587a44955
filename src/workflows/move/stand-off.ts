/** The reconcilers' lease, under the name of whoever copies: no daemon or pass begins meanwhile. */
import { reconcilerLease } from '../../api/metal/v1alpha1/constants.js';
import { isMetalError } from '../../errors/classes.js';
import type { Clock } from '../../ports/clock.js';
import type { Cluster } from '../../ports/cluster.js';
import type { Log } from '../../ports/log.js';
import { type Holding, holdLease } from '../../reconcile/runtime/lease.js';

export interface StandOff {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly namespace: string;
  readonly identity: string;
}

/**
 * Nothing is held where there is no namespace for it, or no right: nothing of metalctl's runs there either.
 * @param forgives further codes that are no obstacle
 * @throws ConflictError LEASE_HELD while a reconciler lives
 */
export async function standOff(cluster: Cluster, who: StandOff, forgives: readonly string[] = []): Promise<Holding[]> {
  try {
    return [await holdLease({ ...who, cluster, name: reconcilerLease })];
  } catch (error) {
    if (!isMetalError(error) || !['NOT_FOUND', 'API_FORBIDDEN', ...forgives].includes(error.code)) throw error;
    return [];
  }
}
