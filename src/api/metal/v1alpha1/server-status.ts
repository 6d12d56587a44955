/** Status of a Server: its state in the life cycle, and the inventory of what is in the machine. */
import { z } from 'zod';
import { Conditions, IpAddress, open, Quantity } from '../../fields.js';
import type { IndicatorLED, PowerState, ServerState } from './constants.js';

const Processor = z
  .object({
    id: z.string().describe('Id of the processor.'),
    type: z.string().optional().describe('CPU, GPU, FPGA and so on.'),
    architecture: z.string().optional().describe('Architecture.'),
    instructionSet: z.string().optional().describe('Instruction set.'),
    manufacturer: z.string().optional().describe('Manufacturer.'),
    model: z.string().optional().describe('Model.'),
    maxSpeedMHz: z.int32().optional().describe('Highest clock speed in MHz.'),
    totalCores: z.int32().optional().describe('Number of cores.'),
    totalThreads: z.int32().optional().describe('Number of threads.'),
  })
  .describe('One processor.');

const StorageDrive = z
  .object({
    name: z.string().optional().describe('Name of the drive.'),
    mediaType: z.string().optional().describe('HDD, SSD and so on.'),
    type: z.string().optional().describe('Form factor of the drive.'),
    capacity: Quantity.optional().describe('Size of the drive.'),
    vendor: z.string().optional().describe('Vendor of the drive.'),
    model: z.string().optional().describe('Model of the drive.'),
    state: open<'Enabled' | 'Disabled' | 'Absent'>().optional().describe('State of the drive.'),
  })
  .describe('One drive.');

const StorageVolume = z
  .object({
    name: z.string().optional().describe('Name of the volume.'),
    capacity: Quantity.optional().describe('Size of the volume.'),
    state: open<'Enabled' | 'Disabled' | 'Absent'>().optional().describe('State of the volume.'),
    raidType: z.string().optional().describe('RAID level of the volume.'),
    volumeUsage: z.string().optional().describe('What the volume is used for.'),
  })
  .describe('One volume.');

const Storage = z
  .object({
    name: z.string().optional().describe('Name of the storage.'),
    state: open<'Enabled' | 'Disabled' | 'Absent'>().optional().describe('State of the storage.'),
    volumes: z.array(StorageVolume).optional().describe('Volumes on this storage.'),
    drives: z.array(StorageDrive).optional().describe('Drives of this storage.'),
  })
  .describe('One storage subsystem.');

const LldpNeighbor = z
  .object({
    macAddress: z.string().optional().describe('Chassis id of the neighbour.'),
    portID: z.string().optional().describe('Port id of the neighbour.'),
    portDescription: z.string().optional().describe('Port description of the neighbour.'),
    systemName: z.string().optional().describe('System name of the neighbour.'),
    systemDescription: z.string().optional().describe('System description of the neighbour.'),
  })
  .describe('What LLDP heard on the interface.');

const NetworkInterface = z
  .object({
    name: z.string().describe('Name of the interface, as the booted probe sees it.'),
    macAddress: z.string().describe('MAC address of the interface.'),
    ip: z.string().optional().describe('Deprecated and always absent: use ips.'),
    ips: z.array(IpAddress).optional().describe('IP addresses, v4 and v6.'),
    carrierStatus: z.string().optional().describe('Whether the link is up.'),
    neighbors: z.array(LldpNeighbor).optional().describe('LLDP neighbours heard.'),
  })
  .describe('One network interface.');

export const ServerStatus = z
  .object({
    state: open<ServerState>().optional().describe('Where the Server is in its life.'),
    powerState: open<PowerState>().optional().describe('Power state, as Redfish reports it.'),
    indicatorLED: open<IndicatorLED>().optional().describe('Indicator LED, as Redfish reports it.'),
    manufacturer: z.string().optional().describe('Manufacturer of the machine.'),
    model: z.string().optional().describe('Model of the machine.'),
    sku: z.string().optional().describe('Stock keeping unit of the machine.'),
    serialNumber: z.string().optional().describe('Serial number of the machine.'),
    biosVersion: z.string().optional().describe('BIOS the machine runs.'),
    totalSystemMemory: Quantity.optional().describe('Memory of the machine.'),
    processors: z.array(Processor).optional().describe('Processors, as Redfish reports them.'),
    storages: z.array(Storage).optional().describe('Storage, as Redfish reports it.'),
    networkInterfaces: z.array(NetworkInterface).optional().describe('Network interfaces, as the probe found them.'),
    conditions: Conditions.optional().describe('Observations about the Server.'),
  })
  .describe('What the machine is and does.');
export type ServerStatus = z.infer<typeof ServerStatus>;
export type NetworkInterface = z.infer<typeof NetworkInterface>;
export type Processor = z.infer<typeof Processor>;
export type Storage = z.infer<typeof Storage>;
