/** The table of retries, and the reading of Retry-After. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultLimits as limits } from '../../../../src/redfish/transport/limits.js';
import { type Condition, type RequestKind, retryAfterOf, retryDelay } from '../../../../src/redfish/transport/retry.js';

describe('retries', () => {
  /** Waits until there is no further try. */
  const waits = (condition: Condition, kind: RequestKind, retryAfterMs?: number): number[] => {
    const all: number[] = [];
    let elapsedMs = 0;
    for (let attempt = 1; attempt < 20; attempt += 1) {
      const asked = retryAfterMs === undefined ? {} : { retryAfterMs };
      const delay = retryDelay({ condition, kind, attempt, elapsedMs, limits, random: () => 0.5, ...asked });
      if (delay === undefined) return all;
      all.push(delay);
      elapsedMs += delay;
    }
    return assert.fail('retries for ever');
  };

  const table: [Condition, RequestKind, number[]][] = [
    ['not-connected', 'read', [250, 1000, 2000]],
    ['not-connected', 'action', [250, 1000, 2000]],
    ['lost', 'read', [0, 1000]],
    ['lost', 'update', []],
    ['lost', 'action', []],
    ['throttled', 'read', [1000, 2000, 4000, 8000]],
    ['throttled', 'action', [1000, 2000, 4000, 8000]],
    ['server-error', 'read', [1000, 2000]],
    ['server-error', 'update', [1000]],
    ['server-error', 'action', []],
    ['server-error', 'create', []],
    ['busy', 'update', [5000, 10_000, 15_000, 20_000]],
    ['busy', 'read', []],
    ['in-use', 'update', [10_000, 10_000]],
    ['in-use', 'action', [10_000, 10_000, 10_000, 10_000, 10_000]],
    ['bad-body', 'read', [1000, 2000]],
    ['bad-body', 'action', []],
  ];
  for (const [condition, kind, expected] of table) {
    it(`${kind}, ${condition}: ${expected.length} more`, () => assert.deepEqual(waits(condition, kind), expected));
  }

  it('does as asked while patience lasts', () => {
    assert.deepEqual(waits('throttled', 'read', 20_000), [20_000, 20_000, 20_000]);
    assert.deepEqual(waits('throttled', 'read', 61_000), []);
  });

  it('tries as often as the limit allows, and never more often than the table', () => {
    const next = (tries: number, attempt: number) =>
      retryDelay({
        condition: 'lost',
        kind: 'read',
        attempt,
        elapsedMs: 0,
        limits: { ...limits, tries },
        random: () => 0.5,
      });
    assert.deepEqual([next(1, 1), next(2, 1), next(2, 2), next(99, 3)], [undefined, 0, undefined, undefined]);
  });

  it('spreads waits by a fifth', () => {
    const at = (random: number) =>
      retryDelay({ condition: 'throttled', kind: 'read', attempt: 1, elapsedMs: 0, limits, random: () => random });
    assert.deepEqual([at(0), at(0.5), at(0.999)], [800, 1000, 1200]);
  });

  it('reads Retry-After as seconds or date, within the cap', () => {
    const now = new Date('2026-01-01T00:00:00Z');
    const read = (header?: string) => retryAfterOf(header, now, 120_000);
    assert.equal(read('7'), 7000);
    assert.equal(read('Thu, 01 Jan 2026 00:00:30 GMT'), 30_000);
    assert.equal(read('Thu, 01 Jan 1970 00:00:00 GMT'), 0);
    assert.equal(read('99999'), 120_000);
    for (const odd of [undefined, 'soon', '-1x', '']) assert.equal(read(odd), undefined, String(odd));
  });
});
