/** The summary of a pass, as people and CI logs read it: aligned, plain, and without a control byte. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitOf, problemOf } from '../../../src/commands/impl/reconcile-ending.js';
import { passFamilies } from '../../../src/commands/impl/reconcile-metrics.js';
import { reportText } from '../../../src/commands/impl/reconcile-once.js';
import type { ObjectReport, ReconcileReport } from '../../../src/reconcile/index.js';
import { metricsText } from '../../../src/serve/index.js';

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
      'BMC        2        0         0       1          2  0.2s',
      'Server     1        0         1       0          1  0.1s',
      'FAILED    bmc/b2     BMC_UNREACHABLE  no \\x1b[31manswer',
      'DEFERRED  server/s1  WaitingForProbe  Waiting for probe  due 14:20:00',
      '2 rounds, 1 write, 3 BMC calls in 1.3s. Next pass is useful at 14:20:00.',
      '',
    ].join('\n'),
  );
});

test('what only a person brings on is told, though nothing failed and nothing changes', () => {
  const message = 'No registry is served in this pass: use --hold-for-probe or --watch';
  const objects = [object('Server', 's1', { because: 'NoRegistry', message, isStalled: true }), object('Server', 's2')];
  assert.equal(reportText(report(objects)).split('\n')[2], `STALLED  server/s1  NoRegistry  ${message}`);
});

test('an empty scope is said, not shown as an empty table', () => {
  assert.equal(reportText(report([])), 'No objects in scope. 2 rounds, 1 write, 3 BMC calls in 1.3s.\n');
});

const changed = object('BMC', 'b1', { outcome: 'changed', writes: 1 });
const deferred = object('Server', 's1', { outcome: 'deferred', due: '2026-01-01T14:20:00.000Z' });
const stalled = object('Server', 's2', { outcome: 'changed', isStalled: true });
const failed = object('BMC', 'b2', { outcome: 'failed', code: 'BMC_UNREACHABLE' });

for (const { what, objects, plain, detailed } of [
  { what: 'nothing to do', objects: [object('BMC', 'b1')], plain: undefined, detailed: undefined },
  { what: 'changed and settled', objects: [changed], plain: undefined, detailed: 'CHANGES' },
  { what: 'work that time finishes', objects: [changed, deferred], plain: undefined, detailed: 'WAITING' },
  { what: 'one that needs a person', objects: [deferred, stalled], plain: undefined, detailed: 'FAILED_STATE' },
  { what: 'some failed', objects: [changed, stalled, failed], plain: 'PARTIAL', detailed: 'PARTIAL' },
  { what: 'all failed for one cause', objects: [failed], plain: 'BMC_UNREACHABLE', detailed: 'BMC_UNREACHABLE' },
]) {
  test(`--detailed-exitcode, ${what}: ${detailed ?? 'OK'}; without it ${plain ?? 'OK'}`, () => {
    const writes = objects.reduce((sum, each) => sum + each.writes, 0);
    const result = { report: { ...report(objects), writes }, isDeadlineHit: false, isFuseBlown: false };
    assert.deepEqual([exitOf(result, {}), exitOf(result, { isDetailed: true })], [plain, detailed]);
  });
}

test('--fail-on is strict about one thing alone: deferred about time (3), warning about people (4)', () => {
  const result = (...objects: ObjectReport[]) => ({
    report: { ...report(objects), writes: 1 },
    isDeadlineHit: false,
    isFuseBlown: false,
  });
  const [deferring, stalling] = [{ failOn: 'deferred' }, { failOn: 'warning' }] as const;
  assert.deepEqual(
    [exitOf(result(changed, deferred), deferring), exitOf(result(changed, deferred), stalling)],
    ['WAITING', undefined],
  );
  assert.deepEqual(
    [exitOf(result(stalled), deferring), exitOf(result(stalled), stalling)],
    [undefined, 'FAILED_STATE'],
  );
  assert.deepEqual(
    [exitOf(result(changed), deferring), exitOf(result(failed, changed), stalling)],
    [undefined, 'PARTIAL'],
  );
});

test('--metrics-file holds the figures of the pass, with a 0 for what did not happen', () => {
  const text = metricsText(passFamilies(report([changed, deferred, stalled]), new Date(1_700_000_000_500)));
  for (const line of [
    'metalctl_pass_end_time_seconds 1700000000.5',
    'metalctl_pass_duration_seconds 1.25',
    'metalctl_pass_objects{kind="BMC",outcome="changed"} 1',
    'metalctl_pass_objects{kind="BMC",outcome="failed"} 0',
    'metalctl_pass_objects{kind="Server",outcome="deferred"} 1',
    'metalctl_pass_stalled_objects{kind="Server"} 1',
  ])
    assert.ok(text.includes(`${line}\n`), `${line}\n${text}`);
});

test('a pass that did not end well says how many, why and what helps; one that did says nothing', () => {
  const of = (objects: ObjectReport[], more: object = {}, strict: object = {}) =>
    problemOf({ report: report(objects), isDeadlineHit: false, isFuseBlown: false, ...more }, strict);
  const partly = of([changed, failed]);
  assert.deepEqual([partly?.code, partly?.message], ['PARTIAL', '1 of 2 objects failed']);
  assert.match(partly?.why ?? '', /^bmc\/b2: /);
  assert.ok(partly?.hints.includes('metalctl describe bmc/b2'), partly?.hints.join());
  assert.deepEqual(partly?.context.targets, ['bmc/b2']);
  const whole = of([failed]);
  assert.deepEqual([whole?.code, whole?.class], ['BMC_UNREACHABLE', 'transient']);
  const many = of([
    changed,
    ...[1, 2, 3, 4, 5].map((n) => object('BMC', `x${n}`, { outcome: 'failed', code: 'BMC_TLS' })),
  ]);
  assert.match(many?.why ?? '', /and 2 more, as the report says$/);
  assert.equal(of([changed], { isFuseBlown: true })?.code, 'MAX_CHANGES');
  assert.equal(of([stalled, changed]), undefined);
  const waits = of([stalled, changed], {}, { failOn: 'warning' });
  assert.deepEqual([waits?.code, waits?.hints], ['FAILED_STATE', ['metalctl why server/s2']]);
  assert.equal(of([changed, deferred], {}, { isDetailed: true }), undefined);
});
