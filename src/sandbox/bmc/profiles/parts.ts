/** Parts that machines of several vendors are built of. */
import type { Dimms, Drive, NicPort, Processors } from '../hardware.js';

const GB = 1_000_000_000;

export const xeonGold: Processors = {
  count: 2,
  manufacturer: 'Intel',
  vendorId: 'GenuineIntel',
  model: 'Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz',
  architecture: 'x86',
  instructionSet: 'x86-64',
  coresEach: 32,
  threadsEach: 64,
  maxSpeedMHz: 4000,
};

export const epyc: Processors = {
  count: 2,
  manufacturer: 'Advanced Micro Devices, Inc.',
  vendorId: 'AuthenticAMD',
  model: 'AMD EPYC 9354 32-Core Processor',
  architecture: 'x86',
  instructionSet: 'x86-64',
  coresEach: 32,
  threadsEach: 64,
  maxSpeedMHz: 3800,
};

export const dimms = (count: number, capacityGiB: number, speedMHz = 4800): Dimms => ({
  count,
  capacityMiB: capacityGiB * 1024,
  type: speedMHz >= 4400 ? 'DDR5' : 'DDR4',
  speedMHz,
  manufacturer: 'Samsung',
  partNumber: speedMHz >= 4400 ? 'M321R4GA3BB6-CQKEG' : 'M393A4K40DB3-CWE',
});

export const nvme = (id: string, capacityGB = 1920): Drive => ({
  id,
  model: `SAMSUNG MZWLR${capacityGB}HBJR`,
  manufacturer: 'Samsung',
  capacityBytes: capacityGB * GB,
  media: 'SSD',
  protocol: 'NVMe',
  formFactor: 'U2',
});

export const sataSsd = (id: string, capacityGB = 480): Drive => ({
  id,
  model: `INTEL SSDSC2KB${capacityGB}G8`,
  manufacturer: 'Intel',
  capacityBytes: capacityGB * GB,
  media: 'SSD',
  protocol: 'SATA',
  formFactor: 'Drive2_5',
});

export const sasDisk = (id: string, capacityGB = 4000): Drive => ({
  id,
  model: `SEAGATE ST${capacityGB}NM017A`,
  manufacturer: 'Seagate',
  capacityBytes: capacityGB * GB,
  media: 'HDD',
  protocol: 'SAS',
  formFactor: 'Drive3_5',
});

/** Ports of a ConnectX-6 Lx card, 25 Gbit/s; the first `linked` of them have a cable. */
export function connectX(ids: readonly string[], options: { linked?: number; slot?: number } = {}): readonly NicPort[] {
  const { linked = ids.length, slot = 1 } = options;
  return ids.map((id, port) => ({
    id,
    name: `ens${slot}f${port}np${port}`,
    vendor: 'Mellanox Technologies',
    model: 'MT2894 Family [ConnectX-6 Lx]',
    speedMbps: 25_000,
    pciAddress: `0000:${(0x3a + slot).toString(16)}:00.${port}`,
    vendorID: '15b3',
    productID: '101f',
    firmwareVersion: '26.36.1010',
    isLinked: port < linked,
  }));
}

/** Ports of an Intel X710 on board, 10 Gbit/s; the first `linked` of them have a cable. */
export function x710(ids: readonly string[], options: { linked?: number } = {}): readonly NicPort[] {
  const { linked = ids.length } = options;
  return ids.map((id, port) => ({
    id,
    name: `eno${port + 1}`,
    vendor: 'Intel Corporation',
    model: 'Ethernet Controller X710 for 10GBASE-T',
    speedMbps: 10_000,
    pciAddress: `0000:18:00.${port}`,
    vendorID: '8086',
    productID: '15ff',
    firmwareVersion: '9.20 0x8000d8c5',
    isLinked: port < linked,
  }));
}
