/** Dell iDRAC 9 and 10. Evidence in quirks.md. */
import { named, stagedAs, standard, type Vendor } from '../vendor.js';

/** Settings every iDRAC has, whether its registry lists them or not; those of network services restart the iDRAC. */
const builtIn = {
  'SysLog.1.SysLogEnable': { needsReset: true },
  'SysLog.1.Server1': { needsReset: false },
  'SysLog.1.Server2': { needsReset: false },
  'NTPConfigGroup.1.NTPEnable': { needsReset: true },
  'NTPConfigGroup.1.NTP1': { needsReset: true },
  'NTPConfigGroup.1.NTP2': { needsReset: true },
  'EmailAlert.1.Enable': { needsReset: false },
  'EmailAlert.1.Address': { needsReset: false },
  'SNMP.1.AgentEnable': { needsReset: true },
  'SNMP.1.AgentCommunity': { needsReset: true },
};

const [device, once] = ['ServerBoot.1.FirstBootDevice', 'ServerBoot.1.BootOnce'];
const virtualCdOnce = {
  armed: { [device]: 'VCD-DVD', [once]: 'Enabled' },
  disarmed: { [device]: 'Normal', [once]: 'Disabled' },
};

export const dell: Vendor = {
  ...standard,
  id: 'dell',
  manufacturer: 'Dell Inc.',
  matches: (clues) => named(clues, /dell|idrac/i, ['Dell']),
  boot: { ...standard.boot, writeTo: 'settingsIfBare', virtualCdOnce },
  firmware: { isPending: stagedAs({ BIOS: /BIOS/, BMC: /iDRAC/i }), uploadNeedsTag: true },
  isBlankBeforePost: true,
  // Its ETags change from request to request.
  conditionalReads: false,
  console: { entryCommand: 'console com2', exitKeys: 'Ctrl-\\' },
  settings: { way: 'dell', builtIn },
  accounts: { maxLength: 40, specials: '!#$%&()*.?-@[]^_`{}|~+=', firstSlot: 3 },
};
