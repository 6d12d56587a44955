/** What the terminal is told around a view, and how big it is. */
import type { Size } from './layout.js';

// Alternate screen without a cursor; bracketed paste, so that pasted text never runs as keys; and back.
export const enterScreen = '\u001b[?1049h\u001b[H\u001b[?25l\u001b[?2004h';
export const leaveScreen = '\u001b[?2004l\u001b[?1049l\u001b[?25h';

/** The terminal's size, as views count it. */
export const sizeOfTerminal = (): Size => ({ columns: process.stderr.columns ?? 80, rows: process.stderr.rows ?? 24 });

/** Why a sitting ended. */
export type Sitting = 'over' | 'suspend' | 'redraw' | 'child';

/** Puts a text into the clipboard of the terminal (OSC 52), where it lets programs do so; it moves no cursor. */
export const copyToTerminal = (text: string): string =>
  `\u001b]52;c;${Buffer.from(text, 'utf8').toString('base64')}\u0007`;
