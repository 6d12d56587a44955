/** Cisco CIMC of C-series and standalone blades. Evidence in quirks.md. */
import { named, standard, type Vendor } from '../vendor.js';

export const cisco: Vendor = {
  ...standard,
  id: 'cisco',
  manufacturer: 'Cisco Systems Inc',
  sockets: 1,
  matches: (clues) => named(clues, /cisco|\bcimc\b/i, ['Cisco', 'Cisco_RackUnit']),
};
