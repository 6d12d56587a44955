/** The claim view as a conversation: the same rows and the same claim, in lines. */
import { askYes, type Dialogue, sayPage } from '../shared/dialogue.js';
import { filterOf } from '../shared/listing.js';
import { type ClaimWait, nextWait, type ServerRow, serverList, shutText, waitText } from './state.js';

/** What letters change: the same as keys of the view do. */
interface Settings {
  readonly power: 'On' | 'Off';
  readonly wait: ClaimWait;
}

export interface LinearClaim extends Settings {
  readonly claim: string;
  readonly rows: readonly ServerRow[];
  readonly funnel: string;
  readonly image: string;
}

export interface LinearChoice extends Settings {
  readonly server: string;
  readonly image: string;
}

/** Asks for a server and an image and has both confirmed; undefined when the person quits. */
export async function claimDialogue(given: LinearClaim, dialogue: Dialogue): Promise<LinearChoice | undefined> {
  dialogue.say(`Claim ${given.claim}. ${given.funnel.replaceAll(' > ', ', ')}.`);
  const chosen = await chooseServer(given, dialogue);
  if (chosen === undefined) return undefined;
  const { server, settings } = chosen;
  const image = given.image === '' ? await dialogue.ask('Image to boot, or q to quit: ') : given.image;
  if (image === undefined || image === '' || image === 'q') return undefined;
  const power = settings.power === 'On' ? 'and power it on' : 'and leave it off';
  const isSure = await askYes(dialogue, `Will create ServerClaim ${given.claim} on ${server.name} ${power}.`);
  return isSure ? { ...settings, server: server.name, image } : undefined;
}

interface Heard {
  readonly settings: Settings;
  /** What a filter has left of those that can be claimed. */
  readonly free: readonly ServerRow[];
  /** How many of them were read aloud. */
  readonly heard: number;
}

async function chooseServer(
  given: LinearClaim,
  dialogue: Dialogue,
): Promise<{ server: ServerRow; settings: Settings } | undefined> {
  const free = given.rows.filter(({ isFree }) => isFree);
  let now: Heard = { settings: given, free, heard: sayPage(dialogue, free.map(lineOf), 0) };
  for (;;) {
    const answer = await dialogue.ask(
      'Number, name, w for why others cannot be claimed, f to filter, ? for more, q to quit: ',
    );
    if (answer === undefined || answer === 'q') return undefined;
    const act = Object.hasOwn(letters, answer) ? letters[answer] : undefined;
    if (act !== undefined) {
      now = await act(now, given, dialogue);
      continue;
    }
    const server = now.free[Number(answer) - 1] ?? now.free.find(({ name }) => name === answer);
    if (server !== undefined) return { server, settings: { power: now.settings.power, wait: now.settings.wait } };
    dialogue.say(`There is no ${answer}.`);
  }
}

type Act = (now: Heard, given: LinearClaim, dialogue: Dialogue) => Heard | Promise<Heard>;

/** What is answered instead of a server. The letters are the keys of the view where it has one. */
const letters: Readonly<Record<string, Act>> = {
  more: (now, _, dialogue) => ({ ...now, heard: sayPage(dialogue, now.free.map(lineOf), now.heard) }),
  w: (now, { rows }, dialogue) => {
    for (const row of rows.filter(({ isFree }) => !isFree)) dialogue.say(`${row.name}: ${shutText(row)}`);
    return now;
  },
  f: async (now, { rows }, dialogue) => {
    const text = (await dialogue.ask('Filter, such as model=r660, or nothing for all: ')) ?? '';
    const all = rows.filter(({ isFree }) => isFree);
    const free = all.filter(filterOf(serverList, text));
    dialogue.say(free.length > 0 ? `${free.length} of ${all.length}.` : `0 of ${all.length} match ${text}.`);
    return { ...now, free, heard: sayPage(dialogue, free.map(lineOf), 0) };
  },
  P: ({ settings, ...now }, _, dialogue) => {
    const power = settings.power === 'On' ? 'Off' : 'On';
    dialogue.say(power === 'On' ? 'It will be powered on.' : 'It will be left off.');
    return { ...now, settings: { ...settings, power } };
  },
  W: ({ settings, ...now }, _, dialogue) => {
    const changed = { ...settings, wait: nextWait(settings.wait) };
    dialogue.say(`This ${waitText(changed)}.`);
    return { ...now, settings: changed };
  },
  '?': (now, _, dialogue) => {
    dialogue.say('P: powered on, or left off. W: how long this stays after claiming.');
    return now;
  },
};

const lineOf = ({ name, model, cores, memory, where }: ServerRow): string =>
  [name, model, cores > 0 ? `${cores} cores` : '', memory, where].filter((part) => part !== '').join(', ');
