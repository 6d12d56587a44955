/** The discover view as a conversation: what was found, which to onboard, the plan, the result. */
import { askYes, type Dialogue, sayPage } from '../shared/dialogue.js';
import { type LabelText, readLabelText } from './labels.js';
import type { Chosen, FindingRow } from './model.js';
import type { DiscoverIntents } from './run.js';

/** Asks which findings to onboard, reads the plan aloud, and creates it when told to. Returns whether it did. */
export async function discoverDialogue(
  rows: readonly FindingRow[],
  { onPreview, onCreate, onReport }: Pick<DiscoverIntents, 'onPreview' | 'onCreate' | 'onReport'>,
  dialogue: Dialogue,
): Promise<boolean> {
  const free = rows.filter(({ barred }) => barred === undefined);
  dialogue.say(`${rows.length} found, ${free.length} can be onboarded.`);
  for (const row of rows.filter(({ barred }) => barred !== undefined)) dialogue.say(`${row.place} ${row.barred}.`);
  if (free.length === 0) return false;
  const chosen = await chooseRows(free, dialogue, onReport);
  if (chosen.length === 0) return false;
  const { lines, isBlocked = false } = await onPreview(chosen);
  for (const line of lines) if (line !== '') dialogue.say(line.trim());
  if (isBlocked) return false;
  if (!(await askYes(dialogue, `Will create ${chosen.length} BMC objects.`))) return false;
  await onCreate(chosen, dialogue.say);
  return true;
}

async function chooseRows(
  free: readonly FindingRow[],
  dialogue: Dialogue,
  onReport: DiscoverIntents['onReport'],
): Promise<Chosen[]> {
  let heard = sayPage(dialogue, free.map(lineOf), 0);
  for (;;) {
    const answer = await dialogue.ask('Numbers with commas, all, o to write the report, or q to quit: ');
    if (answer === undefined || answer === '' || answer === 'q') return [];
    if (answer === 'more') {
      heard = sayPage(dialogue, free.map(lineOf), heard);
      continue;
    }
    if (answer === 'o') {
      await writeReport(dialogue, onReport);
      continue;
    }
    const picked = answer === 'all' ? free : answer.split(',').map((number) => free[Number(number.trim()) - 1]);
    const rows = picked.flatMap((row) => row ?? []);
    if (rows.length === picked.length && rows.length > 0) {
      const labels = await askLabels(dialogue);
      return [...new Set(rows)].map(({ place, name }) => ({ place, name, labels }));
    }
    dialogue.say(`Not every one of ${answer} is a number of the list.`);
  }
}

async function writeReport({ ask, say }: Dialogue, onReport: DiscoverIntents['onReport']): Promise<void> {
  const path = await ask('File for the report: ');
  if (path) say(`${await onReport(path).catch((error: Error) => error.message)}.`);
}

/** One set of labels for all that were chosen; empty for none. */
async function askLabels(dialogue: Dialogue): Promise<LabelText> {
  for (;;) {
    const answer = (await dialogue.ask('Labels as key=value with blanks, or nothing: ')) ?? '';
    const read = readLabelText(answer);
    if ('labels' in read) return read.labels;
    dialogue.say(`${read.problem}.`);
  }
}

const lineOf = ({ place, vendor, model, serial, power, name }: FindingRow): string =>
  [place, vendor, model, serial, power === '' ? '' : `power ${power}`, name === '' ? '' : `named ${name}`]
    .filter((part) => part !== '')
    .join(', ');
