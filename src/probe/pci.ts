/** PCI devices by their ids, with names where the machine carries the database of them. */
import { pciNames } from './pci-names.js';
import { numberAt, type Root } from './root.js';
import type { PciDevice } from './wire.js';

const folder = '/sys/bus/pci/devices';

/** A device without ids is left out. NUMA node 0 is omitted, -1 is said, as upstream's format has it. */
export function pciDevices(root: Root): readonly PciDevice[] {
  const nameOf = pciNames(root);
  return root.names(folder).flatMap((address) => {
    const vendorID = idAt(root, `${folder}/${address}/vendor`);
    const productID = idAt(root, `${folder}/${address}/device`);
    if (vendorID === undefined || productID === undefined) return [];
    const numaNodeID = numberAt(root, `${folder}/${address}/numa_node`) ?? -1;
    const names = nameOf?.(vendorID, productID);
    return [{ address, vendorID, productID, ...names, ...(numaNodeID === 0 ? {} : { numaNodeID }) }];
  });
}

/** `0x8086` → `8086`. */
const idAt = (root: Root, path: string): string | undefined =>
  /^0x([0-9a-f]{4})$/i.exec(root.text(path) ?? '')?.[1]?.toLowerCase();
