/** How a pass ends: its exit code (cli.md 16.19), and what is said of it on stderr. */
import { catalogue, type ErrorCode } from '../../errors/catalogue.js';
import { type MetalError, PermanentError, TransientError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import type { ObjectReport, OnceResult, ReconcileReport } from '../../reconcile/index.js';

/** What more than failures a pass is judged by. */
interface Strictness {
  readonly isDetailed?: boolean;
  readonly failOn?: 'deferred' | 'warning' | undefined;
}

/** How a pass ends (cli.md 16.19). Without detail, work that is under way or done is success: it must not fail a Job. */
export function exitOf(
  { report, isDeadlineHit, isFuseBlown }: OnceResult,
  { isDetailed = false, failOn }: Strictness,
): ExitName | undefined {
  if (isFuseBlown) return 'PARTIAL';
  const failed = failedOf(report);
  if (failed.length > 0) return catalogue[failureCode(failed, report.objects.length)].exit;
  if (isDeadlineHit) return 'WAITING';
  const isStalled = report.objects.some((object) => object.isStalled);
  const isDeferred = report.objects.some(({ outcome }) => outcome === 'deferred');
  if (isStalled && (isDetailed || failOn === 'warning')) return 'FAILED_STATE';
  if (isDeferred && (isDetailed || failOn === 'deferred')) return 'WAITING';
  return isDetailed && report.writes > 0 ? 'CHANGES' : undefined;
}

const failedOf = ({ objects }: ReconcileReport): ObjectReport[] =>
  objects.filter(({ outcome }) => outcome === 'failed' || outcome === 'oscillating');

/** All objects failed for one cause: that cause's code. Anything else is partial. */
function failureCode(failed: readonly ObjectReport[], total: number): ErrorCode {
  const codes = new Set(failed.map(({ code }) => code ?? 'UNKNOWN'));
  const only = codes.size === 1 ? [...codes][0] : undefined;
  return only !== undefined && failed.length === total ? only : 'PARTIAL';
}

/** What a pass that did not end well says behind its report; undefined where its exit code is no failure. */
export function problemOf(result: OnceResult, strictness: Strictness): MetalError | undefined {
  const { report, isFuseBlown } = result;
  if (isFuseBlown) return fuseBlown(report);
  const failed = failedOf(report);
  if (failed.length > 0) return failedObjects(failed, report.objects.length);
  if (exitOf(result, strictness) !== 'FAILED_STATE') return undefined;
  const stalled = report.objects.filter(({ isStalled }) => isStalled);
  return new PermanentError('FAILED_STATE', `${counted(stalled, report.objects.length)} wait for a person`, {
    why: causesOf(stalled),
    hint: stalled.slice(0, 3).map((each) => `metalctl why ${nameOf(each)}`),
    context: { targets: stalled.map(nameOf) },
  });
}

const fuseBlown = ({ writes }: ReconcileReport): MetalError =>
  new PermanentError(
    'MAX_CHANGES',
    `the pass stopped after ${writes} ${writes === 1 ? 'write' : 'writes'}: its fuse has blown`,
    {
      why: '--max-changes allows no more, and there is more to do',
      hint: ['metalctl plan   what is left', 'the next pass goes on where this one stopped'],
    },
  );

function failedObjects(failed: readonly ObjectReport[], total: number): MetalError {
  const code = failureCode(failed, total);
  const [first] = failed;
  const isOneCause = new Set(failed.map((each) => each.code)).size === 1;
  const lifts = isOneCause && first?.code !== undefined ? [catalogue[first.code].hint] : [];
  const details = {
    why: causesOf(failed),
    hint: [...lifts, ...failed.slice(0, 3).map((each) => `metalctl describe ${nameOf(each)}`)],
    context: { targets: failed.map(nameOf) },
  };
  const message = `${counted(failed, total)} failed`;
  const comesBack = ['BMC_UNREACHABLE', 'WAITING'].includes(catalogue[code].exit);
  return comesBack ? new TransientError(code, message, details) : new PermanentError(code, message, details);
}

const nameOf = ({ kind, name }: ObjectReport): string => `${kind.toLowerCase()}/${name}`;

const counted = (some: readonly ObjectReport[], total: number): string =>
  `${some.length} of ${total} ${total === 1 ? 'object' : 'objects'}`;

const shown = 3;

/** The first of them in a line each; the report has them all. */
function causesOf(objects: readonly ObjectReport[]): string {
  const lines = objects.slice(0, shown).map((each) => `${nameOf(each)}: ${each.message}`);
  const more = objects.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} more, as the report says`] : [])].join('\n');
}
