/** Dell iDRAC 9 and 10. Evidence in quirks.md. */
import { named, standard, type Vendor } from '../vendor.js';

export const dell: Vendor = {
  ...standard,
  id: 'dell',
  manufacturer: 'Dell Inc.',
  matches: (clues) => named(clues, /dell|idrac/i, ['Dell']),
  boot: { ...standard.boot, writeTo: 'settingsIfBare' },
  accounts: { maxLength: 40, specials: '!#$%&()*.?-@[]^_`{}|~+=', firstSlot: 3 },
};
