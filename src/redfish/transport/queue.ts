/**
 * Who may talk to one BMC, and when: reads share it up to a width, writes have it alone, both in order of arrival.
 * BMCs answer wrongly when written to while they are read.
 */
export interface Queue {
  /** Runs `work` when its turn comes. */
  run<T>(mode: 'shared' | 'alone', work: () => Promise<T>): Promise<T>;
  /** Width from now on; the vendor decides it once known. */
  widen(width: number): void;
  waiting(): number;
}

interface Ticket {
  readonly alone: boolean;
  readonly start: () => void;
}

export function queue(width: number): Queue {
  let line: Ticket[] = [];
  /** Of the first in line: taking it off an array of thousands would move them all. */
  let head = 0;
  let limit = width;
  let running = 0;
  let aloneRuns = false;

  const mayStart = ({ alone }: Ticket): boolean => (alone ? running === 0 : !aloneRuns && running < limit);

  const advance = (): void => {
    for (let first = line[head]; first !== undefined && mayStart(first); first = line[head]) {
      head += 1;
      if (head > 1_000 || head === line.length) {
        line = line.slice(head);
        head = 0;
      }
      running += 1;
      aloneRuns = first.alone;
      first.start();
    }
  };

  const leave = (): void => {
    running -= 1;
    if (running === 0) aloneRuns = false;
    advance();
  };

  const turn = (alone: boolean): Promise<void> =>
    new Promise((start) => {
      line.push({ alone, start });
      advance();
    });

  return {
    run: async (mode, work) => {
      await turn(mode === 'alone');
      try {
        return await work();
      } finally {
        leave();
      }
    },
    widen: (next) => {
      limit = Math.max(1, next);
      advance();
    },
    waiting: () => line.length - head,
  };
}
