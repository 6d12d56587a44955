/** Huawei iBMC, and xFusion's after it. Evidence in quirks.md. */
import { named, standard, type Vendor } from '../vendor.js';

export const huawei: Vendor = {
  ...standard,
  id: 'huawei',
  manufacturer: 'Huawei',
  ifMatch: 'always',
  // Its weak tags have been seen to outlive a write.
  conditionalReads: false,
  biosTogether: /^BootTypeOrder\d$/,
  matches: (clues) => named(clues, /huawei|xfusion|\bibmc\b/i, ['Huawei', 'xFusion']),
};
