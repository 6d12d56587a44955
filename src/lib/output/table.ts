/**
 * The column printer: no borders, two-space gutters, upper-case headers, numbers to the right. Cells are cut and
 * columns dropped only for a terminal, never in a pipe.
 */
import { neutralise } from '../sanitize.js';
import { type Style, toneOf } from './style.js';
import { cut, pad, widthOf } from './width.js';

export interface TableColumn {
  /** Upper case, as printed. */
  readonly header: string;
  readonly align?: 'left' | 'right';
  /** State words get their glyph and colour on a terminal. */
  readonly isState?: boolean;
  /** On a narrow terminal columns go in falling order of this; 0 (default) is never dropped. */
  readonly drop?: number;
}

export interface TableOptions {
  readonly headers?: boolean;
  /** Columns of the terminal; absent in pipes and with `-o wide`. */
  readonly width?: number | undefined;
  readonly style?: Style;
  /** What is special about a cell, by its row and column: drawn bold or struck, with style or without. */
  readonly markOf?: (row: number, column: number) => 'bold' | 'strike' | undefined;
  /** No line is ever wider than the terminal, whatever columns that costs: what is drawn in place must not wrap. */
  readonly neverWraps?: boolean;
}

export interface PrintedTable {
  readonly text: string;
  /** Headers of the columns that did not fit. */
  readonly dropped: readonly string[];
}

const gutter = 2;
const narrowest = 6;

/** Lays out rows of raw cell texts; empty cells are printed as `-`. Ends with a newline when there is any line. */
export function printTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): PrintedTable {
  const cells = rows.map((row) => columns.map((column, at) => cellText(row[at] ?? '', column, options.style)));
  const natural = columns.map((column, at) =>
    cells.reduce(
      (most, row) => Math.max(most, widthOf(row[at] ?? '')),
      options.headers === false ? 0 : widthOf(column.header),
    ),
  );
  // A column that says nothing goes before one that does.
  const isEmpty = (at: number): boolean => cells.every((row) => row[at] === '-');
  const kept = unwrapped(keptColumns(columns, natural, options.width, isEmpty), natural, options);
  const widths = fitted(kept, natural, options.width);
  const line = (texts: readonly string[], row?: number): string =>
    kept
      .map((at, place) => {
        const column = columns[at];
        const width = widths[place] ?? 0;
        const text = options.width === undefined ? (texts[at] ?? '') : cut(texts[at] ?? '', width);
        const isLast = place === kept.length - 1 && column?.align !== 'right';
        const padded = isLast ? text : pad(text, width, column?.align);
        if (row === undefined) return padded;
        const shown = column?.isState === true ? painted(padded, options.style) : padded;
        return marked(shown, options.markOf?.(row, at));
      })
      .join(' '.repeat(gutter))
      .trimEnd();
  const lines = cells.map((row, at) => line(row, at));
  if (options.headers !== false) lines.unshift(line(columns.map((column) => column.header)));
  return {
    text: lines.length === 0 ? '' : `${lines.join('\n')}\n`,
    dropped: columns.filter((_, at) => !kept.includes(at)).map((column) => column.header),
  };
}

/** Attributes of a terminal, beside whatever colour the text has. */
function marked(text: string, mark: 'bold' | 'strike' | undefined): string {
  if (mark === undefined) return text;
  return mark === 'bold' ? `\u001b[1m${text}\u001b[22m` : `\u001b[9m${text}\u001b[29m`;
}

function cellText(raw: string, column: TableColumn, style: Style | undefined): string {
  if (raw === '') return '-';
  const text = neutralise(raw);
  const tone = column.isState === true && style !== undefined ? toneOf(text) : undefined;
  return tone === undefined || style === undefined ? text : `${style.glyph(tone)} ${text}`;
}

function painted(text: string, style: Style | undefined): string {
  const word = text.trim().split(' ').at(-1) ?? '';
  const tone = toneOf(word);
  return tone === undefined || style === undefined ? text : style.paint(tone, text);
}

const total = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, 0) + gutter * Math.max(0, widths.length - 1);

function keptColumns(
  columns: readonly TableColumn[],
  natural: readonly number[],
  width: number | undefined,
  isEmpty: (at: number) => boolean,
): readonly number[] {
  let kept = columns.map((_, at) => at);
  if (width === undefined) return kept;
  const rank = (at: number): number => (columns[at]?.drop ?? 0) + (isEmpty(at) ? columns.length * 10 : 0);
  const droppable = kept.filter((at) => (columns[at]?.drop ?? 0) > 0).sort((a, b) => rank(b) - rank(a) || b - a);
  for (const at of droppable) {
    if (total(kept.map((each) => natural[each] ?? 0)) <= width) break;
    kept = kept.filter((each) => each !== at);
  }
  return kept;
}

/** Columns go from the right until those that are left fit at their least width. */
function unwrapped(
  kept: readonly number[],
  natural: readonly number[],
  { neverWraps = false, width }: TableOptions,
): readonly number[] {
  if (!neverWraps || width === undefined) return kept;
  const least = (places: readonly number[]): number => total(places.map((at) => Math.min(natural[at] ?? 0, narrowest)));
  let left = kept;
  while (left.length > 1 && least(left) > width) left = left.slice(0, -1);
  return left;
}

/** Takes the missing columns from the widest cells, one by one, down to a readable rest. */
function fitted(kept: readonly number[], natural: readonly number[], width: number | undefined): number[] {
  const widths = kept.map((at) => natural[at] ?? 0);
  if (width === undefined) return widths;
  while (total(widths) > width) {
    const widest = widths.indexOf(Math.max(...widths));
    const now = widths[widest] ?? 0;
    if (now <= narrowest) break;
    widths[widest] = now - 1;
  }
  return widths;
}
