/** What results are made of, and what a body may print. */
import type { KindDef, KubeObject } from '../../../../api/kind.js';
import type { Format } from '../../../../lib/output/format.js';
import type { Style } from '../../../../lib/output/style.js';
import type { TableColumn } from '../../../../lib/output/table.js';
import type { DocumentKind } from '../../documents/index.js';
import type { ObjectColumn, Times } from '../columns.js';
import type { Pager } from '../pager.js';
import type { Stream } from '../streams.js';
import type { Talk } from '../talk.js';

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
  readonly kind: DocumentKind;
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
