/** The commands that do what is chosen in the discover view: one per set of labels and names. */
import { isMetalError } from '../../errors/classes.js';
import { shellWord } from '../../lib/shell-word.js';
import type { Chosen } from '../../ui/discover/state.js';
import { defaultTemplate } from '../../workflows/onboard/names.js';
import { accountWords } from './discover-credentials.js';
import { groupsOf, labelsText, namesOf, type PlanFacts } from './discover-plan.js';

/** @param templates that were typed in the view, last first */
export function commandOf(facts: PlanFacts, templates: readonly string[], chosen: readonly Chosen[]): string {
  const { program, flags } = facts.run;
  if (chosen.length === 0) return `same as: ${program} discover ${[...flags.cidr, ...flags.target].join(' ')}`;
  const words = accountWords(flags);
  const account = words.length === 0 ? '--bmc-username U --bmc-password-file F' : words.join(' ');
  const lines = [...groupsOf(chosen, labelsText)].flatMap(([, group]) =>
    namings(facts, [flags.nameTemplate, ...templates], group).map(({ template, members }) => {
      const places = members.map(({ place }) => place).join(' ');
      const named = template === defaultTemplate ? [] : [`--name-template ${shellWord(template)}`];
      return [`${program} onboard --from last ${places}`, ...labelWords(facts, group), ...named, account].join(' ');
    }),
  );
  return `same as: ${lines.join('; ')}`;
}

/** Location and rack by flags of their own: a template may have them as fields. */
function labelWords({ run: { flags } }: PlanFacts, [first]: readonly Chosen[]): string[] {
  const { location = flags.location, rack = flags.rack, ...others } = first?.labels ?? {};
  return [
    ...(location === undefined ? [] : [`--location ${shellWord(location)}`]),
    ...(rack === undefined ? [] : [`--rack ${shellWord(rack)}`]),
    ...[...flags.label, ...Object.entries(others).map(([key, value]) => `${key}=${value}`)].map(
      (label) => `--label ${shellWord(label)}`,
    ),
  ];
}

interface Naming {
  readonly template: string;
  readonly members: readonly Chosen[];
}

/** The template that names them all as they are named, or a command for each that has a name of its own. */
function namings(facts: PlanFacts, templates: readonly string[], group: readonly Chosen[]): readonly Naming[] {
  const fits = templates.find((template) => isNamedBy(facts, template, group));
  if (fits !== undefined) return [{ template: fits, members: group }];
  const usual = facts.run.flags.nameTemplate;
  const plain = group.filter((each) => isNamedBy(facts, usual, [each]));
  const own = group.filter((each) => !plain.includes(each));
  return [
    ...(plain.length === 0 ? [] : [{ template: usual, members: plain }]),
    ...own.map((each) => ({ template: each.name, members: [each] })),
  ];
}

function isNamedBy(facts: PlanFacts, template: string, group: readonly Chosen[]): boolean {
  try {
    const names = namesOf(facts, template, group);
    return group.every(({ place, name }) => name === '' || names.get(place) === name);
  } catch (error) {
    if (!isMetalError(error)) throw error;
    return false;
  }
}
