/** Resources as rows: one line per member, nested ones with dots, in the order the BMC gives them. */
import type { Rows } from './kit/out.js';

const mostRows = 2_000;

/** Members and their values; links show where they lead. */
export function resourceRows(value: unknown): Rows {
  const rows: string[][] = [];
  flatten('', value, rows);
  return { columns: [{ header: 'MEMBER' }, { header: 'VALUE' }], rows };
}

/** Every member that is no object or list of its own. */
export function flatten(name: string, value: unknown, rows: string[][]): void {
  if (rows.length >= mostRows) return;
  if (typeof value !== 'object' || value === null) {
    rows.push([name, value === null ? 'null' : String(value)]);
    return;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) rows.push([name, Array.isArray(value) ? '[]' : '{}']);
  for (const [key, child] of entries) {
    const place = Array.isArray(value) ? `${name}[${key}]` : name === '' ? key : `${name}.${key}`;
    // A bare link is its target: three words saying one thing help nobody.
    const link = linkIn(child);
    if (link === undefined) flatten(place, child, rows);
    else rows.push([place, link]);
  }
}

/** Where a reference leads; undefined for anything that is more than a reference. */
export function linkIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return undefined;
  const link = (value as { '@odata.id'?: unknown })['@odata.id'];
  return typeof link === 'string' ? link : undefined;
}
