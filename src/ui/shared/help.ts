/** The help over a view: every key of its table, scrolled where the screen is too small for all of them. */
import { type Binding, helpLines, isMove, moved } from './keymap.js';
import { ends, filled, type Look, line, rule } from './layout.js';

/** The first line shown; undefined while there is no help on the screen. */
export type Help = number | undefined;

type Keymap = readonly Binding<string>[];

/** Frame without title, two rules and the line of keys. */
const helpHeight = ({ rows }: Pick<Look, 'rows'>): number => Math.max(1, rows - 1 - 4);

/** Where the help stands after a key: moving scrolls, anything else closes it. */
export const helped = (first: number, action: string | undefined, keymap: Keymap, look: Look): Help =>
  turnedPage(first, action, keymap.length, look);

/** The whole frame. */
export const helpFrame = (view: string, keymap: Keymap, look: Look, first: number): readonly string[] =>
  pageFrame(`Keys of ${view}`, helpLines(keymap), look, first);

/** Where a page over the view stands after a key. */
export function turnedPage(first: number, action: string | undefined, total: number, look: Look): Help {
  if (action === undefined || !isMove(action)) return undefined;
  const page = helpHeight(look);
  return moved(action, first, Math.max(1, total - page + 1), page);
}

/** A page over the view: its title, lines, and how it goes on. */
export function pageFrame(title: string, lines: readonly string[], look: Look, first: number): readonly string[] {
  const page = helpHeight(look);
  const from = Math.max(0, Math.min(first, lines.length - page));
  const shown = lines.slice(from, from + page);
  const where = lines.length > page ? `${from + 1} to ${from + shown.length} of ${lines.length}` : '';
  return [
    ends(title, where, look.columns),
    rule(look),
    ...filled(
      shown.map((text) => line(text, look.columns)),
      page,
    ),
    rule(look),
    line(where === '' ? 'any key goes back' : 'up and down scroll, any other key goes back', look.columns),
  ];
}
