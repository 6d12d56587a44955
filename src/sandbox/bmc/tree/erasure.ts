/** Actions that go back to the factory: of the manager, of storage and volumes, and of the whole machine. */
import type { JsonObject } from '../json.js';
import type { ManagerBlueprint, Quirks, SystemBlueprint } from '../profile.js';
import { link, root, type TreeBuilder } from './builder.js';

/** Values of DecommissionType the standard knows and an emulated machine can lose. */
const decommissionTypes = ['UserData', 'ManagerConfig', 'BIOSConfig', 'NetworkConfig', 'StorageConfig', 'Logs', 'TPM'];

/** Components an iDRAC's Lifecycle Controller erases. */
const dellComponents = ['BIOS', 'CryptographicErasePD', 'OverwritePD', 'IDRAC', 'LCData', 'PERCNVCache', 'TPM'];

/** Adds the actions a profile has. */
export function putErasure(
  tree: TreeBuilder,
  quirks: Quirks,
  system: SystemBlueprint,
  manager: ManagerBlueprint,
): void {
  if (quirks.erasure === undefined) return;
  const path = `${root}/Systems/${system.id}`;
  const managerPath = `${root}/Managers/${manager.id}`;
  if (quirks.erasure === 'dell') putDellService(tree, managerPath);
  else addAction(tree, path, systemAction(path, quirks.erasure));
  addAction(tree, managerPath, {
    '#Manager.ResetToDefaults': {
      target: `${managerPath}/Actions/Manager.ResetToDefaults`,
      'ResetType@Redfish.AllowableValues': ['ResetAll', 'PreserveNetworkAndUsers'],
    },
  });
  tree.editAll(/\/Storage\/[^/]+$/, (doc, storage) => {
    const target = `${storage}/Actions/Storage.ResetToDefaults`;
    doc.Actions = { '#Storage.ResetToDefaults': { target, 'ResetType@Redfish.AllowableValues': ['ResetAll'] } };
  });
  tree.editAll(/\/Volumes\/[^/]+$/, (doc, volume) => {
    const target = `${volume}/Actions/Volume.Initialize`;
    doc.Actions = { '#Volume.Initialize': { target, 'InitializeType@Redfish.AllowableValues': ['Fast', 'Slow'] } };
  });
}

function systemAction(path: string, way: 'standard' | 'hpe'): JsonObject {
  if (way === 'standard') {
    const target = `${path}/Actions/ComputerSystem.Decommission`;
    return {
      '#ComputerSystem.Decommission': { target, 'DecommissionTypes@Redfish.AllowableValues': decommissionTypes },
    };
  }
  const target = `${path}/Actions/Oem/HpeComputerSystemExt.SecureSystemErase`;
  return { Oem: { '#HpeComputerSystemExt.SecureSystemErase': { target } } };
}

function addAction(tree: TreeBuilder, path: string, action: JsonObject): void {
  tree.edit(path, (doc) => {
    doc.Actions = { ...(doc.Actions as JsonObject | undefined), ...action };
  });
}

function putDellService(tree: TreeBuilder, manager: string): void {
  const path = `${manager}/Oem/Dell/DellLCService`;
  const target = `${path}/Actions/DellLCService.SystemErase`;
  tree.put(path, 'DellLCService.v1_7_0', {
    Name: 'DellLCService',
    Actions: { '#DellLCService.SystemErase': { target, 'Component@Redfish.AllowableValues': dellComponents } },
  });
  tree.edit(manager, (doc) => {
    const links = doc.Links as { Oem?: { Dell?: JsonObject } } & JsonObject;
    doc.Links = { ...links, Oem: { Dell: { ...links.Oem?.Dell, DellLCService: link(path) } } };
  });
}
