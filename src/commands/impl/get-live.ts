/**
 * `get --watch` on a terminal: one table that changes in place. What changed is bold for three seconds, what was deleted
 * is struck for as long and then gone.
 */
import { type KindDef, type KubeObject, keyText } from '../../api/kind.js';
import type { Clock } from '../../ports/clock.js';
import { type GetRun, listOptions, sorted } from './get.js';
import type { Followed } from './kit/follow.js';
import type { Mark, ObjectGroup } from './kit/out.js';

const shownMs = 3_000;
/** At most ten pictures a second. */
const frameMs = 100;

interface Row {
  readonly object: KubeObject;
  readonly cells: readonly string[];
  /** When each cell last changed; absent since the beginning. */
  readonly changed: ReadonlyMap<number, number>;
  readonly deletedAt?: number;
}

/** The rows by their keys, and what is to be seen of their past. */
export class LiveRows {
  readonly #rows = new Map<string, Row>();
  readonly #cellsOf: (object: KubeObject) => readonly string[];
  #hasBegun = false;

  constructor(cellsOf: (object: KubeObject) => readonly string[]) {
    this.#cellsOf = cellsOf;
  }

  /** Takes a change. @param passes whether an object is to be shown */
  take(change: Followed<KubeObject>, nowMs: number, passes: (object: KubeObject) => boolean): void {
    if (change.type !== 'SYNC') {
      const isGone = change.type === 'DELETED' || !passes(change.object);
      if (isGone) this.#drop(keyText(change.object.metadata), nowMs);
      else this.#put(change.object, nowMs);
      return;
    }
    const items = change.items.filter(passes);
    const keys = new Set(items.map(({ metadata }) => keyText(metadata)));
    for (const key of this.#rows.keys()) if (!keys.has(key)) this.#drop(key, nowMs);
    for (const object of items) this.#put(object, nowMs);
    this.#hasBegun = true;
  }

  #put(object: KubeObject, nowMs: number): void {
    const key = keyText(object.metadata);
    const before = this.#rows.get(key);
    const cells = this.#cellsOf(object);
    const changed = new Map(before?.changed);
    for (const [at, cell] of cells.entries()) {
      const isNew = before === undefined ? this.#hasBegun : before.cells[at] !== cell;
      if (isNew) changed.set(at, nowMs);
    }
    this.#rows.set(key, { object, cells, changed });
  }

  #drop(key: string, nowMs: number): void {
    const row = this.#rows.get(key);
    if (row !== undefined && row.deletedAt === undefined) this.#rows.set(key, { ...row, deletedAt: nowMs });
  }

  /** What is to be seen now; rows whose time is over are forgotten. */
  at(nowMs: number): readonly Row[] {
    for (const [key, { deletedAt }] of this.#rows)
      if (deletedAt !== undefined && nowMs - deletedAt >= shownMs) this.#rows.delete(key);
    return [...this.#rows.values()];
  }

  /** Milliseconds until something is to be seen no longer; undefined when nothing is. */
  nextMs(nowMs: number): number | undefined {
    const times = [...this.#rows.values()].flatMap(({ changed, deletedAt }) => [...changed.values(), deletedAt ?? -1]);
    const left = times.map((at) => at + shownMs - nowMs).filter((ms) => ms > 0);
    return left.length === 0 ? undefined : Math.min(...left);
  }
}

/** How a cell is to be drawn. */
export const markOf = ({ changed, deletedAt }: Row, column: number, nowMs: number): Mark | undefined => {
  if (deletedAt !== undefined) return 'strike';
  const at = changed.get(column);
  return at !== undefined && nowMs - at < shownMs ? 'bold' : undefined;
};

/** Draws until the changes end, which they do by throwing. */
export async function watchInPlace(
  run: GetRun,
  kind: KindDef,
  columns: ObjectGroup['columns'],
  changes: AsyncIterable<Followed<KubeObject>>,
  passes: (object: KubeObject) => boolean,
): Promise<void> {
  const { clock } = run.ports;
  const rows = new LiveRows((object) => columns.map((column) => column.value(object, run.out.times)));
  const draw = (): Promise<void> => {
    const nowMs = clock.monotonicMs();
    const seen = inOrder(rows.at(nowMs), run.globals.sortBy);
    const group = { kind, items: seen.map(({ object }) => object), columns };
    return run.out.redraw(group, listOptions(run), (row, column) => {
      const at = seen[row];
      return at === undefined ? undefined : markOf(at, column, nowMs);
    });
  };
  const frames = frameLoop(clock, draw, () => rows.nextMs(clock.monotonicMs()));
  try {
    for await (const change of changes) {
      rows.take(change, clock.monotonicMs(), passes);
      frames.ask();
    }
  } finally {
    await frames.end();
  }
}

function inOrder(rows: readonly Row[], sortBy: string | undefined): Row[] {
  const byObject = new Map(rows.map((row) => [row.object, row]));
  return sorted([...byObject.keys()], sortBy).flatMap((object) => byObject.get(object) ?? []);
}

/** Draws soon after it was asked, and again when something is to be seen no longer. */
function frameLoop(clock: Clock, draw: () => Promise<void>, nextMs: () => number | undefined) {
  let cancel: (() => void) | undefined;
  let drawing: Promise<void> = Promise.resolve();
  const frame = (): void => {
    cancel = undefined;
    drawing = drawing.then(draw);
    const later = nextMs();
    if (later !== undefined) plan(Math.max(frameMs, later));
  };
  const plan = (ms: number): void => {
    cancel?.();
    cancel = clock.after(ms, frame);
  };
  return {
    ask: () => plan(frameMs),
    /** The last picture stays. */
    end: async (): Promise<void> => {
      const isDue = cancel !== undefined;
      cancel?.();
      if (isDue) drawing = drawing.then(draw);
      await drawing;
    },
  };
}
