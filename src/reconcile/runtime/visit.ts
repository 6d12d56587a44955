/** One visit: object → input → decision → effects → one status patch → outcome. Never throws. */
import { type Key, type KindDef, type KubeObject, keyText } from '../../api/kind.js';
import { isMetalError, TransientError } from '../../errors/classes.js';
import { actingFor } from '../../lib/acting.js';
import type { Clock } from '../../ports/clock.js';
import type { Log, LogLevel } from '../../ports/log.js';
import type { IdSource, Reads, Settings, Visit } from '../reads.js';
import { type Condition, conditionOf, mergeConditions } from './conditions.js';
import type { ConditionChange, Decision } from './decision.js';
import { decide, type Machine } from './machine.js';
import { perform } from './perform.js';
import { patchSelf } from './perform-api.js';
import type { Performed, PerformPorts } from './perform-ports.js';
import { type Held, HeldBack, heldFor, readOnly } from './read-only.js';
import type { AnyRegistration } from './registration.js';
import { type ErrorVerdict, failureOf, type Outcome, outcomeOf, settleError, summaryOf } from './settle.js';

export interface VisitContext extends PerformPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly reads: Reads;
  readonly ids: IdSource;
  readonly random: () => number;
  readonly settings: Settings;
  /** Only what was seen is written. */
  readonly isReadOnly?: boolean;
}

export interface VisitResult {
  readonly outcome: Outcome;
  /** The object was absent: nothing was done. */
  readonly isGone: boolean;
  readonly because: string;
  readonly message: string;
  readonly isSettled: boolean;
  /** Only a person brings it on. */
  readonly needsPerson?: boolean;
  /** What would have been done, in words; absent unless something was held back. */
  readonly held?: readonly string[];
  readonly writes: number;
  readonly bmcCalls: number;
  /** What was written, to tell repetition from progress. */
  readonly written?: string;
  readonly error?: unknown;
  readonly durationMs: number;
}

type WithStatus = KubeObject & { status?: { conditions?: Condition[]; state?: string; phase?: string } };

/** Longest time one visit may take: beyond it the key is tried again later. */
const visitDeadlineMs = 120_000;

export async function visit(reg: AnyRegistration, key: Key, attempt: number, ctx: VisitContext): Promise<VisitResult> {
  const started = ctx.clock.monotonicMs();
  const object = ctx.store.get(reg.kind, key) as WithStatus | undefined;
  if (object === undefined) return gone;
  const done: Performed = { self: object, writes: 0, bmcCalls: 0 };
  let result: Omit<VisitResult, 'durationMs'>;
  try {
    const acting = { object: `${reg.name}/${keyText(key)}` };
    const wanted = await actingFor(acting, () => withDeadline(ctx.clock, decideOrHold(reg, object, ctx, done)));
    const decision = ctx.isReadOnly ? readOnly(wanted, reg, ctx.settings.serverResyncMs) : wanted;
    await actingFor(acting, () => perform(ctx, reg.kind, decision.effects, done));
    await writeStatus(reg, ctx, done, decision);
    announce(ctx, object, decision, done);
    result = { ...summary(decision), outcome: outcomeOf(decision), isGone: false, ...counts(done) };
  } catch (error) {
    result = await fail(reg, ctx, done, error, attempt + 1);
  }
  const finished = { ...result, durationMs: ctx.clock.monotonicMs() - started };
  logVisit(ctx.log, reg, key, finished);
  return finished;
}

const gone: VisitResult = {
  outcome: { kind: 'done' },
  isGone: true,
  because: 'Gone',
  message: 'Object is gone',
  isSettled: true,
  writes: 0,
  bmcCalls: 0,
  durationMs: 0,
};

const summary = (decision: Decision | Held) => {
  const { because, message, isSettled, needsPerson = false } = decision;
  return { because, message, isSettled, needsPerson, ...('held' in decision ? { held: decision.held } : {}) };
};
const counts = ({ writes, bmcCalls, written = [] }: Performed) => ({ writes, bmcCalls, written: written.join('\n') });

/** Object in, decision out: also the entry for embedders, plans and tests. */
export async function decideFor(
  reg: AnyRegistration,
  object: KubeObject,
  ctx: VisitContext,
  done?: Performed,
): Promise<Decision> {
  const reads: Reads = done === undefined ? ctx.reads : { ...ctx.reads, bmc: counted(ctx.reads, done) };
  const at: Visit = { read: reads, now: ctx.clock.now(), ids: ctx.ids, settings: ctx.settings };
  return decide(reg.machine as Machine<unknown>, reg.input(object, at));
}

/** A read that turns out to be more than one ends in what it was about to do. */
async function decideOrHold(
  reg: AnyRegistration,
  object: KubeObject,
  ctx: VisitContext,
  done: Performed,
): Promise<Decision> {
  try {
    return await decideFor(reg, object, ctx, done);
  } catch (error) {
    if (error instanceof HeldBack) return heldFor([error.action], ctx.settings.serverResyncMs);
    throw error;
  }
}

/** Opens BMCs so that every read is counted for the report. */
function counted(reads: Reads, done: Performed): Reads['bmc'] {
  return (access) =>
    new Proxy(reads.bmc(access), {
      get(target, name, receiver) {
        const member = Reflect.get(target, name, receiver);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          done.bmcCalls += 1;
          return member.apply(target, args);
        };
      },
    });
}

async function writeStatus(
  reg: AnyRegistration,
  ctx: VisitContext,
  done: Performed,
  decision: Decision | Held,
): Promise<void> {
  if (isDeleted(done.self)) return;
  const { refused = [] } = done;
  const said = decision.conditions.filter(({ type }) => !refused.some((each) => each.type === type));
  // What is held back is no news of the object: the run says it, and the object keeps what it says of itself.
  const isSummed = reg.summary !== undefined && !('held' in decision);
  const changes = [...said, ...refused, ...(isSummed ? [summaryOf(reg.summary, decision)] : [])];
  const field = 'field' in reg.machine ? reg.machine.field : 'state';
  const status = { ...decision.status, ...(decision.next === undefined ? {} : { [field]: decision.next }) };
  await patchStatus(reg, ctx, done, status, changes);
}

async function patchStatus(
  reg: AnyRegistration,
  ctx: VisitContext,
  done: Performed,
  status: Record<string, unknown>,
  changes: readonly ConditionChange[],
): Promise<void> {
  if (!reg.kind.hasStatus) return;
  const current = (done.self as WithStatus).status?.conditions ?? [];
  const generation = reg.observesGeneration ? done.self.metadata.generation : undefined;
  const at = { now: ctx.clock.now(), ...(generation === undefined ? {} : { generation }) };
  const conditions = changes.length === 0 ? {} : { conditions: mergeConditions(current, changes, at) };
  const body = { ...status, ...conditions };
  if (Object.keys(body).length === 0) return;
  await patchSelf(ctx, reg.kind as KindDef, { status: body }, done, 'status');
}

/** A failed visit still says why on the object, unless the reason is that somebody else wrote first. */
async function fail(
  reg: AnyRegistration,
  ctx: VisitContext,
  done: Performed,
  error: unknown,
  attempt: number,
): Promise<Omit<VisitResult, 'durationMs'>> {
  const verdict = settleError(error, attempt, reg.backoff, ctx.random);
  const reason = verdict.reason;
  if (reason !== undefined && !isDeleted(done.self)) {
    if (reg.summary !== undefined) await recordFailure(reg, ctx, done, verdict, reason);
    // Kinds without conditions have the event alone: once, not at each attempt.
    else if (attempt === 1) tellFailure(ctx, done, verdict, reason);
  }
  if (verdict.isBug)
    ctx.log.log('error', 'bug in a visit', { kind: reg.kind.kind, stack: error instanceof Error ? error.stack : '' });
  return {
    outcome: verdict.outcome,
    isGone: false,
    because: reason ?? 'Conflict',
    message: verdict.message,
    isSettled: false,
    error,
    ...counts(done),
  };
}

async function recordFailure(
  reg: AnyRegistration,
  ctx: VisitContext,
  done: Performed,
  verdict: ErrorVerdict,
  reason: string,
): Promise<void> {
  const type = reg.summary ?? 'Ready';
  const before = conditionOf((done.self as WithStatus).status?.conditions, type);
  try {
    await patchStatus(reg, ctx, done, {}, [...(done.refused ?? []), failureOf(type, verdict)]);
    if (before?.reason !== reason) tellFailure(ctx, done, verdict, reason);
  } catch (second) {
    ctx.log.log('debug', 'the failure could not be recorded', { cause: String(second) });
  }
}

function tellFailure(ctx: VisitContext, { self }: Performed, { message }: ErrorVerdict, reason: string): void {
  ctx.events.emit(self, { type: 'Warning', reason, action: 'Reconcile', note: message });
}

/** A change from one state to another is worth an event; anything less, and the first state of all, is not. */
function announce(ctx: VisitContext, before: WithStatus, decision: Decision, done: Performed): void {
  const from = before.status?.state ?? before.status?.phase;
  if (decision.next === undefined || from === undefined) return;
  const note = `${from} → ${decision.next}: ${decision.message}`;
  ctx.events.emit(done.self, { type: 'Normal', reason: decision.because, action: 'Reconcile', note });
}

const isDeleted = (object: KubeObject): boolean =>
  object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).length === 0;

async function withDeadline<T>(clock: Clock, work: Promise<T>): Promise<T> {
  let cancel: () => void = () => undefined;
  const late = new Promise<never>((_, reject) => {
    cancel = clock.after(visitDeadlineMs, () => reject(new TransientError('BMC_TIMEOUT', 'the visit took too long')));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
  }
}

function logVisit(log: Log, reg: AnyRegistration, key: Key, result: VisitResult): void {
  const level = levelOf(result);
  log.log(level, result.message, {
    kind: reg.kind.kind,
    name: keyText(key),
    because: result.because,
    writes: result.writes,
    bmcCalls: result.bmcCalls,
    durationMs: Math.round(result.durationMs),
  });
}

/** A conflict is decided again at once and concerns nobody; any other failure is worth a look. */
function levelOf({ error, writes, held }: VisitResult): LogLevel {
  if (error === undefined) return writes > 0 || held !== undefined ? 'info' : 'debug';
  return isMetalError(error) && error.class === 'conflict' ? 'debug' : 'warn';
}
