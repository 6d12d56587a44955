/**
 * The two ways in which a BMC is told to restart: Manager.Reset, and its vendor's command over SSH. A way is one effect
 * under an intent; which of them is taken, and when, is decided in `reset.ts`.
 */
import { annotations, type BMC, operations, ownAnnotations, Server } from '../../api/metal/v1alpha1/index.js';
import { accessToBmc } from '../access.js';
import { type Effect, patchSelf, warn } from '../effects.js';
import { conditionOf, timestamp } from '../runtime/conditions.js';
import { type ConditionChange, type Decision, stay } from '../runtime/decision.js';
import type { BmcInput } from './machine.js';

/** Who wants it: the reason of the condition, in upstream's words. */
export type Cause = 'UserRequested' | 'AutoResetting';

export interface ResetIntent {
  /** RFC 3339. */
  readonly at: string;
  /** Process that wrote it. */
  readonly by: string;
  /** Absent: Redfish. */
  readonly over?: 'ssh';
  /** Absent: a person. */
  readonly cause?: 'AutoResetting';
  /** Certainly not delivered: it waits for its next try, and not for the BMC. */
  readonly isUnsent?: true;
}

export function intentOf({ metadata }: BMC): ResetIntent | undefined {
  try {
    return JSON.parse(metadata.annotations?.[ownAnnotations.resetIntent] ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

/** Merge patch of request and intent; an operation that is undefined stays as it is. */
export const resetPatch = (
  operation: string | null | undefined,
  intent: ResetIntent | null,
): Record<string, unknown> => ({
  metadata: {
    annotations: {
      [ownAnnotations.resetIntent]: intent === null ? null : JSON.stringify(intent),
      ...(operation === undefined ? {} : { [annotations.operation]: operation }),
    },
  },
});

/** What is typed into the shell of a BMC to restart it (redfish.md 2.5). */
const commands: readonly (readonly [vendor: RegExp, command: string])[] = [
  [/^dell\b/i, 'racreset'],
  [/^(hpe|hewlett)\b/i, 'cd /map1 && reset'],
  [/^lenovo\b/i, 'resetsp'],
];

/** As the BMC said it, else as the first of its Servers did. */
function manufacturerOf({ bmc, read }: BmcInput): string | undefined {
  const servers = read.by(Server, 'bmc', bmc.metadata.name);
  const names = [bmc.status?.manufacturer, ...servers.map(({ status }) => status?.manufacturer)];
  return names.find((name) => name !== undefined && name !== '');
}

/** Undefined where this vendor has none that we know. */
export const sshCommandOf = (input: BmcInput): string | undefined =>
  commands.find(([vendor]) => vendor.test(manufacturerOf(input) ?? ''))?.[1];

const asked: Readonly<Record<Cause, string>> = {
  UserRequested: 'BMC reset initiated by user. Waiting for it to come back online.',
  AutoResetting:
    'BMC reset initiated automatically after repeated connection failures. Waiting for it to come back online.',
};

export const resetMessage = asked.UserRequested;

const underWay = (cause: Cause): ConditionChange => ({
  type: 'Reset',
  status: 'True',
  reason: cause,
  message: asked[cause],
  restart: true,
});

const begun = ({ settings }: BmcInput, cause: Cause, effect: Effect, status: Record<string, unknown>): Decision =>
  stay('Resetting', {
    message: asked[cause],
    status: { state: 'Pending', ...status },
    effects: [effect],
    conditions: [underWay(cause)],
    recheckMs: settings.bmcResetWaitMs,
  });

const newIntent = ({ now, settings }: BmcInput, cause: Cause): ResetIntent => ({
  at: timestamp(now),
  by: settings.instance,
  ...(cause === 'UserRequested' ? {} : { cause }),
});

/** Over Redfish; a BMC that answers with a fault of its own is marked for the other way, as upstream marks it. */
export function overRedfish(input: BmcInput, cause: Cause): Decision {
  const intent = newIntent(input, cause);
  const isSshKnown = sshCommandOf(input) !== undefined;
  return begun(
    input,
    cause,
    {
      do: 'resetManager',
      access: accessToBmc(input.bmc, input),
      type: 'GracefulRestart',
      intent: resetPatch(null, intent),
      withdraw: resetPatch(cause === 'UserRequested' ? operations.gracefulRestartBMC : undefined, null),
      refuse: resetPatch(null, null),
      ...(isSshKnown
        ? {
            faulty: resetPatch(operations.forceSSHResetBMC, intent),
            faultyUnsent: resetPatch(operations.forceSSHResetBMC, { ...intent, isUnsent: true }),
          }
        : {}),
    },
    {},
  );
}

/** Over SSH, by the command of its vendor. */
export function overSsh(input: BmcInput, cause: Cause): Decision {
  const command = sshCommandOf(input);
  if (command === undefined) return noCommand(input);
  const intent = newIntent(input, cause);
  return begun(
    input,
    cause,
    {
      do: 'resetOverSsh',
      access: accessToBmc(input.bmc, input),
      command,
      intent: resetPatch(null, { ...intent, over: 'ssh' }),
      withdraw: resetPatch(operations.forceSSHResetBMC, { ...intent, isUnsent: true }),
      refuse: resetPatch(null, null),
      condition: 'Reset',
    },
    { lastResetTime: timestamp(input.now) },
  );
}

/** Upstream's condition; the request is consumed, for it would fail in the same way again. */
function noCommand(input: BmcInput): Decision {
  const name = manufacturerOf(input);
  const who = name === undefined ? 'a BMC whose manufacturer is not known' : `a BMC of ${name}`;
  const message = `SSH reset failed: there is no command that restarts ${who}; use ${operations.gracefulRestartBMC}`;
  const change: ConditionChange = { type: 'Reset', status: 'False', reason: 'InternalServerError', message };
  const isSaid = conditionOf(input.bmc.status?.conditions, 'Reset')?.message === message;
  const effects: Effect[] = [patchSelf(resetPatch(null, null))];
  if (!isSaid) effects.push(warn('UnsupportedOperation', 'ClearOperationAnnotation', message));
  return stay('UnsupportedOperation', { effects, conditions: [{ ...change, restart: true }], recheckMs: 1 });
}
