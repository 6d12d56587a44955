/** Memory modules from SMBIOS type 17 (DSP0134 7.18), and what the kernel has of them. */
import type { Root } from './root.js';
import { byteAt, dwordAt, type Structure, smbiosStructures, stringAt, wordAt } from './smbios.js';
import type { MemoryDevice } from './wire.js';

const mib = 1_048_576;

/** DSP0134 table 78. Upstream's library counts from 0 and prints neighbours' names; here DDR4 is DDR4. */
const types = new Map([
  [0x12, 'DDR'],
  [0x13, 'DDR2'],
  [0x14, 'DDR2 FB-DIMM'],
  [0x18, 'DDR3'],
  [0x19, 'FBD2'],
  [0x1a, 'DDR4'],
  [0x1b, 'LPDDR'],
  [0x1c, 'LPDDR2'],
  [0x1d, 'LPDDR3'],
  [0x1e, 'LPDDR4'],
  [0x1f, 'Logical non-volatile device'],
  [0x20, 'HBM'],
  [0x21, 'HBM2'],
  [0x22, 'DDR5'],
  [0x23, 'LPDDR5'],
  [0x24, 'HBM3'],
]);

/** Modules in their slots; empty slots are left out. Empty without root: the table is not readable then. */
export function memoryDevices(root: Root): readonly MemoryDevice[] {
  return smbiosStructures(root)
    .filter(({ type, area }) => type === 17 && wordAt(area, 0x0c) !== 0)
    .map(deviceOf);
}

function deviceOf(structure: Structure): MemoryDevice {
  const { area } = structure;
  const set = byteAt(area, 0x0f) ?? 0;
  return {
    size: sizeOf(area),
    deviceSet: set === 0 || set === 0xff ? '' : String(set),
    deviceLocator: stringAt(structure, 0x10),
    bankLocator: stringAt(structure, 0x11),
    memoryType: types.get(byteAt(area, 0x12) ?? 0) ?? 'Unknown',
    speed: speedOf(area, 0x15),
    vendor: stringAt(structure, 0x17),
    serialNumber: stringAt(structure, 0x18),
    assetTag: stringAt(structure, 0x19),
    partNumber: stringAt(structure, 0x1a),
    configuredMemorySpeed: speedOf(area, 0x20),
    minimumVoltage: voltageOf(area, 0x22),
    maximumVoltage: voltageOf(area, 0x24),
    configuredVoltage: voltageOf(area, 0x26),
  };
}

/** Bytes. 0xFFFF is unknown, 0x7FFF points to Extended Size (modules of 32 GiB and more), bit 15 means KiB. */
function sizeOf(area: Buffer): number {
  const size = wordAt(area, 0x0c) ?? 0;
  if (size === 0xffff) return 0;
  if (size === 0x7fff) return ((dwordAt(area, 0x1c) ?? 0) % 0x8000_0000) * mib;
  return size >= 0x8000 ? (size - 0x8000) * 1_024 : size * mib;
}

const speedOf = (area: Buffer, at: number): string => `${wordAt(area, at) ?? 0} MT/s`;

function voltageOf(area: Buffer, at: number): string {
  const millivolts = wordAt(area, at) ?? 0;
  return millivolts === 0 ? 'Unknown' : `${(millivolts / 1_000).toFixed(2)} V`;
}

/** Bytes the kernel manages (MemTotal): less than is installed, but readable by anybody. */
export function memoryTotalBytes(root: Root): number | undefined {
  const kib = /^MemTotal:\s+(\d+) kB$/m.exec(root.text('/proc/meminfo') ?? '')?.[1];
  return kib === undefined ? undefined : Number(kib) * 1_024;
}
