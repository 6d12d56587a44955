/** What the probe finds on a machine: the same hardware and identity the Redfish tree shows, seen from inside. */

import type { Hardware, NicPort } from '../hardware.js';
import type { Identity } from '../identity.js';
import type { JsonObject } from '../json.js';
import { hash32 } from '../random.js';

export interface ProbeSubject {
  readonly hardware: Hardware;
  readonly identity: Identity;
  /** `s0`: which system of the BMC. */
  readonly owner: string;
  readonly now: Date;
  /** Whether a drive has been taken out. */
  readonly isPulled?: (driveId: string) => boolean;
}

/** The `data` member of a registration, as the metalprobe agent sends it. */
export function probeData(subject: ProbeSubject): JsonObject {
  const { hardware } = subject;
  return {
    timestamp: `${subject.now.toISOString().slice(0, 19)}Z`,
    systemInfo: systemInfo(subject),
    cpu: cpus(hardware),
    networkInterfaces: hardware.nics.map((nic, i) => networkInterface(subject, nic, i)),
    lldp: hardware.nics.flatMap((nic, i) => (nic.isLinked ? [lldp(subject, nic, i)] : [])),
    storage: blockDevices(subject),
    memory: memory(subject),
    nics: hardware.nics.map((nic, i) => nicFacts(subject, nic, i)),
    pciDevices: hardware.nics.map(pciDevice),
  };
}

function systemInfo({ hardware, identity, owner }: ProbeSubject): JsonObject {
  const serialNumber = identity.fact(`${owner}.serial`);
  return {
    biosInformation: { vendor: hardware.biosVendor, version: hardware.biosVersion, date: hardware.biosDate },
    systemInformation: {
      manufacturer: hardware.manufacturer,
      productName: hardware.model,
      version: 'Not Specified',
      serialNumber,
      uuid: identity.uuid(`${owner}.uuid`),
      skuNumber: hardware.sku.includes('{{') ? serialNumber : hardware.sku,
      family: hardware.family,
    },
    boardInformation: {
      manufacturer: hardware.manufacturer,
      product: hardware.boardModel,
      version: 'A00',
      serialNumber: identity.fact(`${owner}.board`),
      assetTag: '',
    },
  };
}

const cpus = ({ processors }: Hardware) =>
  Array.from({ length: processors.count }, (_, id) => ({
    id,
    totalCores: processors.coresEach,
    totalHardwareThreads: processors.threadsEach,
    vendor: processors.vendorId,
    model: processors.model,
    capabilities: processors.architecture === 'x86' ? ['fpu', 'sse4_2', 'aes', 'avx2', 'vmx'] : ['fp', 'asimd', 'aes'],
  }));

/** Addresses follow from the MAC, as SLAAC gives them; IPv4 from the machine's number space of the boot network. */
function networkInterface({ identity, owner }: ProbeSubject, nic: NicPort, i: number): JsonObject {
  const macAddress = identity.mac(owner, i, 'lower');
  return {
    name: nic.name,
    ipAddresses: nic.isLinked ? [ipv4Of(macAddress), linkLocalOf(macAddress)] : null,
    macAddress,
    carrierStatus: nic.isLinked ? 'up' : 'down',
  };
}

function ipv4Of(mac: string): string {
  const bytes = mac.split(':').map((part) => Number.parseInt(part, 16));
  return `10.${bytes[3] ?? 0}.${bytes[4] ?? 0}.${bytes[5] ?? 0}`;
}

function linkLocalOf(mac: string): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mac.split(':').map((part) => Number.parseInt(part, 16));
  const groups = [((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f];
  return `fe80::${groups.map((group) => group.toString(16)).join(':')}`;
}

/** Two top-of-rack switches per rack of twenty machines; port by machine. */
function lldp({ identity, owner }: ProbeSubject, nic: NicPort, i: number): JsonObject {
  const number = Number(identity.fact('hostname').replace(/\D/g, '')) - 1;
  const rack = Math.floor(number / 20) + 1;
  const systemName = `leaf-${rack}${i % 2 === 0 ? 'a' : 'b'}`;
  const chassis = hash32(`${owner}/${systemName}`, 11).toString(16).padStart(8, '0').match(/../g)?.join(':');
  return {
    name: nic.name,
    neighbors: [
      {
        chassisId: `02:00:${chassis}`,
        portId: `Ethernet${(number % 20) + 1}`,
        portDescription: `to ${identity.fact(`${owner}.serial`)} ${nic.name}`,
        systemName,
        systemDescription: 'Emulated leaf switch',
        mgmtIp: `10.255.${rack % 256}.${(i % 2) + 1}`,
        capabilities: ['Bridge', 'Router'],
      },
    ],
  };
}

function blockDevices({ hardware, identity, owner, isPulled }: ProbeSubject) {
  const drives = hardware.controllers.flatMap((controller) => controller.drives);
  let nvmeCount = 0;
  let scsiCount = 0;
  return drives.flatMap((drive, i) => {
    if (isPulled?.(drive.id)) return [];
    const isNvme = drive.protocol === 'NVMe';
    const unit = isNvme ? nvmeCount++ : scsiCount++;
    const serial = identity.fact(`${owner}.drive.${i}`);
    const device = {
      path: isNvme ? `pci-0000:${(0x50 + unit).toString(16)}:00.0-nvme-1` : `pci-0000:00:17.0-ata-${unit + 1}`,
      name: isNvme ? `nvme${unit}n1` : `sd${String.fromCharCode(97 + unit)}`,
      rotational: drive.media === 'HDD',
      removable: false,
      readOnly: false,
      vendor: drive.manufacturer,
      model: drive.model,
      serial,
      wwid: `eui.${serial.toLowerCase().padEnd(16, '0')}`,
      physicalBlockSize: 4096,
      logicalBlockSize: 512,
      hWSectorSize: 512,
      sizeBytes: drive.capacityBytes,
      numaNodeID: 0,
    };
    return [device];
  });
}

function memory({ hardware, identity, owner }: ProbeSubject) {
  const { dimms } = hardware;
  return Array.from({ length: dimms.count }, (_, i) => ({
    size: dimms.capacityMiB * 1024 * 1024,
    deviceSet: 'None',
    deviceLocator: `DIMM ${i + 1}`,
    bankLocator: `BANK ${i}`,
    memoryType: dimms.type,
    speed: `${dimms.speedMHz} MT/s`,
    vendor: dimms.manufacturer,
    serialNumber: identity.fact(`${owner}.dimm.${i}`),
    assetTag: 'Not Specified',
    partNumber: dimms.partNumber,
    configuredMemorySpeed: `${dimms.speedMHz} MT/s`,
    minimumVoltage: '1.1 V',
    maximumVoltage: '1.1 V',
    configuredVoltage: '1.1 V',
  }));
}

const nicFacts = ({ identity, owner }: ProbeSubject, nic: NicPort, i: number): JsonObject => ({
  name: nic.name,
  mac: identity.mac(owner, i, 'lower'),
  pciAddress: nic.pciAddress,
  speed: nic.isLinked ? `${nic.speedMbps}Mb/s` : 'Unknown!',
  linkModes: [`${nic.speedMbps}baseCR/Full`, '10000baseT/Full'],
  supportedPorts: ['FIBRE'],
  firmwareVersion: nic.firmwareVersion,
});

const pciDevice = (nic: NicPort): JsonObject => ({
  address: nic.pciAddress,
  vendor: nic.vendor,
  vendorID: nic.vendorID,
  product: nic.model,
  productID: nic.productID,
});
