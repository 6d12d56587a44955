/** Taints and tolerations (upstream §12): `NoBind` keeps claims away that do not tolerate it; `Evict` never blocks. */
import type { Server, ServerClaim } from '../../api/metal/v1alpha1/index.js';

type Taint = NonNullable<NonNullable<Server['spec']>['taints']>[number];
type Toleration = NonNullable<NonNullable<ServerClaim['spec']>['tolerations']>[number];

/** The first taint the claim does not tolerate, or undefined. */
export function firstUntolerated(server: Server, claim: ServerClaim['spec']): Taint | undefined {
  const tolerations = claim?.tolerations ?? [];
  const blocking = (server.spec?.taints ?? []).filter(({ effect }) => (effect ?? 'NoBind') === 'NoBind');
  return blocking.find((taint) => !tolerations.some((toleration) => tolerates(toleration, taint)));
}

function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.key !== taint.key) return false;
  if (toleration.effect !== undefined && toleration.effect !== (taint.effect ?? 'NoBind')) return false;
  if (toleration.operator === 'Exists') return true;
  return (toleration.operator ?? 'Equal') === 'Equal' && (toleration.value ?? '') === (taint.value ?? '');
}
