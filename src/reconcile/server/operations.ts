/**
 * Operations asked for by annotation: resets of the machine, each sent once at most. The request is turned into an
 * intent in one write, then sent; whoever finds an intent looks at the machine and never sends a restart again.
 * Reads   the machine, never from memory.
 * Asks    one ComputerSystem.Reset; an event for what is refused, unsupported, or of unknown outcome.
 * Source  upstream §8.3, §17; §15: operations of other kinds are refused, and those of other features left alone.
 */
import { annotations, operations } from '../../api/metal/v1alpha1/index.js';
import { combinePatches } from '../../lib/merge-patch.js';
import { type Effect, patchSelf, warn } from '../effects.js';
import { ageMs } from '../runtime/age.js';
import { timestamp } from '../runtime/conditions.js';
import { type ConditionChange, type Decision, stay } from '../runtime/decision.js';
import type { Interrupt } from '../runtime/machine.js';
import {
  endReset,
  isReset,
  type ResetIntent,
  type ResetOperation,
  resetIntentOf,
  resetIntentPatch,
  resetTypes,
} from './intent.js';
import { powerEffect, poweringOn, waitingForPowerOff } from './power.js';
import { type Machine, observed, readMachine, type ServerInput } from './reader.js';

/** Answered elsewhere, or another feature's: neither refused nor removed here. */
export const leftAlone: ReadonlySet<string> = new Set<string>([
  operations.ignore,
  operations.park,
  operations.unpark,
  operations.retry,
  operations.retryPropagated,
  operations.rotateCredentials,
  operations.allowInProgressDelete,
  operations.allowInProgressUpdate,
]);

/** A restart that was written down, by us or by a process that died: nothing else happens before its end is known. */
export const resolving: Interrupt<ServerInput> = {
  name: 'operation outcome',
  to: [],
  run: (input) => {
    const intent = resetIntentOf(input.server);
    return intent === undefined ? undefined : resolve(intent, input);
  },
};

/** A request for one action. It comes before the work of the state, which may undo it (upstream says so, too). */
export const operating: Interrupt<ServerInput> = {
  name: 'operation',
  to: [],
  run: (input) => {
    const operation = input.server.metadata.annotations?.[annotations.operation];
    if (operation === undefined || operation === '' || leftAlone.has(operation)) return undefined;
    return isReset(operation) ? begin(operation, input) : reject(operation);
  },
};

async function begin(operation: ResetOperation, input: ServerInput): Promise<Decision> {
  const machine = await readMachine(input, 0);
  const why = refusal(operation, machine, input);
  if (why !== undefined) return refuse(operation, why);
  const status = observed(machine);
  if (operation === operations.forceOffServer || operation === operations.forceOnServer) {
    return force(operation, machine, input);
  }
  const intent = intentFor(operation, machine, input);
  const { access, uri: system } = machine;
  const type = resetTypes[operation];
  const guard = {
    intent: resetIntentPatch(intent),
    withdraw: endReset(operation),
    refuse: resetIntentPatch({ ...intent, isRefused: true }),
  };
  return stay('Operating', {
    message: `${operation}: ${type} is sent`,
    status,
    effects: [{ do: 'reset', access, system, type, ...guard }, patchSelf(endReset())],
    conditions: [noted('True', 'OperationCompleted', `${operation}: ${type} was sent`)],
    recheckMs: 1_000,
  });
}

function intentFor(operation: ResetOperation, { system }: Machine, { now, settings }: ServerInput): ResetIntent {
  return {
    operation,
    at: timestamp(now),
    by: settings.instance,
    ...(system.powerState === undefined ? {} : { power: system.powerState }),
    ...(system.bootProgress === undefined ? {} : { progress: system.bootProgress }),
  };
}

/** On and Off are levels: their intent is the power intent, which power.ts follows to its end. */
function force(
  operation: typeof operations.forceOffServer | typeof operations.forceOnServer,
  machine: Machine,
  input: ServerInput,
): Decision {
  const to = operation === operations.forceOffServer ? 'Off' : 'On';
  const consume = mark(null);
  const completed = noted('True', 'OperationCompleted', `${operation}: the machine was told ${to}`);
  const parts = { status: observed(machine), recheckMs: 1_000 };
  if (machine.system.powerState === to) {
    return stay('OperationCompleted', { ...parts, effects: [patchSelf(consume)], conditions: [completed] });
  }
  const effect = powerEffect(machine, input, to === 'Off' ? 'ForceOff' : 'On');
  const proof = to === 'Off' ? { ...waitingForPowerOff, restart: true } : poweringOn;
  return stay('Operating', {
    ...parts,
    message: `${operation}: the machine is told ${to}`,
    effects: [
      {
        ...effect,
        how: 'force',
        intent: combinePatches(effect.intent, consume),
        withdraw: combinePatches(effect.withdraw, mark(operation)),
        refuse: combinePatches(effect.withdraw, consume),
      },
    ],
    conditions: [proof, completed],
  });
}

const mark = (operation: string | null): Record<string, unknown> => ({
  metadata: { annotations: { [annotations.operation]: operation } },
});

/** States in which a machine may be on by order of somebody: a claim, a discovery, a person at work. */
const mayBeOn = new Set(['Discovery', 'Reserved', 'Maintenance']);

/** Why this machine, as it is now, is not told so; undefined when it is. */
function refusal(operation: ResetOperation, { system }: Machine, { server }: ServerInput): string | undefined {
  const state = server.status?.state ?? 'new';
  if (operation === operations.forceOffServer) return undefined;
  if (operation === operations.forceOnServer) {
    return mayBeOn.has(state) ? undefined : `the server is ${state}: nobody holds it, so it stays off`;
  }
  return system.powerState === 'Off' ? 'the machine is off, there is nothing to restart' : undefined;
}

function refuse(operation: ResetOperation, why: string): Decision {
  const note = `Operation ${operation} refused: ${why}`;
  return stay('OperationRefused', {
    message: note,
    effects: [patchSelf(mark(null)), warn('OperationRefused', 'ClearOperationAnnotation', note)],
    conditions: [noted('False', 'OperationRefused', note)],
    recheckMs: 1_000,
  });
}

/** Also for the BMC's own restart: on a Server it would restart the host (upstream's shared mapping). */
export function reject(operation: string): Decision {
  const isBmcs = operation === operations.gracefulRestartBMC || operation === operations.forceSSHResetBMC;
  const note = `Unsupported operation annotation ${operation}${isBmcs ? ': annotate its BMC' : ''}`;
  return stay('UnsupportedOperation', {
    message: note,
    effects: [patchSelf(mark(null)), warn('UnsupportedOperation', 'ClearOperationAnnotation', note)],
    conditions: [noted('False', 'UnsupportedOperation', note)],
    recheckMs: 1_000,
  });
}

/** The machine itself is the evidence: power or boot progress other than before the request. */
async function resolve(intent: ResetIntent, input: ServerInput): Promise<Decision> {
  if (intent.isRefused) return unsupported(intent);
  const machine = await readMachine(input, 0);
  const status = observed(machine);
  if (shows(intent, machine)) {
    const message = `${intent.operation} was carried out, as the machine shows`;
    const conditions = [noted('True', 'OperationCompleted', message)];
    return stay('OperationCompleted', {
      message,
      status,
      effects: [patchSelf(endReset())],
      conditions,
      recheckMs: 1_000,
    });
  }
  if (ageMs(intent.at, input.now) < input.settings.powerConfirmMs) {
    const message = `Whether ${intent.operation} was carried out will show`;
    return stay('ResolvingOperation', { message, status, recheckMs: input.settings.powerPollMs });
  }
  return unknown(intent, status);
}

/** Said by an event when it was refused, with the types the machine allows; here it is noted for who looks later. */
function unsupported({ operation }: ResetIntent): Decision {
  const message = `${operation}: the machine knows no reset of type ${resetTypes[operation]}`;
  const conditions = [noted('False', 'ResetTypeUnsupported', message)];
  return stay('ResetTypeUnsupported', { message, effects: [patchSelf(endReset())], conditions, recheckMs: 1_000 });
}

const shows = ({ power, progress }: ResetIntent, { system }: Machine): boolean =>
  (system.powerState !== undefined && system.powerState !== power) ||
  (progress !== undefined && system.bootProgress !== undefined && system.bootProgress !== progress);

function unknown({ operation, at }: ResetIntent, status: Record<string, unknown>): Decision {
  const message = `Whether ${operation} of ${at} was carried out is unknown; it is not repeated by itself. Annotate the server again to ask again`;
  const effects: Effect[] = [patchSelf(endReset()), warn('OperationOutcomeUnknown', 'Reset', message)];
  const conditions = [noted('Unknown', 'OutcomeUnknown', message)];
  return stay('OperationOutcomeUnknown', { message, status, effects, conditions, recheckMs: 1_000 });
}

/** What became of the last operation: status Unknown when nothing tells. */
const noted = (status: ConditionChange['status'], reason: string, message: string): ConditionChange => ({
  type: 'Operation',
  status,
  reason,
  message,
});
