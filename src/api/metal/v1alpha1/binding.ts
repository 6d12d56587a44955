/** Whom a Server's binding is to. */
import { ownAnnotations } from './constants.js';
import type { Server } from './server.js';
import type { ServerClaim } from './serverclaim.js';

/**
 * Whether the binding, which names a claim, is to this very one: by the UID noted beside it. A binding without a note is
 * upstream's and counts. So does one with an old note when the claim is Bound and names the server itself: upstream
 * moves bindings and leaves the note, and a claim that only bears the name of an earlier one is never Bound by us.
 */
export function isBoundTo({ metadata }: Server, claim: ServerClaim): boolean {
  const noted = metadata.annotations?.[ownAnnotations.claimUID];
  return noted === undefined || noted === claim.metadata.uid || isServedBy(claim, metadata.name);
}

const isServedBy = ({ spec, status }: ServerClaim, server: string): boolean =>
  status?.phase === 'Bound' && spec?.serverRef?.name === server;
