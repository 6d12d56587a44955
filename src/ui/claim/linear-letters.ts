/** What is answered in the conversation of claim instead of a server. The letters are the keys of the view where it has one. */
import { type Dialogue, sayPage } from '../shared/dialogue.js';
import { filterOf } from '../shared/listing.js';
import { type Form, type FormField, formFields, labelOf } from './form.js';
import type { LinearClaim } from './linear.js';
import { type ClaimChoice, nextWait, type ServerRow, serverList, shutText, waitText } from './state.js';

/** What letters change: the same as keys of the view do. */
export interface Settings extends Omit<ClaimChoice, 'servers'> {
  readonly form: Form;
}

/** Servers as they are judged now, or the field that does not parse. */
export type Judged =
  | { readonly rows: readonly ServerRow[]; readonly funnel: string }
  | { readonly field: FormField; readonly text: string };

export interface Heard {
  readonly settings: Settings;
  readonly rows: readonly ServerRow[];
  /** What a filter has left of those that can be claimed. */
  readonly free: readonly ServerRow[];
  /** How many of them were read aloud. */
  readonly heard: number;
}

type Act = (now: Heard, given: LinearClaim, dialogue: Dialogue) => Heard | Promise<Heard>;

const help = [
  'i: the image to boot.',
  'u: the ignition, a file or secret/NAME.',
  'r: requirements, such as cores, memory and labels.',
  'T: tolerate a taint that keeps servers back.',
  'P: powered on, or left off.',
  'W: how long this stays after claiming.',
];

export const letters: Readonly<Record<string, Act>> = {
  more: (now, _, dialogue) => ({ ...now, heard: sayPage(dialogue, now.free.map(lineOf), now.heard) }),
  w: (now, _, dialogue) => {
    const shut = now.rows.filter(({ isFree }) => !isFree);
    if (shut.length === 0) dialogue.say('All of them can be claimed.');
    for (const row of shut) dialogue.say(`${row.name}: ${shutText(row)}`);
    return now;
  },
  f: async (now, _, dialogue) => {
    const text = (await dialogue.ask('Filter, such as model=r660, or nothing for all: ')) ?? '';
    const all = now.rows.filter(({ isFree }) => isFree);
    const free = all.filter(filterOf(serverList, text));
    dialogue.say(free.length > 0 ? `${free.length} of ${all.length}.` : `0 of ${all.length} match ${text}.`);
    return { ...now, free, heard: sayPage(dialogue, free.map(lineOf), 0) };
  },
  i: async (now, _, dialogue) => {
    const image = await dialogue.ask(`Image to boot, or nothing to keep ${now.settings.image || 'it open'}: `);
    return image ? { ...now, settings: { ...now.settings, image } } : now;
  },
  u: async (now, _, dialogue) => {
    const ignition = (await dialogue.ask('Ignition file, secret/NAME, or nothing for none: ')) ?? '';
    dialogue.say(ignition === '' ? 'No ignition.' : `Ignition ${ignition}.`);
    return { ...now, settings: { ...now.settings, ignition } };
  },
  r: async (now, given, dialogue) => {
    const names = formFields.map(nameOf);
    const name = await dialogue.ask(`Requirement, one of ${names.join(', ')}, or nothing to go back: `);
    const field = formFields.find((each) => nameOf(each) === name);
    if (field === undefined) {
      if (name) dialogue.say(`There is no requirement ${name}.`);
      return now;
    }
    const value = await dialogue.ask(`${labelText(field)}, or nothing for any: `);
    if (value === undefined) return now;
    return judged(now, { ...now.settings, form: { ...now.settings.form, [field]: value } }, given, dialogue);
  },
  T: async (now, given, dialogue) => {
    const taints = [...new Set(now.rows.flatMap(({ taints: own = [] }) => own))];
    if (taints.length === 0) {
      dialogue.say('No taint is in the way.');
      return now;
    }
    const taint = await dialogue.ask(`Taint to tolerate, one of ${taints.join(', ')}, or nothing to go back: `);
    if (taint === undefined || !taints.includes(taint)) {
      if (taint) dialogue.say(`No server has the taint ${taint}.`);
      return now;
    }
    const tolerations = [...now.settings.tolerations, taint];
    return judged(now, { ...now.settings, tolerations }, given, dialogue);
  },
  P: ({ settings, ...now }, _, dialogue) => {
    const power = settings.power === 'On' ? 'Off' : 'On';
    dialogue.say(power === 'On' ? 'It will be powered on.' : 'It will be left off.');
    return { ...now, settings: { ...settings, power } };
  },
  W: ({ settings, ...now }, { wanted, isAtomic }, dialogue) => {
    const changed = { ...settings, wait: nextWait(settings.wait) };
    dialogue.say(`This ${waitText({ ...changed, wanted, isAtomic })}.`);
    return { ...now, settings: changed };
  },
  '?': (now, _, dialogue) => {
    for (const line of help) dialogue.say(line);
    return now;
  },
};

/** `cores`, `memory`, `labels`: what the form of the view calls it, without its sign. */
const nameOf = (field: FormField): string => labelOf(field).replace(' >=', '');
const labelText = (field: FormField): string =>
  labelOf(field).endsWith('>=') ? `At least how much ${nameOf(field)}` : `Which ${nameOf(field)}`;

/** The list by other requirements; where one does not parse, the one before. */
async function judged(now: Heard, settings: Settings, given: LinearClaim, dialogue: Dialogue): Promise<Heard> {
  const read = await given.onForm(settings.form, settings.tolerations);
  if ('field' in read) {
    dialogue.say(`${read.text}.`);
    return now;
  }
  dialogue.say(`${read.funnel.replaceAll(' > ', ', ')}.`);
  const free = read.rows.filter(({ isFree }) => isFree);
  return { settings, rows: read.rows, free, heard: sayPage(dialogue, free.map(lineOf), 0) };
}

export const lineOf = ({ name, model, cores, memory, where }: ServerRow): string =>
  [name, model, cores > 0 ? `${cores} cores` : '', memory, where].filter((part) => part !== '').join(', ');
