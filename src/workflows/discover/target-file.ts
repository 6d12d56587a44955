/** Hosts from a file: lines, CSV with a header, JSON, or the lease files of three DHCP servers. */
import { UserError } from '../../errors/classes.js';

/** A host and what the file says about it. Fields other than `host` are optional in every format. */
export interface TargetRow {
  readonly host: string;
  readonly mac?: string;
  readonly username?: string;
  /** Name of a BMCSecret. */
  readonly secret?: string;
  readonly location?: string;
  readonly rack?: string;
  readonly shelf?: string;
}

const targetFormats = ['auto', 'lines', 'csv', 'json', 'dnsmasq', 'kea', 'isc'] as const;
export type TargetFormat = (typeof targetFormats)[number];

const details = ['mac', 'username', 'secret', 'location', 'rack', 'shelf'] as const;
const columns: readonly string[] = ['ip', 'host', ...details];

/**
 * Rows of a file. `auto` recognises lines, CSV and JSON by their first character or header.
 * @throws UserError MANIFEST_INVALID naming the line
 */
export function readTargetFile(text: string, format: TargetFormat, name: string): TargetRow[] {
  if (format === 'dnsmasq') return dnsmasqRows(text);
  if (format === 'kea') return keaRows(text);
  if (format === 'isc') return iscRows(text);
  if (format === 'json' || (format === 'auto' && /^\s*[[{]/.test(text))) return jsonRows(text, name);
  const lines = numberedLines(text);
  const header = lines[0]?.text.toLowerCase().split(',')[0]?.trim();
  if (format === 'csv' || (format === 'auto' && (header === 'ip' || header === 'host'))) return csvRows(lines, name);
  return lines.map(({ text: host }) => ({ host }));
}

interface Line {
  readonly number: number;
  readonly text: string;
}

const numberedLines = (text: string): Line[] =>
  text
    .split(/\r?\n/)
    .map((line, index) => ({ number: index + 1, text: line.replace(/#.*$/, '').trim() }))
    .filter(({ text: line }) => line !== '');

function csvRows([header, ...lines]: readonly Line[], name: string): TargetRow[] {
  const fields = cells(header?.text ?? '').map((field) => field.toLowerCase());
  const unknown = fields.find((field) => !columns.includes(field));
  if (unknown !== undefined) throw invalid(name, 1, `unknown column "${unknown}"; known: ${columns.join(', ')}`);
  return lines.map(({ number, text }) => {
    const values = cells(text);
    if (values.length > fields.length)
      throw invalid(name, number, `has ${values.length} cells, the header ${fields.length}`);
    return rowOf(Object.fromEntries(fields.map((field, index) => [field, values[index]])), name, number);
  });
}

const cells = (line: string): string[] => line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));

function jsonRows(text: string, name: string): TargetRow[] {
  const rows = parseJson(text, name);
  if (!Array.isArray(rows)) throw invalid(name, 1, 'is not a JSON array of hosts');
  return rows.map((row: unknown, index) => {
    if (typeof row === 'string') return { host: row };
    if (typeof row !== 'object' || row === null) throw invalid(name, index + 1, 'is neither a text nor an object');
    return rowOf(row as Record<string, unknown>, name, index + 1);
  });
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError('MANIFEST_INVALID', `${name} is not JSON`, { cause, why: (cause as Error).message });
  }
}

function rowOf(values: Readonly<Record<string, unknown>>, name: string, number: number): TargetRow {
  const host = values.ip ?? values.host;
  if (typeof host !== 'string' || host === '') throw invalid(name, number, 'has no ip');
  const given = details.flatMap((field) => {
    const value = values[field];
    return value === undefined || value === null || value === '' ? [] : [[field, String(value)]];
  });
  return { host, ...Object.fromEntries(given) };
}

/** dnsmasq.leases: expiry, MAC, address, host name, client id. */
const dnsmasqRows = (text: string): TargetRow[] =>
  numberedLines(text).flatMap(({ text: line }) => {
    const [, mac, host] = line.split(/\s+/);
    return mac !== undefined && host !== undefined && mac.includes(':') ? [{ host, mac }] : [];
  });

/** Kea memfile CSV: `address,hwaddr,…`; the last line of an address is the one in force. */
function keaRows(text: string): TargetRow[] {
  const [header, ...lines] = numberedLines(text).map(({ text: line }) => line.split(','));
  const [address, hwaddr] = [header?.indexOf('address') ?? -1, header?.indexOf('hwaddr') ?? -1];
  return lastByHost(lines.map((line) => withMac(line[address] ?? '', line[hwaddr])));
}

/** ISC dhcpd.leases: `lease ADDRESS { … hardware ethernet MAC; … }`; a later block replaces an earlier one. */
const iscRows = (text: string): TargetRow[] =>
  lastByHost(
    text
      .split(/^lease\s+/m)
      .slice(1)
      .map((block) => {
        const host = /^[^\s{]+/.exec(block)?.[0] ?? '';
        return withMac(host, /hardware\s+ethernet\s+([0-9a-fA-F:]{17})/.exec(block)?.[1]);
      }),
  );

const withMac = (host: string, mac: string | undefined): TargetRow => (mac ? { host, mac } : { host });

const lastByHost = (rows: readonly TargetRow[]): TargetRow[] => [
  ...new Map(rows.filter(({ host }) => host !== '').map((row) => [row.host, row])).values(),
];

const invalid = (name: string, line: number, what: string): UserError =>
  new UserError('MANIFEST_INVALID', `${name}:${line} ${what}`);
