/**
 * Discovery: boot the probe image once, wait for its report, switch the machine off again.
 * Reads   boot configuration, registry, the machine's power.
 * Asks    a one-time network boot directly before power-on, and later power off; the registry's ear for this token.
 * Leaves  Available when the report is recorded and the machine is off; Initial after `discoveryTimeoutMs`.
 * Source  upstream §8.6; §15: an own start time, no stale data, and Available only for a machine that is off.
 */

import { ownAnnotations, type ServerBootConfiguration } from '../../api/metal/v1alpha1/index.js';
import { bootOnce, type Effect, forgetProbe, patchSelf, record, warn } from '../effects.js';
import { isAhead } from '../runtime/age.js';
import { type Condition, conditionOf } from '../runtime/conditions.js';
import { type ConditionChange, type Decision, go, stay } from '../runtime/decision.js';
import { factsOf } from './facts.js';
import { failureOf, forgetFailure, maxDiscoveries, recordFailure, toError } from './failure.js';
import { intentOf, intentPatch } from './intent.js';
import { keepReport } from './kept-report.js';
import { clearBootConfiguration } from './offer.js';
import { powerSettled, stayForPower, steer } from './power.js';
import { bootConfigurationOf, isInternal, type Machine, observed, readMachine, type ServerInput } from './reader.js';
import { believe } from './reported-addresses.js';
import { serverGates } from './state-gates.js';
import { networkStatus } from './status.js';

export async function discover(input: ServerInput): Promise<Decision<'Available' | 'Initial' | 'Error'>> {
  const discovered = conditionOf(input.server.status?.conditions as Condition[] | undefined, 'Discovered');
  const machine = await readMachine(input);
  if (discovered?.status === 'True') return finish(machine, input);

  const boot = bootConfigurationOf(input);
  if (boot === undefined || !isInternal(boot)) {
    return beginAgain('BootConfigurationGone', 'Its boot configuration is gone', machine, input);
  }
  const hash = boot.metadata.annotations?.[ownAnnotations.probeTokenHash];
  // Upstream's discoveries have no token: theirs ends as one of ours does, or two boot configurations name the machine.
  if (!hash) return beginAgain('DiscoveryTokenMissing', 'No token was issued for it', machine, input);

  const expiresAt = new Date(startOf(discovered, input.now) + input.settings.discoveryTimeoutMs);
  const report = await input.read.probes.report(uuidOf(input), hash);
  if (report !== undefined) {
    const believed = believe(report.report, input);
    const status = { ...observed(machine), networkInterfaces: networkStatus(believed.report) };
    const conditions = [probed];
    return stay('Probed', {
      message: 'The machine has reported',
      status,
      conditions,
      effects: [...endIntent(input), ...believed.effects, ...(await keepReport(report.report, input))],
      recheckMs: 1_000,
    });
  }
  if (discovered !== undefined && isAhead(discovered.lastTransitionTime, input.now)) return countAnew(discovered);
  const registry = input.read.probes.baseUrl();
  if (registry === undefined)
    return stay('NoRegistry', {
      message: 'No registry is served in this pass',
      status: observed(machine),
      needsPerson: true,
    });
  if (registry !== boot.metadata.annotations?.[ownAnnotations.probeRegistry]) {
    return beginAgain('RegistryMoved', 'The registry moved; the probe is told the new address', machine, input);
  }
  if (input.now >= expiresAt) return timedOut(machine, input);
  return bootProbe(
    machine,
    input,
    boot,
    record({ do: 'expectProbe', systemUUID: uuidOf(input), tokenHash: hash, expiresAt }),
  );
}

const probed: ConditionChange = {
  type: 'Discovered',
  status: 'True',
  reason: 'Probed',
  message: 'The machine has reported',
};

const uuidOf = ({ server }: ServerInput): string => (server.spec?.systemUUID ?? '').toLowerCase();

const startOf = (condition: Condition | undefined, now: Date): number =>
  condition === undefined ? now.getTime() : Date.parse(condition.lastTransitionTime);

/** A discovery whose start lies ahead of a clock that was set back is counted from now. */
function countAnew({ type, reason, message }: Condition): Decision<never> {
  const again: ConditionChange = { type, status: 'False', reason, message, restart: true };
  return stay('ClockSetBack', {
    message: 'The time of the discovery is counted anew',
    conditions: [again],
    recheckMs: 1,
  });
}

function bootProbe(
  machine: Machine,
  input: ServerInput,
  boot: ServerBootConfiguration,
  listen: Effect,
): Decision<never> {
  const { pollMs, status } = { pollMs: input.settings.powerPollMs, status: observed(machine) };
  const shut = serverGates.Discovery.firstShut(factsOf(input, { boot }));
  if (shut !== undefined && shut.reason !== 'WaitingForProbe') {
    return stay(shut.reason, { message: shut.because ?? shut.must, status, effects: [listen], recheckMs: pollMs });
  }
  const step = steer('On', machine, input);
  if (step.is === 'reached') {
    const effects = [listen, ...endIntent(input)];
    return stay('WaitingForProbe', { status, effects, conditions: powerSettled, recheckMs: pollMs * 5 });
  }
  const before = step.is === 'acting' ? [listen, bootOnce(machine.access, machine.uri, 'Pxe')] : [listen];
  return stayForPower(step, input, { status, effects: before });
}

/** The power change this discovery asked for is over. */
const endIntent = ({ server }: ServerInput): Effect[] =>
  intentOf(server) === undefined ? [] : [record(patchSelf(intentPatch(undefined)))];

/** Tried again a few times; then a person is asked, instead of booting a silent machine for ever. */
function timedOut(machine: Machine, input: ServerInput): Decision<'Initial' | 'Error'> {
  const why = 'No report from the probe in time';
  const before = failureOf(input.server);
  const tries = before?.reason === 'DiscoveryTimedOut' ? before.tries + 1 : 1;
  const again = beginAgain('DiscoveryTimedOut', why, machine, input);
  if (again.next === undefined) return again;
  const counted = recordFailure('DiscoveryTimedOut', why, input);
  if (tries < maxDiscoveries) return { ...again, effects: [counted, ...again.effects] };
  const failed = toError('DiscoveryTimedOut', `${why}, ${tries} times in a row`, input, endOf(input));
  return { ...failed, conditions: again.conditions };
}

/** This discovery cannot end any more: switch off what was switched on, then begin again. */
function beginAgain(reason: string, why: string, machine: Machine, input: ServerInput): Decision<'Initial'> {
  const step = steer('Off', machine, input);
  if (step.is !== 'reached') return stayForPower(step, input, { status: observed(machine) });
  const warning = warn(reason, 'Discover', `${why}; discovery begins again`);
  return go('Initial', reason, { effects: [...endOf(input), warning], conditions: powerSettled });
}

/** The report is on record: nothing is lost if we are killed between here and Available. */
function finish(machine: Machine, input: ServerInput): Decision<'Available'> {
  const status = observed(machine);
  const step = steer('Off', machine, input);
  if (step.is !== 'reached') return stayForPower(step, input, { status, effects: [forgetProbe(uuidOf(input))] });
  const effects = [...endOf(input), ...forgetFailure(input)];
  return go('Available', 'DiscoveryCompleted', { status, effects, conditions: powerSettled });
}

/** Ends the discovery's traces: token, boot configuration (its Secret follows by owner reference), intent. */
function endOf(input: ServerInput): Effect[] {
  return [forgetProbe(uuidOf(input)), ...clearBootConfiguration(input), ...endIntent(input)];
}
