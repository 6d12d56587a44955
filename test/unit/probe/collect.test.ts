/** What the probe reads, from machines made of files: what it says must be what the files say. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { problemOf } from '../../../src/api/probe-report.js';
import { collect, rootAt } from '../../../src/probe/index.js';
import { uuidText } from '../../../src/probe/smbios.js';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A machine of these files; a value that begins with `->` is a link. */
function machine(files: Readonly<Record<string, string | Buffer>>): string {
  const root = mkdtempSync(join(tmpdir(), 'probe-'));
  folders.push(root);
  for (const [path, content] of Object.entries(files)) {
    const at = join(root, path);
    mkdirSync(dirname(at), { recursive: true });
    if (typeof content === 'string' && content.startsWith('->')) symlinkSync(content.slice(2), at);
    else writeFileSync(at, content);
  }
  return root;
}

/** A structure of the SMBIOS table: type, formatted area after the header, strings. */
function structure(type: number, area: Buffer, strings: readonly string[] = []): Buffer {
  const header = Buffer.from([type, area.length + 4, 0, 0]);
  return Buffer.concat([header, area, Buffer.from(strings.length === 0 ? '\0\0' : `${strings.join('\0')}\0\0`)]);
}

/** Type 17: `size` and `extended` as in the table. */
function module(size: number, extended = 0, memoryType = 0x22): Buffer {
  const area = Buffer.alloc(0x28 - 4);
  const at = (offset: number): number => offset - 4;
  area.writeUInt16LE(size, at(0x0c));
  area.writeUInt8(1, at(0x10));
  area.writeUInt8(memoryType, at(0x12));
  area.writeUInt16LE(4_800, at(0x15));
  area.writeUInt8(2, at(0x17));
  area.writeUInt8(3, at(0x18));
  area.writeUInt32LE(extended, at(0x1c));
  area.writeUInt16LE(1_100, at(0x26));
  return structure(17, area, ['DIMM_A1', 'Samsung', 'To Be Filled By O.E.M.']);
}

const never = (part: string, error: unknown): never => assert.fail(`${part}: ${error}`);
const read = (root: string, addresses = {}) => collect(rootAt(root), addresses, never);

test('SMBIOS sizes: MiB, KiB, extended, unknown, an empty slot', () => {
  const table = Buffer.concat([
    module(16_384),
    module(0x8000 + 512),
    module(0x7fff, 65_536),
    module(0xffff),
    module(0),
    structure(127, Buffer.alloc(0)),
  ]);
  const { memory = [] } = read(machine({ '/sys/firmware/dmi/tables/DMI': table }));
  assert.deepEqual(
    memory.map(({ size }) => size),
    [16 * 2 ** 30, 512 * 2 ** 10, 64 * 2 ** 30, 0],
  );
  assert.deepEqual(memory[0], {
    size: 16 * 2 ** 30,
    deviceSet: '',
    deviceLocator: 'DIMM_A1',
    bankLocator: '',
    memoryType: 'DDR5',
    speed: '4800 MT/s',
    vendor: 'Samsung',
    serialNumber: '',
    assetTag: '',
    partNumber: '',
    configuredMemorySpeed: '0 MT/s',
    minimumVoltage: 'Unknown',
    maximumVoltage: 'Unknown',
    configuredVoltage: '1.10 V',
  });
});

test('a table that is cut off, or no table at all, is read as far as it goes', () => {
  const table = Buffer.concat([module(1_024), module(2_048).subarray(0, 20)]);
  assert.equal(read(machine({ '/sys/firmware/dmi/tables/DMI': table })).memory?.length, 1);
  for (const bad of [Buffer.alloc(0), Buffer.from([17, 0, 0, 0, 0, 0]), Buffer.alloc(300, 0xff)]) {
    assert.equal(read(machine({ '/sys/firmware/dmi/tables/DMI': bad })).memory, undefined);
  }
});

test('the UUID of SMBIOS: three little-endian fields since 2.6, as it stands before', () => {
  const raw = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
  assert.equal(uuidText(raw, true), '33221100-5544-7766-8899-aabbccddeeff');
  assert.equal(uuidText(raw, false), '00112233-4455-6677-8899-aabbccddeeff');
  const table = structure(1, Buffer.concat([Buffer.alloc(4), raw, Buffer.alloc(3)]));
  const uuid = (entry: Buffer): string =>
    read(machine({ '/sys/firmware/dmi/tables/DMI': table, '/sys/firmware/dmi/tables/smbios_entry_point': entry }))
      .systemInfo.systemInformation.uuid;
  const entry = (major: number, minor: number) => Buffer.concat([Buffer.from('_SM_\0\0'), Buffer.from([major, minor])]);
  assert.equal(uuid(Buffer.from('_SM3_\0\0\x03\x02')), '33221100-5544-7766-8899-aabbccddeeff');
  assert.equal(uuid(entry(2, 8)), '33221100-5544-7766-8899-aabbccddeeff');
  assert.equal(uuid(entry(2, 5)), '00112233-4455-6677-8899-aabbccddeeff');
});

test('cores are counted by package and die, offline CPUs are not', () => {
  const files: Record<string, string> = {
    '/proc/cpuinfo': [0, 1, 2, 3]
      .map((cpu) => `processor\t: ${cpu}\nvendor_id\t: GenuineIntel\nmodel name\t: Xeon ${cpu}\nflags\t\t: fpu sse2\n`)
      .join('\n'),
    '/sys/devices/system/cpu/cpu3/online': '0',
    '/sys/devices/system/cpu/cpufreq/x': '',
  };
  const place = [
    [0, 0, 0],
    [0, 1, 0],
    [1, 0, 0],
    [1, 0, 1],
  ];
  place.forEach(([id, die, core], cpu) => {
    const topology = `/sys/devices/system/cpu/cpu${cpu}/topology`;
    Object.assign(files, {
      [`${topology}/physical_package_id`]: `${id}\n`,
      [`${topology}/die_id`]: `${die}\n`,
      [`${topology}/core_id`]: `${core}\n`,
    });
  });
  const seen = { vendor: 'GenuineIntel', capabilities: ['fpu', 'sse2'] };
  assert.deepEqual(read(machine(files)).cpu, [
    { id: 0, totalCores: 2, totalHardwareThreads: 2, ...seen, model: 'Xeon 0' },
    { id: 1, totalCores: 1, totalHardwareThreads: 1, ...seen, model: 'Xeon 2' },
  ]);
});

test('disks: udev first, sysfs where it is not mounted, the node of the nearest device above', () => {
  const pci = '/sys/devices/pci0000:00/0000:00:01.0';
  const disk = (name: string, dev: string): Record<string, string> => ({
    [`/sys/block/${name}/dev`]: dev,
    [`/sys/block/${name}/size`]: '2048\n',
    [`/sys/block/${name}/queue/rotational`]: '1\n',
    [`/sys/block/${name}/queue/hw_sector_size`]: '512\n',
    [`/sys/block/${name}/device`]: `->../../devices/pci0000:00/0000:00:01.0/${name}`,
    [`${pci}/${name}/model`]: 'SYSFS MODEL  \n',
    [`${pci}/${name}/serial`]: 'S1\n',
  });
  const root = machine({
    [`${pci}/numa_node`]: '1\n',
    ...disk('nvme0n1', '259:0'),
    ...disk('sda', '8:0'),
    '/sys/block/loop0/size': '0\n',
    '/run/udev/data/b8:0': 'S:disk/by-id/x\nE:ID_PATH=pci-0000:00:17.0-ata-1\nE:ID_MODEL=UDEV\nE:ID_SERIAL=A=B\n',
  });
  const { storage = [] } = read(root);
  const facts = storage.map(({ name, path, model, serial, sizeBytes, rotational, hWSectorSize, numaNodeID }) => [
    name,
    path,
    model,
    serial,
    sizeBytes,
    rotational,
    hWSectorSize,
    numaNodeID,
  ]);
  assert.deepEqual(facts, [
    ['nvme0n1', 'unknown', 'SYSFS MODEL', 'S1', 1_048_576, true, 512, 1],
    ['sda', 'pci-0000:00:17.0-ata-1', 'UDEV', 'A=B', 1_048_576, true, 512, 1],
  ]);
});

test('links: in the kernel’s order, without loopback, tun and docker0; down and address-less ones included', () => {
  const link = (name: string, index: number, flags: string, operstate: string, assigned = '0') => ({
    [`/sys/class/net/${name}/ifindex`]: `${index}`,
    [`/sys/class/net/${name}/flags`]: flags,
    [`/sys/class/net/${name}/operstate`]: operstate,
    [`/sys/class/net/${name}/address`]: `AA:bb:cc:00:00:0${index}`,
    [`/sys/class/net/${name}/addr_assign_type`]: assigned,
  });
  const root = machine({
    '/sys/class/net/bonding_masters': '',
    ...link('lo', 1, '0x9', 'unknown'),
    ...link('eno2', 3, '0x1003', 'down'),
    ...link('eno1', 2, '0x1003', 'up'),
    ...link('tun0', 4, '0x1', 'unknown'),
    ...link('docker0', 5, '0x1003', 'down', '3'),
    '/sys/class/net/eno1/speed': '25000\n',
    '/sys/class/net/eno1/device': '->../../../devices/0000:3b:00.0',
    '/sys/devices/0000:3b:00.0/subsystem': '->../../bus/pci',
    '/sys/bus/pci/x': '',
  });
  const addresses = {
    eno1: [
      { address: '10.0.0.5', internal: false },
      { address: 'fe80::5%eno1', internal: false },
    ],
  };
  const { networkInterfaces: links = [], nics = [] } = read(root, addresses);
  assert.deepEqual(links, [
    { name: 'eno1', ipAddresses: ['10.0.0.5', 'fe80::5'], macAddress: 'aa:bb:cc:00:00:02', carrierStatus: 'up' },
    { name: 'eno2', ipAddresses: [], macAddress: 'aa:bb:cc:00:00:03', carrierStatus: 'down' },
  ]);
  const card = nics.find(({ name }) => name === 'eno1');
  assert.deepEqual([card?.pciAddress, card?.speed], ['0000:3b:00.0', '25000Mb/s']);
  assert.equal(nics.find(({ name }) => name === 'docker0')?.mac, '');
  assert.ok(!nics.some(({ name }) => name === 'lo' || name === 'bonding_masters'));
});

test('PCI devices by ids; one without them does not empty the list', () => {
  const root = machine({
    '/sys/bus/pci/devices/0000:00:00.0/vendor': '0x8086\n',
    '/sys/bus/pci/devices/0000:00:00.0/device': '0x0D57\n',
    '/sys/bus/pci/devices/0000:00:00.0/numa_node': '0\n',
    '/sys/bus/pci/devices/0000:00:01.0/class': '0x020000\n',
  });
  assert.deepEqual(read(root).pciDevices, [{ address: '0000:00:00.0', vendorID: '8086', productID: '0d57' }]);
});

test('PCI devices are named where the machine has the database; what it does not have is unknown', () => {
  const device = (address: string, vendor: string, product: string) => ({
    [`/sys/bus/pci/devices/${address}/vendor`]: `0x${vendor}\n`,
    [`/sys/bus/pci/devices/${address}/device`]: `0x${product}\n`,
  });
  const root = machine({
    ...device('0000:00:00.0', '8086', '0d57'),
    ...device('0000:00:01.0', '8086', 'ffff'),
    ...device('0000:00:02.0', 'dead', '0d57'),
    '/usr/share/misc/pci.ids':
      '# comment\n8086  Intel Corporation\n\t0d57  Ethernet X\n\t\t8086 0001  Card\n10de  NVIDIA\nC 02  Network\n\t00  Ethernet\n',
  });
  const names = read(root).pciDevices?.map(({ vendor, product }) => [vendor, product]);
  assert.deepEqual(names, [
    ['Intel Corporation', 'Ethernet X'],
    ['Intel Corporation', 'unknown'],
    ['unknown', 'unknown'],
  ]);
});

test('cards are told with what ethtool knows of them', () => {
  const root = machine({ '/sys/class/net/eno1/address': 'aa:bb:cc:00:00:01\n', '/sys/class/net/eno1/flags': '0x1003' });
  const ask = (...args: readonly string[]) => (args[0] === '-i' ? 'firmware-version: 1.2\n' : '\tSpeed: 25000Mb/s\n');
  const [card] = collect(rootAt(root), {}, never, ask).nics ?? [];
  assert.deepEqual([card?.name, card?.speed, card?.firmwareVersion], ['eno1', '25000Mb/s', '1.2']);
});

test('a machine that tells nothing is reported as unknown, in the wire format', () => {
  const nothing = read(machine({}));
  assert.equal(nothing.systemInfo.systemInformation.uuid, 'unknown');
  assert.equal(problemOf({ timestamp: '2026-01-01T00:00:00Z', ...nothing }), undefined);
});
