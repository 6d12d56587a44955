/** The claim view as a conversation: the same rows and the same claims, in lines. */
import { askYes, type Dialogue, sayPage } from '../shared/dialogue.js';
import type { Form } from './form.js';
import { type Heard, type Judged, letters, lineOf, type Settings } from './linear-letters.js';
import { type ClaimChoice, claimNames, type ServerRow } from './state.js';

export interface LinearClaim extends Settings {
  readonly claim: string;
  readonly wanted: number;
  readonly isMany: boolean;
  readonly isAtomic: boolean;
  readonly rows: readonly ServerRow[];
  readonly funnel: string;
  /** Servers judged by other requirements, or the field that does not parse. */
  readonly onForm: (form: Form, tolerations: readonly string[]) => Promise<Judged>;
}

/** What was chosen, and the requirements it was chosen by. */
export interface LinearChoice {
  readonly choice: ClaimChoice;
  readonly form: Form;
}

/** Asks for servers and an image and has all confirmed; undefined when the person quits. */
export async function claimDialogue(given: LinearClaim, dialogue: Dialogue): Promise<LinearChoice | undefined> {
  const many = given.wanted > 1 ? ` ${given.wanted} wanted.` : '';
  dialogue.say(`Claim ${given.claim}.${many} ${given.funnel.replaceAll(' > ', ', ')}.`);
  const chosen = await chooseServers(given, dialogue);
  if (chosen === undefined) return undefined;
  const { servers, settings } = chosen;
  const image = settings.image === '' ? await dialogue.ask('Image to boot, or q to quit: ') : settings.image;
  if (image === undefined || image === '' || image === 'q') return undefined;
  const { form, ...others } = settings;
  const choice = { ...others, servers, image };
  return (await isSure(given, choice, dialogue)) ? { choice, form } : undefined;
}

/** One fact per line: which claim gets which server, and what happens to them. */
function isSure(given: LinearClaim, { servers, power }: ClaimChoice, dialogue: Dialogue): Promise<boolean> {
  const names = claimNames(given);
  if (!given.isMany) {
    const then = power === 'On' ? 'and power it on' : 'and leave it off';
    return askYes(dialogue, `Will create ServerClaim ${given.claim} on ${servers[0]} ${then}.`);
  }
  servers.forEach((server, at) => {
    dialogue.say(`ServerClaim ${names[at]} on ${server}.`);
  });
  const then = power === 'On' ? 'and power them on' : 'and leave them off';
  return askYes(
    dialogue,
    `Will create ${servers.length} ServerClaims ${then}${given.isAtomic ? ', all or none' : ''}.`,
  );
}

/** The letters are told in the question where everybody needs them; `?` tells the others. */
const question = (wanted: number): string =>
  `${wanted > 1 ? `${wanted} numbers or names with commas, a for the first ${wanted}` : 'Number, name'}, w for why others cannot be claimed, f to filter, ? for more, q to quit: `;

async function chooseServers(
  given: LinearClaim,
  dialogue: Dialogue,
): Promise<{ readonly servers: readonly string[]; readonly settings: Settings } | undefined> {
  const { image, ignition, power, wait, tolerations, spread, form, rows, wanted } = given;
  const settings = { image, ignition, power, wait, tolerations, spread, form };
  const free = rows.filter(({ isFree }) => isFree);
  let now: Heard = { settings, rows, free, heard: sayPage(dialogue, free.map(lineOf), 0) };
  for (;;) {
    const answer = await dialogue.ask(question(wanted));
    if (answer === undefined || answer === 'q') return undefined;
    const act = Object.hasOwn(letters, answer) ? letters[answer] : undefined;
    if (act !== undefined) {
      now = await act(now, given, dialogue);
      continue;
    }
    const servers = chosenBy(answer, now.free, wanted, dialogue);
    if (servers !== undefined) return { servers, settings: now.settings };
  }
}

/** The servers of an answer; otherwise says what is wrong with it. */
function chosenBy(
  answer: string,
  free: readonly ServerRow[],
  wanted: number,
  { say }: Dialogue,
): readonly string[] | undefined {
  if (wanted > 1 && answer === 'a' && free.length >= wanted) return free.slice(0, wanted).map(({ name }) => name);
  const words = wanted > 1 ? answer.split(',').map((word) => word.trim()) : [answer];
  const found = words.map((word) => free[Number(word) - 1] ?? free.find(({ name }) => name === word));
  const names = [...new Set(found.flatMap((row) => row?.name ?? []))];
  const unknown = words[found.indexOf(undefined)];
  if (wanted > 1 && answer === 'a') say(`Only ${free.length} can be claimed, ${wanted} are wanted.`);
  else if (unknown !== undefined) say(`There is no ${unknown}.`);
  else if (names.length !== wanted) say(`${names.length} named, ${wanted} wanted.`);
  else return names;
  return undefined;
}
