/**
 * What a probe posts to `/register`: upstream's wire format, name by name (`hWSectorSize` is spelled so). Absent
 * optional members are upstream's `omitempty`; everything else is always present.
 */

export interface Registration {
  readonly systemUUID: string;
  readonly data: MachineReport;
}

export interface MachineReport {
  /** RFC 3339, UTC, whole seconds. */
  readonly timestamp: string;
  readonly systemInfo: SystemInfo;
  readonly cpu?: readonly CpuPackage[];
  readonly networkInterfaces?: readonly LinkReport[];
  readonly lldp?: readonly LldpInterface[];
  readonly storage?: readonly BlockDevice[];
  readonly memory?: readonly MemoryDevice[];
  readonly nics?: readonly Nic[];
  readonly pciDevices?: readonly PciDevice[];
  /** Ours; upstream's registry drops it unread. */
  readonly extensions?: { readonly memoryTotalBytes?: number };
}

export interface SystemInfo {
  readonly biosInformation: Readonly<Record<'vendor' | 'version' | 'date', string>>;
  readonly systemInformation: Readonly<
    Record<'manufacturer' | 'productName' | 'version' | 'serialNumber' | 'uuid' | 'skuNumber' | 'family', string>
  >;
  readonly boardInformation: Readonly<
    Record<'manufacturer' | 'product' | 'version' | 'serialNumber' | 'assetTag', string>
  >;
}

export interface CpuPackage {
  readonly id: number;
  readonly totalCores: number;
  readonly totalHardwareThreads: number;
  readonly vendor: string;
  readonly model: string;
  readonly capabilities: readonly string[] | null;
}

export interface LinkReport {
  readonly name: string;
  readonly ipAddresses: readonly string[];
  readonly macAddress: string;
  readonly carrierStatus: 'up' | 'down';
}

export interface LldpInterface {
  readonly name: string;
  readonly neighbors: readonly LldpNeighbor[];
}

export interface LldpNeighbor {
  readonly chassisId?: string;
  readonly portId?: string;
  readonly portDescription?: string;
  readonly systemName?: string;
  readonly systemDescription?: string;
  readonly mgmtIp?: string;
  readonly capabilities?: readonly string[];
  readonly vlanId?: string;
}

/** Sizes in bytes. */
export interface BlockDevice {
  /** udev's ID_PATH, not a path below `/dev`. */
  readonly path: string;
  readonly name: string;
  readonly rotational: boolean;
  readonly removable: boolean;
  readonly readOnly: boolean;
  readonly vendor: string;
  readonly model: string;
  readonly serial: string;
  readonly wwid: string;
  readonly physicalBlockSize: number;
  readonly logicalBlockSize: number;
  readonly hWSectorSize: number;
  readonly sizeBytes: number;
  readonly numaNodeID: number;
}

/** One SMBIOS type 17 structure with a module in it. `size` in bytes. */
export interface MemoryDevice {
  readonly size: number;
  readonly deviceSet: string;
  readonly deviceLocator: string;
  readonly bankLocator: string;
  readonly memoryType: string;
  readonly speed: string;
  readonly vendor: string;
  readonly serialNumber: string;
  readonly assetTag: string;
  readonly partNumber: string;
  readonly configuredMemorySpeed: string;
  readonly minimumVoltage: string;
  readonly maximumVoltage: string;
  readonly configuredVoltage: string;
}

export interface Nic {
  readonly name: string;
  readonly mac: string;
  readonly pciAddress: string;
  readonly speed: string;
  readonly linkModes: readonly string[] | null;
  readonly supportedPorts: readonly string[] | null;
  readonly firmwareVersion: string;
}

export interface PciDevice {
  readonly address?: string;
  readonly vendor?: string;
  readonly vendorID?: string;
  readonly product?: string;
  readonly productID?: string;
  readonly numaNodeID?: number;
}
