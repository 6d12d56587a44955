/** Lenovo XCC, XCC2 and XCC3. The AMD models SR635 and SR655 carry an AMI stack and are matched there. See quirks.md. */
import { named, standard, type Vendor } from '../vendor.js';

const components = { BIOS: /UEFI|BIOS/i, BMC: /Firmware:BMC|^BMC/i };

export const lenovo: Vendor = {
  ...standard,
  id: 'lenovo',
  manufacturer: 'Lenovo',
  matches: (clues) => named(clues, /lenovo|thinksystem/i, ['Lenovo']),
  // XCC marks waiting images by their id alone.
  firmware: { isPending: ({ id }, component) => /-PENDING/i.test(id) && components[component].test(id) },
  console: { entryCommand: 'console start', exitKeys: 'ESC (' },
  settings: { way: 'perUri' },
  boot: { ...standard.boot, orderTo: 'settings' },
  accounts: { minLength: 10, maxLength: 32, specials: ';@!$%-+=[]{}|/?~_', firstSlot: 2 },
};
