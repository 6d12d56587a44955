/** HPE iLO 5, 6 and 7. Evidence in quirks.md. */
import { named, stagedAs, standard, type Vendor } from '../vendor.js';

export const hpe: Vendor = {
  ...standard,
  id: 'hpe',
  manufacturer: 'HPE',
  matches: (clues) => named(clues, /\bhpe?\b|proliant|hewlett/i, ['Hpe', 'Hp']),
  boot: { writeTo: 'system', mode: 'never', clearTarget: 'Pxe' },
  accounts: { minLength: 8, maxLength: 39, specials: '~`!@#$%^&*()_-+={[}]|.?/', firstSlot: 2 },
  firmware: { isPending: stagedAs({ BIOS: /System ROM/, BMC: /iLO/ }) },
  console: { entryCommand: 'vsp', exitKeys: 'ESC (' },
  settings: { way: 'perUri' },
  licence: 'HPE iLO Advanced',
  // iLO knows no DeliveryRetryPolicy, and says PropertyValueModified of a property it does not like.
  events: { duplicateKeys: ['ResourceAlreadyExists'] },
};

/** iLO 5 stalls when asked twice at once. It is told by its manager type in the Oem part of the root. */
export const ilo5: Vendor = {
  ...hpe,
  id: 'hpe-ilo5',
  sockets: 1,
  matches: (clues) => hpe.matches(clues) && /iLO 5/i.test(JSON.stringify(clues.root.Oem ?? {}).slice(0, 20_000)),
};
