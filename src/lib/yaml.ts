/**
 * Writes YAML 1.2 as kubectl does: block style, lists at their key's indent. Strings that could be read as anything
 * else, or that hold characters a terminal obeys, are written as JSON strings, which YAML reads the same.
 */
import { escapeJson, isPlain } from './sanitize.js';

/** A JSON value as a YAML document, ending in a newline. `undefined` members are left out. */
export const toYaml = (value: unknown): string => {
  const text = block(value, '');
  return `${text.startsWith('\n') ? text.slice(1) : text.trimStart()}\n`;
};

type Json = Record<string, unknown>;

/** The text after `key:`: ` scalar`, or a newline and an indented block. */
function block(value: unknown, indent: string): string {
  if (Array.isArray(value)) return value.length === 0 ? ' []' : sequence(value, indent);
  if (typeof value === 'object' && value !== null) return mapping(value as Json, indent);
  return ` ${scalar(value, indent)}`;
}

function mapping(object: Json, indent: string): string {
  const lines = Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      const inner = Array.isArray(value) ? indent : `${indent}  `;
      return `\n${indent}${key0(key)}:${block(value, inner)}`;
    });
  return lines.length === 0 ? ' {}' : lines.join('');
}

function sequence(items: readonly unknown[], indent: string): string {
  return items
    .map((item) => {
      const text = block(item ?? null, `${indent}  `);
      return `\n${indent}- ${text.startsWith('\n') ? text.slice(indent.length + 3) : text.slice(1)}`;
    })
    .join('');
}

const key0 = (key: string): string => (isPlainScalar(key) ? key : escapeJson(JSON.stringify(key)));

function scalar(value: unknown, indent: string): string {
  if (typeof value !== 'string') return value === undefined ? 'null' : JSON.stringify(value);
  if (isLiteral(value)) return literal(value, indent);
  return isPlainScalar(value) ? value : escapeJson(JSON.stringify(value));
}

/** Many lines of plain text read best as a literal block; leading blanks would change its indentation. */
const isLiteral = (text: string): boolean =>
  text.includes('\n') && !/^[ \n]/.test(text) && !/[ \n]$/.test(text.slice(0, -1)) && text.split('\n').every(isPlain);

function literal(text: string, indent: string): string {
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  const lines = body.split('\n').map((line) => (line === '' ? '' : `${indent}${line}`));
  return `${text.endsWith('\n') ? '|' : '|-'}\n${lines.join('\n')}`;
}

const words = /^(?:~|null|true|false|yes|no|on|off|y|n|\.inf|\.nan|[-+]\.inf)$/i;
const numberLike = /^[-+]?(?:\d|\.\d)/;

const isPlainScalar = (text: string): boolean =>
  /^[A-Za-z0-9_./][^\n]*$/u.test(text) &&
  !words.test(text) &&
  !numberLike.test(text) &&
  !/: |:$| #|[ ]$|^---|^\.\.\./.test(text) &&
  isPlain(text);
