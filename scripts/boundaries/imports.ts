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

/**
 * Blanks comments and keeps every line where it is. Strings are kept: the specifiers are in them. Regular
 * expressions that hold quotes can confuse it; then an import is missed at worst until the next line.
 */
export function withoutComments(source: string): string {
  return source.replace(
    /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (match, string: string | undefined) => string ?? match.replace(/[^\n]/g, ' '),
  );
}

/** The source without comments and without the contents of plain strings: only what is executed. */
export function codeOf(source: string): string {
  return withoutComments(source).replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, (text) =>
    text.replace(/[^\n]/g, ' '),
  );
}

/** Line of an offset, from 1. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;
