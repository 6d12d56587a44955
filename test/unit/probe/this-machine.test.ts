/** The probe on the machine at hand, against what the kernel and other programs tell of it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { cpus, networkInterfaces, totalmem } from 'node:os';
import { test } from 'node:test';
import { problemOf } from '../../../src/api/probe-report.js';
import { collect, ethtool, rootAt } from '../../../src/probe/index.js';

const isLinux = process.platform === 'linux';
const skip = isLinux ? false : 'the probe reads Linux';
const never = (part: string, error: unknown): never => assert.fail(`${part}: ${error}`);
const here = isLinux ? collect(rootAt('/'), networkInterfaces(), never, ethtool) : undefined;

/** Output of another program; undefined where it is absent or fails, and then there is nothing to compare with. */
function told(program: string, ...args: readonly string[]): string | undefined {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}
const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);

test('what it says is in the wire format', { skip }, () => {
  assert.equal(problemOf({ timestamp: '2026-01-01T00:00:00Z', ...here }), undefined);
});

test('processors: packages, cores and threads as lscpu counts them, the model as the kernel names it', {
  skip,
}, (t) => {
  const packages = here?.cpu ?? [];
  const threads = sum(packages.map(({ totalHardwareThreads }) => totalHardwareThreads));
  const lscpu = told('lscpu', '--parse=CPU,CORE,SOCKET', '--online');
  const rows = (lscpu ?? '')
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split(','));
  t.diagnostic(`${packages.length} packages, ${threads} threads, ${packages[0]?.model}; lscpu: ${rows.length} CPUs`);
  assert.equal(
    threads,
    lscpu === undefined ? Number(/(\d+)\s*$/.exec(told('nproc', '--all') ?? '')?.[1]) : rows.length,
  );
  if (lscpu !== undefined) {
    assert.equal(packages.length, new Set(rows.map(([, , socket]) => socket)).size);
    const cores = new Set(rows.map(([, core, socket]) => `${socket}/${core}`)).size;
    assert.equal(sum(packages.map(({ totalCores }) => totalCores)), cores);
  }
  // Node reads it another way; it leaves the model empty where it does not know the architecture.
  const model = cpus()[0]?.model.trim();
  if (model && model !== 'unknown') assert.equal(packages[0]?.model, model);
});

test('memory: what the kernel has in all', { skip }, (t) => {
  const bytes = here?.extensions?.memoryTotalBytes ?? 0;
  t.diagnostic(`${bytes} bytes; Node: ${totalmem()}`);
  // Node tells a container's limit where there is one.
  assert.ok(bytes >= totalmem(), `${bytes} and ${totalmem()}`);
  assert.equal(bytes, Number(/^MemTotal:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1_024);
  const modules = sum((here?.memory ?? []).map(({ size }) => size));
  if (modules > 0) assert.ok(modules >= bytes, 'modules hold at least what the kernel manages');
});

interface Disk {
  readonly name: string;
  readonly size: number;
  readonly rota: boolean;
  readonly ro: boolean;
  readonly 'log-sec': number;
}

test('disks: names, sizes and kinds as lsblk and /proc/partitions tell them', { skip }, (t) => {
  const disks = here?.storage ?? [];
  t.diagnostic(disks.map(({ name, sizeBytes }) => `${name} ${sizeBytes}`).join(', '));
  const partitions = readFileSync('/proc/partitions', 'utf8');
  for (const { name, sizeBytes } of disks) {
    const kib = new RegExp(`^\\s*\\d+\\s+\\d+\\s+(\\d+)\\s+${name.replace('!', '/')}$`, 'm').exec(partitions)?.[1];
    if (kib !== undefined) assert.equal(Math.floor(sizeBytes / 1_024), Number(kib), name);
  }
  const lsblk = told('lsblk', '--json', '--bytes', '--nodeps', '--all', '-o', 'NAME,SIZE,ROTA,RO,LOG-SEC');
  const listed = ((lsblk && (JSON.parse(lsblk) as { blockdevices: Disk[] }).blockdevices) || []) as Disk[];
  const held = new Map(disks.map((disk) => [disk.name, disk]));
  for (const { name, size, rota, ro, 'log-sec': sector } of listed.filter((each) => held.has(each.name))) {
    const disk = held.get(name);
    const seen = [disk?.sizeBytes, disk?.rotational, disk?.readOnly, disk?.logicalBlockSize];
    assert.deepEqual(seen, [size ?? 0, rota, ro, sector], name);
  }
  const missing = listed.filter(({ name, size }) => !held.has(name) && !(name.startsWith('loop') && !size));
  assert.deepEqual(missing, []);
});

test('links: names, MACs, addresses and carriers as the kernel and ip tell them', { skip }, (t) => {
  const links = here?.networkInterfaces ?? [];
  t.diagnostic(links.map(({ name, macAddress, carrierStatus }) => `${name} ${macAddress} ${carrierStatus}`).join(', '));
  const inProc = readFileSync('/proc/net/dev', 'utf8').matchAll(/^\s*([^\s:]+):/gm);
  const expected = [...inProc].map(([, name = '']) => name).filter((name) => !/^(lo$|tun|docker0)/.test(name));
  assert.deepEqual(links.map(({ name }) => name).sort(), expected.sort());
  for (const [name, addresses = []] of Object.entries(networkInterfaces())) {
    const link = links.find((each) => each.name === name);
    if (link === undefined) continue;
    assert.equal(link.macAddress, addresses[0]?.mac);
    assert.deepEqual(
      link.ipAddresses,
      addresses.map(({ address }) => address),
    );
  }
  const ip = told('ip', '-j', 'link');
  for (const { ifname, flags } of JSON.parse(ip ?? '[]') as { ifname: string; flags: string[] }[]) {
    const link = links.find(({ name }) => name === ifname);
    // IFF_RUNNING as the kernel computes it: LOWER_UP stands for the carrier.
    if (link !== undefined) assert.equal(link.carrierStatus === 'up', flags.includes('LOWER_UP'), ifname);
  }
});

test('PCI devices: as many as the bus has, with the ids the kernel matches drivers by', { skip }, (t) => {
  const devices = here?.pciDevices ?? [];
  t.diagnostic(`${devices.length} PCI devices`);
  if (!existsSync('/sys/bus/pci/devices') || !statSync('/sys/bus/pci/devices').isDirectory())
    return assert.equal(devices.length, 0);
  for (const { address, vendorID, productID } of devices) {
    const alias = readFileSync(`/sys/bus/pci/devices/${address}/modalias`, 'utf8').toLowerCase();
    assert.ok(alias.startsWith(`pci:v0000${vendorID}d0000${productID}`), alias);
  }
});
