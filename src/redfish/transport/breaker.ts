/**
 * Circuit breaker of one BMC: after five transport failures in a row nothing is sent for 30 s, then twice as long, up
 * to five minutes. All controllers share it, so a dead BMC costs one probe per step and not one per object.
 */
import { TransientError } from '../../errors/classes.js';
import type { Clock } from '../../ports/clock.js';

const failuresToOpen = 5;
const firstOpenMs = 30_000;
const longestOpenMs = 300_000;

export interface Breaker {
  /** Lets a request through, or not. While half-open the first caller runs `probe` and the others wait for its result.
   *  @throws TransientError BMC_UNREACHABLE while open */
  admit(probe: () => Promise<boolean>): Promise<void>;
  succeeded(): void;
  failed(why: string): void;
  state(): 'closed' | 'open' | 'half-open';
}

export function breaker(clock: Clock): Breaker {
  let failures = 0;
  let openMs = 0;
  let openUntil = 0;
  let lastWhy = '';
  let probing: Promise<boolean> | undefined;

  const open = (): void => {
    openMs = Math.min(openMs === 0 ? firstOpenMs : openMs * 2, longestOpenMs);
    openUntil = clock.monotonicMs() + openMs;
  };

  const refusal = (): TransientError =>
    new TransientError('BMC_UNREACHABLE', 'talking to the BMC', {
      why: `it failed ${failures} times in a row (${lastWhy}) and is left alone for a while`,
      retryAfterMs: Math.max(0, openUntil - clock.monotonicMs()),
    });

  const state = (): 'closed' | 'open' | 'half-open' => {
    if (openMs === 0) return 'closed';
    return clock.monotonicMs() < openUntil ? 'open' : 'half-open';
  };

  const succeeded = (): void => {
    failures = 0;
    openMs = 0;
  };

  return {
    state,
    succeeded,
    failed: (why) => {
      failures += 1;
      lastWhy = why;
      if (state() === 'half-open' || (state() === 'closed' && failures >= failuresToOpen)) open();
    },
    admit: async (probe) => {
      if (state() === 'closed') return;
      if (state() === 'open') throw refusal();
      probing ??= probe().finally(() => {
        probing = undefined;
      });
      if (!(await probing)) throw refusal();
    },
  };
}
