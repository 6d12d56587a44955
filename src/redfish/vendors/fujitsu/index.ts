/** Fujitsu iRMC S5 and S6. Evidence in quirks.md. */
import { named, standard, type Vendor } from '../vendor.js';

export const fujitsu: Vendor = {
  ...standard,
  id: 'fujitsu',
  manufacturer: 'FUJITSU',
  ifMatch: 'always',
  matches: (clues) => named(clues, /fujitsu|\birmc\b|primergy/i, ['ts_fujitsu']),
};
