/** The help over a view: every key of its table, scrolled where the screen is too small for all of them. */
import { type Binding, helpLines, isMove, moved } from './keymap.js';
import { ends, filled, type Look, line, rule } from './layout.js';

/** The first line shown; undefined while there is no help on the screen. */
export type Help = number | undefined;

type Keymap = readonly Binding<string>[];

/** Frame without title, two rules and the line of keys. */
const helpHeight = ({ rows }: Pick<Look, 'rows'>): number => Math.max(1, rows - 1 - 4);

/** Where the help stands after a key: moving scrolls, anything else closes it. */
export function helped(first: number, action: string | undefined, keymap: Keymap, look: Look): Help {
  if (action === undefined || !isMove(action)) return undefined;
  const page = helpHeight(look);
  return moved(action, first, Math.max(1, keymap.length - page + 1), page);
}

/** The whole frame. */
export function helpFrame(view: string, keymap: Keymap, look: Look, first: number): readonly string[] {
  const lines = helpLines(keymap);
  const page = helpHeight(look);
  const from = Math.max(0, Math.min(first, lines.length - page));
  const shown = lines.slice(from, from + page);
  const where = lines.length > page ? `${from + 1} to ${from + shown.length} of ${lines.length}` : '';
  return [
    ends(`Keys of ${view}`, where, look.columns),
    rule(look),
    ...filled(
      shown.map((text) => line(text, look.columns)),
      page,
    ),
    rule(look),
    line(where === '' ? 'any key goes back' : 'up and down scroll, any other key goes back', look.columns),
  ];
}
