/**
 * Steering power without blocking and without acting twice. On and Off are levels: read, compare, act. Between the
 * request and its effect stands an intent, written to the Server before anything is sent; a condition written after
 * the request proves that it went out. A crash in between leaves the intent alone, and evidence decides.
 *
 * | seen                                  | wanted On            | wanted Off                              |
 * | the wanted state                      | reached              | reached                                 |
 * | moving there                          | wait                 | wait; force once after the grace, if allowed |
 * | no answer, Paused, contradiction      | wait                 | wait: unknown is not Off                |
 * | the other state, no intent            | send                 | send graceful                           |
 * | …, intent proven sent                 | wait, then send again| wait out the grace; then force once, or say so |
 * | …, intent not proven (we were killed) | wait, then send again| graceful: as if it was sent, see below;  |
 * |                                       |                      | forced: wait `powerConfirmMs`, send again|
 *
 * A system takes minutes to shut down and its BMC says On all the while: a graceful request nobody knows the fate of is
 * given the whole grace, or a machine on its way down would be told twice. After it: force where that is allowed, else once
 * more.
 */
import { annotations, operations, type Server } from '../../api/metal/v1alpha1/index.js';
import { type Effect, type SetPower, warn } from '../effects.js';
import { ageMs, isAhead } from '../runtime/age.js';
import { conditionOf, timestamp } from '../runtime/conditions.js';
import { type ConditionChange, type Decision, type DecisionParts, stay } from '../runtime/decision.js';
import { intentOf, intentPatch, type PowerIntent } from './intent.js';
import type { Machine, ServerInput } from './reader.js';

/** Where a power change stands. `reached` means nothing is left to do. */
export type PowerStep =
  | { readonly is: 'reached' }
  | { readonly is: 'waiting'; readonly because: string; readonly message: string; readonly effect?: Effect }
  | { readonly is: 'acting'; readonly because: string; readonly effect: SetPower };

/** One look at a power change: reached, waiting, or the next request. */
export function steer(wanted: 'On' | 'Off', machine: Machine, input: ServerInput, boot?: string): PowerStep {
  const current = machine.system.powerState;
  if (current === wanted) return { is: 'reached' };
  if (current === undefined || !knownStates.has(current))
    return waiting('PowerStateUnknown', 'The BMC does not say whether the machine is on');
  return wanted === 'On' ? steerOn(machine, input, boot) : steerOff(machine, input);
}

const knownStates = new Set(['On', 'Off', 'PoweringOn', 'PoweringOff']);

function steerOn(machine: Machine, input: ServerInput, boot: string | undefined): PowerStep {
  if (machine.system.powerState !== 'Off') return waiting('PoweringOn', 'Waiting until the machine is on');
  const intent = intentOf(input.server);
  if (intent?.action === 'On' && ageMs(intent.at, input.now) < input.settings.powerConfirmMs) {
    return waiting('PoweringOn', 'Waiting until the machine is on');
  }
  return acting('PoweringOn', machine, input, 'On', boot);
}

function steerOff(machine: Machine, input: ServerInput): PowerStep {
  const { settings, now, server } = input;
  const intent = intentOf(server);
  const isMoving = machine.system.powerState === 'PoweringOff';
  if (intent === undefined || intent.action === 'On') {
    return isMoving ? waiting('WaitingForPowerOff', offMessage) : acting('WaitingForPowerOff', machine, input, 'Off');
  }
  // A grace counted by a clock that was set back would last until it gets there; it begins anew instead.
  if (isAhead(intent.at, now)) {
    const again = intentPatch({ ...intent, at: timestamp(now) });
    return { ...waiting('WaitingForPowerOff', offMessage), effect: { do: 'patchSelf', patch: again } };
  }
  const isUnproven = !isMoving && !isProvenSent(server, intent);
  const patienceMs = isUnproven && intent.action === 'ForceOff' ? settings.powerConfirmMs : settings.powerGraceMs;
  if (ageMs(intent.at, now) < patienceMs) return waiting('WaitingForPowerOff', offMessage);
  if (intent.action === 'Off' && settings.enforcePowerOff)
    return acting('WaitingForPowerOff', machine, input, 'ForceOff');
  if (isUnproven) return acting('WaitingForPowerOff', machine, input, intent.action);
  const force = `kubectl annotate server ${server.metadata.name} ${annotations.operation}=${operations.forceOffServer}`;
  return waiting('PowerOffNotHonoured', `The machine did not switch off. ${force}, or allow --enforce-power-off`);
}

const offMessage = 'Waiting for the BMC to confirm power off';

/** The condition is written after the request went out: it proves this intent if it is not older than it. */
function isProvenSent(server: Server, intent: PowerIntent): boolean {
  const proof = conditionOf(server.status?.conditions, 'WaitingForPowerOff');
  return proof?.status === 'True' && proof.lastTransitionTime >= intent.at;
}

const waiting = (because: string, message: string) => ({ is: 'waiting', because, message }) as const;

function acting(
  because: string,
  machine: Machine,
  input: ServerInput,
  action: PowerIntent['action'],
  boot?: string,
): PowerStep {
  return { is: 'acting', because, effect: powerEffect(machine, input, action, boot) };
}

/** The request with its intent. */
export function powerEffect(
  { access, uri }: Machine,
  { now, settings, server }: ServerInput,
  action: PowerIntent['action'],
  boot?: string,
): SetPower {
  const mark = boot === undefined ? {} : { boot };
  const intent: PowerIntent = { action, at: timestamp(now), by: settings.instance, ...mark };
  return {
    do: 'setPower',
    access,
    system: uri,
    to: action === 'On' ? 'On' : 'Off',
    how: action === 'ForceOff' ? 'force' : 'graceful',
    intent: intentPatch(intent),
    // What stood before: a shutdown that was sent is still under way when the forced one could not be.
    withdraw: intentPatch(intentOf(server)),
  };
}

/** Upstream's two conditions, as they read while a power change is under way. */
export const poweringOn: ConditionChange = {
  type: 'PoweringOn',
  status: 'True',
  reason: 'ServerPowerOn',
  message: 'Server is powering on',
};

export const waitingForPowerOff: ConditionChange = {
  type: 'WaitingForPowerOff',
  status: 'True',
  reason: 'WaitingForPowerOff',
  message: 'Waiting for BMC to confirm power off',
};

/** … and when it is over. */
export const powerSettled: readonly ConditionChange[] = [
  {
    type: 'PoweringOn',
    status: 'False',
    reason: 'PoweredOn',
    message: 'No power-on is under way',
    onlyIfPresent: true,
  },
  {
    type: 'WaitingForPowerOff',
    status: 'False',
    reason: 'PowerOffConfirmed',
    message: 'No power-off is under way',
    onlyIfPresent: true,
  },
];

/** A stall is worth one event: none while the summary says the same already. */
export function warnOnce(server: Server, { because, message }: { because: string; message: string }): Effect[] {
  const isSaid = conditionOf(server.status?.conditions, 'Ready')?.reason === because;
  return isSaid ? [] : [warn(because, 'Reconcile', message)];
}

/** The decision of an unfinished power change; `before` are effects that must come first. */
export function stayForPower(
  step: Exclude<PowerStep, { is: 'reached' }>,
  input: ServerInput,
  parts: DecisionParts = {},
): Decision<never> {
  const isOff = step.because !== 'PoweringOn';
  if (step.is === 'waiting') {
    const isStalled = step.because === 'PowerOffNotHonoured';
    const own = step.effect === undefined ? [] : [step.effect];
    const effects = [...(parts.effects ?? []), ...own, ...(isStalled ? warnOnce(input.server, step) : [])];
    const recheckMs = input.settings.powerPollMs * (isStalled ? 15 : 1);
    return stay(step.because, { ...parts, effects, message: step.message, recheckMs });
  }
  const proof = isOff ? { ...waitingForPowerOff, restart: true } : poweringOn;
  return stay(step.because, {
    ...parts,
    message: isOff ? offMessage : 'Waiting until the machine is on',
    effects: [...(parts.effects ?? []), step.effect],
    conditions: [...(parts.conditions ?? []), proof],
    recheckMs: Math.min(1_000, input.settings.powerPollMs),
  });
}
