/**
 * Colour, put on finished lines: by the glyphs and places that say the same without it, so no meaning can be in colour
 * alone. Foreign text was neutralised before; a glyph inside of it gets at most a colour.
 */
import type { Style, Tone } from '../../lib/output/style.js';
import { widthOf } from '../../lib/output/width.js';

const tones: Readonly<Record<string, Tone>> = {
  '✔': 'good',
  '◐': 'busy',
  '◆': 'waiting',
  '●': 'neutral',
  '✖': 'bad',
  '○': 'off',
};
const marks = /[✔◐◆●✖○]/g;

/** What a view writes at the end of a line once nobody refreshes its data. */
const stamp = / stale \d+s$/;

const likenesses: Readonly<Record<string, string>> = { '…': '~', '→': '>', '·': '.', '–': '-', '—': '-' };

/** What views cut and what objects tell, on a terminal that shows ASCII only: as wide as it was, so that nothing moves. */
const inAscii = (line: string): string =>
  line.replace(/[^ -~]/gu, (character) => likenesses[character] ?? '?'.repeat(widthOf(character)));

/** The frame as a terminal with colours gets it: title and cursor bold, rules and keys dim, glyphs by their tone; data that is stale all dim. */
export function painted(
  given: readonly string[],
  style: Pick<Style, 'colour' | 'paint'> & { readonly ascii?: boolean },
): readonly string[] {
  const lines = style.ascii === true ? given.map(inAscii) : given;
  if (!style.colour) return lines;
  const last = lines.length - 1;
  const isStale = lines.some((line) => stamp.test(line));
  return lines.map((line, at) => {
    if (line === '') return line;
    if (/^[─-]+$/.test(line) || at === last || (isStale && at > 0)) return style.paint('dim', line);
    if (line.startsWith('! ')) return style.paint('waiting', line);
    const text = line.replace(marks, (mark) => style.paint(tones[mark] ?? 'off', mark));
    return at === 0 || line.startsWith('>') ? style.paint('bold', text) : text;
  });
}
