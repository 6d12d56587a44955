/** What a pass reports: one entry per object, totals per kind. Serialised as `ReconcileReport` (cli.metalctl.dev/v1). */
import { type KubeObject, keyText } from '../../api/kind.js';
import type { ErrorCode } from '../../errors/catalogue.js';
import { isMetalError } from '../../errors/classes.js';
import type { Runner, WorkItem } from './runner.js';
import type { VisitResult } from './visit.js';

export type ObjectOutcome = 'unchanged' | 'changed' | 'deferred' | 'failed' | 'oscillating';

export interface ObjectReport {
  kind: string;
  name: string;
  outcome: ObjectOutcome;
  because: string;
  message: string;
  writes: number;
  bmcCalls: number;
  durationMs: number;
  /** When the object is worth another look, RFC 3339. */
  due?: string;
  code?: ErrorCode;
  /** No time will mend it: a person has to. */
  isStalled?: true;
  /** What a read-only run would have done, in words. */
  heldBack?: readonly string[];
}

export interface ReconcileReport {
  apiVersion: 'cli.metalctl.dev/v1';
  kind: 'ReconcileReport';
  passes: number;
  writes: number;
  bmcCalls: number;
  seconds: number;
  objects: ObjectReport[];
}

interface Entry {
  readonly report: ObjectReport;
  readonly isSettled: boolean;
  readonly recheckMs: number | undefined;
  readonly order: number;
}

/** Collects visits into one entry per object: the last reason, the sum of the work. */
export class ReportBook {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => Date;

  constructor(runner: Runner, now: () => Date) {
    this.#now = now;
    runner.onVisited((item, result) => this.#record(runner, item, result));
  }

  get writes(): number {
    return [...this.#entries.values()].reduce((sum, { report }) => sum + report.writes, 0);
  }

  /** Unfinished objects that time or an event will move, i.e. those with a next look. */
  get deferred(): number {
    return [...this.#entries.values()].filter(isAwaited).length;
  }

  finish(passes: number, seconds: number): ReconcileReport {
    const entries = [...this.#entries.values()].sort(
      (a, b) => a.order - b.order || a.report.name.localeCompare(b.report.name),
    );
    const objects = entries.map(({ report }) => report);
    const bmcCalls = objects.reduce((sum, report) => sum + report.bmcCalls, 0);
    return {
      apiVersion: 'cli.metalctl.dev/v1',
      kind: 'ReconcileReport',
      passes,
      writes: this.writes,
      bmcCalls,
      seconds,
      objects,
    };
  }

  #record(runner: Runner, { reg, key }: WorkItem, result: VisitResult): void {
    const id = `${reg.name}/${keyText(key)}`;
    if (result.isGone) return void this.#entries.delete(id);
    const before = this.#entries.get(id)?.report;
    const writes = (before?.writes ?? 0) + result.writes;
    const recheckMs = result.outcome.kind === 'after' ? result.outcome.ms : undefined;
    const report: ObjectReport = {
      kind: reg.kind.kind,
      name: keyText(key),
      outcome: outcomeName(result, writes, recheckMs),
      because: result.because,
      message: result.message,
      writes,
      bmcCalls: (before?.bmcCalls ?? 0) + result.bmcCalls,
      durationMs: Math.round((before?.durationMs ?? 0) + result.durationMs),
      ...(recheckMs === undefined || result.isSettled || result.held !== undefined
        ? {}
        : { due: new Date(this.#now().getTime() + recheckMs).toISOString() }),
      ...(isMetalError(result.error) ? { code: result.error.code } : {}),
      ...(result.needsPerson ? { isStalled: true } : {}),
      ...(result.held === undefined ? {} : { heldBack: result.held }),
    };
    this.#entries.set(id, { report, isSettled: result.isSettled, recheckMs, order: runner.registrations.indexOf(reg) });
  }
}

/** What is held back comes by no waiting. */
const isAwaited = ({ report, isSettled, recheckMs }: Entry): boolean =>
  !isSettled && recheckMs !== undefined && report.heldBack === undefined;

function outcomeName(result: VisitResult, writes: number, recheckMs: number | undefined): ObjectOutcome {
  const isConflict = isMetalError(result.error) && result.error.class === 'conflict';
  if (isMetalError(result.error) && result.error.code === 'OSCILLATION') return 'oscillating';
  if (result.error !== undefined && !isConflict) return 'failed';
  if (!result.isSettled && recheckMs !== undefined) return 'deferred';
  return writes > 0 ? 'changed' : 'unchanged';
}

/** `server/name` as people write it. */
export const objectName = (reg: { name: string }, object: KubeObject): string =>
  `${reg.name}/${keyText(object.metadata)}`;
