/** Results on stdout, in the form of `-o`. Every object is cleaned of secrets first, every cell neutralised. */
import { readFileSync } from 'node:fs';
import { apiVersionOf, type KindDef, type KubeObject } from '../../../api/kind.js';
import { UserError } from '../../../errors/classes.js';
import { JsonPathError, parsePath, parseTemplate, printed, select } from '../../../lib/jsonpath.js';
import { cleaned } from '../../../lib/output/clean.js';
import { toCsv, toMarkdown, toTsv } from '../../../lib/output/delimited.js';
import {
  type CustomColumn,
  customColumnsFromFile,
  type Format,
  isMachine,
  parseFormat,
} from '../../../lib/output/format.js';
import type { Style } from '../../../lib/output/style.js';
import { printTable, type TableColumn } from '../../../lib/output/table.js';
import { cut } from '../../../lib/output/width.js';
import { escapeJson, neutraliseLines } from '../../../lib/sanitize.js';
import { toYaml } from '../../../lib/yaml.js';
import { namespaceColumn, type ObjectColumn, pathColumn, type Times } from './columns.js';
import type { Pager } from './pager.js';
import type { Stream } from './streams.js';
import type { Talk } from './talk.js';

/** Objects of one kind, and what a table shows of them. */
export interface ObjectGroup {
  readonly kind: KindDef;
  readonly items: readonly KubeObject[];
  readonly columns: readonly ObjectColumn[];
}

export interface ListOptions {
  /** One object asked for by name: JSON gives it bare instead of a List. */
  readonly isSingle?: boolean;
  readonly headers?: boolean;
  readonly showLabels?: boolean;
  readonly labelColumns?: readonly string[];
  /** Whether NAMESPACE is shown and part of names (`-A`). */
  readonly allNamespaces?: boolean;
  readonly showManagedFields?: boolean;
}

/** An object a command changed, or left as it was, and the sentence that says so. */
export interface Change {
  readonly object: KubeObject;
  /** `server/node-07 cordoned`. */
  readonly line: string;
}

/** Rows of a workflow's document, for the forms that are tables. */
export interface Rows {
  readonly columns: readonly (TableColumn & { readonly wide?: boolean })[];
  readonly rows: readonly (readonly string[])[];
}

export interface Out {
  readonly format: Format;
  /** json, yaml or jsonl. */
  readonly isMachine: boolean;
  readonly style: Style;
  readonly times: Times;
  /** Lists of objects, as `get` prints them. An empty table prints nothing. */
  objects(groups: readonly ObjectGroup[], options?: ListOptions): Promise<void>;
  /** What became of each target: a sentence per line, or the objects. */
  changes(changes: readonly Change[]): Promise<void>;
  /**
   * The report of a workflow, `{"apiVersion":"cli.metalctl.dev/v1","kind":…}`. `text` makes what a person reads: a
   * finished text, or rows (which also serve wide, csv, tsv, markdown). `names` are the lines of `-o name`.
   */
  document(document: Document, text: () => string | Rows, names?: readonly string[]): Promise<void>;
  /** A value that is no document of ours, such as a resource of a BMC: bare in the machine forms, else as `text` has it. */
  value(value: unknown, text: () => string | Rows, names?: readonly string[]): Promise<void>;
  /** Text for people; foreign parts must have been neutralised. Machine forms want `document`. */
  text(text: string): Promise<void>;
  /** More rows of a list that grows: the header only the first time. */
  rows(rows: Rows, headers: boolean): Promise<void>;
  /** A text a person reads from top to bottom: through the pager, where there is one. */
  pages(text: string): Promise<void>;
  /** Whether a table can be drawn again where it stands: a terminal that obeys, and a form that fits its width. */
  readonly isLive: boolean;
  /** Draws a table over the one that was drawn before it. @param markOf what is special about a cell */
  redraw(group: ObjectGroup, options: ListOptions, markOf: MarkOf): Promise<void>;
  /** One document of a stream: a JSON line with jsonl and json, a `---` document with yaml. */
  event(value: unknown): Promise<void>;
}

/** A cell that changed, or one of a row that is gone. */
export type Mark = 'bold' | 'strike';
export type MarkOf = (row: number, column: number) => Mark | undefined;

export interface Document {
  readonly kind: string;
  readonly [member: string]: unknown;
}

export interface OutOptions {
  readonly stream: Stream;
  readonly style: Style;
  readonly format: Format;
  readonly talk: Talk;
  readonly times: Times;
  /** Whether tables have their first row; default yes. */
  readonly headers?: boolean;
  /** Columns of the config, by plural of the kind and name. */
  readonly savedColumns?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Whether the terminal can be drawn on in place; default no. */
  readonly canRedraw?: boolean;
  /** Shows a long text page by page; absent where nobody turns pages. */
  readonly pager?: Pager | undefined;
}

export function createOut(options: OutOptions): Out {
  const { stream, format, style, times, talk } = options;
  const hints = new Set<string>();
  const later = { ...options, talk: { ...talk, hint: (text: string) => void hints.add(text) } };
  /** Lines of the table that `redraw` drew last. */
  let drawn = 0;
  const write = async (text: string): Promise<void> => {
    await stream.write(text);
    // What a table leaves out is said below it, once, however many tables there are.
    for (const hint of hints) talk.hint(hint);
    hints.clear();
  };
  return {
    format,
    isMachine: isMachine(format),
    style,
    times,
    objects: async (groups, list = {}) => {
      const pieces = streamed(later, groups, list);
      if (pieces === undefined) return write(objectsText(later, groups, list));
      for (const piece of pieces) await stream.write(piece);
    },
    changes: async (changes) => write(changesText(later, changes)),
    document: async (document, text, names = []) => write(documentText(later, document, text, names)),
    value: async (value, text, names = []) => write(bareText(later, value, text, names)),
    text: async (text) => write(text),
    rows: async (rows, headers) => write(rowsText(later, rows, headers && options.headers !== false)),
    isLive: options.canRedraw === true && stream.isTTY && (format.kind === 'table' || format.kind === 'crd'),
    redraw: async (group, list, markOf) => {
      const text = liveText(later, group, list, markOf);
      const up = drawn === 0 ? '' : `\u001b[${drawn}A\r\u001b[J`;
      drawn = text.split('\n').length - 1;
      hints.clear();
      await stream.write(up + text);
    },
    pages: async (text) => {
      if (options.pager === undefined || !(await options.pager(text))) await write(text);
    },
    event: async (value) => write(format.kind === 'yaml' ? `---\n${toYaml(value)}` : compact(value)),
  };
}

const compact = (value: unknown): string => `${escapeJson(JSON.stringify(value))}\n`;
const pretty = (value: unknown): string => `${escapeJson(JSON.stringify(value, null, 2))}\n`;

/** The same value in the forms that carry whole values; undefined for tables. */
function valueText(format: Format, value: unknown, each: readonly unknown[]): string | undefined {
  if (format.kind === 'json') return pretty(value);
  if (format.kind === 'yaml') return toYaml(value);
  if (format.kind === 'jsonl') return each.map(compact).join('');
  if (format.kind === 'jsonpath') return templated(format.template, value);
  return format.kind === 'jsonpath-file' ? templated(readText(format.path), value) : undefined;
}

function templated(template: string, value: unknown): string {
  try {
    return parseTemplate(template)(value, neutraliseLines);
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    throw new UserError('USAGE', 'the JSONPath template does not parse', { why: error.message });
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UserError('FILE_NOT_FOUND', `${path} cannot be read`, { cause });
  }
}

function objectsText(options: OutOptions, groups: readonly ObjectGroup[], list: ListOptions): string {
  const { format } = options;
  if (format.kind === 'name') return groups.flatMap((group) => namesOf(group, list)).join('');
  const items = groups.flatMap((group) => typed(group).map((item) => cleaned(item, managed(list))));
  const value = list.isSingle === true && items.length === 1 ? items[0] : listOf(items);
  const text = valueText(format, value, items);
  if (text !== undefined) return text;
  const custom = customOf(options, groups);
  if (custom !== undefined) return customText(custom, items, list);
  const shown = groups.filter((group) => group.items.length > 0);
  return shown.map((group) => groupText(options, group, list, shown.length > 1)).join('\n');
}

/** Objects in one piece of a stream: enough to be worth a write, few enough to weigh nothing. */
const streamedAtOnce = 100;

/**
 * JSON of a long list, piece by piece and byte for byte as a whole: a list of 10,000 servers as one text would weigh
 * more than the servers. Undefined for the other forms and for what is short.
 */
function streamed(
  options: OutOptions,
  groups: readonly ObjectGroup[],
  list: ListOptions,
): Iterable<string> | undefined {
  const { kind } = options.format;
  const count = groups.reduce((sum, { items }) => sum + items.length, 0);
  if (count <= streamedAtOnce || (kind !== 'json' && kind !== 'jsonl')) return undefined;
  const textOf =
    kind === 'jsonl'
      ? compact
      : (item: unknown) => `    ${escapeJson(JSON.stringify(item, null, 2)).replaceAll('\n', '\n    ')}`;
  return kind === 'jsonl' ? pieces(groups, list, textOf, '') : listPieces(pieces(groups, list, textOf, ',\n'));
}

function* listPieces(items: Iterable<string>): Iterable<string> {
  const [head = '', tail = ''] = JSON.stringify(listOf(['@']), null, 2).split('    "@"');
  yield head;
  yield* items;
  yield `${tail}\n`;
}

function* pieces(
  groups: readonly ObjectGroup[],
  list: ListOptions,
  textOf: (item: unknown) => string,
  between: string,
): Iterable<string> {
  let isFirst = true;
  for (const group of groups) {
    for (let at = 0; at < group.items.length; at += streamedAtOnce) {
      const part = typed({ ...group, items: group.items.slice(at, at + streamedAtOnce) });
      const texts = part.map((item) => textOf(cleaned(item, managed(list))));
      yield (isFirst ? '' : between) + texts.join(between);
      isFirst = false;
    }
  }
}

const managed = ({ showManagedFields }: ListOptions): { showManagedFields?: boolean } =>
  showManagedFields === undefined ? {} : { showManagedFields };

const listOf = (items: readonly unknown[]): unknown => ({
  apiVersion: 'v1',
  kind: 'List',
  metadata: { resourceVersion: '' },
  items,
});

/** Items of a list come without their type; it is put back, in its usual place. */
const typed = ({ kind, items }: ObjectGroup): KubeObject[] =>
  items.map(({ apiVersion, kind: name, ...rest }) => ({
    apiVersion: apiVersion ?? apiVersionOf(kind),
    kind: name ?? kind.kind,
    ...rest,
  }));

/** `server.metal.ironcore.dev/node-07`, or with `-A` `ns/serverclaim.metal.ironcore.dev/x`. */
const namesOf = ({ kind, items }: ObjectGroup, { allNamespaces }: ListOptions): string[] =>
  items.map(({ metadata }) => {
    const prefix = allNamespaces === true && metadata.namespace !== undefined ? `${metadata.namespace}/` : '';
    return `${prefix}${qualified(kind)}/${metadata.name}\n`;
  });

/** `server.metal.ironcore.dev`; `secret` for the core group. */
export const qualified = (kind: Pick<KindDef, 'singular' | 'group'>): string =>
  kind.group === '' ? kind.singular : `${kind.singular}.${kind.group}`;

function customOf(
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

function customText(custom: readonly CustomColumn[], items: readonly unknown[], list: ListOptions): string {
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

function groupText(options: OutOptions, group: ObjectGroup, list: ListOptions, isOneOfMany: boolean): string {
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
function liveText(options: OutOptions, group: ObjectGroup, list: ListOptions, markOf: MarkOf): string {
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
function rowsText(options: OutOptions, { columns, rows }: Rows, headers: boolean): string {
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

function changesText(options: OutOptions, changes: readonly Change[]): string {
  const { format } = options;
  const items = changes.map(({ object }) => cleaned(object));
  if (format.kind === 'name') return items.map((item) => `${nameOf(item)}\n`).join('');
  const text = valueText(format, items.length === 1 ? items[0] : listOf(items), items);
  return text ?? changes.map(({ line }) => `${neutraliseLines(line)}\n`).join('');
}

/** `kind.group/name` of an object that says what it is. */
function nameOf({ apiVersion = '', kind = '', metadata }: KubeObject): string {
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
  return `${kind.toLowerCase()}${group}/${metadata.name}`;
}

function documentText(
  options: OutOptions,
  { kind, ...members }: Document,
  text: () => string | Rows,
  names: readonly string[],
): string {
  const { format } = options;
  if (format.kind === 'name') return names.map((name) => `${neutraliseLines(name)}\n`).join('');
  const document = { apiVersion: 'cli.metalctl.dev/v1', kind, ...members };
  const whole = valueText(format, document, [document]);
  if (whole !== undefined) return whole;
  return shownText(options, text());
}

function bareText(options: OutOptions, value: unknown, text: () => string | Rows, names: readonly string[]): string {
  const { format } = options;
  if (format.kind === 'name') return names.map((name) => `${neutraliseLines(name)}\n`).join('');
  return valueText(format, value, [value]) ?? shownText(options, text());
}

/** A finished text, or rows in any of the table forms. */
function shownText(options: OutOptions, made: string | Rows): string {
  const { format } = options;
  if (typeof made === 'string') return made;
  const isWide = ['wide', 'csv', 'tsv', 'markdown'].includes(format.kind);
  const places = made.columns.flatMap((column, at) => (isWide || column.wide !== true ? [at] : []));
  const columns = places.flatMap((at) => made.columns[at] ?? []);
  const rows = made.rows.map((row) => places.map((at) => row[at] ?? ''));
  return rowsText(options, { columns, rows }, options.headers !== false);
}
