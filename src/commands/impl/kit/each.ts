/** One thing done to many targets: so many at once, failures collected, one exit code at the end. */
import { catalogue } from '../../../errors/catalogue.js';
import { isMetalError, type MetalError, PermanentError } from '../../../errors/classes.js';
import { Exit } from '../../../errors/exit.js';
import type { Change } from './out.js';
import type { AnyRun } from './run.js';

/**
 * Runs `act` for every target, prints what changed in their order, then throws what failed: one cause as itself with
 * all its targets, different causes as PARTIAL. Nothing new is begun after an interrupt.
 */
export async function changeEach<T>(
  run: AnyRun,
  targets: readonly T[],
  nameOf: (target: T) => string,
  act: (target: T) => Promise<Change>,
): Promise<void> {
  const changes: (Change | undefined)[] = [];
  const failures: { readonly target: string; readonly error: MetalError }[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < targets.length && !run.signal.aborted; at = next++) {
      const target = targets[at] as T;
      try {
        changes[at] = await act(target);
      } catch (error) {
        if (!isMetalError(error)) throw error;
        failures.push({ target: nameOf(target), error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(run.globals.concurrency, targets.length)) }, work));
  const done = changes.filter((change) => change !== undefined);
  if (done.length > 0) await run.out.changes(done);
  if (failures.length > 0) throw summed(failures, done.length);
  run.signal.throwIfAborted();
}

/** What a reading of several targets gave. */
export interface ReadResult<T> {
  /** In the order of the targets; those that failed are missing. */
  readonly values: readonly T[];
  readonly failures: readonly { readonly target: string; readonly error: MetalError }[];
}

/** Reads from many targets, so many at once. Whoever prints the values throws `failureOf` afterwards. */
export async function readEach<T, R>(
  run: AnyRun,
  targets: readonly T[],
  nameOf: (target: T) => string,
  read: (target: T) => Promise<R>,
): Promise<ReadResult<R>> {
  const values: (R | undefined)[] = [];
  const failures: { target: string; error: MetalError }[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < targets.length && !run.signal.aborted; at = next++) {
      const target = targets[at] as T;
      try {
        values[at] = await read(target);
      } catch (error) {
        if (!isMetalError(error)) throw error;
        failures.push({ target: nameOf(target), error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(run.globals.concurrency, targets.length)) }, work));
  run.signal.throwIfAborted();
  return { values: values.filter((value) => value !== undefined), failures };
}

/** The failures as one error; undefined without any. */
export const failureOf = ({ values, failures }: ReadResult<unknown>): MetalError | undefined =>
  failures.length === 0 ? undefined : summed(failures, values.length);

function summed(failures: readonly { target: string; error: MetalError }[], done: number): MetalError {
  const [first] = failures;
  if (first === undefined) throw new Error('no failure to sum up');
  if (failures.length === 1 && done === 0) return first.error;
  const isOneCause = failures.every(({ error }) => error.code === first.error.code);
  const code = isOneCause && done === 0 ? first.error.code : 'PARTIAL';
  const targets = failures.map(({ target }) => target);
  const lines = isOneCause
    ? [first.error.why ?? first.error.message]
    : failures.slice(0, 8).map(({ error }) => error.message);
  return new PermanentError(code, `${failures.length} of ${failures.length + done} targets failed`, {
    why: lines.join('\n'),
    hint: first.error.hints.length > 0 ? first.error.hints : catalogue[first.error.code].hint,
    context: { targets, exit: Exit[catalogue[code].exit] },
  });
}
