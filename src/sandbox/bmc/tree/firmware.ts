/** FirmwareInventory: what is flashed on the machine; UpdateService: how something else gets there. */
import type { JsonObject } from '../json.js';
import type { ManagerBlueprint, Quirks, SystemBlueprint } from '../profile.js';
import { root, type TreeBuilder } from './builder.js';

/** Adds BIOS, BMC and NIC firmware of the first system, and the ways to update them. */
export function putFirmware(
  tree: TreeBuilder,
  quirks: Quirks,
  system: SystemBlueprint,
  manager: ManagerBlueprint,
): void {
  tree.edit(`${root}/UpdateService`, (doc) => Object.assign(doc, updateWays(quirks)));
  const { BIOS: bios, BMC: bmc } = quirks.update?.items ?? {
    BIOS: { id: 'BIOS', name: 'BIOS' },
    BMC: { id: 'BMC', name: manager.model },
  };
  const path = `${root}/UpdateService/FirmwareInventory`;
  const items = [
    { ...bios, version: system.hardware.biosVersion, isUpdateable: true },
    { ...bmc, version: manager.firmwareVersion, isUpdateable: true },
    ...system.hardware.nics.map((nic) => ({
      id: `NIC-${nic.id}`,
      name: nic.model,
      version: nic.firmwareVersion,
      isUpdateable: false,
    })),
  ];
  const members = items.map(({ id, name, version, isUpdateable }) =>
    tree.put(`${path}/${id}`, 'SoftwareInventory.v1_8_0', {
      Name: name,
      Version: version,
      Updateable: isUpdateable,
      Status: { State: 'Enabled', Health: 'OK' },
    }),
  );
  tree.collection(path, 'SoftwareInventory', members, 'Firmware Inventory Collection');
}

function updateWays({ update }: Quirks): JsonObject {
  if (!update) return {};
  const actions = `${root}/UpdateService/Actions`;
  const simple = {
    target: `${actions}/UpdateService.SimpleUpdate`,
    'TransferProtocol@Redfish.AllowableValues': update.protocols,
  };
  return {
    ...(update.multipart ? { MultipartHttpPushUri: update.multipart } : {}),
    ...(update.push ? { HttpPushUri: update.push, HttpPushUriTargets: [], HttpPushUriTargetsBusy: false } : {}),
    Actions: {
      ...(update.protocols.length > 0 ? { '#UpdateService.SimpleUpdate': simple } : {}),
      '#UpdateService.StartUpdate': { target: `${actions}/UpdateService.StartUpdate` },
    },
  };
}
