/** Back to the factory. Nothing here is sent twice, and nothing more is erased than was named. */
import { PermanentError } from '../../errors/classes.js';
import type { ErasePart, Erasure, SystemErasure, SystemUri, TaskInfo } from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import {
  DellLcService,
  DellManager,
  ManagerDefaults,
  StorageDefaults,
  SystemErase,
  VolumeInitialize,
} from '../schema/erasure.js';
import { Storage } from '../schema/storage.js';
import type { JsonObject } from '../transport/json.js';
import type { Request } from '../transport/transport.js';
import { present } from './present.js';
import type { Reach } from './reach.js';
import { resetTypesOf } from './reset-types.js';
import { taskIn, workIn } from './tasks.js';
import { unsupported } from './unsupported.js';

const linksMs = 3_600_000;

/** Factory settings and erasure of a BMC and its machines. */
export function erasureOf(reach: Reach): Erasure {
  const { resources } = reach;
  return {
    systemErasure: async (uri) => {
      const found = await wayOf(reach, uri);
      return found && { way: found.way, parts: found.parts, inseparable: found.inseparable };
    },
    eraseSystem: (uri, parts) => reach.changing(uri, () => eraseSystem(reach, uri, parts)),
    resetManagerToDefaults: (type) => resetManager(reach, type),
    resetStorage: (uri, storage) => reach.changing(uri, () => resetStorage(reach, uri, storage)),
    initializeVolume: (volume, type) => initializeVolume(resources, volume, type),
  };
}

interface Way extends SystemErasure {
  readonly target: string;
  readonly body: (parts: readonly ErasePart[]) => JsonObject;
}

/** Every part the standard knows. */
const standardParts: readonly ErasePart[] = [
  'UserData',
  'ManagerConfig',
  'BIOSConfig',
  'NetworkConfig',
  'StorageConfig',
  'Logs',
  'TPM',
];

/** Components of DellLCService.SystemErase for each part. Drives that cannot forget their key are overwritten. */
const dellComponents: Readonly<Partial<Record<ErasePart, readonly string[]>>> = {
  UserData: ['CryptographicErasePD', 'OverwritePD'],
  ManagerConfig: ['IDRAC'],
  BIOSConfig: ['BIOS'],
  StorageConfig: ['PERCNVCache'],
  Logs: ['LCData'],
  TPM: ['TPM'],
};

async function wayOf(reach: Reach, uri: SystemUri): Promise<Way | undefined> {
  const { resources } = reach;
  await resources.service.known();
  const { json } = await resources.get(resources.service.path(uri), linksMs);
  const { Actions, Oem } = SystemErase.parse(json);
  return standardWay(Actions?.['#ComputerSystem.Decommission']) ?? hpeWay(Actions, Oem) ?? dellWay(reach);
}

type SystemActions = ReturnType<typeof SystemErase.parse>['Actions'];
type SystemOem = ReturnType<typeof SystemErase.parse>['Oem'];

function standardWay(action: NonNullable<SystemActions>['#ComputerSystem.Decommission']): Way | undefined {
  if (action?.target === undefined) return undefined;
  const allowed = action['DecommissionTypes@Redfish.AllowableValues'];
  const parts = allowed === undefined ? standardParts : standardParts.filter((part) => allowed.includes(part));
  const body = (wanted: readonly ErasePart[]): JsonObject => ({ DecommissionTypes: [...wanted] });
  return { way: 'standard', parts, inseparable: [], target: action.target, body };
}

/** One button: user data apart, but the settings of ROM and iLO only together. */
function hpeWay(actions: SystemActions, oem: SystemOem): Way | undefined {
  const name = '#HpeComputerSystemExt.SecureSystemErase';
  const target = (oem?.Hpe?.Actions?.[name] ?? actions?.Oem?.[name])?.target;
  if (target === undefined) return undefined;
  const body = (wanted: readonly ErasePart[]): JsonObject => ({
    SystemROMAndiLOErase: wanted.includes('ManagerConfig'),
    UserDataErase: wanted.includes('UserData'),
  });
  const inseparable: ErasePart[] = ['ManagerConfig', 'BIOSConfig'];
  return { way: 'hpe', parts: ['UserData', ...inseparable], inseparable, target, body };
}

async function dellWay({ resources, managerResource }: Reach): Promise<Way | undefined> {
  const link = DellManager.parse((await managerResource(linksMs)).json).Links?.Oem?.Dell?.DellLCService;
  if (link === undefined) return undefined;
  const { json } = await resources.get(resources.service.path(link), linksMs);
  const action = DellLcService.parse(json).Actions?.['#DellLCService.SystemErase'];
  if (action?.target === undefined) return undefined;
  const allowed = action['Component@Redfish.AllowableValues'];
  const offered = (part: ErasePart): string[] =>
    (dellComponents[part] ?? []).filter((name) => allowed?.includes(name) !== false);
  const parts = standardParts.filter((part) => offered(part).length > 0);
  const body = (wanted: readonly ErasePart[]): JsonObject => ({ Component: wanted.flatMap(offered) });
  return { way: 'dell', parts, inseparable: [], target: action.target, body };
}

async function eraseSystem(reach: Reach, uri: SystemUri, parts: readonly ErasePart[]): Promise<TaskInfo> {
  const { resources } = reach;
  const doing = 'erasing the machine';
  const way = await wayOf(reach, uri);
  if (way === undefined) throw unsupported(resources, doing, 'it offers no such action');
  const missing = parts.filter((part) => !way.parts.includes(part));
  if (parts.length === 0 || missing.length > 0) {
    throw unsupported(resources, doing, `it erases ${way.parts.join(', ')}, not ${missing.join(', ') || 'nothing'}`);
  }
  const along = way.inseparable.filter((part) => !parts.includes(part));
  if (along.length > 0 && along.length < way.inseparable.length) {
    throw new PermanentError('BMC_UNSUPPORTED', doing, {
      why: `it erases ${way.inseparable.join(' and ')} together only`,
      hint: `Name ${along.join(' and ')} too, if that may be lost.`,
      context: { bmc: resources.service.options.access.id },
    });
  }
  const request: Request = {
    method: 'POST',
    path: resources.service.path(way.target),
    kind: 'action',
    body: way.body(parts),
  };
  return workIn(resources.service, await resources.service.send(request));
}

async function resetManager({ resources, managerResource }: Reach, type: string): Promise<void> {
  const { path, json } = await managerResource(linksMs);
  const action = ManagerDefaults.parse(json).Actions?.['#Manager.ResetToDefaults'];
  const allowed = await resetTypesOf(resources, action);
  if (action?.target === undefined || allowed?.includes(type) === false) {
    throw new PermanentError('RESET_TYPE_UNSUPPORTED', `resetting the settings of the BMC by ${type}`, {
      why: `it allows ${allowed?.join(', ') || 'no such reset'}`,
      context: { bmc: resources.service.options.access.id, allowed: allowed ?? [] },
    });
  }
  try {
    const target = resources.service.path(action.target);
    await resources.service.send({ method: 'POST', path: target, kind: 'action', body: { ResetType: type } });
  } finally {
    resources.forget(path);
  }
}

async function resetStorage(reach: Reach, uri: SystemUri, name: string): Promise<TaskInfo> {
  const { resources } = reach;
  const doing = 'resetting a storage controller';
  const members = await resources.members((await reach.links(uri)).Storage, { tolerant: true });
  const found = members.find((json) => [Storage.parse(json).Name, Storage.parse(json).Id].includes(name));
  const action = found && StorageDefaults.parse(found).Actions?.['#Storage.ResetToDefaults'];
  if (action?.target === undefined) throw unsupported(resources, doing, `the storage "${name}" has no such action`);
  const allowed = (await resetTypesOf(resources, action)) ?? ['ResetAll'];
  const type = allowed.includes('ResetAll') ? 'ResetAll' : allowed[0];
  return act(resources, action.target, present({ ResetType: type }));
}

async function initializeVolume(resources: Resources, volume: string, type: 'Fast' | 'Slow'): Promise<TaskInfo> {
  await resources.service.known();
  const path = resources.service.path(volume);
  const action = VolumeInitialize.parse((await resources.get(path)).json).Actions?.['#Volume.Initialize'];
  if (action?.target === undefined) throw unsupported(resources, 'initializing a volume', 'it has no such action');
  resources.forget(path);
  return act(resources, action.target, { InitializeType: type });
}

async function act(resources: Resources, link: string, body: JsonObject): Promise<TaskInfo> {
  const request: Request = { method: 'POST', path: resources.service.path(link), kind: 'action', body };
  return taskIn(resources.service, await resources.service.send(request));
}
