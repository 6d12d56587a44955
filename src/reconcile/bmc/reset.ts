/**
 * Restart of the BMC itself, asked for by annotation. Hosts run on; the BMC is away for a minute or more.
 * Reads   the manager, once the quiet time is over.
 * Asks    one Manager.Reset: the request becomes an intent in one write, before anything is sent.
 * Source  upstream §6.2 steps 2–7, §6.3; §15: the annotation is not lost when the request fails, and a process that dies
 *         right after the request does not make it again. Reset over SSH is not built: it is refused by name.
 *
 * | annotation            | intent | age of it         | done                                                     |
 * | graceful-restart-bmc  | none   |                   | intent, Manager.Reset, condition Reset=True, Pending      |
 * | any                   | there  | quiet time        | wait                                                     |
 * | any                   | there  | longer, silent    | the failure of the visit, tried again                     |
 * | …, Reset=True proves that it went out   | answers | Reset=False first, then the intent goes                   |
 * | …, no proof: we were killed in between  | answers | LastResetTime is older than the intent: sent again;       |
 * |                       |        |                   | younger: it was heard; not told: Warning, never sent again |
 * | force-ssh-reset-bmc   | none   |                   | annotation away, Warning                                  |
 */
import { annotations, type BMC, operations, ownAnnotations } from '../../api/metal/v1alpha1/index.js';
import { accessToBmc } from '../access.js';
import { type Effect, patchSelf, warn } from '../effects.js';
import { leftMs } from '../runtime/age.js';
import { conditionOf, timestamp } from '../runtime/conditions.js';
import { type ConditionChange, type Decision, stay } from '../runtime/decision.js';
import type { Interrupt } from '../runtime/machine.js';
import type { BmcInput } from './machine.js';

interface ResetIntent {
  /** RFC 3339. */
  readonly at: string;
  /** Process that wrote it. */
  readonly by: string;
}

export const resetting: Interrupt<BmcInput> = {
  name: 'resetting',
  to: [],
  run: (input) => {
    const { bmc } = input;
    const operation = bmc.metadata.annotations?.[annotations.operation];
    const intent = intentOf(bmc);
    if (intent !== undefined) return awaitReturn(intent, input);
    if (operation === operations.gracefulRestartBMC) return begin(input);
    return operation === operations.forceSSHResetBMC ? refuse() : undefined;
  },
};

function intentOf({ metadata }: BMC): ResetIntent | undefined {
  try {
    return JSON.parse(metadata.annotations?.[ownAnnotations.resetIntent] ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

const patch = (operation: string | null | undefined, intent: ResetIntent | null): Record<string, unknown> => ({
  metadata: {
    annotations: {
      [ownAnnotations.resetIntent]: intent === null ? null : JSON.stringify(intent),
      ...(operation === undefined ? {} : { [annotations.operation]: operation }),
    },
  },
});

/** The condition of either cause, in upstream's words. */
const underWayBy = (cause: Cause): ConditionChange =>
  cause === 'UserRequested' ? underWay : { ...underWay, reason: cause, message: autoMessage };

type Cause = 'UserRequested' | 'AutoResetting';

function begin(input: BmcInput, cause: Cause = 'UserRequested'): Decision {
  const { bmc, now, settings } = input;
  const effect: Effect = {
    do: 'resetManager',
    access: accessToBmc(bmc, input),
    type: 'GracefulRestart',
    intent: patch(null, { at: timestamp(now), by: settings.instance }),
    withdraw: patch(cause === 'UserRequested' ? operations.gracefulRestartBMC : undefined, null),
    refuse: patch(null, null),
  };
  const recheckMs = settings.bmcResetWaitMs;
  return stay('Resetting', {
    message: underWayBy(cause).message,
    status,
    effects: [effect],
    conditions: [{ ...underWayBy(cause), restart: true }],
    recheckMs,
  });
}

/** Reasons of `Ready` that a restart may heal: it answers with errors, or not at all. */
const restartable = new Set(['InternalServerError', 'ConnectionFailed']);

/**
 * A BMC that has failed for longer than it may is restarted, once for each outage: the condition tells of the last one.
 * The request goes over Redfish; one that cannot be delivered is tried again with the next look.
 */
export function resetAfterFailures(input: BmcInput): Decision | undefined {
  const { bmc, now, settings } = input;
  const [ready, last] = ['Ready', 'Reset'].map((type) => conditionOf(bmc.status?.conditions, type));
  if (settings.bmcFailureResetDelayMs === 0 || ready?.status !== 'False' || !restartable.has(ready.reason)) return;
  const since = Date.parse(ready.lastTransitionTime);
  const isDone = last !== undefined && last.reason !== 'UserRequested' && Date.parse(last.lastTransitionTime) >= since;
  if (isDone || now.getTime() - since <= settings.bmcFailureResetDelayMs) return undefined;
  return begin(input, 'AutoResetting');
}

const message = 'BMC reset initiated by user. Waiting for it to come back online.';
const autoMessage =
  'BMC reset initiated automatically after repeated connection failures. Waiting for it to come back online.';
const status = { state: 'Pending' };
const underWay: ConditionChange = { type: 'Reset', status: 'True', reason: 'UserRequested', message };
const complete: ConditionChange = {
  type: 'Reset',
  status: 'False',
  reason: 'ResetComplete',
  message: 'BMC reset is complete',
};

async function awaitReturn(intent: ResetIntent, input: BmcInput): Promise<Decision> {
  const { bmc, now, settings, read } = input;
  const left = leftMs(intent.at, settings.bmcResetWaitMs, now);
  if (left > 0) return stay('Resetting', { message, status, recheckMs: left });
  const { lastResetTime } = await read.bmc(accessToBmc(bmc, input)).manager(0);
  const told = conditionOf(bmc.status?.conditions, 'Reset');
  if (isProof(told, intent)) {
    return told?.status === 'True' ? stay('ResetComplete', { conditions: [complete], recheckMs: 1 }) : forget([]);
  }
  if (lastResetTime === undefined) return forget([], [unknown(intent)]);
  return Date.parse(lastResetTime) < Date.parse(intent.at) ? begin(input) : forget([]);
}

/** The condition is written after the request went out: it proves this intent if it is not older than it. */
const isProof = (told: { lastTransitionTime: string } | undefined, { at }: ResetIntent): boolean =>
  told !== undefined && Date.parse(told.lastTransitionTime) >= Date.parse(at);

/** The intent goes last: as long as it is there, the next visit knows where it stands. */
const forget = (conditions: readonly ConditionChange[], effects: readonly Effect[] = []): Decision =>
  stay('ResetComplete', { effects: [...effects, patchSelf(patch(undefined, null))], conditions, recheckMs: 1 });

const unknown = ({ at }: ResetIntent): Effect =>
  warn(
    'OperationOutcomeUnknown',
    'ClearOperationAnnotation',
    `Whether the BMC heard its restart, asked at ${at}, is not known, so it is not sent again; ask once more if it did not`,
  );

function refuse(): Decision {
  const note = `Unsupported operation annotation ${operations.forceSSHResetBMC}: BMCs are restarted over Redfish only; use ${operations.gracefulRestartBMC}`;
  const effects: Effect[] = [
    patchSelf({ metadata: { annotations: { [annotations.operation]: null } } }),
    warn('UnsupportedOperation', 'ClearOperationAnnotation', note),
  ];
  return stay('UnsupportedOperation', { effects, recheckMs: 1 });
}
