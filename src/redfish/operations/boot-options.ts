/** Entries of the firmware's boot menu, with the MAC address some hide in a device path. */
import type { BootOptionInfo, SystemUri } from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import { BootOption } from '../schema/boot-option.js';
import { ComputerSystem } from '../schema/computer-system.js';
import type { JsonObject } from '../transport/json.js';
import { toMac } from './network.js';
import { present } from './present.js';

/** Entries change with the hardware and its firmware, and are asked for before an order is written. */
const freshMs = 5000;

export async function readBootOptions(resources: Resources, uri: SystemUri): Promise<BootOptionInfo[]> {
  await resources.service.known();
  const { json } = await resources.get(resources.service.path(uri), freshMs);
  const link = ComputerSystem.parse(json).Boot?.BootOptions;
  return (await resources.members(link, { tolerant: true })).map(toOption);
}

function toOption(json: JsonObject): BootOptionInfo {
  const option = BootOption.parse(json);
  const facts = present({
    name: option.DisplayName ?? option.Name,
    isEnabled: option.BootOptionEnabled,
    uefiDevicePath: option.UefiDevicePath,
    alias: option.Alias,
    macAddress: toMac(/MAC\(([0-9a-f:]{12,17})/i.exec(option.UefiDevicePath ?? '')?.[1]),
  });
  return { reference: option.BootOptionReference ?? option.Id ?? '', ...facts };
}
