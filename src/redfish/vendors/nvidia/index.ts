/** NVIDIA HGX, GH200, GB200: bmcweb with two systems, of which the baseboard cannot boot. Evidence in quirks.md. */
import { openbmc } from '../openbmc/index.js';
import { named, type Vendor } from '../vendor.js';

export const nvidia: Vendor = {
  ...openbmc,
  id: 'nvidia',
  manufacturer: 'NVIDIA',
  boot: { ...openbmc.boot, orderTo: 'settings' },
  accounts: { ...openbmc.accounts, minLength: 13 },
  matches: (clues) => named(clues, /nvidia/i, ['Nvidia', 'NVIDIA']),
};
