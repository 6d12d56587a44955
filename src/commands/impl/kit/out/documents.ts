/** What became of targets, reports of workflows, and bare values, in every form of `-o`. */
import { cleaned } from '../../../../lib/output/clean.js';
import { neutraliseLines } from '../../../../lib/sanitize.js';
import { nameOf } from './names.js';
import { listOf } from './objects.js';
import { shownText } from './tables.js';
import type { Change, Document, OutOptions, Rows } from './types.js';
import { valueText } from './whole.js';

export function changesText(options: OutOptions, changes: readonly Change[]): string {
  const { format } = options;
  const items = changes.map(({ object }) => cleaned(object));
  if (format.kind === 'name') return items.map((item) => `${nameOf(item)}\n`).join('');
  const text = valueText(format, items.length === 1 ? items[0] : listOf(items), items);
  return text ?? changes.map(({ line }) => `${neutraliseLines(line)}\n`).join('');
}

export function documentText(
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

export function bareText(
  options: OutOptions,
  value: unknown,
  text: () => string | Rows,
  names: readonly string[],
): string {
  const { format } = options;
  if (format.kind === 'name') return names.map((name) => `${neutraliseLines(name)}\n`).join('');
  return valueText(format, value, [value]) ?? shownText(options, text());
}
