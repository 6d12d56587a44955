/** How long functions are, found by their braces: near enough for a conversation, and no compiler needed. */
import { codeOf, lineAt } from '../boundaries/imports.js';

export interface Measured {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

const heads: readonly RegExp[] = [
  /\bfunction\*?\s+(?<name>\w+)[^;{}]*\([\s\S]*?\)[^;{}=]*\{/g,
  /\b(?:const|let)\s+(?<name>\w+)[^;{}=]*=\s*(?:async\s*)?\([^;{}]*\)[^;{}=]*=>\s*\{/g,
  /^[ \t]+(?:(?:public|private|protected|static|async|override|get|set|\*)\s+)*(?<name>#?\w+)\([^;{}]*\)[^;{}=]*\{\s*$/gm,
];
const words = ['if', 'for', 'while', 'switch', 'catch', 'function', 'return', 'test', 'describe'];

/** Functions and methods with a body in braces, with the lines from head to closing brace. */
export function functionsOf(source: string): Measured[] {
  const code = codeOf(source);
  const found = heads.flatMap((head) => [...code.matchAll(head)]);
  return found
    .filter(({ groups }) => !words.includes(groups?.name ?? ''))
    .map((match) => {
      const start = match.index + match[0].search(/\S/);
      const line = lineAt(code, start);
      const end = closing(code, match.index + match[0].length);
      return { name: match.groups?.name ?? '', line, lines: lineAt(code, end) - line + 1 };
    });
}

function closing(code: string, from: number): number {
  let depth = 1;
  for (let at = from; at < code.length; at++) {
    if (code[at] === '{') depth++;
    if (code[at] === '}') depth--;
    if (depth === 0) return at;
  }
  return code.length;
}
