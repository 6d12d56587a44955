/**
 * Available: off, without a boot configuration, and open to claims.
 * Reads   the machine.
 * Asks    power off for a machine somebody switched on; removal of boot configurations left behind.
 * Leaves  Reserved when a claim holds the server.
 * Source  upstream §8.12; §15: a boot configuration that is gone is no error.
 */
import { ServerBootConfiguration } from '../../api/metal/v1alpha1/index.js';
import { type Effect, patchSelf, record } from '../effects.js';
import { type Decision, go, rest, stay } from '../runtime/decision.js';
import { intentOf, intentPatch } from './intent.js';
import { completeInventory } from './inventory.js';
import { powerSettled, stayForPower, steer } from './power.js';
import { atRest, bootConfigurationOf, isInternal, type Machine, observed, type ServerInput } from './reader.js';
import { upkeep } from './upkeep.js';

export async function offer(input: ServerInput): Promise<Decision<'Reserved'>> {
  const { server } = input;
  if (server.spec?.serverClaimRef !== undefined) return go('Reserved', 'Claimed', { effects: endIntent(input) });
  return atRest(input, (machine) => keepReady(machine, input));
}

async function keepReady(machine: Machine, input: ServerInput): Promise<Decision<never>> {
  const { server, settings } = input;
  const status = observed(machine);
  const step = steer('Off', machine, input);
  if (step.is !== 'reached') return stayForPower(step, input, { status });

  const leftovers = [...clearBootConfiguration(input), ...endIntent(input)];
  if (leftovers.length > 0)
    return stay('CleaningUp', { status, effects: leftovers, conditions: powerSettled, recheckMs: 1_000 });
  const missing = await completeInventory(machine, input);
  const isFree = server.spec?.unclaimable ? 'The server is off and cordoned' : 'The server is off and can be claimed';
  return rest('Available', {
    message: isFree,
    status: { ...status, ...missing.status },
    effects: [...missing.effects, ...upkeep(server, machine)],
    conditions: [...powerSettled, ...missing.conditions],
    recheckMs: Math.min(settings.serverResyncMs, missing.dueMs),
  });
}

/** Removes the reference in force; an internal boot configuration is deleted with it, a claim's is the claim's. */
export function clearBootConfiguration(input: ServerInput): Effect[] {
  if (input.server.spec?.bootConfigurationRef === undefined) return [];
  const boot = bootConfigurationOf(input);
  const clear = patchSelf({ spec: { bootConfigurationRef: null } });
  if (boot === undefined || !isInternal(boot)) return [clear];
  const { name, namespace = '', uid = '' } = boot.metadata;
  return [{ do: 'delete', kind: ServerBootConfiguration, key: { namespace, name }, uid }, clear];
}

const endIntent = ({ server }: ServerInput): Effect[] =>
  intentOf(server) === undefined ? [] : [record(patchSelf(intentPatch(undefined)))];
