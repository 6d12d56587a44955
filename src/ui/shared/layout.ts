/**
 * The look all views share, as plain strings: title line, rules, rows, key line, each exactly as wide as the screen.
 * Everything foreign is neutralised here, once, before it is cut.
 */
import { cut, pad, widthOf } from '../../lib/output/width.js';
import { neutralise } from '../../lib/sanitize.js';

/** The screen a frame is made for. A frame is at most `rows - 1` lines: one as tall as the terminal makes it scroll. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Look extends Size {
  /** Glyphs and rules in ASCII only. */
  readonly ascii: boolean;
}

/** Below this views say one sentence instead. */
export const smallest: Size = { columns: 40, rows: 12 };

export const isTooSmall = ({ columns, rows }: Size): boolean => columns < smallest.columns || rows < smallest.rows;

/** The horizontal line between parts. */
export const rule = ({ columns, ascii }: Look): string => (ascii ? '-' : '─').repeat(columns);

/** Left text, right text, and space between; the left one gives way. */
export function ends(left: string, right: string, width: number): string {
  const tail = cut(neutralise(right), width);
  const room = width - widthOf(tail);
  const head = cut(neutralise(left), Math.max(0, tail === '' ? room : room - 1));
  return `${pad(head, room)}${tail}`;
}

/** One line of foreign text, cut to the width. */
export const line = (text: string, width: number): string => cut(neutralise(text), width);

/** Cut in the middle: `node031…tem-0`. Both ends of a name tell machines apart. */
export function cutName(name: string, width: number): string {
  const text = neutralise(name);
  if (widthOf(text) <= width) return text;
  if (width < 5) return cut(text, width);
  const tail = Math.floor((width - 1) / 2);
  return `${text.slice(0, width - 1 - tail)}…${text.slice(-tail)}`;
}

/** A cell of fixed width; numbers go to the right. */
export const cell = (text: string, width: number, align: 'left' | 'right' = 'left'): string =>
  pad(cut(neutralise(text), width), width, align);

/** The window of a list that shows the cursor: index of its first row. */
export function firstShown(cursor: number, total: number, height: number, first: number): number {
  const last = Math.max(0, total - height);
  if (cursor < first) return Math.max(0, cursor);
  if (cursor >= first + height) return Math.min(last, cursor - height + 1);
  return Math.min(first, last);
}

/** Exactly `height` lines: filled with empty ones, or cut. */
export const filled = (lines: readonly string[], height: number): string[] => [
  ...lines.slice(0, Math.max(0, height)),
  ...Array<string>(Math.max(0, height - lines.length)).fill(''),
];

const glyphs = {
  new: ['✔', '+'],
  known: ['●', 'o'],
  moved: ['◆', '!'],
  bad: ['✖', 'x'],
  ready: ['✔', '+'],
  shut: ['◆', '!'],
  busy: ['◐', '~'],
  done: ['✔', '+'],
} as const;

export const glyph = (name: keyof typeof glyphs, ascii: boolean): string => glyphs[name][ascii ? 1 : 0];
