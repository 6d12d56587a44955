/**
 * Memory v1_20_0, EthernetInterface v1_12_4, NetworkAdapter v1_12_0, Port v1_16_0, NetworkPort v1_4_3,
 * NetworkDeviceFunction v1_11_0, PCIeDevice v1_18_0, SecureBoot v1_1_2, Chassis v1_27_0 (DSP8010 2025.2).
 */
import { z } from 'zod';
import { items, link, nested, number, text, uri } from './lenient.js';
import { Status } from './resource.js';

const flag = z.boolean().optional().catch(undefined);

export const Memory = z.looseObject({
  Id: text,
  CapacityMiB: number,
  MemoryDeviceType: text,
  OperatingSpeedMhz: number,
  Manufacturer: text,
  PartNumber: text,
  SerialNumber: text,
  DeviceLocator: text,
  Status,
});

export const EthernetInterface = z.looseObject({
  Id: text,
  MACAddress: text,
  PermanentMACAddress: text,
  LinkStatus: text,
  SpeedMbps: number,
  InterfaceEnabled: flag,
  UefiDevicePath: text,
});

/** A NetworkInterface of a system: where its adapter is. */
export const NetworkInterface = z.looseObject({ Links: nested({ NetworkAdapter: link }) });

export const NetworkAdapter = z.looseObject({
  '@odata.id': uri,
  Id: text,
  Manufacturer: text,
  Model: text,
  PartNumber: text,
  SerialNumber: text,
  Controllers: items,
  Ports: link,
  NetworkPorts: link,
  NetworkDeviceFunctions: link,
});

export const AdapterController = z.looseObject({ FirmwarePackageVersion: text });

/** Port and its predecessor NetworkPort at once: each has the link speed in its own words. */
export const NetworkPort = z.looseObject({
  '@odata.id': uri,
  Id: text,
  LinkStatus: text,
  CurrentSpeedGbps: number,
  CurrentLinkSpeedMbps: number,
  Ethernet: nested({ AssociatedMACAddresses: items }),
  AssociatedNetworkAddresses: items,
});

export const NetworkDeviceFunction = z.looseObject({
  Ethernet: nested({ MACAddress: text, PermanentMACAddress: text }),
  PhysicalPortAssignment: link,
  Links: nested({ PhysicalPortAssignment: link, PhysicalNetworkPortAssignment: link }),
});

export const PcieDevice = z.looseObject({
  Id: text,
  Name: text,
  Manufacturer: text,
  Model: text,
  PartNumber: text,
  SerialNumber: text,
  FirmwareVersion: text,
  DeviceType: text,
});

export const SecureBoot = z.looseObject({
  SecureBootEnable: flag,
  SecureBootCurrentBoot: text,
  SecureBootMode: text,
});

export const TrustedModule = z.looseObject({ InterfaceType: text, FirmwareVersion: text, Status });

export const ChassisFacts = z.looseObject({
  '@odata.id': uri,
  Id: text,
  ChassisType: text,
  Manufacturer: text,
  Model: text,
  PartNumber: text,
  SerialNumber: text,
  AssetTag: text,
  PowerState: text,
  NetworkAdapters: link,
  PCIeDevices: link,
  Location: nested({
    PostalAddress: nested({ Room: text }),
    Placement: nested({ Row: text, Rack: text, RackOffset: number }),
    PartLocation: nested({ ServiceLabel: text, LocationOrdinalValue: number }),
  }),
});

/** Links of a system to its parts. */
export const SystemParts = z.looseObject({
  Memory: link,
  EthernetInterfaces: link,
  NetworkInterfaces: link,
  PCIeDevices: z.unknown().optional(),
  SecureBoot: link,
  TrustedModules: items,
});
