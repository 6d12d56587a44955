/** Reads the commands and flags a specification's usage blocks name: `metalctl power on|off SERVER ... [--force]`. */

/** Flags by the command they stand with; `''` holds those of every command. */
export type Usage = ReadonlyMap<string, ReadonlySet<string>>;

/** Commands and flags of a Markdown text: usage blocks, tables of flags below them, and commands in backticks. */
export function usageOf(markdown: string): Usage {
  const found = new Map<string, Set<string>>();
  let inSection: string[] = [];
  for (const { kind, text } of piecesOf(markdown)) {
    if (kind === 'heading') inSection = text.startsWith('3. Global flags') ? [''] : [];
    if (kind === 'usage' || kind === 'inline') {
      for (const { commands, flags } of linesOf(text)) {
        for (const command of commands) add(found, command, flags);
        if (kind === 'usage' && inSection.length === 0) inSection = commands.slice(0, 1);
      }
    }
    if (kind === 'row') for (const command of inSection) add(found, command, flagsOf(text));
  }
  return found;
}

function add(found: Map<string, Set<string>>, command: string, flags: readonly string[]): void {
  const known = found.get(command) ?? new Set<string>();
  for (const flag of flags) known.add(flag);
  found.set(command, known);
}

interface Piece {
  readonly kind: 'heading' | 'usage' | 'inline' | 'row';
  readonly text: string;
}

function piecesOf(markdown: string): Piece[] {
  const pieces: Piece[] = [];
  // Every other part is the inside of a fence; those with a language are sessions or files.
  markdown.split(/^```/m).forEach((part, at) => {
    if (at % 2 === 1) {
      if (/^\n\s*metalctl /.test(part)) pieces.push({ kind: 'usage', text: part });
      return;
    }
    for (const line of part.split('\n')) {
      const heading = /^#+ (?:\d+\.)?(.*)$/.exec(line)?.[1];
      if (heading !== undefined) pieces.push({ kind: 'heading', text: line.replace(/^#+ /, '') });
      else if (/^\| `?-/.test(line)) pieces.push({ kind: 'row', text: line.split('|')[1] ?? '' });
      for (const [, text = ''] of line.matchAll(/`(metalctl [^`]+)`/g)) pieces.push({ kind: 'inline', text });
    }
  });
  return pieces;
}

/** Each `metalctl …` up to the next one, with the lines that continue it. */
const linesOf = (text: string): { commands: string[]; flags: string[] }[] =>
  text
    .split(/\bmetalctl\b(?= )/)
    .slice(1)
    .map((line) => ({ commands: commandsOf(line), flags: flagsOf(line) }))
    .filter(({ commands }) => commands.length > 0);

/** Long ones without `no-`, and short ones by their letter. */
const flagsOf = (text: string): string[] => [
  ...[...text.matchAll(/--([a-z][a-z0-9-]*)/g)].map(([, name = '']) => name.replace(/^no-/, '')),
  ...[...text.matchAll(/(?<=[\s[(|`])-([A-Za-z])(?=[\s,|`\])])/g)].map(([, letter = '']) => letter),
];

/** `power on|off SERVER` → `power on`, `power off`: the lower-case words before the first that is none. */
function commandsOf(line: string): string[] {
  const words: string[][] = [];
  for (const word of line.trim().split(/\s+/)) {
    if (!/^[a-z][a-z-]*(\|[a-z-]+)*$/.test(word) || words.length === 3) break;
    words.push(word.split('|'));
  }
  return words.reduce<string[]>(
    (names, choices) =>
      names.length === 0 ? choices : names.flatMap((name) => choices.map((each) => `${name} ${each}`)),
    [],
  );
}
