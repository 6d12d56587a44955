/** The imports of a TypeScript file, static, dynamic and re-exported, with their lines. Comments do not count. */

export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** `import type` and `export type`: gone at run time. */
  readonly isType: boolean;
  /** `import('x')`: loaded when the line runs. */
  readonly isLate: boolean;
}

const patterns: readonly RegExp[] = [
  // import … from 'x', export … from 'x': the clause may span lines, but never crosses a semicolon or a quote.
  /^[ \t]*(?:import|export)\b(?<clause>[^;'"`]*?)\bfrom\s*['"](?<specifier>[^'"]+)['"]/gm,
  // import 'x'
  /^[ \t]*import\s*['"](?<specifier>[^'"]+)['"]/gm,
  // import('x'), also as a type: import('x').Y
  /(?<typeBefore>typeof\s+|:\s*|<\s*)?\bimport\(\s*['"`](?<specifier>[^'"`]+)['"`]\s*\)(?<member>\s*\.\s*[A-Z])?/g,
  /\brequire\(\s*['"](?<specifier>[^'"]+)['"]\s*\)/g,
];

/** Every import of a source text, in order of their lines. */
export function importsOf(source: string): Import[] {
  const text = withoutComments(source);
  const found = patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => ({
      specifier: match.groups?.specifier ?? '',
      line: lineAt(text, match.index + match[0].search(/\S/)),
      isType: isTypeImport(match),
      isLate: /^\W*(typeof\s+)?import\s*\(/.test(match[0]),
    })),
  );
  return found.sort((a, b) => a.line - b.line);
}

function isTypeImport({ groups }: RegExpMatchArray): boolean {
  if (groups?.clause !== undefined) return /^\s*type\b/.test(groups.clause) || onlyTypes(groups.clause);
  return groups?.typeBefore !== undefined || groups?.member !== undefined;
}

/** `{ type A, type B }` */
function onlyTypes(clause: string): boolean {
  const names = /^\s*\{([^}]*)\}\s*$/
    .exec(clause)?.[1]
    ?.split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  return names !== undefined && names.length > 0 && names.every((name) => name.startsWith('type '));
}

const strings = [/'(?:\\.|[^'\\\n])*'/, /"(?:\\.|[^"\\\n])*"/];
const template = /`(?:\\.|[^`\\])*`/;
/** A regular expression literal: a slash where a value may begin. It may hold quotes, braces and two slashes. */
const regex = /(?<=[=(,:?!&|[{;>]\s*|\breturn\s+)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[dgimsuvy]*/;
const comments = [/\/\*[\s\S]*?\*\//, /\/\/[^\n]*/];

const anyOf = (patterns: readonly RegExp[]): RegExp => new RegExp(patterns.map(({ source }) => source).join('|'), 'g');
const code = anyOf([...strings, template, regex, ...comments]);
const literals = anyOf([...strings, regex]);
const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

/** Blanks comments and keeps every line where it is. Strings are kept: the specifiers are in them. */
export const withoutComments = (source: string): string =>
  source.replace(code, (match) => (/^\/[*/]/.test(match) ? blank(match) : match));

/** The source without comments and without the contents of plain strings and expressions: only what is executed. */
export const codeOf = (source: string): string => withoutComments(source).replace(literals, blank);

/** Line of an offset, from 1. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;
