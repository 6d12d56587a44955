/**
 * What is sent again, and when: the table of retries. Only single requests are repeated here, and only where nothing was
 * executed or repeating is harmless; retrying an object belongs to the work queue, where it is visible.
 *
 * A login counts as a create, but is not repeated when the host is busy.
 *
 * | condition                              | read | update | action | create | waits                    |
 * |----------------------------------------|------|--------|--------|--------|--------------------------|
 * | not connected                          | 4    | 4      | 4      | 4      | 0.25 s, 1 s, 2 s         |
 * | sent, answer lost                      | 3    | –      | –      | –      | 0, 1 s                   |
 * | 429, 503                               | 5    | 5      | 5      | 5      | Retry-After, else 1…16 s |
 * | 500, 507; reads also 502, 504          | 3    | 2      | –      | –      | 1 s, 2 s                 |
 * | busy (POST, pending job: by MessageId) | –    | 6      | 6      | 6      | 5 s … 30 s               |
 * | in use (409 by MessageId)              | –    | 3      | 6      | –      | 10 s                     |
 * | 2xx without usable JSON                | 3    | –      | –      | –      | 1 s, 2 s                 |
 *
 * Patience ends all of it earlier: a silent BMC is given 15 s per call, one that asks to come back 60 s.
 */
import type { Limits } from './limits.js';

/** `update` is PATCH, PUT, DELETE; `action` and `create` are POSTs that do or make something; `login` is one that does not matter; `upload` an action with a large body. */
export type RequestKind = 'read' | 'update' | 'action' | 'create' | 'login' | 'upload';

/** Whether a lost answer leaves open what became of the machine. */
export const isMutating = (kind: RequestKind): boolean => kind !== 'read' && kind !== 'login';

export type Condition = 'not-connected' | 'lost' | 'throttled' | 'server-error' | 'busy' | 'in-use' | 'bad-body';

interface Row {
  readonly tries: Readonly<Record<RequestKind, number>>;
  readonly waitsMs: readonly number[];
  readonly patience: 'silentPatienceMs' | 'askedPatienceMs';
  /** Spread of the wait, so that a fleet does not return in step. */
  readonly jitter?: number;
}

const none = { read: 1, update: 1, action: 1, create: 1, login: 1, upload: 1 };

const rows: Readonly<Record<Condition, Row>> = {
  'not-connected': {
    tries: { read: 4, update: 4, action: 4, create: 4, login: 4, upload: 4 },
    waitsMs: [250, 1000, 2000],
    patience: 'silentPatienceMs',
    jitter: 0.2,
  },
  lost: { tries: { ...none, read: 3 }, waitsMs: [0, 1000], patience: 'silentPatienceMs' },
  throttled: {
    tries: { read: 5, update: 5, action: 5, create: 5, login: 5, upload: 5 },
    waitsMs: [1000, 2000, 4000, 8000, 16_000],
    patience: 'askedPatienceMs',
    jitter: 0.2,
  },
  'server-error': { tries: { ...none, read: 3, update: 2 }, waitsMs: [1000, 2000], patience: 'askedPatienceMs' },
  busy: {
    tries: { ...none, update: 6, action: 6, create: 6, upload: 6 },
    waitsMs: [5000, 10_000, 15_000, 20_000, 30_000],
    patience: 'askedPatienceMs',
  },
  'in-use': { tries: { ...none, update: 3, action: 6 }, waitsMs: [10_000], patience: 'askedPatienceMs' },
  'bad-body': { tries: { ...none, read: 3 }, waitsMs: [1000, 2000], patience: 'askedPatienceMs' },
};

export interface RetryQuestion {
  readonly condition: Condition;
  readonly kind: RequestKind;
  /** Tries made so far, at least 1. */
  readonly attempt: number;
  /** Since the first try. */
  readonly elapsedMs: number;
  readonly retryAfterMs?: number;
  readonly limits: Limits;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Milliseconds to wait before the next try, or undefined when there is none. */
export function retryDelay(question: RetryQuestion): number | undefined {
  const row = rows[question.condition];
  if (question.attempt >= Math.min(row.tries[question.kind], question.limits.tries)) return undefined;
  const wait = question.retryAfterMs ?? spread(row, question);
  return question.elapsedMs + wait > question.limits[row.patience] ? undefined : wait;
}

function spread({ waitsMs, jitter = 0 }: Row, { attempt, random }: RetryQuestion): number {
  const wait = waitsMs[Math.min(attempt, waitsMs.length) - 1] ?? 0;
  return Math.round(wait * (1 + jitter * (2 * random() - 1)));
}

/** `Retry-After` in milliseconds (seconds or HTTP date, RFC 9110 10.2.3), within the cap; undefined when unreadable. */
export function retryAfterOf(header: string | undefined, now: Date, capMs: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now.getTime();
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), capMs) : undefined;
}
