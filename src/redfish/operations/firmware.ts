/** Firmware updates: fetched by the BMC, uploaded with parameters, or uploaded bare; each handed over exactly once. */
import { isMetalError } from '../../errors/classes.js';
import type {
  Firmware,
  FirmwareComponent,
  FirmwareImage,
  FirmwareItem,
  FirmwareUpdate,
  TaskInfo,
  UpdateWays,
} from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import { ComputerSystem } from '../schema/computer-system.js';
import { SoftwareInventory, UpdateService } from '../schema/update-service.js';
import type { JsonObject } from '../transport/json.js';
import type { Path } from '../transport/link.js';
import type { Request } from '../transport/transport.js';
import { updateForm } from './multipart.js';
import { patch } from './patch.js';
import { present } from './present.js';
import type { Reach } from './reach.js';
import { workIn } from './tasks.js';
import { unsupported } from './unsupported.js';

/** What the service offers changes with its own firmware only, but an update is rare and worth a fresh look. */
const serviceMs = 60_000;
/** Where its inventory is stays for longer. */
const linksMs = 3_600_000;

/** Firmware of a BMC. */
export function firmwareOf(reach: Reach): Firmware {
  const { resources } = reach;
  return {
    firmwareTargets: (component) => targetsOf(reach, component),
    firmwareInventory: () => inventory(resources),
    pendingFirmware: async (component) => {
      const { isPending } = (await resources.service.known()).vendor.firmware;
      return (await inventory(resources)).filter((item) => isPending(item, component));
    },
    updateWays: async () => waysOf((await readService(resources)).service),
    updateFirmware: async (update) => updateFirmware(resources, await aimed(reach, update)),
    startUpdate: () => startUpdate(resources),
  };
}

/** What is updated: the item of the inventory, or what a vendor names instead (Supermicro: the manager, the Bios). */
async function targetsOf(reach: Reach, component: FirmwareComponent): Promise<string[]> {
  const { resources } = reach;
  const { firmware } = (await resources.service.known()).vendor;
  if (firmware.targets === 'resources') return [await resourceOf(reach, component)].flat();
  const items = (await inventory(resources)).filter((item) => !isWaiting(item) && item.isUpdateable !== false);
  return items.filter((item) => firmware.isPending({ ...item, isStaged: true }, component)).map(({ uri }) => uri);
}

const isWaiting = ({ isStaged, id }: FirmwareItem): boolean => isStaged || /-PENDING$/i.test(id);

async function resourceOf({ resources, managerResource }: Reach, component: FirmwareComponent): Promise<string[]> {
  if (component === 'BMC') return [(await managerResource(serviceMs)).path];
  const { root } = await resources.service.known();
  const systems = (await resources.members(root.Systems)).map((json) => ComputerSystem.parse(json));
  return systems.flatMap(({ Bios }) => Bios ?? []);
}

/** BMCs that cannot tell by the image what it is for are told, by the component. */
async function aimed(reach: Reach, update: FirmwareUpdate): Promise<FirmwareUpdate> {
  const { firmware } = (await reach.resources.service.known()).vendor;
  if (update.targets !== undefined || update.component === undefined || firmware.targets === undefined) return update;
  return { ...update, targets: await targetsOf(reach, update.component) };
}

type UpdateServiceFacts = ReturnType<typeof UpdateService.parse>;

async function readService(
  resources: Resources,
  maxAgeMs = serviceMs,
): Promise<{ path: Path; service: UpdateServiceFacts }> {
  const { root } = await resources.service.known();
  if (root.UpdateService === undefined)
    throw unsupported(resources, 'looking at its firmware', 'it has no UpdateService');
  const path = resources.service.path(root.UpdateService);
  return { path, service: UpdateService.parse((await resources.get(path, maxAgeMs)).json) };
}

async function inventory(resources: Resources): Promise<FirmwareItem[]> {
  const { service } = await readService(resources, linksMs);
  return (await resources.members(service.FirmwareInventory, { tolerant: true })).map(toItem);
}

function toItem(json: JsonObject): FirmwareItem {
  const item = SoftwareInventory.parse(json);
  const facts = present({
    version: item.Version,
    isUpdateable: item.Updateable,
    state: item.Status?.State,
    releaseDate: item.ReleaseDate?.startsWith('00:00') ? undefined : item.ReleaseDate,
  });
  const { Id: id = '', Name: name = id } = item;
  return { uri: String(json['@odata.id']), id, name, isStaged: item.Staged === true, ...facts };
}

function waysOf(service: UpdateServiceFacts): UpdateWays {
  const simple = service.Actions?.['#UpdateService.SimpleUpdate'];
  const protocols = simple?.['TransferProtocol@Redfish.AllowableValues'] ?? [];
  return {
    ...(simple?.target === undefined ? {} : { pull: { protocols } }),
    multipart: service.MultipartHttpPushUri !== undefined,
    push: service.HttpPushUri !== undefined,
    ...present({ maxImageBytes: service.MaxImageSizeBytes }),
  };
}

async function updateFirmware(resources: Resources, update: FirmwareUpdate): Promise<TaskInfo> {
  const { path, service } = await readService(resources);
  if (service.ServiceEnabled === false)
    throw unsupported(resources, 'updating firmware', 'its UpdateService is disabled');
  const { image } = update;
  if (image.kind === 'url') return send(resources, path, simpleUpdate(resources, service, update, image));
  const { MaxImageSizeBytes: most } = service;
  if (most !== undefined && image.bytes > most) {
    throw unsupported(resources, 'updating firmware', `the image has ${image.bytes} bytes, the BMC takes ${most}`);
  }
  if (service.MultipartHttpPushUri !== undefined) {
    return send(resources, path, await multipart(resources, service.MultipartHttpPushUri, update, image));
  }
  if (service.HttpPushUri !== undefined) return push(resources, { path, service }, update, image);
  throw unsupported(resources, 'updating firmware', 'it takes no uploads');
}

type UrlImage = Extract<FirmwareImage, { kind: 'url' }>;
type FileImage = Extract<FirmwareImage, { kind: 'file' }>;

function simpleUpdate(
  resources: Resources,
  service: UpdateServiceFacts,
  { targets, applyTime, force }: FirmwareUpdate,
  image: UrlImage,
): Request {
  const action = service.Actions?.['#UpdateService.SimpleUpdate'];
  if (action?.target === undefined) throw unsupported(resources, 'updating firmware', 'it cannot fetch images itself');
  const protocol = image.transferProtocol ?? new URL(image.url).protocol.slice(0, -1).toUpperCase();
  const protocols = action['TransferProtocol@Redfish.AllowableValues'];
  if (protocols !== undefined && !protocols.includes(protocol)) {
    throw unsupported(resources, 'updating firmware', `it fetches images by ${protocols.join(', ')}, not ${protocol}`);
  }
  if (image.password !== undefined) resources.service.options.transport.conceal(image.password.reveal());
  const body = {
    ImageURI: image.url,
    ...(protocols === undefined && image.transferProtocol === undefined ? {} : { TransferProtocol: protocol }),
    ...present({ Targets: targets, Username: image.username, Password: image.password?.reveal() }),
    ...(force === undefined ? {} : { ForceUpdate: force }),
    ...(applyTime === undefined ? {} : { '@Redfish.OperationApplyTime': applyTime }),
  };
  return { method: 'POST', path: resources.service.path(action.target), kind: 'action', body };
}

/** One request that must not be repeated; its answer names the task. */
async function send(resources: Resources, service: Path, request: Request): Promise<TaskInfo> {
  try {
    return workIn(resources.service, await resources.service.send(request));
  } finally {
    resources.forget(service);
  }
}

async function multipart(
  resources: Resources,
  link: string,
  { targets, component, applyTime, force = false }: FirmwareUpdate,
  image: FileImage,
): Promise<Request> {
  const { firmware } = (await resources.service.known()).vendor;
  const oem = component === undefined ? undefined : firmware.oem?.[component];
  const parameters = {
    Targets: targets ?? [],
    ForceUpdate: force,
    ...(applyTime === undefined ? {} : { '@Redfish.OperationApplyTime': applyTime }),
    ...(oem === undefined ? {} : { Oem: oem }),
  };
  const path = resources.service.path(link);
  return { method: 'POST', path, kind: 'upload', upload: updateForm(parameters, image), ...(await tagFor(resources)) };
}

/** iDRAC wants the tag of the inventory with an upload (412 otherwise; dell/iDRAC-Redfish-Scripting#354). */
async function tagFor(resources: Resources): Promise<Pick<Request, 'headers'>> {
  const { vendor } = await resources.service.known();
  if (!vendor.firmware.uploadNeedsTag) return {};
  const { FirmwareInventory } = (await readService(resources)).service;
  if (FirmwareInventory === undefined) return {};
  const { etag } = await resources.get(resources.service.path(FirmwareInventory));
  return etag === undefined ? {} : { headers: { 'if-match': etag } };
}

interface Place {
  readonly path: Path;
  readonly service: UpdateServiceFacts;
}

/** Bare upload: what it is for is written to the service beforehand, and the service marked as ours for that time. */
async function push(resources: Resources, place: Place, update: FirmwareUpdate, image: FileImage): Promise<TaskInfo> {
  const upload = { contentType: 'application/octet-stream', bytes: image.bytes, open: () => image.open() };
  const path = resources.service.path(place.service.HttpPushUri);
  const request: Request = { method: 'POST', path, kind: 'upload', upload, ...(await tagFor(resources)) };
  const isMarked = await mark(resources, place, update);
  try {
    return await send(resources, place.path, request);
  } finally {
    if (isMarked) await unmark(resources, place);
  }
}

async function mark(resources: Resources, { path, service }: Place, { targets }: FirmwareUpdate): Promise<boolean> {
  const knowsTargets = service.HttpPushUriTargets !== undefined && targets !== undefined;
  const knowsBusy = service.HttpPushUriTargetsBusy !== undefined;
  if (!knowsTargets && !knowsBusy) return false;
  const body = {
    ...(knowsTargets ? { HttpPushUriTargets: targets } : {}),
    ...(knowsBusy ? { HttpPushUriTargetsBusy: true } : {}),
  };
  await patch(resources.service, path, body, (await resources.get(path, serviceMs)).etag);
  resources.forget(path);
  return knowsBusy;
}

/** The upload decides what is told; a mark that stays is only logged. */
async function unmark(resources: Resources, { path }: Place): Promise<void> {
  const { log, access } = resources.service.options;
  try {
    const { etag } = await resources.get(path);
    await patch(resources.service, path, { HttpPushUriTargetsBusy: false }, etag);
  } catch (error) {
    const code = isMetalError(error) ? error.code : 'UNKNOWN';
    log.log('warn', 'the update service stays marked as busy', { bmc: access.id, code });
  } finally {
    resources.forget(path);
  }
}

async function startUpdate(resources: Resources): Promise<TaskInfo> {
  const { path, service } = await readService(resources);
  const target = service.Actions?.['#UpdateService.StartUpdate']?.target;
  if (target === undefined) throw unsupported(resources, 'starting an update', 'its UpdateService has no such action');
  return send(resources, path, { method: 'POST', path: resources.service.path(target), kind: 'action', body: {} });
}
