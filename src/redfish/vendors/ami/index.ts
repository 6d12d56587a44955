/** AMI MegaRAC and what is built on it: Gigabyte, ASRock, Lenovo SR635/SR655, Quanta. Evidence in quirks.md. */
import { named, standard, type Vendor } from '../vendor.js';

export const ami: Vendor = {
  ...standard,
  id: 'ami',
  matches: (clues) => named(clues, /\bami\b|megarac/i, ['Ami']),
  expand: false,
  ifMatch: 'always',
  hasStrayMembers: true,
  // Weak tags that outlive a write have been seen on boards of this stack.
  conditionalReads: false,
  boot: { writeTo: 'settings', mode: 'whenReported' },
};
