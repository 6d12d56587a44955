/** Names of PCI vendors and products, from the pci.ids database where a machine carries it. */
import type { Root } from './root.js';

export interface PciNames {
  readonly vendor: string;
  readonly product: string;
}

const places = ['/usr/share/hwdata/pci.ids', '/usr/share/misc/pci.ids', '/usr/share/pci.ids'];

/**
 * Looks ids up; what the database does not have is `unknown`, as upstream says it. Undefined without a database: ids are
 * what is looked up by, so that a machine without names is reported all the same.
 */
export function pciNames(root: Root): ((vendorID: string, productID: string) => PciNames) | undefined {
  const text = places.map((path) => root.text(path)).find(Boolean);
  if (text === undefined) return undefined;
  const vendors = new Map<string, { readonly name: string; readonly products: Map<string, string> }>();
  let products = new Map<string, string>();
  for (const line of text.split('\n')) {
    // Classes follow the vendors, in lines that look alike.
    if (/^C [0-9a-f]{2} /.test(line)) break;
    const [, tab, id = '', name = ''] = /^(\t?)([0-9a-f]{4}) {2}(.*)$/.exec(line) ?? [];
    if (tab === '\t') products.set(id, name.trim());
    if (tab !== '') continue;
    products = new Map();
    vendors.set(id, { name: name.trim(), products });
  }
  return (vendorID, productID) => {
    const vendor = vendors.get(vendorID);
    return { vendor: vendor?.name ?? 'unknown', product: vendor?.products.get(productID) ?? 'unknown' };
  };
}
