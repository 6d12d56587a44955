/** FirmwareInventory: what is flashed on the machine. */
import type { ManagerBlueprint, SystemBlueprint } from '../profile.js';
import { root, type TreeBuilder } from './builder.js';

/** Adds BIOS, BMC and NIC firmware of the first system. */
export function putFirmwareInventory(tree: TreeBuilder, system: SystemBlueprint, manager: ManagerBlueprint): void {
  const path = `${root}/UpdateService/FirmwareInventory`;
  const items = [
    { id: 'BIOS', name: 'BIOS', version: system.hardware.biosVersion, isUpdateable: true },
    { id: 'BMC', name: manager.model, version: manager.firmwareVersion, isUpdateable: true },
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
