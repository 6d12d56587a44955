/** The forms of `-o`: which there are, and what the text after `=` means. */
import { nearest } from '../nearest.js';

export type Format =
  | { readonly kind: 'table' | 'wide' | 'name' | 'json' | 'yaml' | 'jsonl' | 'crd' | 'csv' | 'tsv' | 'markdown' }
  /** Results of checks as CI servers read them; only commands that check have it. */
  | { readonly kind: 'junit' | 'mermaid' | 'dot' }
  | { readonly kind: 'columns'; readonly name: string }
  | { readonly kind: 'jsonpath'; readonly template: string }
  | { readonly kind: 'jsonpath-file' | 'custom-columns-file'; readonly path: string }
  | { readonly kind: 'custom-columns'; readonly columns: readonly CustomColumn[] };

export interface CustomColumn {
  readonly header: string;
  readonly path: string;
}

const plain = ['table', 'wide', 'name', 'json', 'yaml', 'jsonl', 'crd', 'csv', 'tsv', 'markdown'] as const;
const withValue = ['jsonpath', 'jsonpath-file', 'custom-columns', 'custom-columns-file'] as const;

/** Names of all forms, as help and completion show them. */
const formatNames: readonly string[] = [...plain, ...withValue.map((name) => `${name}=`), 'columns:'];

export type ParsedFormat = { readonly format: Format } | { readonly problem: string; readonly nearest?: string };

/** Parses the value of `-o`. */
export function parseFormat(text: string): ParsedFormat {
  const at = text.indexOf('=');
  const name = at === -1 ? text : text.slice(0, at);
  const value = at === -1 ? '' : text.slice(at + 1);
  const simple = plain.find((each) => each === text);
  if (text === 'junit' || text === 'mermaid' || text === 'dot') return { format: { kind: text } };
  if (simple !== undefined) return { format: { kind: simple } };
  if (/^columns:./.test(text)) return { format: { kind: 'columns', name: text.slice('columns:'.length) } };
  if (!withValue.some((each) => each === name)) return unknown(text);
  if (value === '') return { problem: `-o ${name} needs a value: -o ${name}=…` };
  if (name === 'jsonpath') return { format: { kind: 'jsonpath', template: value } };
  if (name === 'custom-columns') return customColumns(value);
  return { format: { kind: name as 'jsonpath-file' | 'custom-columns-file', path: value } };
}

/** Whether a form is read by programs: errors are then JSON lines. */
export const isMachine = (format: Format): boolean => ['json', 'yaml', 'jsonl'].includes(format.kind);

function unknown(text: string): ParsedFormat {
  const [close] = nearest(text, plain);
  return {
    problem: `unknown output form "${text}"; known: ${formatNames.join(', ')}`,
    ...(close === undefined ? {} : { nearest: close }),
  };
}

function customColumns(value: string): ParsedFormat {
  const columns = splitColumns(value).map((part) => {
    const at = part.indexOf(':');
    return { header: part.slice(0, at), path: part.slice(at + 1), isComplete: at > 0 && at < part.length - 1 };
  });
  const bad = columns.find((column) => !column.isComplete);
  if (bad !== undefined) return { problem: '-o custom-columns needs HEADER:PATH pairs, separated by commas' };
  return { format: { kind: 'custom-columns', columns: columns.map(({ header, path }) => ({ header, path })) } };
}

/** The two lines of a custom-columns file: headers, and a path under each. */
export function customColumnsFromFile(text: string): readonly CustomColumn[] | undefined {
  const [headers = [], paths = []] = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/));
  if (headers.length === 0 || headers.length !== paths.length) return undefined;
  return headers.map((header, at) => ({ header, path: paths[at] ?? '' }));
}

/** Commas inside brackets belong to the path. */
const splitColumns = (value: string): string[] => value.split(/,(?![^[]*\])/);
