/** OpenBMC's bmcweb, where no manufacturer has put its own name. Evidence in quirks.md. */
import { named, standard, type Vendor } from '../vendor.js';

export const openbmc: Vendor = {
  ...standard,
  id: 'openbmc',
  sockets: 4,
  accounts: { ...standard.accounts, minLength: 8, maxLength: 20 },
  matches: (clues) => named(clues, /openbmc/i, ['OpenBMC']),
};
