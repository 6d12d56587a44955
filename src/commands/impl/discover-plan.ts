/** What is chosen in the discover view, planned: names, objects per set of labels and account, and the plan as lines. */
import { isMetalError, UserError } from '../../errors/classes.js';
import { toDnsLabel } from '../../lib/template.js';
import type { Chosen, Planned } from '../../ui/discover/state.js';
import type { Credential } from '../../workflows/discover/credentials.js';
import { type Finding, placeOf } from '../../workflows/discover/finding.js';
import { type NamedFinding, nameFindings } from '../../workflows/onboard/names.js';
import {
  type OnboardEntry,
  type OnboardOptions,
  type OnboardPlan,
  planOnboarding,
  planText,
  readLabels,
} from '../../workflows/onboard/plan.js';
import type { DiscoverRun } from './discover-report.js';

export interface PlanFacts {
  readonly run: DiscoverRun;
  readonly options: OnboardOptions;
  readonly findings: ReadonlyMap<string, Finding>;
  /** Accounts that were typed, by place. */
  readonly typed: ReadonlyMap<string, Credential>;
}

/** The plan, and what it says; without a plan where names collide. @throws MetalError of what else is in the way */
export async function planChosen(
  facts: PlanFacts,
  chosen: readonly Chosen[],
): Promise<{ readonly plan?: OnboardPlan; readonly told: Planned }> {
  const twice = collisions(chosen);
  if (twice.length > 0) return { told: blocked(twice) };
  try {
    const plan = { entries: await entriesOf(facts, chosen) };
    return { plan, told: { lines: linesOf(plan) } };
  } catch (error) {
    if (!isMetalError(error) || error.code !== 'ALREADY_EXISTS') throw error;
    return { told: blocked([` ${error.message}${error.why === undefined ? '' : `: ${error.why}`}`]) };
  }
}

/** ` name  at 10.0.0.1 and 10.0.0.2`, a line per name that several would have. */
function collisions(chosen: readonly Chosen[]): string[] {
  const named = chosen.filter(({ name }) => name !== '');
  return [...groupsOf(named, ({ name }) => name)].flatMap(([name, group]) =>
    group.length > 1 ? [` ${name}  at ${group.map(({ place }) => place).join(' and ')}`] : [],
  );
}

const blocked = (lines: readonly string[]): Planned => ({
  isBlocked: true,
  lines: [
    'Names collide',
    ...lines,
    '',
    'n names a row; {serial}, {ip} or {n} in a name for several makes them differ.',
  ],
});

function linesOf(plan: OnboardPlan): string[] {
  const made = plan.entries.filter(({ action }) => action === 'create');
  const running = made.filter(({ isRunning }) => isRunning);
  return [
    `PLAN  ${planText(plan, 'keep')}`,
    '',
    'Objects',
    ...plan.entries.map(entryLine),
    ...listed(
      'Discovery boots',
      made.filter(({ isRunning }) => !isRunning),
    ),
    ...listed('Cordoned, because they run', running),
  ];
}

function entryLine({ name, action, finding, secret, bmc }: OnboardEntry): string {
  const what = action === 'unchanged' ? 'unchanged' : secret ? 'BMC + BMCSecret' : 'BMC';
  const labels = Object.entries(bmc.metadata.labels ?? {}).map(([key, value]) => `${key.split('/').at(-1)}=${value}`);
  return ` ${[name, what, placeOf(finding), ...(action === 'create' ? labels : [])].join('  ')}`;
}

const listed = (head: string, entries: readonly OnboardEntry[]): string[] =>
  entries.length === 0 ? [] : ['', head, ` ${entries.map(({ name }) => name).join(', ')}`];

/** Names of a template for these, by place; labels that were typed are fields too. @throws UserError · ConflictError */
export function namesOf(
  { run, findings }: Pick<PlanFacts, 'run' | 'findings'>,
  template: string,
  chosen: readonly Chosen[],
): ReadonlyMap<string, string> {
  const known = chosen.flatMap(({ place, labels }) => {
    const finding = findings.get(place);
    return finding === undefined ? [] : [{ ...finding, ...placeLabels(labels) }];
  });
  const { location, rack } = run.flags;
  const named = nameFindings(known, template, { location, rack });
  return new Map(named.map(({ finding, name }) => [placeOf(finding), name]));
}

const placeLabels = ({ location, rack, shelf }: Chosen['labels']): Partial<Finding> => ({
  ...(location === undefined ? {} : { location }),
  ...(rack === undefined ? {} : { rack }),
  ...(shelf === undefined ? {} : { shelf }),
});

/** Entries of everything chosen; BMCs with the same labels and account are planned together. */
async function entriesOf(facts: PlanFacts, chosen: readonly Chosen[]): Promise<OnboardPlan['entries']> {
  const nameAt = namedAt(facts, chosen);
  const keyOf = (each: Chosen): string => `${labelsText(each)} ${facts.typed.get(each.place)?.username ?? ''}`;
  const entries: OnboardEntry[] = [];
  for (const group of groupsOf(chosen, keyOf).values()) {
    const members = group.flatMap(({ place }) => nameAt.get(place) ?? []);
    const planned = await planOnboarding(facts.run.ports.cluster, members, optionsOf(facts, group));
    entries.push(...planned.entries);
  }
  return entries;
}

function namedAt({ run, findings }: PlanFacts, chosen: readonly Chosen[]): ReadonlyMap<string, NamedFinding> {
  const byHand = new Map(chosen.filter(({ name }) => name !== '').map(({ place, name }) => [place, checked(name)]));
  const { nameTemplate, location, rack } = run.flags;
  const known = chosen.flatMap(({ place }) => findings.get(place) ?? []);
  const named = nameFindings(known, nameTemplate, { location, rack }, byHand);
  return new Map(named.map((each) => [placeOf(each.finding), each]));
}

function optionsOf({ options, typed }: PlanFacts, [first]: readonly Chosen[]): OnboardOptions {
  const account = typed.get(first?.place ?? '');
  const own = readLabels(Object.entries(first?.labels ?? {}).map(([key, value]) => `${key}=${value}`));
  return {
    ...options,
    ...(account === undefined ? {} : { secret: { create: account } }),
    labels: { ...options.labels, ...own },
  };
}

/** @throws UserError USAGE */
function checked(name: string): string {
  if (toDnsLabel(name) === name) return name;
  throw new UserError('USAGE', `"${name}" is not a DNS label`);
}

/** ` --label rack=r12`, for a command line. */
export const labelsText = ({ labels }: Pick<Chosen, 'labels'>): string =>
  Object.entries(labels)
    .map(([key, value]) => ` --label ${key}=${value}`)
    .join('');

export function groupsOf<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
