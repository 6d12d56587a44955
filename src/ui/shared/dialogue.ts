/** A conversation in lines, for screen readers and plain terminals: no repaint, no glyphs, one fact per line. */
export interface Dialogue {
  readonly say: (line: string) => void;
  /** The answer, trimmed; undefined when the person hung up. */
  readonly ask: (question: string) => Promise<string | undefined>;
}

/** Shows numbered lines by tens; `more` shows the next ten. */
export function sayPage({ say }: Dialogue, lines: readonly string[], from: number): number {
  const end = Math.min(lines.length, from + 10);
  for (let at = from; at < end; at += 1) say(`${at + 1}. ${lines[at]}`);
  if (end < lines.length) say(`${lines.length - end} more. Answer more to hear them.`);
  return end;
}

/** `yes` or `no`; anything else is asked again, hanging up is no. */
export async function askYes({ ask }: Dialogue, question: string): Promise<boolean> {
  for (;;) {
    const answer = (await ask(`${question} Continue, yes or no: `))?.toLowerCase();
    if (answer === undefined || answer === 'no' || answer === 'n' || answer === 'q') return false;
    if (answer === 'yes' || answer === 'y') return true;
  }
}
