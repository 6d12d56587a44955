/** Every regular expression that sources have as a literal, found without a parser: strings, templates and comments are skipped. */
import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import { filesBelow } from '../../scripts/lib/files.js';

export interface Expression {
  readonly file: string;
  readonly regex: RegExp;
}

/** After these a slash begins an expression and does not divide. */
const before = /(?:[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|do|else|void|yield|await))$/;

/** Literals of all TypeScript sources below a folder. Sources are stripped of types first, so that generics do not confuse. */
export function expressionsBelow(folder: string): Expression[] {
  return filesBelow(folder, /\.tsx?$/).flatMap((file) => {
    const loader = file.endsWith('x') ? 'tsx' : 'ts';
    const { code } = transformSync(readFileSync(file, 'utf8'), { loader, jsx: 'automatic', legalComments: 'none' });
    return expressionsIn(code).map((regex) => ({ file, regex }));
  });
}

/** Literals of a JavaScript text. */
export function expressionsIn(code: string): RegExp[] {
  const found: RegExp[] = [];
  /** Depths of braces at which a template goes on. */
  const templates: number[] = [];
  let depth = 0;
  let at = 0;
  while (at < code.length) {
    const char = code[at] ?? '';
    if (char === '"' || char === "'") at = endOfText(code, at, char);
    else if (char === '`' || (char === '}' && templates.at(-1) === depth)) {
      if (char === '}') templates.pop();
      const end = endOfTemplate(code, at + 1);
      if (code[end] === '{') templates.push(depth);
      at = end + 1;
    } else if (code.startsWith('//', at)) at = indexOr(code, '\n', at);
    else if (code.startsWith('/*', at)) at = indexOr(code, '*/', at) + 2;
    else if (char === '/' && before.test(code.slice(Math.max(0, at - 12), at).trimEnd())) {
      const end = endOfExpression(code, at);
      const flags = /^[a-z]*/.exec(code.slice(end + 1))?.[0] ?? '';
      found.push(new RegExp(code.slice(at + 1, end), flags));
      at = end + 1 + flags.length;
    } else {
      if (char === '{') depth += 1;
      if (char === '}') depth -= 1;
      at += 1;
    }
  }
  return found;
}

const indexOr = (code: string, what: string, from: number): number => {
  const index = code.indexOf(what, from);
  return index < 0 ? code.length : index;
};

function endOfText(code: string, start: number, quote: string): number {
  let at = start + 1;
  while (at < code.length && code[at] !== quote) at += code[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** Where a template ends: at its closing quote, or at the brace of a substitution. */
function endOfTemplate(code: string, start: number): number {
  let at = start;
  while (at < code.length && code[at] !== '`' && !code.startsWith('${', at)) at += code[at] === '\\' ? 2 : 1;
  return code[at] === '`' ? at : at + 1;
}

function endOfExpression(code: string, start: number): number {
  let isClass = false;
  let at = start + 1;
  while (at < code.length && (isClass || code[at] !== '/')) {
    if (code[at] === '\\') at += 1;
    else if (code[at] === '[') isClass = true;
    else if (code[at] === ']') isClass = false;
    at += 1;
  }
  return at;
}
