/**
 * Maintenance (upstream v0.7.0): a ServerMaintenance holds the server, named by `serverMaintenanceRef`.
 * Reads   the machine.
 * Asks    power as `spec.power` says, while it is held; nothing else.
 * Leaves  Reserved where a claim holds the server, else Initial: what was done to the machine is discovered anew.
 * Source  upstream §14; §15: a Maintenance left over from an older operator is no dead end.
 */
import { type Decision, go, rest } from '../runtime/decision.js';
import type { Interrupt } from '../runtime/machine.js';
import { factsOf, wantedPower } from './facts.js';
import { intentOf, intentPatch } from './intent.js';
import { powerSettled, stayForPower, steer } from './power.js';
import { observed, readMachine, type ServerInput } from './reader.js';
import { serverGates } from './state-gates.js';
import { systemStatus } from './status.js';
import { upkeep } from './upkeep.js';

/** States that maintenance does not take a server out of: a new one is looked at first, a failed one stays failed. */
const untouched = new Set(['', 'Initial', 'Maintenance', 'Parked', 'Error']);

/** Stands before the table, after parking and operations: upstream's order. */
export const enteringMaintenance: Interrupt<ServerInput> = {
  name: 'maintenance',
  to: ['Maintenance'],
  run: ({ server }) => {
    const ref = server.spec?.serverMaintenanceRef;
    if (ref === undefined || untouched.has(server.status?.state ?? '')) return undefined;
    return go('Maintenance', 'MaintenanceBegins', { message: `Held by maintenance ${ref.namespace}/${ref.name}` });
  },
};

export async function maintain(input: ServerInput): Promise<Decision<'Initial' | 'Reserved'>> {
  const { server, settings } = input;
  const machine = await readMachine(input);
  const shut = serverGates.Maintenance.firstShut(factsOf(input));
  if (shut === undefined) {
    const status = { ...systemStatus(machine.system), ...observed(machine) };
    return go(server.spec?.serverClaimRef === undefined ? 'Initial' : 'Reserved', 'MaintenanceOver', { status });
  }
  const status = observed(machine);
  const wanted = wantedPower(server);
  if (wanted !== undefined) {
    const step = steer(wanted, machine, input);
    if (step.is !== 'reached') return stayForPower(step, input, { status });
  }
  const ended = intentOf(server) === undefined ? [] : [{ do: 'patchSelf', patch: intentPatch(undefined) } as const];
  const message = shut.because ?? shut.must;
  const effects = [...ended, ...upkeep(server, machine)];
  return rest('InMaintenance', {
    message,
    status,
    effects,
    conditions: powerSettled,
    recheckMs: settings.serverResyncMs,
  });
}
