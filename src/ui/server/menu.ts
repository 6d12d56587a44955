/** The power menu: a digit chooses, anything else closes it. Pure. */

const items = [
  ['power on', 'power on'],
  ['power off', 'shut down: asks the operating system first'],
  ['power reset', 'restart: asks the operating system first'],
  ['power cycle', 'cut the power and give it back'],
  ['power nmi', 'diagnostic interrupt: most systems crash and dump'],
] as const;

/** The action of a digit; undefined for every other key. */
export const menuAction = (key: string): string | undefined => items[Number(key) - 1]?.[0];

/** What can be chosen; what would change nothing now says so. */
export const menuLines = (name: string, power: string, actions: ReadonlySet<string>): string[] => [
  `Power of server/${name}: ${power === '' ? '-' : power}`,
  '',
  ...items.map(
    ([action, help], at) => `${at + 1}  ${action.padEnd(12)} ${actions.has(action) ? help : 'changes nothing now'}`,
  ),
  '',
  'A digit chooses, and the plan is shown first; any other key goes back.',
];
