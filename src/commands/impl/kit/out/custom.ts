/** Columns a person chose: `-o custom-columns`, and sets saved in the config. */
import { UserError } from '../../../../errors/classes.js';
import { parsePath, printed, select } from '../../../../lib/jsonpath.js';
import { type CustomColumn, customColumnsFromFile, parseFormat } from '../../../../lib/output/format.js';
import { printTable } from '../../../../lib/output/table.js';
import type { ListOptions, ObjectGroup, OutOptions } from './types.js';
import { readText } from './whole.js';

export function customOf(
  { format, savedColumns = {} }: OutOptions,
  groups: readonly ObjectGroup[],
): readonly CustomColumn[] | undefined {
  if (format.kind === 'columns') return saved(savedColumns, groups, format.name);
  if (format.kind === 'custom-columns') return format.columns;
  if (format.kind !== 'custom-columns-file') return undefined;
  const columns = customColumnsFromFile(readText(format.path));
  if (columns === undefined) throw new UserError('USAGE', `${format.path} is not two lines of headers and paths`);
  return columns;
}

/** `-o columns:rack`: a set of the config for the kind that is listed. @throws UserError USAGE naming those there are */
function saved(
  sets: NonNullable<OutOptions['savedColumns']>,
  groups: readonly ObjectGroup[],
  name: string,
): readonly CustomColumn[] {
  const plural = groups[0]?.kind.plural ?? '';
  const known = Object.hasOwn(sets, plural) ? (sets[plural] ?? {}) : {};
  const text = Object.hasOwn(known, name) ? known[name] : undefined;
  const parsed = text === undefined ? undefined : parseFormat(`custom-columns=${text}`);
  if (parsed !== undefined && 'format' in parsed && parsed.format.kind === 'custom-columns')
    return parsed.format.columns;
  throw new UserError('USAGE', `the config has no columns "${name}" for ${plural}`, {
    why:
      parsed !== undefined && 'problem' in parsed
        ? parsed.problem
        : `it has: ${Object.keys(known).join(', ') || 'none'}`,
    hint: `metalctl config set columns.${plural}.${name} NAME:.metadata.name`,
  });
}

export function customText(custom: readonly CustomColumn[], items: readonly unknown[], list: ListOptions): string {
  const paths = custom.map((column) => pathOf(column.path));
  const rows = items.map((item) => paths.map((path) => select(path, item).map(printed).join(',') || '<none>'));
  const columns = custom.map((column) => ({ header: column.header }));
  return printTable(columns, rows, { headers: list.headers !== false }).text;
}

function pathOf(path: string): ReturnType<typeof parsePath> {
  try {
    return parsePath(path);
  } catch (error) {
    throw new UserError('USAGE', `"${path}" is not a JSONPath`, { why: (error as Error).message });
  }
}
