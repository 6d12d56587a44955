/** The SMBIOS structure table as the kernel hands it out (DMTF DSP0134 3.x): structures, their strings, the UUID. */
import type { Root } from './root.js';

/** One structure: its formatted area, header included, and its strings, numbered from 1. */
export interface Structure {
  readonly type: number;
  readonly area: Buffer;
  readonly strings: readonly string[];
}

const endOfTable = 127;

/** Every structure of the table; empty when it cannot be read (it belongs to root). */
export function smbiosStructures(root: Root): readonly Structure[] {
  const table = root.bytes('/sys/firmware/dmi/tables/DMI');
  return table === undefined ? [] : structuresOf(table);
}

function structuresOf(table: Buffer): Structure[] {
  const found: Structure[] = [];
  let at = 0;
  while (at + 4 <= table.length) {
    const length = table.readUInt8(at + 1);
    const end = table.indexOf('\0\0', at + length, 'latin1');
    if (length < 4 || end < 0) break;
    const strings = table.subarray(at + length, end).toString('latin1');
    const structure = {
      type: table.readUInt8(at),
      area: table.subarray(at, at + length),
      strings: strings.split('\0'),
    };
    if (structure.type === endOfTable) break;
    found.push(structure);
    at = end + 2;
  }
  return found;
}

/** String by the number at this offset; empty when there is none, or the vendor left his placeholder in it. */
export function stringAt({ area, strings }: Structure, offset: number): string {
  const number = byteAt(area, offset) ?? 0;
  const text = Buffer.from(strings[number - 1] ?? '', 'latin1')
    .toString('utf8')
    .trim();
  return text.includes('\uFFFD') || text.toLowerCase() === 'to be filled by o.e.m.' ? '' : text;
}

/** Older SMBIOS versions have shorter structures: what is beyond the end is absent. */
export const byteAt = (area: Buffer, at: number): number | undefined =>
  at < area.length ? area.readUInt8(at) : undefined;
export const wordAt = (area: Buffer, at: number): number | undefined =>
  at + 2 <= area.length ? area.readUInt16LE(at) : undefined;
export const dwordAt = (area: Buffer, at: number): number | undefined =>
  at + 4 <= area.length ? area.readUInt32LE(at) : undefined;

/**
 * UUID of the system from its type 1 structure. Since SMBIOS 2.6 the first three fields are little-endian (DSP0134
 * 7.2.1); before, all were written as they stand. All zeros and all ones mean that there is none.
 */
export function smbiosUuid(root: Root): string | undefined {
  const system = smbiosStructures(root).find(({ type }) => type === 1);
  if (system === undefined || system.area.length < 24) return undefined;
  const raw = system.area.subarray(8, 24);
  if (raw.every((byte) => byte === 0) || raw.every((byte) => byte === 0xff)) return undefined;
  return uuidText(raw, isLittleEndian(root));
}

/** *Shapes*: 16 bytes in table order → `4c4c4544-0034-…`. */
export function uuidText(raw: Buffer, littleEndian: boolean): string {
  const order = littleEndian ? [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] : [...raw.keys()];
  const hex = order.map((index) => (raw[index] ?? 0).toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** From the entry point: `_SM3_` is 3.x, `_SM_` tells its version; unknown is taken for a recent one. */
function isLittleEndian(root: Root): boolean {
  const entry = root.bytes('/sys/firmware/dmi/tables/smbios_entry_point');
  if (entry === undefined || entry.length < 8 || entry.toString('latin1', 0, 5) === '_SM3_') return true;
  const [major, minor] = [entry.readUInt8(6), entry.readUInt8(7)];
  return major > 2 || (major === 2 && minor >= 6);
}
