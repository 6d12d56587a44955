/** Tables: of objects, of rows, and one that is drawn over itself. */

import { toCsv, toMarkdown, toTsv } from '../../../../lib/output/delimited.js';
import type { Format } from '../../../../lib/output/format.js';
import { printTable } from '../../../../lib/output/table.js';
import { cut } from '../../../../lib/output/width.js';
import { namespaceColumn, type ObjectColumn, pathColumn } from '../columns.js';
import { qualified } from './names.js';
import type { ListOptions, MarkOf, ObjectGroup, OutOptions, Rows } from './types.js';

/** Columns of a group as the form and the flags want them. */
function shownColumns(format: Format, group: ObjectGroup, list: ListOptions): readonly ObjectColumn[] {
  const isWide = ['wide', 'csv', 'tsv', 'markdown'].includes(format.kind);
  const own = group.columns.filter(
    (column) => (isWide || column.wide !== true) && (column !== namespaceColumn || list.allNamespaces === true),
  );
  const labels = (list.labelColumns ?? []).map((key) =>
    pathColumn((key.split('/').at(-1) ?? key).toUpperCase(), `.metadata.labels['${key.replaceAll("'", '')}']`),
  );
  return [...own, ...labels, ...(list.showLabels === true ? [labelsColumn] : [])];
}

const labelsColumn: ObjectColumn = {
  header: 'LABELS',
  value: ({ metadata }) =>
    Object.entries(metadata.labels ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join(',') || '<none>',
};

export function groupText(options: OutOptions, group: ObjectGroup, list: ListOptions, isOneOfMany: boolean): string {
  const { times } = options;
  const columns = shownColumns(options.format, group, list);
  const rows = group.items.map((item) => columns.map((column) => column.value(item, times)));
  const named = isOneOfMany
    ? rows.map((row, at) =>
        row.map((cell, place) =>
          columns[place]?.header === 'NAME'
            ? `${qualified(group.kind)}/${group.items[at]?.metadata.name ?? cell}`
            : cell,
        ),
      )
    : rows;
  return rowsText(options, { columns, rows: named }, list.headers !== false);
}

/** A table no higher than its terminal, whose cells carry marks. Every line ends, and none is wrapped. */
export function liveText(options: OutOptions, group: ObjectGroup, list: ListOptions, markOf: MarkOf): string {
  const { stream, style, times } = options;
  const columns = shownColumns(options.format, group, list);
  const most = Math.max(3, (stream.rows ?? 24) - 3);
  const shown = group.items.slice(0, most);
  const rows = shown.map((item) => columns.map((column) => column.value(item, times)));
  const width = stream.columns ?? 80;
  // Columns that are shown beside the group's own are not followed.
  const places = columns.map((column) => group.columns.indexOf(column));
  const { text } = printTable(columns, rows, {
    headers: list.headers !== false,
    width,
    style,
    markOf: (row, column) => markOf(row, places[column] ?? -1),
    neverWraps: true,
  });
  const left = group.items.length - shown.length;
  const aside = (words: string): string => `${style.paint('dim', cut(words, width))}\n`;
  const more = left > 0 ? aside(`… and ${left} more: --sort-by, -l and --field choose`) : '';
  return text === '' ? aside(`No ${group.kind.plural} found.`) : text + more;
}

/** Rows in any of the table forms. */
export function rowsText(options: OutOptions, { columns, rows }: Rows, headers: boolean): string {
  const { format, stream, style, talk } = options;
  const all = [columns.map((column) => column.header), ...rows];
  if (format.kind === 'csv') return toCsv(headers ? all : rows);
  if (format.kind === 'tsv') return toTsv(headers ? all : rows);
  if (format.kind === 'markdown') return toMarkdown(all);
  const isCut = stream.isTTY && format.kind !== 'wide';
  const table = printTable(columns, rows, {
    headers,
    ...(isCut ? { width: stream.columns } : {}),
    // Glyphs are for eyes: a pipe gets the bare words, which scripts compare.
    ...(stream.isTTY ? { style } : {}),
  });
  const { length } = table.dropped;
  if (length > 0) talk.hint(`+${length} ${length === 1 ? 'column' : 'columns'}: -o wide`);
  return table.text;
}

/** A finished text, or rows in any of the table forms. */
export function shownText(options: OutOptions, made: string | Rows): string {
  const { format } = options;
  if (typeof made === 'string') return made;
  const isWide = ['wide', 'csv', 'tsv', 'markdown'].includes(format.kind);
  const places = made.columns.flatMap((column, at) => (isWide || column.wide !== true ? [at] : []));
  const columns = places.flatMap((at) => made.columns[at] ?? []);
  const rows = made.rows.map((row) => places.map((at) => row[at] ?? ''));
  return rowsText(options, { columns, rows }, options.headers !== false);
}
