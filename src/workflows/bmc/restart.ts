/** Restarting a BMC without the operator: sent once, and followed by what the BMC shows, never by sending it again. */
import { isMetalError, TransientError } from '../../errors/classes.js';
import { formatDuration } from '../../lib/duration.js';
import type { Bmc, Identification, ManagerResetType } from '../../ports/bmc.js';
import type { Clock } from '../../ports/clock.js';

export interface RestartPorts {
  readonly bmc: Bmc;
  readonly clock: Clock;
  readonly identification: Identification;
}

export interface RestartWait {
  readonly timeoutMs: number;
  readonly onPhase?: (phase: 'away' | 'back') => void;
}

const lookMs = 1_000;
const probeMs = 3_000;

/**
 * Restarts, and waits if asked to: until it was away and answers again, or tells a later LastResetTime.
 * @throws TransientError OUTCOME_UNKNOWN when the answer was lost and nobody waits · WAIT_TIMEOUT
 */
export async function restartBmc(
  { bmc, clock, identification }: RestartPorts,
  { url, type, signal }: { readonly url: string; readonly type: ManagerResetType; readonly signal: AbortSignal },
  wait?: RestartWait,
): Promise<'sent' | 'back'> {
  const { lastResetTime: before } = await bmc.manager();
  signal.throwIfAborted();
  try {
    await bmc.resetManager(type);
  } catch (error) {
    // A BMC that goes down takes its answer with it: whether it does is seen below.
    if (!isMetalError(error) || error.code !== 'OUTCOME_UNKNOWN' || wait === undefined) throw error;
  }
  if (wait === undefined) return 'sent';
  const endMs = clock.monotonicMs() + wait.timeoutMs;
  let wasAway = false;
  for (;;) {
    await clock.sleep(lookMs, signal);
    const isThere = await answers(identification, url, signal);
    if (!isThere && !wasAway) wait.onPhase?.('away');
    wasAway ||= !isThere;
    if (isThere && (wasAway || (await isLater(bmc, before)))) {
      wait.onPhase?.('back');
      return 'back';
    }
    if (clock.monotonicMs() >= endMs) throw late(url, wait.timeoutMs, wasAway);
  }
}

async function answers(identification: Identification, url: string, signal: AbortSignal): Promise<boolean> {
  try {
    await identification.identify(url, { timeoutMs: probeMs, signal });
    return true;
  } catch (error) {
    if (!isMetalError(error)) throw error;
    return false;
  }
}

async function isLater(bmc: Bmc, before: string | undefined): Promise<boolean> {
  try {
    const { lastResetTime } = await bmc.manager();
    return lastResetTime !== undefined && before !== undefined && Date.parse(lastResetTime) > Date.parse(before);
  } catch (error) {
    if (isMetalError(error) && error.class === 'transient') return false;
    throw error;
  }
}

const late = (url: string, timeoutMs: number, wasAway: boolean): TransientError =>
  new TransientError('WAIT_TIMEOUT', `${url} did not come back within ${formatDuration(timeoutMs)}`, {
    why: wasAway ? 'it went away and does not answer' : 'it never went away: it may not have heard the restart',
    hint: 'metalctl bmc ping NAME',
  });
