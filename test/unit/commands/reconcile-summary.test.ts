/** The summary of a pass, as people and CI logs read it: aligned, plain, and without a control byte. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportText } from '../../../src/commands/impl/reconcile-once.js';
import type { ObjectReport, ReconcileReport } from '../../../src/reconcile/index.js';

const object = (kind: string, name: string, more: Partial<ObjectReport> = {}): ObjectReport => ({
  kind,
  name,
  outcome: 'unchanged',
  because: 'Connected',
  message: 'BMC is connected',
  writes: 0,
  bmcCalls: 1,
  durationMs: 100,
  ...more,
});

const report = (objects: ObjectReport[]): ReconcileReport => ({
  apiVersion: 'cli.metalctl.dev/v1',
  kind: 'ReconcileReport',
  passes: 2,
  writes: 1,
  bmcCalls: 3,
  seconds: 1.25,
  objects,
});

test('a line per kind, then what failed and what waits, then the sum', () => {
  const objects = [
    object('BMC', 'b1'),
    object('BMC', 'b2', { outcome: 'failed', code: 'BMC_UNREACHABLE', message: 'no \u001b[31manswer' }),
    object('Server', 's1', {
      outcome: 'deferred',
      because: 'WaitingForProbe',
      message: 'Waiting for probe',
      due: '2026-01-01T14:20:00.000Z',
    }),
  ];
  assert.equal(
    reportText(report(objects)),
    [
      'KIND    SEEN  CHANGED  DEFERRED  FAILED  BMC CALLS  TIME',
      'BMC     2     0        0         1       2          0.2s',
      'Server  1     0        1         0       1          0.1s',
      'FAILED    bmc/b2     BMC_UNREACHABLE  no \\x1b[31manswer',
      'DEFERRED  server/s1  WaitingForProbe  Waiting for probe  due 14:20:00',
      '2 rounds, 1 write, 3 BMC calls in 1.3s. Next pass is useful at 14:20:00.',
      '',
    ].join('\n'),
  );
});

test('an empty scope is said, not shown as an empty table', () => {
  assert.equal(reportText(report([])), 'No objects in scope. 2 rounds, 1 write, 3 BMC calls in 1.3s.\n');
});
