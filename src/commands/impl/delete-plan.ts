/** What a deletion does, told before it is confirmed: who still works on the object, and what nobody will clean up. */
import { type Target, targetText } from './kit/targets.js';

const shownAtMost = 10;

export const finalizersOf = ({ object }: Target): readonly string[] => object.metadata.finalizers ?? [];

/** A line per object. */
export function deletionPlan(targets: readonly Target[], isOrphaned: boolean): string[] {
  const lines = targets.slice(0, shownAtMost).map((target) => {
    const held = finalizersOf(target);
    if (held.length === 0) return `${targetText(target)} will be deleted`;
    const how = isOrphaned ? 'and its finalizers are taken off' : 'once its finalizers let it go';
    return `${targetText(target)} will be deleted ${how}: ${held.join(', ')}`;
  });
  const more = targets.length - shownAtMost;
  return more > 0 ? [...lines, `… and ${more} more`] : lines;
}

/** What the finalizers of each kind would have seen to. */
const work: Readonly<Record<string, string>> = {
  Server: 'machines keep the power they have, and boot what they were told to boot next; claims are not told',
  BMC: 'event subscriptions stay on the BMC, which goes on sending to them; so do its account and password',
  BMCUser: 'the account stays on the BMC, with its password',
  Endpoint: 'the BMC object made for the address stays',
  ServerClaim: 'the server stays reserved for a claim that is gone, and keeps its power, until a reconciler finds out',
  ServerReadinessRule: 'the taints it put on servers stay: metalctl untaint lifts them',
};

/** What stays behind when nobody does the work of the finalizers, kind by kind. */
export function leftBehind(targets: readonly Target[]): string[] {
  const kinds = [...new Set(targets.filter((target) => finalizersOf(target).length > 0).map(({ kind }) => kind.kind))];
  return kinds.map((kind) => `left behind (${kind}): ${work[kind] ?? 'whatever its finalizers would have cleaned up'}`);
}
