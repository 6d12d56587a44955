/** Body of `wait`: watches, never polls. */

import { type KindDef, type KubeObject, keyOf, keyText } from '../../api/kind.js';
import { PermanentError, TransientError, UserError } from '../../errors/classes.js';
import { formatDuration } from '../../lib/duration.js';
import { eitherSignal } from '../../lib/either-signal.js';
import type { waitCommand } from '../wait.js';
import { badEnd, conditionsOf, parseCondition, type WaitCondition } from './kit/conditions.js';
import { follow } from './kit/follow.js';
import type { Run } from './kit/run.js';
import { objectTargets, type Target, targetText } from './kit/targets.js';

type WaitRun = Run<typeof waitCommand>;

/** Whether an object is as wanted. */
interface Goal {
  readonly text: string;
  readonly isMet: (object: KubeObject | undefined) => boolean;
  readonly wanted: readonly string[];
}

export default async function (run: WaitRun): Promise<void> {
  const goal = goalOf(run);
  const { selector, all } = run.flags;
  const targets = await found(run, goal, { selector, all });
  const begun = run.ports.clock.monotonicMs();
  if (run.flags.timeout === 0) return lookOnce(run, goal, targets, begun);
  const ended = new AbortController();
  const stop = run.ports.clock.after(run.flags.timeout, () => ended.abort(late(run, goal, targets, begun)));
  const signal = eitherSignal(run.signal, ended.signal);
  const progress = run.talk.progress('wait');
  const waits = targets.map(async (target) => {
    const object = await until(run, target, goal, signal, begun, (text) =>
      progress.update({ target: targetText(target), text }),
    );
    return { object: object ?? target.object, line: `${targetText(target)} met ${goal.text}` };
  });
  try {
    const changes =
      run.flags.any && waits.length > 0 ? [await Promise.any(waits).catch(firstOf)] : await Promise.all(waits);
    progress.done();
    await run.out.changes(changes);
  } finally {
    stop();
    progress.done();
    ended.abort(new Error('the wait is over'));
    await Promise.allSettled(waits);
  }
}

/** `--timeout 0`: judged by what was just read. */
async function lookOnce(run: WaitRun, goal: Goal, targets: readonly Target[], begun: number): Promise<void> {
  const met = targets.filter(({ object }) => goal.isMet(object));
  if (run.flags.any ? met.length === 0 : met.length < targets.length) throw late(run, goal, targets, begun);
  await run.out.changes(
    met.map((target) => ({ object: target.object, line: `${targetText(target)} met ${goal.text}` })),
  );
}

const firstOf = (error: unknown): never => {
  throw error instanceof AggregateError ? error.errors[0] : error;
};

/** Waiting for an absence is met when there is nothing to wait for. */
async function found(
  run: WaitRun,
  goal: Goal,
  wish: { selector: string | undefined; all: boolean },
): Promise<Target[]> {
  try {
    return await objectTargets(run, run.args.targets, wish);
  } catch (error) {
    const isGone =
      error instanceof UserError && error.code === 'NOT_FOUND' && goal.isMet(undefined) && goal.text === 'delete';
    if (!isGone) throw error;
    await run.out.text(`${run.args.targets.join(' ')} is gone\n`);
    return [];
  }
}

function goalOf({ flags }: WaitRun): Goal {
  const wanted = flags.for.map(parseCondition);
  const unwanted = flags.while.map(parseCondition);
  if (wanted.length + unwanted.length === 0) {
    throw new UserError('USAGE', 'nothing to wait for', { hint: '--for state=Available' });
  }
  const tests = [
    ...wanted.map((each) => each.holds),
    ...unwanted.map((each: WaitCondition) => (object: KubeObject | undefined) => !each.holds(object)),
  ];
  const words = [...wanted.map((each) => each.text), ...unwanted.map((each) => `not ${each.text}`)];
  return {
    text: words.join(flags.and ? ' and ' : ' or '),
    isMet: (object) => (flags.and ? tests.every((holds) => holds(object)) : tests.some((holds) => holds(object))),
    wanted: wanted.flatMap((each) => each.wants ?? []),
  };
}

/** Follows one object until the goal is met; resolves with it, or with undefined when it is gone. */
async function until(
  run: WaitRun,
  { kind, object }: Target,
  goal: Goal,
  signal: AbortSignal,
  begun: number,
  tell: (text: string) => void,
): Promise<KubeObject | undefined> {
  const key = keyOf(object);
  const scope = {
    clock: run.ports.clock,
    signal,
    fieldSelector: `metadata.name=${key.name}`,
    ...(key.namespace === undefined ? {} : { namespace: key.namespace }),
    onTrouble: (error: Error) => run.talk.warn(`the watch fails and is tried again: ${error.message}`),
  };
  for await (const change of follow(run.ports.cluster, kind, scope)) {
    const now = change.type === 'SYNC' ? change.items[0] : change.type === 'DELETED' ? undefined : change.object;
    if (goal.isMet(now)) return now;
    if (now === undefined)
      throw new UserError('NOT_FOUND', `${kind.singular}/${keyText(key)} was deleted while waiting for ${goal.text}`);
    refuseBadEnd(run, kind, now, goal, begun);
    tell(`${kind.singular}/${keyText(key)} ${stateOf(now)}`);
  }
  return undefined;
}

function refuseBadEnd(run: WaitRun, kind: KindDef, object: KubeObject, goal: Goal, begun: number): void {
  const bad = badEnd(kind, object);
  if (bad === undefined || goal.wanted.some((each) => each.toLowerCase() === bad.toLowerCase())) return;
  const name = `${kind.singular}/${keyText(keyOf(object))}`;
  const failing = conditionsOf(object).find(({ status }) => status === 'False');
  const spent = formatDuration(run.ports.clock.monotonicMs() - begun);
  throw new PermanentError('FAILED_STATE', `${name} reached ${bad} while waiting for ${goal.text}`, {
    why:
      failing === undefined
        ? `after ${spent}`
        : `${failing.type}=False ${failing.reason}: ${failing.message} (after ${spent})`,
    hint: `metalctl describe ${kind.singular} ${object.metadata.name}`,
    context: { target: name },
  });
}

const stateOf = (object: KubeObject): string => {
  const { status } = object as { status?: { state?: string; phase?: string; powerState?: string } };
  return [status?.state ?? status?.phase ?? 'has no state yet', status?.powerState].filter(Boolean).join(', ');
};

function late(run: WaitRun, goal: Goal, targets: readonly Target[], begun: number): TransientError {
  const spent = formatDuration(run.ports.clock.monotonicMs() - begun);
  const names = targets.map(targetText);
  return new TransientError(
    'WAIT_TIMEOUT',
    `${names.slice(0, 3).join(', ')} did not meet ${goal.text} within ${spent}`,
    {
      hint: [`metalctl describe ${names[0]?.replace('/', ' ') ?? ''}`, 'or wait longer with --timeout'],
      context: { targets: names },
    },
  );
}
