/**
 * Bound: keep the boot configuration as the claim says, and notice when the server is lost.
 * Reads   the server.
 * Asks    the boot configuration as the claim describes it now.
 * Leaves  Unbound when the server is gone or no longer names this claim (upstream: never; §15).
 */
import { ownAnnotations, Server, type ServerClaim } from '../../api/metal/v1alpha1/index.js';
import type { Effect } from '../effects.js';
import { type Decision, go, rest, stay } from '../runtime/decision.js';
import type { GateLine } from '../runtime/gates.js';
import { bootConfigurationEffects } from './boot.js';
import { claimFactsOf, serverClaimGates } from './gates.js';
import { type ClaimInput, sayWaiting } from './reader.js';

/** Held by somebody's will: nothing is left to do until that changes. */
const standsDown = new Set(['ServerParked', 'ServerInMaintenance']);

export async function hold(input: ClaimInput): Promise<Decision<'Unbound'>> {
  const facts = claimFactsOf(input);
  const { server } = facts;
  const shut = serverClaimGates.Bound.firstShut(facts);
  if (shut !== undefined) return held(shut, input);
  if (server === undefined) throw new Error('the gate of a lost server is open without a server');
  const noted = noteBinding(server, input.claim);
  if (noted.length > 0) return stay('RecordingBinding', { effects: noted, recheckMs: 1_000 });
  const boot = bootConfigurationEffects(server, input);
  if (boot.length > 0) return stay('UpdatingBootConfiguration', { effects: boot, recheckMs: 1_000 });
  return rest('Bound', { message: `server ${server.metadata.name}` });
}

/** Upstream moves a binding and leaves our note as it was: it is put right before it can be taken for the truth. */
function noteBinding({ metadata }: Server, claim: ServerClaim): Effect[] {
  const noted = metadata.annotations?.[ownAnnotations.claimUID];
  const { uid = '' } = claim.metadata;
  if (noted === undefined || noted === uid) return [];
  const { name, resourceVersion = '' } = metadata;
  const patch = { metadata: { annotations: { [ownAnnotations.claimUID]: uid } } };
  return [{ do: 'patch', kind: Server, key: { name }, resourceVersion, patch }];
}

function held({ reason, because = '' }: GateLine, { claim }: ClaimInput): Decision<'Unbound'> {
  if (standsDown.has(reason)) return rest(reason, { message: because });
  if (reason === 'BootConfigurationTaken')
    return stay(reason, { message: because, effects: sayWaiting(claim, reason, because) });
  if (reason !== 'ServerLost') return stay(reason, { message: because });
  return go('Unbound', reason, { message: because, effects: sayWaiting(claim, reason, because) });
}
