/** Who reconciles, as the Leases tell, and whether anybody does. Pure. */
import { keyOf, keyText } from '../../api/kind.js';
import type { LeaseObject } from '../../api/kubernetes.js';
import { isControllerLease } from '../../api/metal/v1alpha1/constants.js';
import { formatAge } from '../../lib/duration.js';
import type { TopSnapshot } from '../../ui/top/model.js';
import type { Fleet } from './top-fleet.js';

/** Who holds a controller's Lease and renewed it within twice its duration; else who did last; else nobody. */
export function driverOf({ leases, unread, isPart, nowMs }: Fleet): Pick<TopSnapshot, 'driver' | 'driverMark'> {
  if (isPart === true || unread?.has('Lease') === true) return { driver: '-' };
  const known = leases.filter(({ metadata }) => isControllerLease(metadata.name));
  const held = known.filter(({ spec }) => spec?.holderIdentity);
  const [lease] = [...held.filter((each) => !isLost(each, nowMs)), ...held];
  if (lease !== undefined) {
    const who = `${lease.spec?.holderIdentity} (lease ${keyText(keyOf(lease))})${seenText(lease, nowMs)}`;
    return isLost(lease, nowMs) ? { driver: `LOST ${who}`, driverMark: 'bad' } : { driver: who };
  }
  const last = known.toSorted((a, b) => (seenMs(b) ?? 0) - (seenMs(a) ?? 0))[0];
  if (last === undefined || seenMs(last) === undefined) return { driver: `none seen: ${fix}`, driverMark: 'bad' };
  // A pass gives its Lease back: whether another one comes, and when, is not written there.
  return { driver: `none now${seenText(last, nowMs)}: ${fix}`, driverMark: 'shut' };
}

const fix = 'nothing changes until metalctl reconcile runs';

function seenMs({ spec }: LeaseObject): number | undefined {
  const at = Date.parse(spec?.renewTime ?? '');
  return Number.isNaN(at) ? undefined : at;
}

const seenText = (lease: LeaseObject, nowMs: number): string => {
  const at = seenMs(lease);
  return at === undefined ? '' : `, seen ${formatAge(Math.max(0, nowMs - at))} ago`;
};

const isLost = (lease: LeaseObject, nowMs: number): boolean =>
  nowMs - (seenMs(lease) ?? nowMs) > 2_000 * (lease.spec?.leaseDurationSeconds ?? 15);
