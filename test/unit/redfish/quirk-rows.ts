/**
 * Every row of what is known of vendors' BMCs, and where it is shown: a test file with words that stand in it, or `not yet`
 * with words of the vendor's `quirks.md`. Rows are those of our specification, by vendor and subject.
 */
export interface QuirkRow {
  readonly vendor: string;
  readonly row: string;
  /** Test below test/ and what to find in it. */
  readonly shown?: readonly [file: string, words: string];
  /** What `quirks.md` says is not done, where nothing or not all of the row is. */
  readonly notYet?: string;
}

const emulator = (profile: string): readonly [string, string] => [
  'unit/redfish/emulator.test.ts',
  `profiles#${profile}`,
];
const unit = (name: string, words: string): readonly [string, string] => [`unit/redfish/${name}.test.ts`, words];

export const quirkRows: readonly QuirkRow[] = [
  { vendor: 'dell', row: 'Ids', shown: emulator('dell-idrac9') },
  { vendor: 'dell', row: 'Powered-off host', shown: unit('vendor-lies', 'is known by its maker') },
  { vendor: 'dell', row: 'Sessions', shown: unit('steady', 'is freed of the sessions this process could not end') },
  { vendor: 'dell', row: 'Expand', shown: emulator('dell-idrac9') },
  { vendor: 'dell', row: 'ETag', shown: unit('control', 'dell-idrac10') },
  { vendor: 'dell', row: 'Boot override', shown: emulator('dell-idrac10') },
  {
    vendor: 'dell',
    row: 'Boot once to virtual CD',
    shown: unit('vendor-lies', 'is booted once by settings of the BMC'),
  },
  { vendor: 'dell', row: 'Virtual media', shown: unit('media', 'profiles') },
  { vendor: 'dell', row: 'Power', shown: unit('control', 'sends one reset of the type asked for') },
  { vendor: 'dell', row: 'BIOS', shown: unit('bios', 'profiles') },
  { vendor: 'dell', row: 'BMC settings', shown: unit('bios', 'dell') },
  { vendor: 'dell', row: 'Accounts', shown: unit('accounts', 'profiles') },
  { vendor: 'dell', row: 'Firmware', shown: unit('firmware', 'dell-idrac9') },
  { vendor: 'dell', row: 'Events', shown: unit('events', 'profiles') },
  { vendor: 'dell', row: 'Data', shown: unit('vendor-lies', 'has no date where it writes zeros') },
  { vendor: 'dell', row: 'Reset', shown: unit('control', 'restarts the BMC') },
  { vendor: 'hpe', row: 'URIs', shown: emulator('hpe-ilo5') },
  { vendor: 'hpe', row: 'Expand', shown: emulator('hpe-ilo6') },
  { vendor: 'hpe', row: 'Boot', shown: unit('boot-overrides', 'are set, shown, not sent again, and cleared') },
  { vendor: 'hpe', row: 'BootOrder', notYet: 'BIOS boot settings as boot order' },
  { vendor: 'hpe', row: 'BIOS', shown: unit('bios', 'profiles') },
  { vendor: 'hpe', row: 'Accounts', shown: unit('accounts', 'profiles') },
  { vendor: 'hpe', row: 'LED', shown: unit('control', 'lights its light once') },
  { vendor: 'hpe', row: 'Manager', shown: unit('control', 'restarts the BMC') },
  { vendor: 'hpe', row: 'Firmware', shown: unit('firmware', 'profiles'), notYet: 'cgi-bin/uploadFile' },
  { vendor: 'hpe', row: 'Events', shown: unit('events', 'profiles') },
  { vendor: 'hpe', row: 'Errors', shown: unit('steady', 'messages without words') },
  { vendor: 'hpe', row: 'Storage', notYet: 'SmartStorage' },
  { vendor: 'hpe', row: 'Login', shown: unit('vendor-lies', 'is refused after ten seconds') },
  { vendor: 'hpe', row: 'SSH', shown: unit('health', 'consoles') },
  { vendor: 'hpe', row: 'Erase', shown: unit('erasure', 'together only') },
  { vendor: 'lenovo', row: 'Ids', shown: emulator('lenovo-xcc2') },
  { vendor: 'lenovo', row: 'Sessions', shown: ['unit/sandbox/bmc/http.test.ts', 'lenovo-xcc2'] },
  { vendor: 'lenovo', row: 'Expand', shown: emulator('lenovo-xcc2') },
  { vendor: 'lenovo', row: 'ETag', shown: unit('control', 'profiles') },
  {
    vendor: 'lenovo',
    row: 'Boot',
    shown: unit('boot-overrides', 'BOOT_TARGET_UNSUPPORTED'),
    notYet: 'BootOrder_NetworkPriority',
  },
  { vendor: 'lenovo', row: 'BIOS', shown: unit('bios', 'profiles') },
  { vendor: 'lenovo', row: 'Virtual media', shown: unit('media', 'profiles') },
  { vendor: 'lenovo', row: 'Firmware', shown: unit('firmware', 'lenovo-xcc2') },
  { vendor: 'lenovo', row: 'Events', shown: unit('events', 'profiles') },
  { vendor: 'lenovo', row: 'BMC settings', shown: unit('bios', 'PATCH /redfish/v1/Managers/1/NetworkProtocol') },
  { vendor: 'lenovo', row: 'AMD SR635/655', shown: unit('vendors', 'AMI below Lenovo') },
  { vendor: 'lenovo', row: 'Reset', shown: unit('control', 'restarts the BMC') },
  { vendor: 'supermicro', row: 'Surface', shown: emulator('smc-x10') },
  { vendor: 'supermicro', row: 'Boot', shown: emulator('smc-x11') },
  { vendor: 'supermicro', row: 'Virtual media', shown: unit('media', 'profiles'), notYet: 'IsoConfig' },
  { vendor: 'supermicro', row: 'Licences', shown: unit('licences', 'is told to need one') },
  { vendor: 'supermicro', row: 'Firmware', shown: unit('firmware', 'cannot be updated over Redfish') },
  { vendor: 'supermicro', row: 'Accounts', shown: unit('accounts', 'profiles') },
  { vendor: 'supermicro', row: 'BootOrder truth', notYet: 'an order that differs from what UEFI does' },
  { vendor: 'supermicro', row: 'PCIe', shown: unit('parts', 'pcieDevices') },
  { vendor: 'supermicro', row: 'Manager reset', shown: unit('control', 'restarts the BMC') },
  { vendor: 'openbmc', row: 'OpenBMC bmcweb', shown: emulator('openbmc') },
  { vendor: 'nvidia', row: 'NVIDIA GH200/GB200/GB300 HGX', shown: emulator('nvidia-gb200') },
  { vendor: 'nvidia', row: 'NVIDIA BlueField', shown: emulator('nvidia-bluefield') },
  { vendor: 'nvidia', row: 'Vera Rubin NVL72', shown: unit('vendor-lies', 'Boot0019: ') },
  {
    vendor: 'ami',
    row: 'AMI MegaRAC',
    shown: unit('vendor-lies', 'are rid of members'),
    notYet: 'roots without links',
  },
  { vendor: 'ami', row: 'ASRockRack', shown: unit('vendors', 'AMI below ASRock') },
  { vendor: 'cisco', row: 'Cisco CIMC', shown: emulator('cisco-cimc'), notYet: 'blades below a UCS Manager' },
  { vendor: 'fujitsu', row: 'Fujitsu iRMC S5/S6', shown: emulator('fujitsu-irmc'), notYet: 'ts_fujitsu' },
  { vendor: 'huawei', row: 'Huawei iBMC', shown: unit('bios', 'values that are taken only together') },
  { vendor: 'ami', row: 'Quanta, Inspur, H3C, Kaytus', shown: unit('vendors', 'OpenBMC below Kaytus') },
];
