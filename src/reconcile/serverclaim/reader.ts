/** The narrow reads a claim's phases need. */
import { isBoundTo, ownAnnotations, type Server, type ServerClaim } from '../../api/metal/v1alpha1/index.js';
import { type Effect, patchSelf, record, warn } from '../effects.js';
import type { Visit } from '../reads.js';

export interface ClaimInput extends Visit {
  readonly claim: ServerClaim;
}

export const isUnbound = (claim: ServerClaim): boolean => claim.status?.phase !== 'Bound';

/**
 * Whether the binding is this claim's own. One that is not is left from a claim of the same name that is gone: that server
 * must be released first.
 */
export function isOurs(server: Server, claim: ServerClaim): boolean {
  const ref = server.spec?.serverClaimRef;
  const isNamed = ref?.namespace === claim.metadata.namespace && ref?.name === claim.metadata.name;
  return isNamed && isBoundTo(server, claim);
}

/** Says on the claim itself why it waits, its status has no conditions; and by an event when the reason is a new one. */
export function sayWaiting(claim: ServerClaim, reason: string, sentence: string): Effect[] {
  const said = claim.metadata.annotations?.[ownAnnotations.waiting];
  const patch = record(
    patchSelf({ metadata: { annotations: { [ownAnnotations.waiting]: `${reason}: ${sentence}` } } }),
  );
  return said?.startsWith(`${reason}:`) ? [patch] : [patch, warn(reason, 'Bind', sentence)];
}

export const sayNothing = (): Effect =>
  record(patchSelf({ metadata: { annotations: { [ownAnnotations.waiting]: null } } }));
