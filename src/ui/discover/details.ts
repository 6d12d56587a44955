/** About the row under the cursor: two lines, or on large screens a line per fact and what onboarding would make of it. */
import { type DiscoverState, type FindingRow, focused, isRoomy, nameOf } from './state.js';

/** With the labels the row was given. */
export function detailsOf(state: DiscoverState): readonly string[] {
  const row = focused(state);
  if (row === undefined) return [];
  const labels = labelsOf(state, row);
  if (isRoomy(state)) return [...(row.about ?? row.details), onboardingOf(state, row, labels), ...(row.raw ?? [])];
  const [identity = '', ...rest] = row.details;
  const lines = labels === '' ? row.details : [identity, [...rest, labels].join('   ')];
  // Where there is room, all that was found; the two lines say the most of it.
  return [...lines, ...(row.raw ?? [])];
}

const labelsOf = (state: DiscoverState, { place }: FindingRow): string =>
  Object.entries(state.labels.get(place) ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');

/** `BMC fra-x + BMCSecret fra-x; location=fra; CORDONED (it is running)` */
function onboardingOf(state: DiscoverState, row: FindingRow, typed: string): string {
  const head = 'On onboarding   ';
  if (row.barred !== undefined) return `${head}nothing: it ${row.barred}`;
  const name = nameOf(state, row) || '-';
  const { secret, labels = '' } = row.onboarding ?? {};
  const secretText =
    secret === undefined
      ? 'no account is known yet: c'
      : secret === 'new'
        ? `BMCSecret ${name}`
        : `BMCSecret ${secret}`;
  const parts = [
    `BMC ${name} + ${secretText}`,
    [labels, typed].filter((text) => text !== '').join(' '),
    row.isRunning ? 'CORDONED (it is running)' : '',
  ];
  return head + parts.filter((text) => text !== '').join('; ');
}
