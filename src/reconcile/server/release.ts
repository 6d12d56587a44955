/**
 * Release: the claim is gone. The machine is switched off, and only a confirmed Off lets go of it.
 * Reads   the machine, never from memory.
 * Asks    power off: graceful once, forced once after the grace only with `enforcePowerOff`.
 * Leaves  Available (Recycle) or Released (Retain); a Released server to Available once its claim reference is removed.
 * Source  upstream §8.8; §15: escalation, and no way out of Reserved without a confirmed Off.
 */
import { ownAnnotations } from '../../api/metal/v1alpha1/index.js';
import { type Effect, patchSelf } from '../effects.js';
import { type Decision, go, rest, stay } from '../runtime/decision.js';
import { factsOf } from './facts.js';
import { powerSettled, stayForPower, steer } from './power.js';
import { observed, powerOf, readMachine, type ServerInput } from './reader.js';
import { serverGates } from './state-gates.js';
import { upkeep } from './upkeep.js';

export async function releaseServer(input: ServerInput): Promise<Decision<'Available' | 'Released'>> {
  const { server } = input;
  const machine = await readMachine(input, 0);
  const status = observed(machine);
  const clearBoot =
    server.spec?.bootConfigurationRef === undefined ? [] : [patchSelf({ spec: { bootConfigurationRef: null } })];
  const step = steer('Off', machine, input);
  if (step.is !== 'reached') return stayForPower(step, input, { status, effects: clearBoot });

  if (server.spec?.reclaimPolicy === 'Retain' && server.spec.serverClaimRef !== undefined) {
    return go('Released', 'ClaimGone', {
      status,
      effects: [...clearBoot, forgetTenant(false)],
      conditions: powerSettled,
    });
  }
  return go('Available', 'Recycled', { status, effects: [forgetTenant(true)], conditions: powerSettled });
}

/** Everything that tied the server to its claim, in one compare-and-swap. */
function forgetTenant(clearsClaim: boolean): Effect {
  const annotations = { [ownAnnotations.powerIntent]: null, [ownAnnotations.bootedWith]: null };
  if (!clearsClaim) return patchSelf({ metadata: { annotations } });
  return patchSelf({
    metadata: { annotations: { ...annotations, [ownAnnotations.claimUID]: null } },
    spec: { serverClaimRef: null, bootConfigurationRef: null },
  });
}

/** Released: kept as the last tenant left it, off, until somebody removes the claim reference. */
export async function retain(input: ServerInput): Promise<Decision<'Available'>> {
  const machine = await readMachine(input, 0);
  const status = observed(machine);
  const step = steer('Off', machine, input);
  if (step.is !== 'reached') return stayForPower(step, input, { status });
  const shut = serverGates.Released.firstShut(factsOf(input, powerOf(machine)));
  if (shut !== undefined) {
    const { because: message = shut.must } = shut;
    const effects = upkeep(input.server, machine);
    const recheckMs = input.settings.serverResyncMs;
    return rest(shut.reason, { message, status, effects, conditions: powerSettled, recheckMs });
  }
  const uid = input.server.metadata.annotations?.[ownAnnotations.claimUID];
  if (uid !== undefined) return stay('ForgettingClaim', { effects: [forgetTenant(true)], recheckMs: 1_000 });
  return go('Available', 'ReleaseFinished', { status, conditions: powerSettled });
}
