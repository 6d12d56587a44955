/** Storage controllers with their drives and volumes. */
import type { Drive, StorageController, Volume } from '../hardware.js';
import type { JsonObject } from '../json.js';
import type { EraseRules, Quirks, SystemBlueprint } from '../profile.js';
import { link, root, type TreeBuilder } from './builder.js';

const enabledOk = { State: 'Enabled', Health: 'OK' } as const;

/** Adds `Storage` below a system and returns its path. Drive serials are `{{sN.drive.K}}`, K counted over all drives. */
export function putStorage(
  tree: TreeBuilder,
  { erase }: Quirks,
  system: string,
  n: number,
  blueprint: SystemBlueprint,
): string {
  const path = `${system}/Storage`;
  let firstDrive = 0;
  const members = blueprint.hardware.controllers.map((controller) => {
    const added = putController(tree, `${path}/${controller.id}`, n, firstDrive, controller, blueprint, erase);
    firstDrive += controller.drives.length;
    return added;
  });
  return tree.collection(path, 'Storage', members, 'Storage Collection');
}

function putController(
  tree: TreeBuilder,
  path: string,
  n: number,
  firstDrive: number,
  controller: StorageController,
  blueprint: SystemBlueprint,
  erase: EraseRules | undefined,
): string {
  const drives = controller.drives.map((drive, i) => {
    const drivePath = `${root}/${blueprint.ids.drivePath(controller.id, drive.id)}`;
    return tree.put(drivePath, 'Drive.v1_17_0', {
      ...driveBody(drive, `{{s${n}.drive.${firstDrive + i}}}`, path),
      ...eraseAction(drivePath, erase),
    });
  });
  const volumes = controller.volumes.map((volume) =>
    tree.put(`${path}/Volumes/${volume.id}`, 'Volume.v1_8_0', volumeBody(volume, drives)),
  );
  tree.collection(`${path}/Volumes`, 'Volume', volumes, 'Volume Collection');
  return tree.put(path, 'Storage.v1_13_0', {
    Name: controller.name,
    Status: { ...enabledOk, HealthRollup: 'OK' },
    StorageControllers: [
      { '@odata.id': `${path}#/StorageControllers/0`, MemberId: '0', Name: controller.name, Status: enabledOk },
    ],
    Drives: drives.map(link),
    'Drives@odata.count': drives.length,
    Volumes: link(`${path}/Volumes`),
    Links: { Enclosures: [link(`${root}/Chassis/${blueprint.chassisId}`)] },
  });
}

function driveBody(drive: Drive, serial: string, storage: string): JsonObject {
  return {
    Name: drive.id,
    Manufacturer: drive.manufacturer,
    Model: drive.model,
    SerialNumber: serial,
    CapacityBytes: drive.capacityBytes,
    MediaType: drive.media,
    Protocol: drive.protocol,
    DriveFormFactor: drive.formFactor,
    BlockSizeBytes: 512,
    RotationSpeedRPM: drive.media === 'HDD' ? 7200 : null,
    PredictedMediaLifeLeftPercent: drive.media === 'SSD' ? 100 : null,
    FailurePredicted: false,
    Status: { ...enabledOk },
    Links: { Storage: link(storage) },
  };
}

function eraseAction(path: string, erase: EraseRules | undefined): JsonObject {
  if (!erase) return {};
  const action = {
    target: `${path}/Actions/Drive.SecureErase`,
    'SanitizationType@Redfish.AllowableValues': erase.methods,
  };
  return { Actions: { '#Drive.SecureErase': action } };
}

function volumeBody(volume: Volume, drives: readonly string[]): JsonObject {
  return {
    Name: volume.name,
    RAIDType: volume.raidType,
    CapacityBytes: volume.capacityBytes,
    BlockSizeBytes: 512,
    Status: { ...enabledOk },
    Links: { Drives: volume.drives.flatMap((i) => drives[i] ?? []).map(link) },
  };
}
