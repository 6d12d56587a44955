/** AMI MegaRAC as Gigabyte, ASRock Rack and others ship it. */
import type { Profile } from '../profile.js';
import { defineProfile, standardQuirks } from './define.js';
import { dimms, epyc, nvme, x710 } from './parts.js';

/** Boot is written only at `SD`, with all three fields and an If-Match. */
export const amiMegarac: Profile = defineProfile({
  name: 'ami-megarac',
  vendor: 'ami',
  identity: { oui: 'd85ed3', serial: { alphabet: '0123456789ABCDEF', length: 8, prefix: 'GKG' } },
  quirks: {
    ...standardQuirks,
    hasContext: true,
    expand: { noLinks: true, links: true, all: true, levels: true, maxLevels: 5 },
    etag: { form: 'weak', isInBody: true, ifMatch: 'required' },
    sessions: {
      ...standardQuirks.sessions,
      timeoutSeconds: 600,
      full: {
        status: 503,
        messageId: 'Base.1.15.SessionLimitExceeded',
        message: 'The number of sessions is at the limit of the service.',
      },
    },
    boot: {
      ...standardQuirks.boot,
      targets: ['None', 'Pxe', 'Floppy', 'Cd', 'Usb', 'Hdd', 'BiosSetup', 'Utilities', 'Diags', 'UefiHttp'],
      demands: ['BootSourceOverrideEnabled', 'BootSourceOverrideTarget', 'BootSourceOverrideMode'],
      writeOverrideAt: 'settings',
      writeOrderAt: 'settings',
      settingsPath: 'SD',
    },
    reset: { ...standardQuirks.reset, publishedAs: 'actionInfo' },
    managerResetTypes: ['ForceRestart'],
    patchAnswer: 'noContent',
    baseRegistry: 'Base.1.15',
    bios: { ...standardQuirks.bios, settingsPath: 'SD' },
    media: { ...standardQuirks.media, demands: ['TransferProtocolType', 'TransferMethod'] },
    erasure: undefined,
    led: 'both',
  },
  root: {
    schema: 'v1_15_0',
    redfishVersion: '1.15.1',
    vendor: 'AMI',
    product: 'AMI Redfish Server',
    uuid: '{{m0.uuid}}',
    oem: { Ami: { RtpVersion: '13.06' } },
  },
  schemas: { system: 'v1_19_0', manager: 'v1_16_0' },
  managers: [{ id: 'Self', name: 'Manager', model: 'AST2600', firmwareVersion: '13.06.11', hasPowerState: true }],
  systems: [
    {
      id: 'Self',
      chassisId: 'Self',
      managerId: 'Self',
      isBootable: true,
      hardware: {
        manufacturer: 'GIGABYTE',
        model: 'R283-Z93-AAF1-000',
        sku: '01234567890123456789AB',
        family: 'Server',
        biosVendor: 'GIGABYTE',
        biosVersion: 'R17_F31',
        biosDate: '05/20/2024',
        boardModel: 'MZ93-FS0-000',
        processors: epyc,
        dimms: dimms(12, 64),
        nics: x710(['EthernetInterface0', 'EthernetInterface1']),
        controllers: [
          { id: 'StorageUnit_0', name: 'NVMe Storage', drives: [nvme('NVMe_0'), nvme('NVMe_1')], volumes: [] },
        ],
      },
      ids: {
        processor: (n) => `DevType1_CPU${n}`,
        dimm: (n) => `DevType2_DIMM${n}`,
        drivePath: (controller, drive) => `Systems/Self/Storage/${controller}/Drives/${drive}`,
      },
    },
  ],
});
