/** Supermicro X10 to X14 and H12 to H14. Evidence in quirks.md. */
import { named, standard, type Vendor } from '../vendor.js';

/** What an update leaves as it is; without these flags some boards begin anew (X12 and later). */
const preserved = {
  BIOS: { Supermicro: { BIOS: { PreserveME: true, PreserveNVRAM: true, PreserveSMBIOS: true, BackupBIOS: false } } },
  BMC: { Supermicro: { BMC: { PreserveCfg: true, PreserveSdr: true, PreserveSsl: true } } },
} as const;

export const supermicro: Vendor = {
  ...standard,
  id: 'supermicro',
  manufacturer: 'Supermicro',
  matches: (clues) => named(clues, /super\s?micro/i, ['Supermicro']),
  boot: { writeTo: 'system', mode: 'whenReported' },
  console: { entryCommand: 'cd /system1/sol1; start' },
  settings: { way: 'none' },
  licence: 'SFT-OOB-LIC or SFT-DCMS-SINGLE',
  firmware: { ...standard.firmware, targets: 'resources', oem: preserved },
  accounts: { ...standard.accounts, minLength: 8, maxLength: 19 },
};

/** Redfish 1.0.1 of X10 names no vendor anywhere; what gives it away is the UUID made of zeros and a MAC of theirs. */
export const supermicroX10: Vendor = {
  ...supermicro,
  id: 'supermicro-x10',
  sockets: 1,
  expand: false,
  matches: ({ root, oem }) =>
    root.Vendor === undefined && oem.length === 0 && macsOfSupermicro.test(root.UUID?.toLowerCase() ?? ''),
};

/** IEEE OUIs 00:25:90, 0c:c4:7a, ac:1f:6b, 3c:ec:ef, 7c:c2:55 belong to Super Micro Computer. */
const macsOfSupermicro = /^0{8}-0{4}-0{4}-0{4}-(002590|0cc47a|ac1f6b|3cecef|7cc255)/;
