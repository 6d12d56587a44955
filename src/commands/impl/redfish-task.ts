/** Waiting for a task of a BMC, as `redfish task wait` and `--wait-task` do. */
import { isMetalError, PermanentError, TransientError } from '../../errors/classes.js';
import { formatDuration } from '../../lib/duration.js';
import type { Bmc, TaskInfo } from '../../ports/bmc.js';
import type { AnyRun } from './kit/run.js';

const isOver = ({ progress }: TaskInfo): boolean => progress !== 'running' && progress !== 'waiting';

/** Looks at the task less and less often, until it is over. @throws TransientError WAIT_TIMEOUT · what reading throws */
export async function followTask(run: AnyRun, bmc: Bmc, first: TaskInfo, timeoutMs: number): Promise<TaskInfo> {
  const clock = await run.open('clock');
  const startedMs = clock.monotonicMs();
  const progress = run.talk.progress('task');
  let task = first;
  try {
    for (let delayMs = 1_000; !isOver(task); delayMs = Math.min(delayMs * 1.5, 15_000)) {
      progress.update({ target: task.uri, phase: task.state ?? task.progress, ...percentOf(task) });
      if (clock.monotonicMs() - startedMs >= timeoutMs) throw late(task, timeoutMs);
      await clock.sleep(Math.min(delayMs, Math.max(1, timeoutMs)), run.signal);
      task = await looked(bmc, task);
    }
    return task;
  } catch (error) {
    if (run.signal.aborted) run.talk.note(`the task goes on: ${task.uri}`);
    throw error;
  } finally {
    progress.done();
  }
}

const percentOf = ({ percent }: TaskInfo) => (percent === undefined ? {} : { percent });

/** A BMC that restarts for its own update is away for a while; the deadline decides. */
async function looked(bmc: Bmc, task: TaskInfo): Promise<TaskInfo> {
  try {
    return await bmc.task(task.uri);
  } catch (error) {
    if (!isMetalError(error)) throw error;
    if (['BMC_UNREACHABLE', 'BMC_TIMEOUT', 'BMC_BUSY'].includes(error.code)) return task;
    // A monitor answers as the operation itself would have: a refusal is how the work ended (DSP0266 12.2).
    if (error.code !== 'BMC_REFUSED') throw error;
    return { ...task, progress: 'failed', messages: [...task.messages, error.why ?? error.message] };
  }
}

const late = ({ uri, state, progress }: TaskInfo, timeoutMs: number): TransientError =>
  new TransientError('WAIT_TIMEOUT', `${uri} is not over after ${formatDuration(timeoutMs)}`, {
    why: `it is ${state ?? progress}`,
    hint: `metalctl redfish task wait ${uri}`,
  });

/** @throws PermanentError FAILED_STATE for a task that did not succeed */
export function taskEnd(task: TaskInfo): void {
  if (task.progress === 'completed') return;
  const words = { failed: 'failed', cancelled: 'was cancelled', gone: 'is gone, and so is its result' };
  const said = words[task.progress as keyof typeof words] ?? `is ${task.progress}`;
  throw new PermanentError('FAILED_STATE', `${task.uri || 'the task'} ${said}`, {
    why: task.messages.at(-1) ?? task.state ?? task.progress,
    hint: task.progress === 'gone' ? 'look at what was to be changed' : 'read its message; look at the log of the BMC',
  });
}

/** Rows of tasks. */
export const taskRows = (tasks: readonly TaskInfo[]) => ({
  columns: [
    { header: 'TASK' },
    { header: 'PROGRESS', isState: true },
    { header: 'STATE' },
    { header: 'PERCENT', align: 'right' as const },
    { header: 'MESSAGE', drop: 1 },
  ],
  rows: tasks.map((task) => [
    task.uri,
    task.progress,
    task.state ?? '',
    task.percent === undefined ? '' : String(task.percent),
    task.messages.at(-1) ?? '',
  ]),
});
