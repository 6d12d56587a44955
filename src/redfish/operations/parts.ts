/** Memory, PCIe devices, trust and chassis of a system; its network is in `network.ts`. */
import type { ChassisInfo, Inventory, MemoryModule, PcieDeviceInfo, SystemUri, TrustInfo } from '../../ports/bmc.js';
import { ChassisFacts, Memory, PcieDevice, SecureBoot, SystemParts, TrustedModule } from '../schema/inventory.js';
import { isObject, type JsonObject } from '../transport/json.js';
import { chassisLinksOf, chassisOf } from './chassis.js';
import { networkOf } from './network.js';
import { present } from './present.js';
import type { Reach } from './reach.js';

const tolerant = { tolerant: true } as const;

/** Inventory of the systems of a BMC. */
export function inventoryOf(reach: Reach): Inventory {
  return {
    memory: (uri) => readMemory(reach, uri),
    ...networkOf(reach),
    pcieDevices: (uri) => readPcie(reach, uri),
    trust: (uri) => readTrust(reach, uri),
    chassis: async (uri) => (await chassisOf(reach, uri)).map(toChassis),
  };
}

async function readMemory({ resources, links }: Reach, uri: SystemUri): Promise<MemoryModule[]> {
  const modules = await resources.members(SystemParts.parse(await links(uri)).Memory, tolerant);
  return modules.map((json) => Memory.parse(json)).flatMap(toModule);
}

/** Empty sockets are listed as absent, or with a capacity of zero. */
function toModule(memory: ReturnType<typeof Memory.parse>): MemoryModule[] {
  if (memory.Status?.State === 'Absent' || memory.CapacityMiB === 0) return [];
  const facts = present({
    capacityMiB: memory.CapacityMiB,
    type: memory.MemoryDeviceType,
    speedMHz: memory.OperatingSpeedMhz,
    manufacturer: memory.Manufacturer,
    partNumber: memory.PartNumber,
    serialNumber: memory.SerialNumber,
    slot: memory.DeviceLocator,
    health: memory.Status?.Health,
  });
  return [{ id: memory.Id ?? '', ...facts }];
}

/** The system has a list of links; Supermicro's has none, its chassis a collection. */
async function readPcie(reach: Reach, uri: SystemUri): Promise<PcieDeviceInfo[]> {
  const { resources } = reach;
  const { PCIeDevices: ofSystem } = SystemParts.parse(await reach.links(uri));
  if (Array.isArray(ofSystem) && ofSystem.length > 0) {
    return (await resources.resolved(ofSystem, tolerant)).map(toPcie);
  }
  const collection = isObject(ofSystem) ? ofSystem['@odata.id'] : undefined;
  if (collection !== undefined) return (await resources.members(collection, tolerant)).map(toPcie);
  const cases = (await chassisLinksOf(reach, uri)).map((json) => ChassisFacts.parse(json).PCIeDevices);
  return (await Promise.all(cases.map((link) => resources.members(link, tolerant)))).flat().map(toPcie);
}

function toPcie(json: JsonObject): PcieDeviceInfo {
  const device = PcieDevice.parse(json);
  const facts = present({
    name: device.Name,
    manufacturer: device.Manufacturer,
    model: device.Model,
    partNumber: device.PartNumber,
    serialNumber: device.SerialNumber,
    firmwareVersion: device.FirmwareVersion,
    type: device.DeviceType,
  });
  return { id: device.Id ?? '', ...facts };
}

async function readTrust({ resources, links }: Reach, uri: SystemUri): Promise<TrustInfo> {
  const parts = SystemParts.parse(await links(uri));
  const modules = parts.TrustedModules.filter(isObject)
    .map((json) => TrustedModule.parse(json))
    .filter(({ Status }) => Status?.State !== 'Absent')
    .map(({ InterfaceType, FirmwareVersion, Status }) =>
      present({ type: InterfaceType, firmwareVersion: FirmwareVersion, state: Status?.State }),
    );
  if (parts.SecureBoot === undefined) return { modules };
  const { json } = await resources.get(resources.service.path(parts.SecureBoot));
  const { SecureBootEnable, SecureBootCurrentBoot, SecureBootMode } = SecureBoot.parse(json);
  const facts = { isEnabled: SecureBootEnable, current: SecureBootCurrentBoot, mode: SecureBootMode };
  return { secureBoot: present(facts), modules };
}

function toChassis(json: JsonObject): ChassisInfo {
  const chassis = ChassisFacts.parse(json);
  const { PostalAddress, Placement, PartLocation } = chassis.Location ?? {};
  const location = present({
    room: PostalAddress?.Room,
    row: Placement?.Row,
    rack: Placement?.Rack,
    rackOffset: Placement?.RackOffset,
    slot: PartLocation?.ServiceLabel ?? ordinal(PartLocation?.LocationOrdinalValue),
  });
  const facts = present({
    type: chassis.ChassisType,
    manufacturer: chassis.Manufacturer,
    model: chassis.Model,
    partNumber: chassis.PartNumber,
    serialNumber: chassis.SerialNumber,
    assetTag: chassis.AssetTag,
    powerState: chassis.PowerState,
    location: Object.keys(location).length === 0 ? undefined : location,
  });
  return { uri: chassis['@odata.id'] ?? '', id: chassis.Id ?? '', ...facts };
}

const ordinal = (value: number | undefined): string | undefined => (value === undefined ? undefined : String(value));
