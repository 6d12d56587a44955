/** How a copy of many objects goes: one progress line, or bar, for each step. */
import type { AnyRun } from './kit/run.js';

export interface Steps {
  readonly tell: (step: string, done: number, total: number, id: string) => void;
  /** A running progress would keep the process alive. */
  end(): void;
}

export function stepsOf(run: AnyRun, op: string): Steps {
  let progress: ReturnType<AnyRun['talk']['progress']> | undefined;
  const end = (): void => {
    progress?.done();
    progress = undefined;
  };
  return {
    tell: (step, done, total, id) => {
      progress ??= run.talk.progress(op);
      progress.update({
        phase: step,
        percent: Math.round((100 * done) / total),
        text: `${step} ${done}/${total} ${id}`,
      });
      if (done === total) end();
    },
    end,
  };
}
