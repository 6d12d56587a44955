/**
 * How long to wait before another try of a failed object.
 *
 * | attempt        | 1   | 2   | 3   | 4   | 5    | 6    | … | cap    |
 * | API-only kinds | 5ms | 10  | 20  | 40  | 80   | 160  | … | 1000 s |
 * | BMC-facing     | 1s  | 2   | 4   | 8   | 16   | 32   | … | 15 min |
 *
 * BMC-facing delays carry ±20 % jitter: a rack that failed together must not come back together.
 */
export interface BackoffPolicy {
  readonly baseMs: number;
  readonly capMs: number;
  readonly jitter: number;
}

export const apiBackoff: BackoffPolicy = { baseMs: 5, capMs: 1_000_000, jitter: 0 };
export const bmcBackoff: BackoffPolicy = { baseMs: 1_000, capMs: 900_000, jitter: 0.2 };

/** Delay before try `attempt` + 1; `random` is in [0, 1). */
export function backoffMs(policy: BackoffPolicy, attempt: number, random: () => number): number {
  const exponential = policy.baseMs * 2 ** Math.min(Math.max(attempt - 1, 0), 40);
  const spread = 1 + policy.jitter * (random() * 2 - 1);
  return Math.round(Math.min(exponential, policy.capMs) * spread);
}
