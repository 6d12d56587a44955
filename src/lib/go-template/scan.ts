/** Cuts a template into text and actions, and an action into tokens. Trim marks are obeyed here, comments end here. */
import { TemplateError } from './syntax.js';

export interface Token {
  readonly is: 'string' | 'number' | 'field' | 'variable' | 'word' | 'mark';
  readonly text: string;
  /** White space comes before it: `.A .B` are two operands, `.A.B` is one. */
  readonly isApart: boolean;
}

export type Piece =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'action'; readonly tokens: readonly Token[]; readonly line: number };

/** @throws TemplateError */
export function scan(template: string): Piece[] {
  const pieces: Piece[] = [];
  let [at, trimsNext] = [0, false];
  while (at < template.length) {
    const open = template.indexOf('{{', at);
    const text = template.slice(at, open < 0 ? undefined : open);
    const trimsThis = open >= 0 && /^\{\{-\s/.test(template.slice(open, open + 4));
    const left = trimsNext ? text.trimStart() : text;
    pieces.push({ is: 'text', text: trimsThis ? left.trimEnd() : left });
    if (open < 0) break;
    const line = template.slice(0, open).split('\n').length;
    const action = readAction(template, open + (trimsThis ? 3 : 2), line);
    if (action.tokens.length > 0) pieces.push({ is: 'action', tokens: action.tokens, line });
    [at, trimsNext] = [action.end, action.trims];
  }
  return pieces;
}

const closing = /\s+-\}\}|\s*\}\}/y;
const comment = /\s*\/\*[\s\S]*?\*\/(\s+-)?\s*\}\}/y;

function readAction(template: string, start: number, line: number) {
  comment.lastIndex = start;
  const note = comment.exec(template);
  if (note !== null) return { tokens: [], end: comment.lastIndex, trims: note[1] !== undefined };
  const tokens: Token[] = [];
  for (let at = start; ; ) {
    closing.lastIndex = at;
    const end = closing.exec(template);
    if (end !== null) {
      if (tokens.length === 0) throw new TemplateError('an action is empty', line);
      return { tokens, end: closing.lastIndex, trims: end[0].includes('-') };
    }
    const { token, next } = readToken(template, at, line);
    tokens.push(token);
    at = next;
  }
}

const grammar =
  /(\s*)(?:("(?:[^"\\\n]|\\.)*"|`[^`]*`)|(-?\d+(?:\.\d+)?)|(\.\w+)|(\$\w*)|([A-Za-z_]\w*)|(:=|[().|,=]))/y;
const kinds = ['string', 'number', 'field', 'variable', 'word', 'mark'] as const;

function readToken(template: string, at: number, line: number): { token: Token; next: number } {
  grammar.lastIndex = at;
  const found = grammar.exec(template);
  if (found === null) {
    const rest = template.slice(at).trimStart();
    const what = rest === '' ? 'an action does not end' : `${JSON.stringify(rest.slice(0, 10))} is not understood`;
    throw new TemplateError(what, line);
  }
  const [, space = '', ...groups] = found;
  const index = groups.findIndex((group) => group !== undefined);
  const token = { is: kinds[index] ?? 'mark', text: groups[index] ?? '', isApart: space !== '' };
  return { token, next: grammar.lastIndex };
}
