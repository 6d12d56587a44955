/** Forms of `-o` that carry whole values: json, yaml, jsonl, jsonpath. */
import { readFileSync } from 'node:fs';
import { UserError } from '../../../../errors/classes.js';
import { JsonPathError, parseTemplate } from '../../../../lib/jsonpath.js';
import type { Format } from '../../../../lib/output/format.js';
import { escapeJson, neutraliseLines } from '../../../../lib/sanitize.js';
import { toYaml } from '../../../../lib/yaml.js';

export const compact = (value: unknown): string => `${escapeJson(JSON.stringify(value))}\n`;
const pretty = (value: unknown): string => `${escapeJson(JSON.stringify(value, null, 2))}\n`;

/** The same value in the forms that carry whole values; undefined for tables. */
export function valueText(format: Format, value: unknown, each: readonly unknown[]): string | undefined {
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

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UserError('FILE_NOT_FOUND', `${path} cannot be read`, { cause });
  }
}
