/**
 * What a machine is built of. One description feeds both the Redfish tree and the in-band probe, so the two can only
 * disagree where a fault wants them to.
 */

export interface Processors {
  readonly count: number;
  readonly manufacturer: string;
  /** CPUID vendor string as an operating system shows it. */
  readonly vendorId: string;
  readonly model: string;
  readonly architecture: 'x86' | 'ARM';
  readonly instructionSet: 'x86-64' | 'ARM-A64';
  readonly coresEach: number;
  readonly threadsEach: number;
  readonly maxSpeedMHz: number;
}

export interface Dimms {
  readonly count: number;
  readonly capacityMiB: number;
  readonly type: string;
  readonly speedMHz: number;
  readonly manufacturer: string;
  readonly partNumber: string;
}

export interface NicPort {
  /** Redfish id of the EthernetInterface. */
  readonly id: string;
  /** Kernel name, as the probe reports it. */
  readonly name: string;
  readonly vendor: string;
  readonly model: string;
  readonly speedMbps: number;
  readonly pciAddress: string;
  readonly vendorID: string;
  readonly productID: string;
  readonly firmwareVersion: string;
  /** A cable is in: link up, and a switch port is seen by LLDP. */
  readonly isLinked: boolean;
}

export interface Drive {
  readonly id: string;
  readonly model: string;
  readonly manufacturer: string;
  readonly capacityBytes: number;
  readonly media: 'SSD' | 'HDD';
  readonly protocol: 'NVMe' | 'SATA' | 'SAS';
  readonly formFactor: string;
}

export interface Volume {
  readonly id: string;
  readonly name: string;
  readonly raidType: string;
  readonly capacityBytes: number;
  /** Indexes into the drives of the controller. */
  readonly drives: readonly number[];
}

export interface StorageController {
  readonly id: string;
  readonly name: string;
  readonly drives: readonly Drive[];
  readonly volumes: readonly Volume[];
}

export interface Hardware {
  readonly manufacturer: string;
  readonly model: string;
  readonly sku: string;
  readonly family: string;
  readonly biosVendor: string;
  readonly biosVersion: string;
  readonly biosDate: string;
  readonly boardModel: string;
  readonly processors: Processors;
  readonly dimms: Dimms;
  readonly nics: readonly NicPort[];
  readonly controllers: readonly StorageController[];
}

/** Memory of the whole machine, in GiB. */
export const memoryGiB = (hardware: Hardware): number => (hardware.dimms.count * hardware.dimms.capacityMiB) / 1024;
