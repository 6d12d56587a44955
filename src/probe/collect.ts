/** Everything a machine can tell about itself, read once; a part that fails is named and left out. */
import { cpuPackages } from './cpu.js';
import type { Ethtool } from './ethtool.js';
import { memoryDevices, memoryTotalBytes } from './memory.js';
import { type Addresses, networkInterfaces, nics } from './network.js';
import { pciDevices } from './pci.js';
import type { Root } from './root.js';
import { blockDevices } from './storage.js';
import { systemInfo } from './system.js';
import type { MachineReport } from './wire.js';

/** What does not change while the machine runs: all but the time and the neighbours. */
export type Hardware = Omit<MachineReport, 'timestamp' | 'lldp'>;

/** @throws whatever reading links throws: a machine without its network is no report */
export function collect(
  root: Root,
  addresses: Addresses,
  onFailure: (part: string, error: unknown) => void,
  ask?: Ethtool,
): Hardware {
  const part = <T>(name: string, read: () => readonly T[]): readonly T[] => {
    try {
      return read();
    } catch (error) {
      onFailure(name, error);
      return [];
    }
  };
  const total = memoryTotalBytes(root);
  const parts = {
    cpu: part('cpu', () => cpuPackages(root)),
    networkInterfaces: networkInterfaces(root, addresses),
    storage: part('storage', () => blockDevices(root)),
    memory: part('memory', () => memoryDevices(root)),
    nics: part('nics', () => nics(root, ask)),
    pciDevices: part('pciDevices', () => pciDevices(root)),
  };
  return {
    systemInfo: systemInfo(root),
    ...Object.fromEntries(Object.entries(parts).filter(([, list]) => list.length > 0)),
    ...(total === undefined ? {} : { extensions: { memoryTotalBytes: total } }),
  };
}
