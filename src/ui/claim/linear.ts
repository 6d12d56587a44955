/** The claim view as a conversation: the same rows and the same claim, in lines. */
import { askYes, type Dialogue, sayPage } from '../shared/dialogue.js';
import { type ServerRow, shutText } from './model.js';

export interface LinearClaim {
  readonly claim: string;
  readonly rows: readonly ServerRow[];
  readonly funnel: string;
  readonly image: string;
  readonly power: 'On' | 'Off';
}

export interface LinearChoice {
  readonly server: string;
  readonly image: string;
  readonly power: 'On' | 'Off';
}

/** Asks for a server and an image and has both confirmed; undefined when the person quits. */
export async function claimDialogue(given: LinearClaim, dialogue: Dialogue): Promise<LinearChoice | undefined> {
  dialogue.say(`Claim ${given.claim}. ${given.funnel.replaceAll(' > ', ', ')}.`);
  const server = await chooseServer(given, dialogue);
  if (server === undefined) return undefined;
  const image = given.image === '' ? await dialogue.ask('Image to boot, or q to quit: ') : given.image;
  if (image === undefined || image === '' || image === 'q') return undefined;
  const power = given.power === 'On' ? 'and power it on' : 'and leave it off';
  const isSure = await askYes(dialogue, `Will create ServerClaim ${given.claim} on ${server.name} ${power}.`);
  return isSure ? { server: server.name, image, power: given.power } : undefined;
}

async function chooseServer({ rows }: LinearClaim, dialogue: Dialogue): Promise<ServerRow | undefined> {
  const free = rows.filter(({ isFree }) => isFree);
  let heard = sayPage(dialogue, free.map(lineOf), 0);
  for (;;) {
    const answer = await dialogue.ask('Number, name, w for why others cannot be claimed, q to quit: ');
    if (answer === undefined || answer === 'q') return undefined;
    if (answer === 'more') heard = sayPage(dialogue, free.map(lineOf), heard);
    else if (answer === 'w')
      for (const row of rows.filter(({ isFree }) => !isFree)) dialogue.say(`${row.name}: ${shutText(row)}`);
    else {
      const row = free[Number(answer) - 1] ?? free.find(({ name }) => name === answer);
      if (row !== undefined) return row;
      dialogue.say(`There is no ${answer}.`);
    }
  }
}

const lineOf = ({ name, model, cores, memory, where }: ServerRow): string =>
  [name, model, cores > 0 ? `${cores} cores` : '', memory, where].filter((part) => part !== '').join(', ');
