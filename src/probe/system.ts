/** Firmware, system and board of the machine, from `/sys/class/dmi/id`. */
import type { Root } from './root.js';
import { smbiosUuid } from './smbios.js';
import type { SystemInfo } from './wire.js';

/** What cannot be read is `unknown`, as upstream says it. Serial numbers and the UUID belong to root. */
export function systemInfo(root: Root): SystemInfo {
  const id = (name: string): string => root.text(`/sys/class/dmi/id/${name}`) ?? 'unknown';
  return {
    biosInformation: { vendor: id('bios_vendor'), version: id('bios_version'), date: id('bios_date') },
    systemInformation: {
      manufacturer: id('sys_vendor'),
      productName: id('product_name'),
      version: id('product_version'),
      serialNumber: id('product_serial'),
      uuid: root.text('/sys/class/dmi/id/product_uuid') ?? smbiosUuid(root) ?? 'unknown',
      skuNumber: id('product_sku'),
      family: id('product_family'),
    },
    boardInformation: {
      manufacturer: id('board_vendor'),
      product: id('board_name'),
      version: id('board_version'),
      serialNumber: id('board_serial'),
      assetTag: id('board_asset_tag'),
    },
  };
}
