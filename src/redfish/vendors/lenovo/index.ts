/** Lenovo XCC, XCC2 and XCC3. The AMD models SR635 and SR655 carry an AMI stack and are matched there. See quirks.md. */
import { named, standard, type Vendor } from '../vendor.js';

export const lenovo: Vendor = {
  ...standard,
  id: 'lenovo',
  manufacturer: 'Lenovo',
  matches: (clues) => named(clues, /lenovo|thinksystem/i, ['Lenovo']),
  settings: { way: 'perUri' },
  boot: { ...standard.boot, orderTo: 'settings' },
  accounts: { minLength: 10, maxLength: 32, specials: ';@!$%-+=[]{}|/?~_', firstSlot: 2 },
};
