/** Tables for other programs: CSV and TSV (RFC 4180) and GitHub Markdown. */
import { neutralise, neutraliseLines } from '../sanitize.js';

/** RFC 4180: CRLF between records would surprise Unix tools, so lines end in LF; quotes are doubled. */
export const toCsv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map((cell) => csvCell(cell)).join(',')}\n`).join('');

/** Tab-separated: tabs and newlines in cells become visible escapes, so that every line has the same columns. */
export const toTsv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(neutralise).join('\t')}\n`).join('');

/** The first row is the header. */
export function toMarkdown(rows: readonly (readonly string[])[]): string {
  const [header, ...body] = rows;
  if (header === undefined) return '';
  const line = (cells: readonly string[]): string => `| ${cells.map(markdownCell).join(' | ')} |\n`;
  return line(header) + line(header.map(() => '---')) + body.map(line).join('');
}

/** A cell beginning with `=`, `+`, `-` or `@` followed by more is a formula to a spreadsheet; it is led by an apostrophe. */
const csvCell = (cell: string): string => {
  const text = neutraliseLines(cell);
  const inert = /^[=+\-@].*[A-Za-z(|]/s.test(text) ? `'${text}` : text;
  return /[",\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
};

const markdownCell = (cell: string): string => neutralise(cell).replace(/[\\|`<>*_[\]]/g, (char) => `\\${char}`);
