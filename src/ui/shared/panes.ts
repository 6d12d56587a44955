/** Screens with room for two panes: which they are, how wide the second is, and both in one line each, without a box. */
import { pad } from '../../lib/output/width.js';
import { type Look, line, type Size } from './layout.js';

/** From here on there is a second pane. */
export const isLarge = ({ columns, rows }: Size): boolean => columns >= 120 && rows >= 34;

/** From here on columns are wide, and so is the second pane. */
export const isHuge = ({ columns, rows }: Size): boolean => columns >= 180 && rows >= 34;

/** Blanks between the panes, so that text can be copied out of either. */
const gap = 2;

/** Lines of both panes side by side, as many as the longer one has. */
export function sideBySide(
  left: readonly string[],
  right: readonly string[],
  { columns }: Pick<Look, 'columns'>,
  rightWidth: number,
): string[] {
  const leftWidth = columns - rightWidth - gap;
  return Array.from({ length: Math.max(left.length, right.length) }, (_, at) => {
    const head = pad(line(left[at] ?? '', leftWidth), leftWidth + gap);
    return `${head}${line(right[at] ?? '', rightWidth)}`.trimEnd();
  });
}
