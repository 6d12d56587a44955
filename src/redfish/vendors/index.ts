/** The vendors, most particular first: the first record that matches the service root is the BMC's. */

import type { ServiceRoot } from '../schema/service-root.js';
import { isObject } from '../transport/json.js';
import { ami } from './ami/index.js';
import { cisco } from './cisco/index.js';
import { dell } from './dell/index.js';
import { fujitsu } from './fujitsu/index.js';
import { hpe, ilo5 } from './hpe/index.js';
import { huawei } from './huawei/index.js';
import { lenovo } from './lenovo/index.js';
import { nvidia } from './nvidia/index.js';
import { openbmc } from './openbmc/index.js';
import { supermicro, supermicroX10 } from './supermicro/index.js';
import { standard, type Vendor } from './vendor.js';

/** AMI stands first: its stack decides how a BMC behaves, whatever name the maker put on it. */
export const vendors: readonly Vendor[] = [
  ami,
  dell,
  ilo5,
  hpe,
  lenovo,
  supermicro,
  supermicroX10,
  cisco,
  fujitsu,
  huawei,
  nvidia,
  openbmc,
];

/** Record of the BMC with this service root; the standard's own when nobody knows it. */
export function vendorOf(root: ServiceRoot): Vendor {
  const oem = isObject(root.Oem) ? Object.keys(root.Oem) : [];
  return vendors.find((vendor) => vendor.matches({ root, oem })) ?? standard;
}
