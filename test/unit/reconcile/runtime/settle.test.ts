/** Error class → consequence: one row per class and special code. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConflictError, PermanentError, TransientError } from '../../../../src/errors/classes.js';
import { backoffMs, bmcBackoff } from '../../../../src/reconcile/runtime/backoff.js';
import { conditionOf, mergeConditions } from '../../../../src/reconcile/runtime/conditions.js';
import { settleError } from '../../../../src/reconcile/runtime/settle.js';

const half = () => 0.5;
const verdict = (error: unknown, attempt = 1) => settleError(error, attempt, bmcBackoff, half);

const rows: [string, unknown, number, { outcome: unknown; reason?: string; level: string; isBug: boolean }][] = [
  [
    'a transient failure is retried with back-off',
    new TransientError('BMC_UNREACHABLE', 'x'),
    1,
    { outcome: { kind: 'after', ms: 1_000 }, reason: 'ConnectionFailed', level: 'warn', isBug: false },
  ],
  [
    '… growing',
    new TransientError('BMC_UNREACHABLE', 'x'),
    4,
    { outcome: { kind: 'after', ms: 8_000 }, reason: 'ConnectionFailed', level: 'warn', isBug: false },
  ],
  [
    '… but never before the other side asked for',
    new TransientError('BMC_BUSY', 'x', { retryAfterMs: 30_000 }),
    1,
    { outcome: { kind: 'after', ms: 30_000 }, reason: 'ConnectionFailed', level: 'warn', isBug: false },
  ],
  [
    'a permanent failure waits for a change',
    new PermanentError('BMC_AUTH_FAILED', 'x'),
    1,
    { outcome: { kind: 'untilChanged' }, reason: 'AuthenticationFailed', level: 'error', isBug: false },
  ],
  [
    'a code without upstream reason becomes one',
    new PermanentError('IDENTITY_CHANGED', 'x'),
    1,
    { outcome: { kind: 'untilChanged' }, reason: 'IdentityChanged', level: 'error', isBug: false },
  ],
  [
    'a conflict is decided again at once and concerns nobody',
    new ConflictError('CONFLICT', 'x'),
    5,
    { outcome: { kind: 'again' }, level: 'debug', isBug: false },
  ],
  [
    '… five times, then slower',
    new ConflictError('CONFLICT', 'x'),
    6,
    { outcome: { kind: 'after', ms: 32_000 }, level: 'debug', isBug: false },
  ],
  [
    'anything else is a bug: said, and retried slowly',
    new RangeError('oops'),
    1,
    { outcome: { kind: 'after', ms: 1_000 }, reason: 'InternalError', level: 'error', isBug: true },
  ],
];

for (const [name, error, attempt, expected] of rows) {
  test(name, () => {
    const { message: _message, ...found } = verdict(error, attempt);
    assert.deepEqual(JSON.parse(JSON.stringify(found)), expected);
  });
}

test('back-off stays within its cap and its jitter', () => {
  assert.equal(backoffMs(bmcBackoff, 100, half), 900_000);
  assert.equal(
    backoffMs(bmcBackoff, 1, () => 0),
    800,
  );
  assert.equal(
    backoffMs(bmcBackoff, 1, () => 0.999999),
    1_200,
  );
});

test('lastTransitionTime moves only when the status changes, or when it is restarted', () => {
  const at = (iso: string) => ({ now: new Date(iso) });
  const change = { type: 'Ready', status: 'False', reason: 'A', message: 'a' } as const;
  const first = mergeConditions([], [change], at('2026-01-01T00:00:00Z'));
  const second = mergeConditions(first, [{ ...change, reason: 'B' }], at('2026-01-02T00:00:00Z'));
  assert.equal(conditionOf(second, 'Ready')?.lastTransitionTime, '2026-01-01T00:00:00Z');
  assert.equal(conditionOf(second, 'Ready')?.reason, 'B');
  const third = mergeConditions(second, [{ ...change, restart: true }], at('2026-01-03T00:00:00Z'));
  assert.equal(conditionOf(third, 'Ready')?.lastTransitionTime, '2026-01-03T00:00:00Z');
  assert.deepEqual(mergeConditions([], [{ ...change, onlyIfPresent: true }], at('2026-01-01T00:00:00Z')), []);
});
