/** The discover view as a conversation: what was found, which to onboard, the plan, the result. */
import { askYes, sayPage } from '../shared/dialogue.js';
import type { SecretDialogue } from '../shared/secret-dialogue.js';
import { readLabelText } from './labels.js';
import { type Heard, type LinearIntents, letters, lineOf, rowsBy } from './linear-letters.js';
import type { Chosen, FindingRow } from './state.js';

/** Asks which findings to onboard, reads the plan aloud, and creates it when told to. Returns whether it did. */
export async function discoverDialogue(
  rows: () => readonly FindingRow[],
  intents: LinearIntents,
  dialogue: SecretDialogue,
): Promise<boolean> {
  const free = freeOf(rows());
  dialogue.say(`${rows().length} found, ${free.length} can be onboarded.`);
  for (const row of rows().filter(({ barred }) => barred !== undefined)) dialogue.say(`${row.place} ${row.barred}.`);
  if (rows().length === 0) return false;
  let now: Heard = { free, heard: sayPage(dialogue, free.map(lineOf), 0), filter: '', names: new Map() };
  for (;;) {
    const next = await chooseRows(now, rows, intents, dialogue);
    if (next === undefined) return false;
    now = next.now;
    const { lines, isBlocked = false } = await intents.onPreview(next.chosen);
    for (const line of lines) if (line !== '') dialogue.say(line.trim());
    if (isBlocked) continue;
    if (!(await askYes(dialogue, `Will create ${next.chosen.length} BMC objects.`))) return false;
    await intents.onCreate(next.chosen, dialogue.say);
    return true;
  }
}

const freeOf = (rows: readonly FindingRow[]): readonly FindingRow[] =>
  rows.filter(({ barred }) => barred === undefined);

async function chooseRows(
  before: Heard,
  rows: () => readonly FindingRow[],
  intents: LinearIntents,
  dialogue: SecretDialogue,
): Promise<{ readonly chosen: readonly Chosen[]; readonly now: Heard } | undefined> {
  let now = before;
  for (;;) {
    const answer = await dialogue.ask('Numbers with commas, all, f to filter, ? for more, q to quit: ');
    if (answer === undefined || answer === '' || answer === 'q') return undefined;
    const act = Object.hasOwn(letters, answer) ? letters[answer] : undefined;
    if (act !== undefined) {
      now = await act(now, rows, intents, dialogue);
      continue;
    }
    const picked = rowsBy(answer, now.free);
    if (picked.length === 0) {
      dialogue.say(`Not every one of ${answer} is a number of the list.`);
      continue;
    }
    const labels = await askLabels(dialogue);
    const { names } = now;
    return { now, chosen: picked.map(({ place, name }) => ({ place, name: names.get(place) ?? name, labels })) };
  }
}

/** One set of labels for all that were chosen; empty for none. */
async function askLabels(dialogue: SecretDialogue): Promise<Chosen['labels']> {
  for (;;) {
    const answer = (await dialogue.ask('Labels as key=value with blanks, or nothing: ')) ?? '';
    const read = readLabelText(answer);
    if ('labels' in read) return read.labels;
    dialogue.say(`${read.problem}.`);
  }
}
