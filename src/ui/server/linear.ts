/** The detail of a server as a conversation: any tab, read aloud. */
import { type Dialogue, sayPage } from '../shared/dialogue.js';
import { type DetailLine, type ServerDetail, type Tab, tabs } from './model.js';
import { initialYaml } from './yaml.js';
import { seenIn, shownText, treeOf } from './yaml-tree.js';

/** Reads tabs aloud until the person leaves. */
export async function serverDialogue(read: () => Promise<ServerDetail>, dialogue: Dialogue): Promise<void> {
  const { name, state, power, where, fix } = await read();
  const parts = [`Server ${name}`, state, power && `power ${power}`, where];
  dialogue.say(`${parts.filter((part) => part !== '').join(', ')}.`);
  if (fix !== undefined) dialogue.say(`Likely fix: ${fix}`);
  let lines: readonly string[] = [];
  let heard = 0;
  for (;;) {
    const answer = await dialogue.ask(`${tabs.join(', ')}, or q to quit: `);
    if (answer === undefined || answer === 'q' || answer === '') return;
    if (answer === 'more') {
      heard = sayPage(dialogue, lines, heard);
      continue;
    }
    const tab = tabs.find((each) => each.toLowerCase() === answer.toLowerCase());
    if (tab === undefined) dialogue.say(`There is no ${answer}.`);
    else {
      lines = spoken(await read(), tab);
      heard = sayPage(dialogue, lines.length === 0 ? ['Nothing is known.'] : lines, 0);
    }
  }
}

/** Words instead of glyphs. */
const spoken = (detail: ServerDetail, tab: Tab): string[] =>
  linesFor(detail, tab).map(({ text, mark }: DetailLine) => {
    const words = text.trim().replace(/ {2,}/g, ', ');
    return mark === undefined ? words : `${mark === 'good' ? 'Yes' : 'No'}: ${words}`;
  });

/** Who wrote which field is folded here too: hundreds of lines, and nobody asked. */
function linesFor(detail: ServerDetail, tab: Tab): readonly DetailLine[] {
  if (tab !== 'YAML') return detail.tabs[tab];
  const tree = treeOf(detail.tabs.YAML);
  const { folds } = initialYaml;
  return seenIn(tree, folds).map((at) => ({ text: shownText(tree, folds, at) }));
}
