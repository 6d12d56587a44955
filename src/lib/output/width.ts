/** How many columns a text takes on a terminal, and cutting it to fit. Expects neutralised text. */

const zero = /[\p{Mn}\p{Me}\p{Cf}]/u;
const plainAscii = /^[\x20-\x7e]*$/;

/** East Asian Wide and Fullwidth blocks, and the pictographs terminals draw two columns wide. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

const widthOfChar = (char: string): number => {
  if (zero.test(char)) return 0;
  const code = char.codePointAt(0) ?? 0;
  return code >= 0x1100 && wide.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
};

/** Columns a text takes. */
export function widthOf(text: string): number {
  if (plainAscii.test(text)) return text.length;
  let width = 0;
  for (const char of text) width += widthOfChar(char);
  return width;
}

/** The text, or its beginning and `…`, in at most `columns` columns. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (columns <= 0) return '';
  let width = 0;
  let kept = '';
  for (const char of text) {
    width += widthOfChar(char);
    if (width > columns - 1) break;
    kept += char;
  }
  return `${kept}…`;
}

/** The text followed (or, for numbers, preceded) by spaces up to `columns`. */
export function pad(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, columns - widthOf(text)));
  return align === 'left' ? text + blanks : blanks + text;
}
