/**
 * kubectl's JSONPath dialect: templates with `{…}`, `range`/`end`, filters, slices, unions and recursive descent. The
 * expression is parsed into steps and walked; nothing is evaluated as code, and every walk is bounded.
 *
 * Source: Kubernetes documentation, "JSONPath Support".
 */
import { JsonPathError, type PathStep, parsePath, requireShort, unquote } from './jsonpath/parse.js';
import { select } from './jsonpath/select.js';

export { JsonPathError, type PathStep, parsePath } from './jsonpath/parse.js';
export { first, select } from './jsonpath/select.js';

type Piece =
  | { readonly text: string }
  | { readonly path: readonly PathStep[]; readonly isRoot: boolean }
  | { readonly range: readonly PathStep[]; readonly isRoot: boolean; readonly body: readonly Piece[] };

/** A cell or a result as kubectl prints it: strings bare, everything else as compact JSON. */
export const printed = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);

/**
 * Prepares a template: `{range .items[*]}{.metadata.name}{"\n"}{end}`. Without any brace the whole text is one path.
 * `show` makes foreign values safe to print; the template's own text is left as it is.
 * @throws JsonPathError
 */
export function parseTemplate(template: string): (value: unknown, show?: (text: string) => string) => string {
  const pieces = template.includes('{')
    ? piecesOf(requireShort(template))
    : [{ path: parsePath(template), isRoot: false }];
  return (value, show = (text) => text) => render(pieces, value, value, show);
}

function render(pieces: readonly Piece[], value: unknown, root: unknown, show: (text: string) => string): string {
  return pieces
    .map((piece) => {
      if ('text' in piece) return piece.text;
      const from = piece.isRoot ? root : value;
      if ('path' in piece)
        return select(piece.path, from, root)
          .map((each) => show(printed(each)))
          .join(' ');
      return select(piece.range, from, root)
        .map((each) => render(piece.body, each, root, show))
        .join('');
    })
    .join('');
}

interface Tag {
  readonly text?: string;
  readonly action?: string;
}

function piecesOf(template: string): readonly Piece[] {
  const tags = tagsOf(template);
  let at = 0;
  const until = (isNested: boolean): Piece[] => {
    const pieces: Piece[] = [];
    for (; at < tags.length; at += 1) {
      const { text, action = '' } = tags[at] ?? {};
      if (text !== undefined) pieces.push({ text });
      else if (action === 'end') {
        if (!isNested) throw new JsonPathError('{end} without {range}');
        return pieces;
      } else if (/^range\b/.test(action)) {
        at += 1;
        const path = action.slice('range'.length).trim();
        pieces.push({ range: parsePath(path), isRoot: path.startsWith('$'), body: until(true) });
      } else pieces.push(...actionPieces(action));
    }
    if (isNested) throw new JsonPathError('{range} without {end}');
    return pieces;
  };
  return until(false);
}

/** Blanks that separate the parts of an action: those in quotes or brackets belong to a part. */
const outsideQuotes = /\s+(?=(?:[^"'[\]]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[(?:[^\]"']|"[^"]*"|'[^']*')*\])*$)/g;

/** `{"text"}` is literal; `{.a .b}` is two paths. */
function actionPieces(action: string): Piece[] {
  const parts =
    action.match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?:\[(?:[^\]"']|"[^"]*"|'[^']*')*\]|[^\s"'[])+/g) ?? [];
  if (parts.join('').length !== action.replace(outsideQuotes, '').length) {
    throw new JsonPathError(`"{${action}}" has unmatched brackets or quotes`);
  }
  return parts.map((part) =>
    /^["']/.test(part) ? { text: unquote(part) } : { path: parsePath(part), isRoot: part.startsWith('$') },
  );
}

function tagsOf(template: string): Tag[] {
  const tags: Tag[] = [];
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf('{', at);
    if (open === -1) return [...tags, { text: template.slice(at) }];
    if (open > at) tags.push({ text: template.slice(at, open) });
    const close = closingBrace(template, open);
    tags.push({ action: template.slice(open + 1, close).trim() });
    at = close + 1;
  }
  return tags;
}

function closingBrace(template: string, open: number): number {
  let quote = '';
  for (let at = open + 1; at < template.length; at += 1) {
    const char = template[at] ?? '';
    if (quote !== '') {
      if (char === '\\') at += 1;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '}') return at;
  }
  throw new JsonPathError(`"{" at ${open + 1} is not closed`);
}
