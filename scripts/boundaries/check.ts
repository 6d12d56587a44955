/** The import table applied to a source file: every offence with its line and what to do instead. */
import { posix } from 'node:path';
import { codeOf, type Import, importsOf, lineAt } from './imports.js';
import { banned, doors, type Row, table, typesOnly } from './table.js';

export interface Offence {
  readonly path: string;
  readonly line: number;
  /** `reconcile may not import undici: ask for a port instead` */
  readonly sentence: string;
}

/** Offences of one file. `path` is relative to the checkout: `src/reconcile/x.ts`. */
export function offencesOf(path: string, source: string): Offence[] {
  const module = path.replace(/^src\//, '').replace(/\.d\.ts$|\.tsx?$/, '');
  const row = rowOf(module);
  const found = importsOf(source).flatMap((one) => {
    const sentence = row
      ? judge(module, row, one)
      : `${module} is in no row of the import table: add one in scripts/boundaries/table.ts`;
    return sentence === undefined ? [] : [{ path, line: one.line, sentence }];
  });
  return [...found, ...bannedWords(path, module, source)].sort((a, b) => a.line - b.line);
}

/** The row of a module: the longest `from` that is the module or a folder above it. */
const rowOf = (module: string): Row | undefined =>
  table.filter((row) => isBelow(module, row.from)).sort((a, b) => b.from.length - a.from.length)[0];

/** `kube` covers `kube`, `kube/x` and `kube.ts`; an `index` stands for its folder. */
const isBelow = (module: string, folder: string): boolean =>
  module === folder || module.startsWith(`${folder}/`) || module === `${folder}/index`;

function judge(module: string, row: Row, one: Import): string | undefined {
  return one.specifier.startsWith('.')
    ? judgeModule(module, row, one)
    : judgePackage(module, row, one.specifier, one.isType);
}

function judgeModule(module: string, row: Row, { specifier, isType, isLate }: Import): string | undefined {
  const target = posix.join(posix.dirname(module), specifier).replace(/\.(js|tsx?|json)$/, '');
  if (target.startsWith('..')) return `${row.from} may not import ${specifier}: everything a program needs is in src`;
  const targetRow = rowOf(target);
  const isAllowed =
    targetRow?.from === row.from ||
    covers(row.may, target) ||
    ((isLate || isType) && covers(row.late ?? [], target)) ||
    (isType && typesOnly.some((pair) => pair.from === row.from && isBelow(target, pair.may)));
  return isAllowed ? undefined : `${row.from} may not import ${targetRow?.from ?? target}: ${row.instead} instead`;
}

const covers = (folders: readonly string[], target: string): boolean =>
  folders.some((folder) => isBelow(target, folder));

function judgePackage(module: string, row: Row, specifier: string, isType: boolean): string | undefined {
  const name = packageOf(specifier);
  const door = doors.find((each) => each.package === name);
  if (isType && !name.startsWith('node:')) return undefined;
  if (door)
    return door.only.test(module) ? undefined : `${row.from} may not import ${name}: ${doorSentence(row, door.door)}`;
  const isAllowed = row.packages.some((each) => each === name || (each === 'node:*' && name.startsWith('node:')));
  return isAllowed ? undefined : `${row.from} may not import ${name}: ${row.instead} instead`;
}

const doorSentence = (row: Row, door: string): string =>
  row.instead.startsWith('ask') ? `${row.instead} instead` : `only ${door} does`;

/** `undici/lib/x.js` → `undici`; `@a/b/c` → `@a/b`; `node:fs/promises` → `node:fs`. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

function bannedWords(path: string, module: string, source: string): Offence[] {
  const code = codeOf(source);
  return banned
    .filter((ban) => isBelow(module, ban.in))
    .flatMap((ban) =>
      [...code.matchAll(new RegExp(ban.what, 'g'))].map((match) => ({
        path,
        line: lineAt(code, match.index),
        sentence: `${ban.in} may not use ${ban.name}: ${ban.instead} instead`,
      })),
    );
}
