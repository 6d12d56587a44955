/** From what Redfish and the probe tell to the fields of a Server's status. Pure. */
import { parseIp } from '../../lib/ip.js';
import type { DriveInfo, ProcessorInfo, StorageInfo, SystemInfo, VolumeInfo } from '../../ports/bmc.js';
import type { ProbeReport } from '../../ports/probes.js';

const stringLimit = 1_024;
const text = (value: string | undefined): string | null => (value === undefined ? null : value.slice(0, stringLimit));

/** Identity and memory of the system. Absent facts are removed, not kept from another machine. */
export const systemStatus = (system: SystemInfo): Record<string, unknown> => ({
  manufacturer: text(system.manufacturer),
  model: text(system.model),
  sku: text(system.sku),
  serialNumber: text(system.serialNumber),
  biosVersion: text(system.biosVersion),
  totalSystemMemory: `${Math.round(system.memoryGiB ?? 0)}Gi`,
});

export const processorStatus = (processor: ProcessorInfo): Record<string, unknown> =>
  present({
    id: processor.id,
    type: processor.type,
    architecture: processor.architecture,
    instructionSet: processor.instructionSet,
    manufacturer: processor.manufacturer,
    model: processor.model,
    maxSpeedMHz: processor.maxSpeedMHz,
    totalCores: processor.totalCores,
    totalThreads: processor.totalThreads,
  });

export const storageStatus = (storage: StorageInfo): Record<string, unknown> =>
  present({
    name: storage.name,
    state: storage.state,
    volumes: storage.volumes.map(volumeStatus),
    drives: storage.drives.map(driveStatus),
  });

const driveStatus = (drive: DriveInfo): Record<string, unknown> =>
  present({
    name: drive.name,
    mediaType: drive.mediaType,
    type: drive.formFactor,
    capacity: binaryQuantity(drive.capacityBytes),
    vendor: drive.vendor,
    model: drive.model,
    state: drive.state,
  });

const volumeStatus = (volume: VolumeInfo): Record<string, unknown> =>
  present({
    name: volume.name,
    capacity: binaryQuantity(volume.capacityBytes),
    state: volume.state,
    raidType: volume.raidType,
  });

const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];

/** Kubernetes quantity in the largest binary unit that keeps the value whole. */
function binaryQuantity(bytes: number | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  let value = bytes;
  let unit = 0;
  while (value > 0 && value % 1024 === 0 && unit < binarySuffixes.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value}${binarySuffixes[unit]}`;
}

/** Network interfaces as the probe found them, with the LLDP neighbours heard on each. */
export const networkStatus = (report: ProbeReport): Record<string, unknown>[] =>
  report.networkInterfaces.map((nic) =>
    present({
      name: nic.name,
      macAddress: nic.macAddress,
      carrierStatus: nic.carrierStatus,
      ips: nic.ipAddresses.filter(isIp),
      neighbors: neighborsOf(report, nic.name),
    }),
  );

function neighborsOf(report: ProbeReport, name: string): Record<string, unknown>[] | undefined {
  const heard = report.lldp.filter((entry) => entry.name === name).flatMap((entry) => entry.neighbors);
  if (heard.length === 0) return undefined;
  return heard.map((neighbor) =>
    present({
      macAddress: neighbor.chassisId,
      portID: neighbor.portId,
      portDescription: neighbor.portDescription,
      systemName: neighbor.systemName,
      systemDescription: neighbor.systemDescription,
    }),
  );
}

/** Without prefix length or zone: what the schema takes (`format: ip`). */
const isIp = (address: string): boolean => parseIp(address) !== undefined;

/** The object without its undefined members: an array item replaces its predecessor whole. */
function present(object: Record<string, unknown>): Record<string, unknown> {
  const kept = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    kept.map(([key, value]) => [key, typeof value === 'string' ? value.slice(0, stringLimit) : value]),
  );
}
