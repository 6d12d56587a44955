/**
 * The probe's life: read the machine once, report until the registry takes it, then every 30 s with the present
 * neighbours, until stopped. Upstream gives up after one attempt, and lets the timestamp age while lldpd fails; here
 * the first report is repeated with growing pauses, and the timestamp is always that of the report.
 * *Source*: upstream's metalprobe; its intervals.
 */
import type { Hardware } from './collect.js';
import type { Pace } from './pace.js';
import type { LldpInterface, Registration } from './wire.js';

const refreshMs = 30_000;
const longestPauseMs = 60_000;

export interface AgentOptions {
  readonly systemUUID: string;
  /** First pause after a report that was not taken; doubles up to a minute. */
  readonly retryMs: number;
  readonly hardware: Hardware;
  readonly lldp: () => Promise<readonly LldpInterface[]>;
  readonly post: (body: Registration) => Promise<void>;
  readonly pace: Pace;
  /** In [0, 1): jitter only. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly tell: (level: 'info' | 'warn', message: string, fields?: Readonly<Record<string, unknown>>) => void;
  /** End after the first report that was taken. */
  readonly isOnce?: boolean;
}

/** Runs until the signal aborts; an abort is no failure. */
export async function runAgent(options: AgentOptions): Promise<void> {
  try {
    await report(options);
  } catch (error) {
    if (!options.signal.aborted) throw error;
  }
}

async function report(options: AgentOptions): Promise<void> {
  const { pace, signal, tell } = options;
  let neighbors = await lldpOr(options, []);
  await untilTaken(options, () => options.post(registrationOf(options, neighbors)));
  tell('info', 'the registry took the report', { systemUUID: options.systemUUID });
  while (!options.isOnce) {
    await pace.sleep(refreshMs, signal);
    neighbors = await lldpOr(options, neighbors);
    await options.post(registrationOf(options, neighbors)).catch((error: unknown) => {
      signal.throwIfAborted();
      tell('warn', 'the registry did not take the report; the next follows', { cause: causeOf(error) });
    });
  }
}

/** Repeats for as long as it takes: wait = retry · 2ⁿ · (1 … 1.1), at most a minute. */
async function untilTaken({ pace, random, retryMs, signal, tell }: AgentOptions, attempt: () => Promise<void>) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      const pauseMs = Math.min(longestPauseMs, retryMs * 2 ** Math.min(tries, 16) * (1 + random() * 0.1));
      tell('warn', 'the registry did not take the report', { cause: causeOf(error), retryMs: Math.round(pauseMs) });
      await pace.sleep(pauseMs, signal);
    }
  }
}

/** Neighbours are wanted, not needed: without them the last known are reported. */
async function lldpOr({ lldp, signal, tell }: AgentOptions, last: readonly LldpInterface[]) {
  try {
    return await lldp();
  } catch (error) {
    signal.throwIfAborted();
    tell('warn', 'no neighbours could be read', { cause: causeOf(error) });
    return last;
  }
}

const registrationOf = (
  { systemUUID, hardware, pace }: AgentOptions,
  lldp: readonly LldpInterface[],
): Registration => ({
  systemUUID,
  data: {
    timestamp: pace
      .now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z'),
    ...hardware,
    ...(lldp.length === 0 ? {} : { lldp }),
  },
});

/** Failures of fetch say what happened in their cause. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
