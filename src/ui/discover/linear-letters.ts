/** What is answered in the conversation of discover instead of rows. The letters are the keys of the view where it has one. */
import { Secret } from '../../lib/secret.js';
import { sayPage } from '../shared/dialogue.js';
import { filterOf } from '../shared/listing.js';
import type { SecretDialogue } from '../shared/secret-dialogue.js';
import type { DiscoverIntents } from './run.js';
import { type FindingRow, findingList } from './state.js';

export type LinearIntents = Pick<DiscoverIntents, 'onPreview' | 'onCreate' | 'onReport' | 'onLogin' | 'onTemplate'>;

export interface Heard {
  /** What a filter has left of those that can be onboarded; numbers are theirs. */
  readonly free: readonly FindingRow[];
  /** How many of them were read aloud. */
  readonly heard: number;
  readonly filter: string;
  /** Names given by hand, by place. */
  readonly names: ReadonlyMap<string, string>;
}

type Act = (
  now: Heard,
  rows: () => readonly FindingRow[],
  intents: LinearIntents,
  dialogue: SecretDialogue,
) => Heard | Promise<Heard>;

const help = [
  'n: name a row, or several by a template.',
  'c: try an account on rows, once.',
  'v: everything found about a row.',
  'o: write the report to a file.',
  'more: read on.',
];

export const letters: Readonly<Record<string, Act>> = {
  more: (now, _, __, dialogue) => ({ ...now, heard: sayPage(dialogue, linesOf(now), now.heard) }),
  f: async (now, rows, _, dialogue) => {
    const filter = (await dialogue.ask('Filter, such as vendor=dell, or nothing for all: ')) ?? '';
    return listed({ ...now, filter }, rows(), dialogue);
  },
  n: async (now, _, { onTemplate }, dialogue) => {
    const answer = await dialogue.ask('Numbers with commas or all for those to name, or nothing to go back: ');
    const picked = rowsBy(answer ?? '', now.free);
    if (picked.length === 0) return now;
    const name = await dialogue.ask('Name, or a template such as {location}-{serial}, or nothing to go back: ');
    if (!name) return now;
    return named(now, picked, name, onTemplate, dialogue);
  },
  c: async (now, rows, { onLogin }, dialogue) => {
    const answer = await dialogue.ask('Addresses or numbers with commas for the account, or nothing to go back: ');
    const places = (answer ?? '').split(',').flatMap((word) => placeBy(word.trim(), now.free, rows()) ?? []);
    if (places.length === 0) return now;
    const username = await dialogue.ask('User name, or nothing to go back: ');
    if (!username) return now;
    const password = await dialogue.askSecret('Password, which is not shown, or nothing to go back: ');
    if (!password) return now;
    const told = await onLogin(places, username, new Secret(password)).catch((error: Error) => error.message);
    dialogue.say(`${told}.`);
    return listed(now, rows(), dialogue);
  },
  v: async (now, rows, _, dialogue) => {
    const answer = await dialogue.ask('Address or number of the row, or nothing to go back: ');
    const place = placeBy(answer ?? '', now.free, rows());
    for (const line of rows().find((row) => row.place === place)?.raw ?? []) dialogue.say(line);
    return now;
  },
  o: async (now, _, { onReport }, dialogue) => {
    const path = await dialogue.ask('File for the report, or nothing to go back: ');
    if (path) dialogue.say(`${await onReport(path).catch((error: Error) => error.message)}.`);
    return now;
  },
  '?': (now, _, __, dialogue) => {
    for (const line of help) dialogue.say(line);
    return now;
  },
};

/** One row takes the name as it is; fields of a template are filled for each. */
async function named(
  now: Heard,
  picked: readonly FindingRow[],
  name: string,
  onTemplate: LinearIntents['onTemplate'],
  dialogue: SecretDialogue,
): Promise<Heard> {
  try {
    const chosen = picked.map(({ place, name: own }) => ({ place, name: own, labels: {} }));
    const names = name.includes('{') ? await onTemplate(name, chosen) : new Map([[picked[0]?.place ?? '', name]]);
    if (picked.length > 1 && !name.includes('{')) {
      dialogue.say('Several rows need a template: a name with fields such as {serial}.');
      return now;
    }
    for (const [place, given] of names) dialogue.say(`${place} named ${given}.`);
    return { ...now, names: new Map([...now.names, ...names]) };
  } catch (error) {
    dialogue.say(`${(error as Error).message}.`);
    return now;
  }
}

function listed(now: Heard, rows: readonly FindingRow[], dialogue: SecretDialogue): Heard {
  const all = rows.filter(({ barred }) => barred === undefined);
  const free = all.filter(filterOf(findingList, now.filter));
  dialogue.say(free.length > 0 ? `${free.length} of ${all.length}.` : `0 of ${all.length} match ${now.filter}.`);
  const next = { ...now, free };
  return { ...next, heard: sayPage(dialogue, linesOf(next), 0) };
}

/** Rows by their numbers, each once; none where one of them is no number of the list. */
export function rowsBy(answer: string, free: readonly FindingRow[]): readonly FindingRow[] {
  const picked = answer === 'all' ? free : answer.split(',').map((number) => free[Number(number.trim()) - 1]);
  const rows = picked.flatMap((row) => row ?? []);
  return rows.length === picked.length ? [...new Set(rows)] : [];
}

/** An account may be for a BMC that refused, which has no number. */
const placeBy = (word: string, free: readonly FindingRow[], all: readonly FindingRow[]): string | undefined =>
  (free[Number(word) - 1] ?? all.find(({ place }) => place === word))?.place;

const linesOf = ({ free, names }: Heard): string[] =>
  free.map((row) => lineOf({ ...row, name: names.get(row.place) ?? row.name }));

export const lineOf = ({ place, vendor, model, serial, power, name }: FindingRow): string =>
  [place, vendor, model, serial, power === '' ? '' : `power ${power}`, name === '' ? '' : `named ${name}`]
    .filter((part) => part !== '')
    .join(', ');
