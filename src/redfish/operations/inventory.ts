/** What a system is made of: processors, and storage with its drives and volumes. */
import { isMetalError, type MetalError } from '../../errors/classes.js';
import type { DriveInfo, ProcessorInfo, StorageInfo, VolumeInfo } from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import type { ComputerSystem } from '../schema/computer-system.js';
import { Processor } from '../schema/processor.js';
import { Drive, SimpleDevice, SimpleStorage, Storage, Volume } from '../schema/storage.js';
import { isObject, type JsonObject } from '../transport/json.js';
import { present } from './present.js';

/** How services tell that they have a Storage link and nothing behind it. */
const withoutStorage = ['BMC_NOT_FOUND', 'BMC_ERROR', 'BMC_REFUSED'];

const tolerant = { tolerant: true } as const;

/** All processors of any type, GPUs and accelerators included. */
export async function readProcessors(resources: Resources, system: ComputerSystem): Promise<ProcessorInfo[]> {
  return (await resources.members(system.Processors, tolerant)).map(toProcessor);
}

/** Storage subsystems; older services have SimpleStorage instead, or a Storage collection that is empty or missing. */
export async function readStorages(resources: Resources, system: ComputerSystem): Promise<StorageInfo[]> {
  const members = await storageMembers(resources, system);
  if (Array.isArray(members) && members.length > 0)
    return Promise.all(members.map((json) => readStorage(resources, json)));
  const simple = await resources.members(system.SimpleStorage, tolerant);
  if (simple.length === 0 && isMetalError(members) && members.code !== 'BMC_NOT_FOUND') throw members;
  return simple.map(toSimpleStorage);
}

/** The members, or the failure that sends us to SimpleStorage; which stands if there is nothing either. */
async function storageMembers(
  resources: Resources,
  { Storage: link }: ComputerSystem,
): Promise<JsonObject[] | MetalError> {
  try {
    return await resources.members(link, { levels: 2, tolerant: true });
  } catch (error) {
    if (isMetalError(error) && withoutStorage.includes(error.code)) return error;
    throw error;
  }
}

async function readStorage(resources: Resources, json: JsonObject): Promise<StorageInfo> {
  const storage = Storage.parse(json);
  const whole = await withContents(resources, json);
  const [drives, volumes] = await Promise.all([readDrives(resources, whole), readVolumes(resources, whole)]);
  return {
    name: storage.Name ?? storage.Id ?? '',
    ...present({ state: storage.Status?.State }),
    drives: drives.map(toDrive),
    volumes: volumes.map(toVolume),
  };
}

/** One request brings all drives and the volume count, unless they came with the collection or there are none. */
export async function withContents(resources: Resources, json: JsonObject): Promise<JsonObject> {
  const drives = Storage.parse(json).Drives;
  const isWorthIt = drives.length > 0 && drives.some((drive) => !isWhole(drive));
  if (!isWorthIt || !(await resources.expands(1))) return json;
  return resources.contents(resources.service.path(json['@odata.id']));
}

/** Drives are listed in the resource itself; expanded ones are there already. */
async function readDrives(resources: Resources, json: JsonObject): Promise<JsonObject[]> {
  return resources.resolved(Storage.parse(json).Drives, tolerant);
}

async function readVolumes(resources: Resources, { Volumes }: JsonObject): Promise<JsonObject[]> {
  if (!isObject(Volumes)) return [];
  const isCounted = Array.isArray(Volumes.Members);
  if (isCounted && (Volumes.Members as unknown[]).length === 0) return [];
  if (isCounted && (Volumes.Members as unknown[]).every(isWhole))
    return resources.resolved(Volumes.Members as unknown[]);
  try {
    return await resources.members(Volumes['@odata.id'], tolerant);
  } catch (error) {
    if (isMetalError(error) && error.code === 'BMC_NOT_FOUND') return [];
    throw error;
  }
}

const isWhole = (reference: unknown): boolean => isObject(reference) && reference.Id !== undefined;

function toProcessor(json: JsonObject): ProcessorInfo {
  const processor = Processor.parse(json);
  const info = present({
    type: processor.ProcessorType,
    architecture: processor.ProcessorArchitecture,
    instructionSet: processor.InstructionSet,
    manufacturer: processor.Manufacturer,
    model: processor.Model,
    maxSpeedMHz: processor.MaxSpeedMHz,
    totalCores: processor.TotalCores,
    totalThreads: processor.TotalThreads,
  });
  return { id: processor.Id ?? '', ...info };
}

function toDrive(json: JsonObject): DriveInfo {
  const drive = Drive.parse(json);
  const info = present({
    mediaType: drive.MediaType,
    formFactor: drive.DriveFormFactor,
    capacityBytes: drive.CapacityBytes,
    vendor: drive.Manufacturer,
    model: drive.Model,
    state: drive.Status?.State,
  });
  return { name: drive.Name ?? drive.Id ?? '', ...info };
}

function toVolume(json: JsonObject): VolumeInfo {
  const volume = Volume.parse(json);
  const info = present({
    capacityBytes: volume.CapacityBytes,
    state: volume.Status?.State,
    raidType: volume.RAIDType,
  });
  return { name: volume.Name ?? volume.Id ?? '', ...info };
}

function toSimpleStorage(json: JsonObject): StorageInfo {
  const storage = SimpleStorage.parse(json);
  const drives = storage.Devices.filter(isObject).map(toSimpleDrive);
  return {
    name: storage.Name ?? storage.Id ?? '',
    ...present({ state: storage.Status?.State }),
    drives,
    volumes: [],
  };
}

function toSimpleDrive(json: JsonObject): DriveInfo {
  const device = SimpleDevice.parse(json);
  const info = present({
    capacityBytes: device.CapacityBytes,
    vendor: device.Manufacturer,
    model: device.Model,
    state: device.Status?.State,
  });
  return { name: device.Name ?? '', ...info };
}
