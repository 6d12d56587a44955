/**
 * Restart of the BMC itself, asked for by annotation. Hosts run on; the BMC is away for a minute or more.
 * Reads   the manager, once the quiet time is over.
 * Asks    one Manager.Reset, or one command over SSH: the request becomes an intent in one write, before anything is sent.
 * Source  upstream §6.2 steps 2–7, §6.3, §6.4; §15: the annotation is not lost when the request fails, and a process that
 *         dies right after the request does not make it again. A host key is checked before the password is given.
 *
 * | annotation            | intent | age of it         | done                                                     |
 * | graceful-restart-bmc  | none   |                   | intent, Manager.Reset, condition Reset=True, Pending      |
 * | …, answered by 5xx    | there  |                   | annotation becomes force-ssh-reset-bmc                    |
 * | force-ssh-reset-bmc   | none, or unsent |          | intent, the vendor's command, Reset=True, Pending; what   |
 * |                       |        |                   | SSH refuses for good: Reset=False, annotation away        |
 * | any                   | there  | quiet time        | wait                                                     |
 * | any                   | there  | longer, silent    | the failure of the visit, tried again; 5xx, and none of   |
 * |                       |        |                   | ours was heard: over SSH, if it is marked so              |
 * | …, Reset=True proves that it went out   | answers | Reset=False first, then the intent goes                   |
 * | …, no proof: we were killed in between  | answers | LastResetTime is older than the intent: sent again;       |
 * |                       |        |                   | younger: it was heard; not told: Warning, never sent again |
 */
import { annotations, operations } from '../../api/metal/v1alpha1/index.js';
import { accessToBmc } from '../access.js';
import { type Effect, patchSelf, warn } from '../effects.js';
import { leftMs } from '../runtime/age.js';
import { conditionOf } from '../runtime/conditions.js';
import { type ConditionChange, type Decision, stay } from '../runtime/decision.js';
import type { Interrupt } from '../runtime/machine.js';
import { isFault } from '../runtime/perform-bmc.js';
import type { BmcInput } from './machine.js';
import { intentOf, overRedfish, overSsh, type ResetIntent, resetMessage, resetPatch } from './reset-ways.js';

export const resetting: Interrupt<BmcInput> = {
  name: 'resetting',
  to: [],
  run: (input) => {
    const operation = input.bmc.metadata.annotations?.[annotations.operation];
    const intent = intentOf(input.bmc);
    if (intent !== undefined && !intent.isUnsent) return awaitReturn(intent, input);
    if (operation === operations.forceSSHResetBMC) return overSsh(input, intent?.cause ?? 'UserRequested');
    if (operation === operations.gracefulRestartBMC) return overRedfish(input, 'UserRequested');
    // The mark of the other way was taken off meanwhile: nobody wants it any more.
    return intent === undefined ? undefined : forget([]);
  },
};

/** Reasons of `Ready` that a restart may heal: it answers with errors, or not at all. */
const restartable = new Set(['InternalServerError', 'ConnectionFailed']);

/**
 * A BMC that has failed for longer than it may is restarted, once for each outage: the condition tells of the last one.
 * The request goes over Redfish, and over SSH where that fails; one that cannot be delivered is tried again with the next
 * look.
 */
export function resetAfterFailures(input: BmcInput): Decision | undefined {
  const { bmc, now, settings } = input;
  const [ready, last] = ['Ready', 'Reset'].map((type) => conditionOf(bmc.status?.conditions, type));
  if (settings.bmcFailureResetDelayMs === 0 || ready?.status !== 'False' || !restartable.has(ready.reason)) return;
  const since = Date.parse(ready.lastTransitionTime);
  const isDone = last !== undefined && last.reason !== 'UserRequested' && Date.parse(last.lastTransitionTime) >= since;
  if (isDone || now.getTime() - since <= settings.bmcFailureResetDelayMs) return undefined;
  return overRedfish(input, 'AutoResetting');
}

const complete: ConditionChange = {
  type: 'Reset',
  status: 'False',
  reason: 'ResetComplete',
  message: 'BMC reset is complete',
};

async function awaitReturn(intent: ResetIntent, input: BmcInput): Promise<Decision> {
  const { bmc, now, settings, read } = input;
  const left = leftMs(intent.at, settings.bmcResetWaitMs, now);
  if (left > 0) return stay('Resetting', { message: resetMessage, status: { state: 'Pending' }, recheckMs: left });
  const told = conditionOf(bmc.status?.conditions, 'Reset');
  const cause = intent.cause ?? 'UserRequested';
  // The mark beside an intent of Redfish, and nothing that proves the request: it was answered by a fault.
  const isMarked = bmc.metadata.annotations?.[annotations.operation] === operations.forceSSHResetBMC;
  const isOpen = isMarked && intent.over === undefined && !isProof(told, intent);
  try {
    const { lastResetTime } = await read.bmc(accessToBmc(bmc, input)).manager(0);
    if (isProof(told, intent)) {
      return told?.status === 'True' ? stay('ResetComplete', { conditions: [complete], recheckMs: 1 }) : forget([]);
    }
    if (lastResetTime === undefined) return forget([], [unknown(intent)], isOpen ? null : undefined);
    if (Date.parse(lastResetTime) >= Date.parse(intent.at)) return forget([], [], isOpen ? null : undefined);
  } catch (error) {
    if (!isOpen || !isFault(error)) throw error;
  }
  return isOpen || intent.over === 'ssh' ? overSsh(input, cause) : overRedfish(input, cause);
}

/** The condition is written after the request went out: it proves this intent if it is not older than it. */
const isProof = (told: { lastTransitionTime: string } | undefined, { at }: ResetIntent): boolean =>
  told !== undefined && Date.parse(told.lastTransitionTime) >= Date.parse(at);

/** The intent goes last: as long as it is there, the next visit knows where it stands. */
const forget = (conditions: readonly ConditionChange[], effects: readonly Effect[] = [], operation?: null): Decision =>
  stay('ResetComplete', { effects: [...effects, patchSelf(resetPatch(operation, null))], conditions, recheckMs: 1 });

const unknown = ({ at }: ResetIntent): Effect =>
  warn(
    'OperationOutcomeUnknown',
    'ClearOperationAnnotation',
    `Whether the BMC heard its restart, asked at ${at}, is not known, so it is not sent again; ask once more if it did not`,
  );
