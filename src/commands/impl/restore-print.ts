/** What `restore` says: its plan, what stays paused, and how it ended. */
import { neutralise } from '../../lib/sanitize.js';
import { some } from '../../workflows/doctor/check.js';
import { type Item, itemId } from '../../workflows/move/select.js';
import type { RestorePlan } from '../../workflows/snapshot/restore-plan.js';
import type { Snapshot } from '../../workflows/snapshot/snapshot.js';
import type { AnyRun } from './kit/run.js';
import { counts, objectsOf } from './move-print.js';

const kindsOf = (items: readonly Item[]): string => counts(items.map(({ kind }) => kind.kind));
const colon = (text: string): string => (text === '' ? '' : `: ${text}`);

/** What happens, and to how much: ` · 3 unchanged · 2 newer, left alone`. */
function rest({ overwrite, same, newer, withoutValues }: RestorePlan): string {
  const parts: readonly (readonly [number, string])[] = [
    [overwrite.length, 'as they were again'],
    [same.length, 'unchanged'],
    [newer.length, 'newer, left alone'],
    [withoutValues.length, 'without values, left out'],
  ];
  return parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => ` · ${count} ${what}`)
    .join('');
}

const valuesAre = ({ secretValues }: Snapshot['about']): string =>
  secretValues === 'encrypted'
    ? 'their values are encrypted: --identity FILE brings them'
    : 'the snapshot holds no values of secrets';

export function planLines({ about }: Snapshot, plan: RestorePlan): string[] {
  const { create, overwrite, withoutValues, held } = plan;
  const again = overwrite.map(({ item }) => itemId(item));
  return [
    `PLAN  restore ${objectsOf(create.length)}${colon(kindsOf(create))}${rest(plan)} · hardware calls: 0 · taken ${about.takenAt}`,
    ...(again.length === 0 ? [] : [`      as they were again: ${neutralise(some(again))}`]),
    ...(held.size === 0 ? [] : [`      stay paused: ${heldText(plan)}`]),
    ...(withoutValues.length === 0
      ? []
      : [`      missing afterwards: ${neutralise(some(withoutValues))}; ${valuesAre(about)}`]),
  ];
}

function heldText({ held }: RestorePlan): string {
  const [first] = held;
  const [, why = ''] = first ?? [];
  const isOne = [...held.values()].every((each) => each === why);
  const names = isOne ? `${some([...held.keys()])} (${why})` : some([...held].map(([id, each]) => `${id} (${each})`));
  return neutralise(names);
}

export async function printPlan(run: AnyRun, snapshot: Snapshot, plan: RestorePlan): Promise<void> {
  const { style } = run.out;
  const text = (): string => {
    const checks = plan.checks.map(({ title, isOk, why }) => {
      const mark = style.glyph(isOk ? 'good' : 'bad');
      return ` ${mark} ${neutralise(title)}${why === undefined ? '' : `: ${neutralise(why)}`}`;
    });
    return `${[...planLines(snapshot, plan), ...checks].join('\n')}\n`;
  };
  const document = {
    kind: 'RestorePlan' as const,
    takenAt: snapshot.about.takenAt,
    ...documentOf(plan),
    checks: plan.checks,
  };
  await run.out.document(document, text, plan.create.map(itemId));
}

const documentOf = ({ create, overwrite, same, newer, withoutValues, held }: RestorePlan) => ({
  created: create.map(itemId),
  overwritten: overwrite.map(({ item }) => itemId(item)),
  unchanged: same,
  newer,
  withoutValues,
  paused: [...held].map(([object, why]) => ({ object, why })),
  hardwareCalls: 0,
});

export async function printRestored(run: AnyRun, plan: RestorePlan): Promise<void> {
  const text = (): string =>
    `restored ${objectsOf(plan.create.length)}${colon(kindsOf(plan.create))}${rest(plan)} · hardware calls: 0\n`;
  await run.out.document({ kind: 'RestoreReport' as const, ...documentOf(plan) }, text, plan.create.map(itemId));
}

/** What is not let go, and how it is. */
export function tellHeld(run: AnyRun, { about }: Snapshot, plan: RestorePlan): void {
  const [first] = plan.held.keys();
  if (first !== undefined) {
    run.talk.note(`${objectsOf(plan.held.size)} stay paused: ${heldText(plan)}`);
    run.talk.note('letting one go may boot its machine: metalctl annotate KIND NAME metal.ironcore.dev/operation-');
  }
  if (plan.withoutValues.length === 0) return;
  run.talk.warn(`${plan.withoutValues.length} secrets are missing: ${some(plan.withoutValues)}; ${valuesAre(about)}`);
  run.talk.note('metalctl bmc credentials set BMC gives a BMC its account again');
}
