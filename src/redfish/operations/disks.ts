/** Erasing drives, and making and removing volumes. Each request is sent once; what it became is told as a task. */
import { isMetalError, PermanentError } from '../../errors/classes.js';
import type { DiskChanges, DriveDetail, NewVolume, SystemUri, TaskInfo, VolumeDetail } from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import { link } from '../schema/lenient.js';
import { DriveDetail as Drive, Storage, VolumeDetail as Volume } from '../schema/storage.js';
import { isObject, type JsonObject } from '../transport/json.js';
import type { Request } from '../transport/transport.js';
import { withContents } from './inventory.js';
import { present } from './present.js';
import type { Reach } from './reach.js';
import { taskIn, workIn } from './tasks.js';
import { unsupported } from './unsupported.js';

const tolerant = { tolerant: true } as const;

/** Disks of the systems of a BMC. */
export function disksOf(reach: Reach): DiskChanges {
  const { resources } = reach;
  return {
    drives: (uri) => listDrives(reach, uri),
    eraseDrive: (drive, method) => eraseDrive(resources, drive, method),
    volumes: (uri) => listVolumes(reach, uri),
    createVolume: (uri, volume) => createVolume(reach, uri, volume),
    deleteVolume: (volume) => deleteVolume(resources, volume),
  };
}

async function storages({ resources, links }: Reach, uri: SystemUri): Promise<JsonObject[]> {
  return resources.members((await links(uri)).Storage, { levels: 2, tolerant: true });
}

async function listDrives(reach: Reach, uri: SystemUri): Promise<DriveDetail[]> {
  const { resources } = reach;
  const whole = await Promise.all((await storages(reach, uri)).map((json) => withContents(resources, json)));
  const references = whole.flatMap((json) => Storage.parse(json).Drives);
  return (await resources.resolved(references, tolerant)).map(toDrive);
}

function toDrive(json: JsonObject): DriveDetail {
  const drive = Drive.parse(json);
  const erase = drive.Actions?.['#Drive.SecureErase'];
  const facts = present({
    serialNumber: drive.SerialNumber,
    model: drive.Model,
    capacityBytes: drive.CapacityBytes,
    mediaType: drive.MediaType,
    state: drive.Status?.State,
  });
  return {
    uri: String(json['@odata.id']),
    name: drive.Name ?? drive.Id ?? '',
    ...facts,
    canBeErased: erase?.target !== undefined,
    methods: erase?.['SanitizationType@Redfish.AllowableValues'] ?? [],
    volumes: linked(drive.Links?.Volumes),
  };
}

const linked = (references: readonly unknown[] = []): string[] =>
  references.flatMap((reference) => link.parse(reference) ?? []);

async function eraseDrive(resources: Resources, uri: string, method: string | undefined): Promise<TaskInfo> {
  await resources.service.known();
  const path = resources.service.path(uri);
  const action = Drive.parse((await resources.get(path)).json).Actions?.['#Drive.SecureErase'];
  if (action?.target === undefined) throw unsupported(resources, 'erasing a drive', 'the drive has no such action');
  const methods = action['SanitizationType@Redfish.AllowableValues'];
  if (method !== undefined && methods?.includes(method) === false) {
    throw unsupported(resources, 'erasing a drive', `it is erased by ${methods.join(', ')}, not ${method}`);
  }
  const body = method === undefined ? {} : { SanitizationType: method };
  const request: Request = { method: 'POST', path: resources.service.path(action.target), kind: 'action', body };
  resources.forget(path);
  return workIn(resources.service, await resources.service.send(request));
}

async function send(resources: Resources, request: Request): Promise<TaskInfo> {
  try {
    return taskIn(resources.service, await resources.service.send(request));
  } finally {
    resources.forget(request.path);
  }
}

async function listVolumes(reach: Reach, uri: SystemUri): Promise<VolumeDetail[]> {
  const all = (await storages(reach, uri)).map(({ Volumes }) => volumesIn(reach.resources, Volumes));
  return (await Promise.all(all)).flat().map(toVolume);
}

async function volumesIn(resources: Resources, volumes: unknown): Promise<JsonObject[]> {
  if (!isObject(volumes)) return [];
  if (Array.isArray(volumes.Members) && volumes.Members.every(isWhole)) return volumes.Members;
  return resources.members(volumes['@odata.id'], tolerant).catch((error: unknown) => {
    if (isMetalError(error) && error.code === 'BMC_NOT_FOUND') return [];
    throw error;
  });
}

const isWhole = (member: unknown): member is JsonObject => isObject(member) && member.Id !== undefined;

function toVolume(json: JsonObject): VolumeDetail {
  const volume = Volume.parse(json);
  const facts = present({ raidType: volume.RAIDType, capacityBytes: volume.CapacityBytes });
  const drives = linked(volume.Links?.Drives);
  return { uri: String(json['@odata.id']), name: volume.Name ?? volume.Id ?? '', ...facts, drives };
}

async function createVolume(reach: Reach, uri: SystemUri, wanted: NewVolume): Promise<TaskInfo> {
  const { resources } = reach;
  const found = (await storages(reach, uri)).find((json) => nameOf(json) === wanted.storage);
  const collection = isObject(found?.Volumes) ? found.Volumes['@odata.id'] : undefined;
  if (collection === undefined) throw noStorage(resources, wanted.storage);
  const body = {
    RAIDType: wanted.raidType,
    Links: { Drives: wanted.drives.map((drive) => ({ '@odata.id': resources.service.path(drive) })) },
    ...present({ Name: wanted.name, CapacityBytes: wanted.capacityBytes }),
  };
  return send(resources, { method: 'POST', path: resources.service.path(collection), kind: 'create', body });
}

function nameOf(json: JsonObject): string | undefined {
  const { Name, Id } = Storage.parse(json);
  return Name ?? Id;
}

const noStorage = (resources: Resources, name: string): PermanentError =>
  new PermanentError('BMC_NOT_FOUND', 'creating a volume', {
    why: `the system has no storage "${name}" that takes volumes`,
    context: { bmc: resources.service.options.access.id },
  });

async function deleteVolume(resources: Resources, uri: string): Promise<TaskInfo> {
  await resources.service.known();
  const path = resources.service.path(uri);
  try {
    return await send(resources, { method: 'DELETE', path, kind: 'update' });
  } catch (error) {
    if (!isMetalError(error) || error.code !== 'BMC_NOT_FOUND') throw error;
    return { uri, progress: 'completed', hasWarnings: false, messages: [] };
  }
}
