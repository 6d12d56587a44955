/** What `move` says: its plan, how it ended, and after an interruption how to go on. */
import { neutralise } from '../../lib/sanitize.js';
import type { MovePhase, MoveRecord } from '../../workflows/move/journal.js';
import type { MovePlan } from '../../workflows/move/move.js';
import { itemId } from '../../workflows/move/select.js';
import type { AnyRun } from './kit/run.js';

/** `41 BMC 8 ServerClaim`. */
export function counts(kinds: readonly string[]): string {
  const found = new Map<string, number>();
  for (const kind of kinds) found.set(kind, (found.get(kind) ?? 0) + 1);
  return [...found].map(([kind, count]) => `${count} ${kind}`).join(' ');
}

export const objectsOf = (count: number): string => `${count} object${count === 1 ? '' : 's'}`;

export function planLines({ items, common }: MovePlan): string[] {
  const moving = items.filter((item) => !common.has(itemId(item)));
  const kinds = counts(moving.map(({ kind }) => kind.kind));
  const same = common.size === 0 ? '' : ` · ${objectsOf(common.size)} there already, the same`;
  return [
    `PLAN  move ${objectsOf(moving.length)}${kinds === '' ? '' : `: ${kinds}`}${same} · hardware calls: 0 · the source stays paused`,
  ];
}

export async function printPlan(run: AnyRun, plan: MovePlan): Promise<void> {
  const { style } = run.out;
  const text = (): string => {
    const checks = plan.checks.map(({ title, isOk, why }) => {
      const mark = style.glyph(isOk ? 'good' : 'bad');
      return ` ${mark} ${neutralise(title)}${why === undefined ? '' : `: ${neutralise(why)}`}`;
    });
    return `${[...planLines(plan), ...checks].join('\n')}\n`;
  };
  const objects = plan.items.map((item) => ({ id: itemId(item), isCommon: plan.common.has(itemId(item)) }));
  const names = objects.map(({ id }) => id);
  await run.out.document({ kind: 'MovePlan', objects, checks: plan.checks, hardwareCalls: 0 }, text, names);
}

const said: Readonly<Partial<Record<MovePhase, string>>> = {
  done: 'moved',
  rolledBack: 'taken back',
};

export async function printEnd(run: AnyRun, record: MoveRecord, journal: string): Promise<void> {
  const { id, phase, deleteSource, objects } = record;
  const common = objects.filter(({ isCommon }) => isCommon).length;
  const kinds = counts(objects.filter(({ isCommon }) => !isCommon).map(({ kind }) => kind));
  const source = phase === 'rolledBack' ? 'source goes on' : deleteSource ? 'source deleted' : 'source paused';
  const text = (): string =>
    `${said[phase] ?? phase} ${objectsOf(objects.length - common)}: ${kinds} · ${source} · hardware calls: 0\n`;
  const moved = objects.map(({ kind, namespace, name, isCommon = false }) => ({ kind, namespace, name, isCommon }));
  const document = { kind: 'MoveReport' as const, id, phase, objects: moved, deleteSource, journal, hardwareCalls: 0 };
  await run.out.document(
    document,
    text,
    moved.map(({ kind, name }) => `${kind.toLowerCase()}/${name}`),
  );
}

const done: Readonly<Record<MovePhase, string>> = {
  pausing: 'the source is being paused, the target is untouched',
  copying: 'the source is paused, a part of the copies is in the target, paused as well',
  unpausing: 'everything is copied and verified; the target is being handed over',
  moved: 'the target has been handed over; the source is paused',
  deleting: 'the target has been handed over; the source is being deleted',
  done: 'the move is done',
  rollingBack: 'the copies are being taken back',
  rolledBack: 'the copies are taken back',
};

/** What was done, what is in flight, how to go on. */
export function tellInterrupted(run: AnyRun, { phase }: MoveRecord, journal: string): void {
  run.talk.note(`interrupted: ${done[phase]}; nothing is in flight, no machine was touched`);
  if (phase === 'done' || phase === 'rolledBack') return;
  run.talk.note(`go on    metalctl move --resume ${journal}`);
  if (phase === 'pausing' || phase === 'copying') run.talk.note(`go back  metalctl move --rollback ${journal}`);
}
